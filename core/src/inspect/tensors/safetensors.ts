/** Reads safetensors: a JSON header, then the tensors. */
import { Damaged } from "../../bytes/damaged.js";
import { type ByteSource, take } from "../../bytes/source.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { FormatReader } from "../reader.js";
import { isRecord, own, parseJson, short } from "../text.js";
import { collect, type TensorInput } from "./collect.js";
import { bytesOf, elementsOf } from "./dtypes.js";
import type { Range } from "./hash.js";
import { contained } from "./locations.js";

const DTYPES: Readonly<Record<string, string>> = {
  BOOL: "bool",
  U8: "uint8",
  I8: "int8",
  U16: "uint16",
  I16: "int16",
  U32: "uint32",
  I32: "int32",
  U64: "uint64",
  I64: "int64",
  F4: "float4_e2m1",
  F6_E2M3: "float6_e2m3",
  F6_E3M2: "float6_e3m2",
  F8_E5M2: "float8_e5m2",
  F8_E5M2FNUZ: "float8_e5m2fnuz",
  F8_E4M3: "float8_e4m3fn",
  F8_E4M3FNUZ: "float8_e4m3fnuz",
  F8_E8M0: "float8_e8m0",
  F16: "float16",
  BF16: "bfloat16",
  F32: "float32",
  F64: "float64",
  C64: "complex64",
};

const LENGTH_BYTES = 8;

interface SafetensorsEntry extends TensorInput, Range {}

export const safetensors: FormatReader = {
  failed: { format: "safetensors" },
  matches: ({ name, head, size }) => name.endsWith(".safetensors") || looksLike(head, size),
  async read(source, _file, _warnings, locations) {
    const { tensors, metadata, start } = await readHeader(source);
    const hashed: TensorInput[] = [];
    for (const { start: from, end, ...tensor } of tensors) {
      const listed = hashed.length < INSPECT_LIMITS.tensors;
      hashed.push(listed ? await contained(tensor, source, { start: start + from, end: start + end }, locations) : tensor);
    }
    const properties = Object.entries(metadata).slice(0, INSPECT_LIMITS.items);
    return {
      format: "safetensors",
      ...collect(hashed),
      ...(properties.length > 0 && { properties: Object.fromEntries(properties.map(([key, value]) => [short(key), short(value)])) }),
    };
  },
};

/** Whether a file of any name begins with a plausible length and `{"`. */
function looksLike(head: Buffer, size: number): boolean {
  if (head.length < LENGTH_BYTES + 2 || head.toString("latin1", LENGTH_BYTES, LENGTH_BYTES + 2) !== '{"') return false;
  const length = head.readBigUInt64LE();
  return length >= 2n && length <= BigInt(size - LENGTH_BYTES);
}

/** Reads the header and checks it as strictly as the safetensors library: the tensors cover the rest of the file without gap or overlap. */
export async function readHeader(
  source: ByteSource,
): Promise<{ tensors: readonly SafetensorsEntry[]; metadata: Readonly<Record<string, string>>; start: number }> {
  const prefix = await take(source, 0, LENGTH_BYTES);
  if (prefix.length < LENGTH_BYTES) throw new Damaged("it is too short for a header");
  const claimed = prefix.readBigUInt64LE();
  if (claimed > BigInt(INSPECT_LIMITS.header)) throw new Damaged(`its header claims ${claimed} bytes; ${INSPECT_LIMITS.header} are read`);
  const length = Number(claimed);
  if (length > source.size - LENGTH_BYTES) throw new Damaged("its header goes beyond its end");
  const header = parseJson(await take(source, LENGTH_BYTES, length));
  if (!isRecord(header)) throw new Damaged("its header is not a JSON object");
  const start = LENGTH_BYTES + length;
  const tensors: SafetensorsEntry[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name !== "__metadata__") tensors.push(placed(name, entry));
    if (tensors.length > INSPECT_LIMITS.countedTensors) throw new Damaged("it has too many tensors");
  }
  tensors.sort((a, b) => a.start - b.start || a.end - b.end || (a.name < b.name ? -1 : 1));
  let position = 0;
  for (const tensor of tensors) {
    if (tensor.start !== position) throw new Damaged(`its tensor ${quote(tensor.name)} does not begin at the end of the previous one`);
    position = tensor.end;
  }
  if (start + position !== source.size) throw new Damaged("its tensors do not end at the end of the file");
  return { tensors, metadata: stringsOf(own(header, "__metadata__")), start };
}

function placed(name: string, entry: unknown): SafetensorsEntry {
  const [type, shape, offsets] = [own(entry, "dtype"), own(entry, "shape"), own(entry, "data_offsets")];
  const dtype = typeof type === "string" && Object.hasOwn(DTYPES, type) ? DTYPES[type] : undefined;
  if (dtype === undefined) throw new Damaged(`its tensor ${quote(name)} has an unknown element type`);
  if (!isNaturals(shape) || shape.length > INSPECT_LIMITS.dimensions) throw new Damaged(`its tensor ${quote(name)} has no valid shape`);
  if (!isNaturals(offsets) || offsets.length !== 2) throw new Damaged(`its tensor ${quote(name)} has no valid offsets`);
  const [start, end] = [offsets[0]!, offsets[1]!];
  const bytes = bytesOf(dtype, elementsOf(shape));
  if (bytes === undefined || bytes !== end - start) throw new Damaged(`its tensor ${quote(name)} has offsets that do not fit its shape`);
  return { name, dtype, shape, bytes, start, end };
}

const isNaturals = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((number) => Number.isSafeInteger(number) && number >= 0);

function stringsOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

const quote = (name: string): string => JSON.stringify(short(name, 80));
