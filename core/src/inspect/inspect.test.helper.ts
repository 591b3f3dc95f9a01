/** Files of models made by hand, so that a test can write what no library would. Not part of the package. */
import { crc32, deflateRawSync } from "node:zlib";
import { bytesSource } from "../bytes/source.js";
import { findingsSchema, type Findings } from "../findings/findings.js";
import { inspectFile } from "./file.js";

/** Inspects bytes under a name, and checks the findings against the schema, as readers of a manifest do. */
export async function found(path: string, bytes: Uint8Array | string): Promise<Findings> {
  const findings = await inspectFile(path, bytesSource(Buffer.from(bytes)));
  if (findings === undefined) throw new Error(`no reader knows ${path}`);
  return findingsSchema.parse(findings);
}

// ---- safetensors --------------------------------------------------------------------------------------------------------

/** A file from any header, with so many bytes of tensors. */
export function safetensorsFile(header: unknown, content: Uint8Array | number = 0, claimed?: bigint): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(claimed ?? BigInt(text.length));
  return Buffer.concat([prefix, text, typeof content === "number" ? Buffer.alloc(content) : content]);
}

// ---- pickles ------------------------------------------------------------------------------------------------------------

/** Instructions by their byte or their letter, and what belongs to them; texts are Latin-1. */
export const pickled = (...parts: readonly (string | number | Buffer)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : typeof part === "string" ? Buffer.from(part, "latin1") : part)),
  );

/** PROTO 2 to 5. */
export const proto = (version: number): Buffer => Buffer.from([0x80, version]);
/** A short text, as protocol 4 writes it. */
export const text = (value: string): Buffer => Buffer.concat([Buffer.from([0x8c, Buffer.byteLength(value)]), Buffer.from(value)]);
export const MEMOIZE = 0x94;
export const STACK_GLOBAL = 0x93;
export const TUPLE1 = 0x85;
export const TUPLE2 = 0x86;

// ---- zips ---------------------------------------------------------------------------------------------------------------

export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array | string;
  readonly deflated?: boolean;
  readonly flags?: number;
  readonly method?: number;
  /** Instead of the right one. */
  readonly crc?: number;
  /** Name in front of the content, which most programs do not look at. */
  readonly localName?: string;
}

/** A zip as PyTorch writes it: stored, with a directory at its end. */
export function zipOf(files: readonly ZipFile[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const content = Buffer.from(file.content);
    const packed = file.deflated === true ? deflateRawSync(content) : content;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(file.flags ?? 0, 2);
    fields.writeUInt16LE(file.method ?? (file.deflated === true ? 8 : 0), 4);
    fields.writeUInt32LE(file.crc ?? crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    const nameOf = (name: string): Buffer => {
      fields.writeUInt16LE(Buffer.byteLength(name), 22);
      return Buffer.from(fields);
    };
    const localName = file.localName ?? file.name;
    const body = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), nameOf(localName), Buffer.from(localName), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), nameOf(file.name), tail, Buffer.from(file.name)]));
    bodies.push(body);
    offset += body.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

// ---- PyTorch ------------------------------------------------------------------------------------------------------------

export interface TorchView {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A PyTorch file of one tensor, `w`, that is a view of a storage of a type such as FloatStorage. */
export function torchZip(type: string, storage: Buffer, view: TorchView, byteOrder?: string): Buffer {
  const int = (value: number): Buffer => Buffer.from([0x4d, value & 255, value >> 8]);
  const tuple = (numbers: readonly number[]): Buffer => pickled("(", ...numbers.map(int), "t");
  const word = (value: string): Buffer => pickled("X", Buffer.from(Uint32Array.of(value.length).buffer), value);
  const id = pickled("(", word("storage"), `ctorch\n${type}\n`, word("0"), word("cpu"), int(6), "tQ");
  const hooks = "ccollections\nOrderedDict\n)R";
  const rebuilt = pickled(
    "ctorch._utils\n_rebuild_tensor_v2\n(",
    id,
    int(view.offset),
    tuple(view.shape),
    tuple(view.strides),
    "\x89",
    hooks,
    "tR",
  );
  return zipOf([
    { name: "m/data.pkl", content: pickled(proto(2), "}", word("w"), rebuilt, "s.") },
    ...(byteOrder === undefined ? [] : [{ name: "m/byteorder", content: byteOrder }]),
    { name: "m/data/0", content: storage },
  ]);
}

// ---- damage -------------------------------------------------------------------------------------------------------------

/** A file with so many zero bytes that it need not be stored. */
export function sparse(start: Buffer, size: number) {
  return {
    size,
    read: (buffer: Buffer, position: number): Promise<number> => {
      const count = Math.max(0, Math.min(buffer.length, size - position));
      buffer.fill(0, 0, count);
      if (position < start.length) start.copy(buffer, 0, position, Math.min(start.length, position + count));
      return Promise.resolve(count);
    },
  };
}
