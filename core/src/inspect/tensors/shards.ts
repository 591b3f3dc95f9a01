/** Reads the index of a sharded model, which maps tensors to files, and checks it against those files. */
import { Damaged } from "../../bytes/damaged.js";
import { type ByteSource, take, whole } from "../../bytes/source.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { pickle } from "../pickle/reader.js";
import { HEAD_BYTES, Warnings, type FormatReader } from "../reader.js";
import { isRecord, own, parseJson, short } from "../text.js";
import { zip } from "../zip/reader.js";
import { besideOf, type OpenFile, TensorLocations } from "./locations.js";
import { readHeader } from "./safetensors.js";
import { defined } from "../../defined.js";

/** Index names, including variants such as `model.safetensors.index.fp16.json` of diffusers. */
const INDEX = /\.(safetensors|bin)\.index(\.\w+)?\.json$/;
/** Items that one warning names; the others are counted. */
const MOST_NAMED = 3;
/** Warnings of one kind, so that other kinds fit. */
const MOST_ALIKE = 5;

export const shardIndex: FormatReader = {
  failed: { format: "shard-index" },
  matches: ({ name }) => INDEX.test(name),
  async read(source, { path }, warnings, _locations, openFile) {
    const index = parseJson(await whole(source, INSPECT_LIMITS.header));
    const map = own(index, "weight_map");
    if (!isRecord(map)) throw new Damaged("it has no weight_map");
    const shards = namesByShard(map);
    const total = own(own(index, "metadata"), "total_size");
    if (openFile !== undefined) await new ShardCheck(path, shards, warnings, openFile).run(total);
    return {
      format: "shard-index",
      properties: defined({
        tensors: String(Object.keys(map).length),
        shards: String(shards.size),
        total_size: typeof total === "number" ? String(total) : undefined,
      }),
    };
  },
};

function namesByShard(map: Readonly<Record<string, unknown>>): ReadonlyMap<string, ReadonlySet<string>> {
  const shards = new Map<string, Set<string>>();
  for (const [name, shard] of Object.entries(map)) {
    if (typeof shard !== "string") throw new Damaged("it maps a tensor to something that is not a file");
    const names = shards.get(shard);
    if (names) names.add(name);
    else shards.set(shard, new Set([name]));
  }
  return shards;
}

/** Tensors of a shard. */
interface Content {
  readonly names: ReadonlySet<string>;
  /** Whether every loadable name is among them. */
  readonly all: boolean;
  /** Total bytes; and the total if a bool counts as one bit, as in older indexes. Undefined if tensors may share bytes. */
  readonly bytes?: { readonly stored: number; readonly counted: number };
}

/** Shard that differs from the index, and a text that names the tensors concerned. */
interface Odd {
  readonly shard: string;
  readonly tensors: string;
}

/** Checks shard after shard, so that only the tensors of one are in memory. */
class ShardCheck {
  readonly #path: string;
  readonly #shards: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #warnings: Warnings;
  readonly #openFile: OpenFile;
  readonly #outside: string[] = [];
  readonly #missing: string[] = [];
  readonly #lacking: Odd[] = [];
  readonly #unnamed: Odd[] = [];
  readonly #seen = new Set<string>();
  #stored = 0;
  #counted = 0;
  #bytesKnown = true;

  constructor(path: string, shards: ReadonlyMap<string, ReadonlySet<string>>, warnings: Warnings, openFile: OpenFile) {
    this.#path = path;
    this.#shards = shards;
    this.#warnings = warnings;
    this.#openFile = openFile;
  }

