/** Reads GGUF, the format of llama.cpp: key-value metadata, a list of tensors, then their content. */
import { createHash } from "node:crypto";
import { Damaged } from "../../bytes/damaged.js";
import { Cursor } from "../../bytes/cursor.js";
import { pieces } from "../../bytes/source.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { FormatReader } from "../reader.js";
import { short } from "../text.js";
import { collect, type TensorInput } from "./collect.js";
import { elementsOf } from "./dtypes.js";
import { GGML_TYPES } from "./ggml-types.js";
import { disjoint, type Range } from "./hash.js";
import { contained } from "./locations.js";

const MAGIC = "GGUF";
const MOST_TEXT = 1 << 20;
/** Items of all arrays in total: vocabularies have some hundred thousand. */
const MOST_ITEMS = 10_000_000;
const MOST_KEYS = 100_000;
const DEFAULT_ALIGNMENT = 32;
/** Bytes of the shortest description of a tensor and of a key, to reject at once a file that claims more than fit into it. */
const LEAST_TENSOR = 24;
const LEAST_KEY = 13;

export const gguf: FormatReader = {
  failed: { format: "gguf" },
  matches: ({ head }) => head.toString("latin1", 0, 4) === MAGIC,
  async read(source, _, warnings, locations) {
    const cursor = Cursor.over(pieces(source));
    try {
      const header = await new HeaderReader(cursor, source.size).read();
      const ranges = header.tensors.map(({ start, bytes }) => ({ start, end: start + (bytes ?? 0) }));
      const sound = disjoint(ranges, source.size);
      if (!sound) warnings.add("its tensors overlap, or lie beyond its end");
      const tensors: TensorInput[] = [];
      for (const [i, { start: _start, ...tensor }] of header.tensors.entries()) {
        const hashed = sound && tensor.bytes !== undefined && i < INSPECT_LIMITS.tensors;
        tensors.push(hashed ? await contained(tensor, source, ranges[i] as Range, locations) : tensor);
      }
      return { format: "gguf", ...collect(tensors), properties: Object.fromEntries(header.properties) };
    } finally {
      await cursor.close();
    }
  },
};

interface GgufEntry extends TensorInput {
  readonly start: number;
}

class HeaderReader {
  readonly #cursor: Cursor;
  readonly #size: number;
  #items = 0;

  constructor(cursor: Cursor, size: number) {
    this.#cursor = cursor;
    this.#size = size;
  }

  async read(): Promise<{ tensors: GgufEntry[]; properties: [string, string][] }> {
    await this.#cursor.need(24);
    this.#cursor.bytes(4);
    const version = this.#cursor.u32();
    if (version !== 2 && version !== 3) throw new Damaged(`it has version ${version} of the format; 2 and 3 are read`);
    const tensorCount = await this.#count("tensors", LEAST_TENSOR, INSPECT_LIMITS.countedTensors);
    const keyCount = await this.#count("keys", LEAST_KEY, MOST_KEYS);
    const properties: [string, string][] = [["version", String(version)]];
    let alignment = DEFAULT_ALIGNMENT;
    for (let i = 0; i < keyCount; i++) {
      const key = await this.#text();
      const value = await this.#value(await this.#u32(), 0);
      if (key === "general.alignment") alignment = Number(value);
      if (value !== undefined && properties.length < INSPECT_LIMITS.items) properties.push([short(key), value]);
    }
    if (!Number.isSafeInteger(alignment) || alignment < 1) throw new Damaged("it has an impossible alignment");
    const tensors: GgufEntry[] = [];
    for (let i = 0; i < tensorCount; i++) tensors.push(await this.#tensor());
    const start = Math.ceil(this.#cursor.position / alignment) * alignment;
    return { tensors: tensors.map((tensor) => ({ ...tensor, start: start + tensor.start })), properties };
  }

  async #tensor(): Promise<GgufEntry> {
    const name = await this.#text();
    const dimensions = await this.#u32();
    if (dimensions > INSPECT_LIMITS.dimensions) throw new Damaged(`it has a tensor of ${dimensions} dimensions`);
    const shape: number[] = [];
    for (let i = 0; i < dimensions; i++) shape.push(await this.#u64());
    const type = await this.#u32();
    const start = await this.#u64();
    const [dtype, perBlock, blockBytes] = GGML_TYPES[type] ?? [`type ${type}`, 1, Number.NaN];
    const bytes = ((elementsOf(shape) ?? Number.NaN) / perBlock) * blockBytes;
    return { name, dtype, shape, start, ...(Number.isSafeInteger(bytes) && { bytes }) };
  }

  /** Reads a value as it is kept; undefined for arrays, which are not kept. */
  async #value(type: number, depth: number): Promise<string | undefined> {
    const scalar = SCALARS[type];
    if (scalar !== undefined) {
      await this.#cursor.need(scalar.bytes);
      return String(scalar.read(this.#cursor));
    }
    if (type === TEXT) {
      const text = await this.#text();
      if (text.length <= INSPECT_LIMITS.name) return short(text);
      return `sha256:${createHash("sha256").update(text).digest("hex")}`; // Long texts are templates: only a change matters.
    }
    if (type !== ARRAY || depth > 4) throw new Damaged(`it has a value of type ${type}, which is unknown`);
    const inner = await this.#u32();
    const count = await this.#u64();
    this.#items += count;
    if (this.#items > MOST_ITEMS || count > this.#size) throw new Damaged("it has endless arrays");
    const fixed = SCALARS[inner];
    if (fixed !== undefined) await this.#cursor.pass(fixed.bytes * count);
    else for (let i = 0; i < count; i++) await this.#skip(inner, depth + 1);
    return undefined;
  }

  async #skip(type: number, depth: number): Promise<void> {
    if (type === TEXT) await this.#cursor.pass(await this.#u64());
    else await this.#value(type, depth);
  }

  async #count(what: string, least: number, most: number): Promise<number> {
    const count = await this.#u64();
    if (count > most || count * least > this.#size) throw new Damaged(`it claims ${count} ${what}, more than it can have`);
    return count;
  }

  async #text(): Promise<string> {
    const length = await this.#u64();
    if (length > MOST_TEXT) throw new Damaged(`it has a text of ${length} bytes`);
    await this.#cursor.need(length);
    return this.#cursor.utf8(length);
  }

  async #u32(): Promise<number> {
    await this.#cursor.need(4);
    return this.#cursor.u32();
  }

  async #u64(): Promise<number> {
    await this.#cursor.need(8);
    const value = this.#cursor.u64();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Damaged(`it claims an impossible count or length: ${value}`);
    return Number(value);
  }
}

const TEXT = 8;
const ARRAY = 9;
/** Size in bytes and reader of each type of number. */
const SCALARS: Readonly<Record<number, { bytes: number; read: (cursor: Cursor) => number | bigint | boolean }>> = {
  0: { bytes: 1, read: (cursor) => cursor.u8() },
  1: { bytes: 1, read: (cursor) => cursor.i8() },
  2: { bytes: 2, read: (cursor) => cursor.u16() },
  3: { bytes: 2, read: (cursor) => cursor.i16() },
  4: { bytes: 4, read: (cursor) => cursor.u32() },
  5: { bytes: 4, read: (cursor) => cursor.i32() },
  6: { bytes: 4, read: (cursor) => cursor.f32() },
  7: { bytes: 1, read: (cursor) => cursor.u8() !== 0 },
  10: { bytes: 8, read: (cursor) => cursor.u64() },
  11: { bytes: 8, read: (cursor) => cursor.i64() },
  12: { bytes: 8, read: (cursor) => cursor.f64() },
};
