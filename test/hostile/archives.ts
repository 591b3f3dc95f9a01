/** Zips that different programs read differently. */
import { gzipSync } from "node:zlib";
import { type ZipFile, zipOf } from "../../core/dist/inspect/inspect.test.helper.js";
import type { Case, Wants } from "./case.ts";

const CALL = "cos\nsystem\n(S'echo'\ntR.";
const DATA: ZipFile = { name: "m/data.pkl", content: CALL };
const FOUND: Wants = { unknown: ["os:system"], whole: true };
const ODD: Wants = { unknown: ["os:system"], whole: false, warning: /./ };

const ROWS: readonly (readonly [string, Buffer, Wants])[] = [
  ["a PyTorch file", zipOf([DATA]), FOUND],
  ["a wrong checksum, which PyTorch does not look at", zipOf([{ ...DATA, crc: 1 }]), FOUND],
  ["a bit that says encrypted, which PyTorch does not look at", zipOf([{ ...DATA, flags: 1 }]), ODD],
  ["another name in front of the content", zipOf([{ ...DATA, localName: "m/notes.txt" }]), FOUND],
  ["the name twice", zipOf([{ name: "m/data.pkl", content: "N." }, DATA]), ODD],
  ["a compression that is not read", zipOf([{ ...DATA, method: 12 }]), { unknown: [], whole: false, warning: /./ }],
  ["a pickle under the name of a storage", zipOf([{ name: "m/data.pkl", content: "N." }, { name: "m/data/x", content: Buffer.from(`\x80\x02${CALL}`, "latin1") }]), ODD], // prettier-ignore
  ["a zip in the zip", zipOf([{ name: "m/data.pkl", content: "N." }, { name: "m/inner", content: zipOf([DATA]) }]), { unknown: [], whole: false, warning: /another zip/ }], // prettier-ignore
  ["a directory that ends early", zipOf([DATA]).subarray(0, -30), { unknown: [], whole: false, warning: /./ }],
  ["a directory of 65,535 files, of which there is one", lying(zipOf([DATA])), { unknown: [], whole: false, warning: /./ }],
  ["zip64 with a directory beyond its end", zip64(zipOf([DATA])), { unknown: [], whole: false, warning: /./ }],
];

export const ARCHIVES: readonly Case[] = [
  ...ROWS.map(([name, bytes, wants]): Case => ({ name: `zip: ${name}`, files: { "model.pt": bytes }, wants })),
  {
    name: "zip: Keras with a Lambda layer, behind other bytes",
    files: { "model.keras": Buffer.concat([Buffer.from("#"), zipOf([{ name: "config.json", content: '{"class_name": "Lambda"}' }])]) },
    wants: { unknown: [], whole: false, warning: /does not begin like a zip/ },
  },
  {
    name: "zip: 256 MiB of zeros in 260 KB",
    files: { "a.npz": () => zipOf([{ name: "a.npy", content: zeros(256), deflated: true }]) },
    wants: { tensors: 1 },
  },
  {
    name: "gzip: 64 MiB in 65 KB, in what says that it is a pickle",
    files: { "model.pkl.gz": () => gzipSync(Buffer.alloc(64 << 20, "N")) },
    wants: { unknown: [], whole: false, warning: /instructions/ },
  },
];

function zeros(mib: number): Buffer {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${mib << 20},), }\n`;
  const start = Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), Buffer.from([header.length, 0]), Buffer.from(header)]);
  return Buffer.concat([start, Buffer.alloc(mib << 20)]);
}

function lying(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  bytes.writeUInt16LE(65_534, bytes.length - 14);
  bytes.writeUInt16LE(65_534, bytes.length - 12);
  return bytes;
}

/** What zip64 adds at the end, with numbers that cannot be. */
function zip64(zip: Buffer): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.write("PK\x06\x06", 0, "latin1");
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(1n << 60n, 24);
  record.writeBigUInt64LE(1n << 60n, 32);
  record.writeBigUInt64LE(1n << 60n, 40);
  record.writeBigUInt64LE(1n << 60n, 48);
  record.write("PK\x06\x07", 56, "latin1");
  record.writeBigUInt64LE(BigInt(zip.length - 22), 64);
  record.writeUInt32LE(1, 72);
  const end = Buffer.from(zip.subarray(-22));
  end.fill(0xff, 8, 20);
  return Buffer.concat([zip.subarray(0, -22), record, end]);
}