  /** @param total bytes of all tensors according to the index */
  async run(total: unknown): Promise<void> {
    if (this.#shards.size > INSPECT_LIMITS.items) {
      this.#warnings.add(`it is not checked against its shards: it names more than ${INSPECT_LIMITS.items}`);
      return;
    }
    try {
      for (const [shard, names] of this.#shards) await this.#shard(shard, names);
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      this.#warnings.add(`it is not checked against its shards: ${error.message}`);
      return;
    }
    if (this.#outside.length > 0) this.#warnings.add(`it maps tensors to files outside the model: ${some(this.#outside)}`);
    if (this.#missing.length > 0) this.#warnings.add(`it names missing shards: ${some(this.#missing)}`);
    this.#tell(this.#lacking, "lacks", "lack", "tensors that it maps there");
    this.#tell(this.#unnamed, "has", "have", "tensors that it does not map there");
    const whole = this.#bytesKnown && this.#outside.length + this.#missing.length === 0;
    if (whole && typeof total === "number" && total !== this.#stored && Math.floor(total) !== Math.floor(this.#counted))
      this.#warnings.add(`its total_size is ${total}, and the tensors of its shards have ${this.#stored} bytes`);
  }

  #tell(shards: readonly Odd[], does: string, most: string, what: string): void {
    for (const { shard, tensors } of shards.slice(0, MOST_ALIKE))
      this.#warnings.add(`its shard ${quote(shard)} ${does} ${what}: ${tensors}`);
    if (shards.length > MOST_ALIKE) this.#warnings.add(`${shards.length - MOST_ALIKE} more of its shards ${most} ${what}`);
  }

  async #shard(shard: string, named: ReadonlySet<string>): Promise<void> {
    const path = besideOf(this.#path, shard);
    if (path === undefined) {
      this.#outside.push(shard);
      return;
    }
    if (this.#seen.has(path)) throw new Damaged("it has two names for one shard");
    this.#seen.add(path);
    const source = await this.#openFile(path);
    if (source === undefined) {
      this.#missing.push(shard);
      return;
    }
    try {
      const content = await contentOf(source, path);
      if (content.bytes === undefined) this.#bytesKnown = false;
      this.#stored += content.bytes?.stored ?? 0;
      this.#counted += content.bytes?.counted ?? 0;
      const lacking = content.all ? [...named].filter((name) => !content.names.has(name)) : [];
      const unnamed = [...content.names].filter((name) => !named.has(name));
      if (lacking.length > 0) this.#lacking.push({ shard, tensors: some(lacking) });
      if (unnamed.length > 0) this.#unnamed.push({ shard, tensors: some(unnamed) });
    } catch (error) {
      // The shard's own findings report its problems.
      if (!(error instanceof Damaged)) throw error;
      this.#bytesKnown = false;
    } finally {
      await source.close?.();
    }
  }
}

async function contentOf(source: ByteSource, path: string): Promise<Content> {
  if (!path.toLowerCase().endsWith(".bin")) {
    const { tensors } = await readHeader(source);
    const sizes = tensors.map(({ dtype, bytes = 0 }) => ({ stored: bytes, counted: dtype === "bool" ? bytes / 8 : bytes }));
    const sum = (which: "stored" | "counted"): number => sizes.reduce((bytes, size) => bytes + size[which], 0);
    return { names: new Set(tensors.map(({ name }) => name)), all: true, bytes: { stored: sum("stored"), counted: sum("counted") } };
  }
  // In PyTorch files, several names of one tensor are found once, and tensors may share bytes.
  const head = await take(source, 0, HEAD_BYTES);
  const file = { path, name: path.toLowerCase(), head, size: source.size };
  const reader = [zip, pickle].find((one) => one.matches(file));
  if (reader === undefined) throw new Damaged("it is not a PyTorch file");
  const locations = new TensorLocations(); // Nothing is hashed again.
  try {
    const { tensors = [] } = await reader.read(source, file, new Warnings(), locations);
    return { names: new Set(tensors.map(({ name }) => name)), all: false };
  } finally {
    await locations.close();
  }
}

const quote = (text: string): string => JSON.stringify(short(text, 80));

function some(texts: readonly string[]): string {
  const named = texts.slice(0, MOST_NAMED).map(quote).join(", ");
  return texts.length > MOST_NAMED ? `${named} and ${texts.length - MOST_NAMED} more` : named;
}
