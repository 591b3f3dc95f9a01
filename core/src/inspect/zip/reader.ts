/** Reads zip files of models: PyTorch since 1.6, TorchScript, NumPy's `.npz`, Keras' `.keras`, skops. The content decides, not the name. */
import { Damaged } from "../../bytes/damaged.js";
import { Cursor } from "../../bytes/cursor.js";
import { Sequential } from "../../bytes/sequential.js";
import type { CodeFinding, Findings } from "../../findings/findings.js";
import { codeOf, unfollowed } from "../pickle/code.js";
import { joblibArrays } from "../pickle/joblib.js";
import { follow, Trace } from "../pickle/machine.js";
import { followPlain } from "../pickle/plain.js";
import { hasPickleMagic } from "../pickle/reader.js";
import { findTensors } from "../pickle/tensors.js";
import type { Warnings, FormatReader } from "../reader.js";
import { collect, type TensorInput } from "../tensors/collect.js";
import { isNpy, type ReadArray, readArray } from "../tensors/npy.js";
import type { OpenSource, TensorLocations } from "../tensors/locations.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { parseJson, short } from "../text.js";
import { isZip, unpack, type ZipEntry, zipEntries } from "./entries.js";
import { kerasCode } from "./keras.js";
import { skopsNames } from "./skops.js";
import { type TorchContent, torchTensors } from "./torch-tensors.js";

export const zip: FormatReader = {
  failed: { format: "zip", code: unfollowed("pickle") },
  // Keras and skops also find a zip after arbitrary bytes.
  matches: ({ head, name }) => isZip(head) || /\.(keras|skops)$/.test(name),
  async read(source, { head }, warnings, locations) {
    if (!isZip(head)) throw new Damaged("it does not begin like a zip");
    const entries = await zipEntries(source);
    const contents = new ZipContents(entries, warnings, locations);
    for (const entry of entries) await contents.look(entry);
    return contents.findings(source.size);
  },
};

/** TorchScript also stores debug information in pickles. */
const PICKLE_NAME = /\.(pkl|debug_pkl|pickle|joblib|dill)$/i;
/** Names of files in which PyTorch stores the bytes of tensors. */
const STORAGE_NAME = /(^|\/)data\/\d+$/;

/** Collects findings file by file. */
class ZipContents {
  readonly #entries: readonly ZipEntry[];
  readonly #warnings: Warnings;
  readonly #trace = new Trace();
  readonly #locations: TensorLocations | undefined;
  readonly #arrays: { readonly tensor: TensorInput; readonly entry: ZipEntry; readonly layout: ReadArray["layout"] }[] = [];
  #torch: TorchContent | undefined;
  #pickles = 0;
  #whole = true;

  constructor(entries: readonly ZipEntry[], warnings: Warnings, locations: TensorLocations | undefined) {
    this.#locations = locations;
    this.#entries = entries;
    this.#warnings = warnings;
    const names = new Set<string>();
    for (const { name, oddity } of entries) {
      if (names.has(name)) this.#trace.odd(`finds ${quote(name)} more than once in the zip`);
      names.add(name);
      if (oddity !== undefined) this.#trace.odd(`finds that ${quote(name)} ${oddity}`);
    }
  }

  async look(entry: ZipEntry): Promise<void> {
    const cursor = Cursor.over(entry.open());
    try {
      await cursor.ensure(8);
      const head = cursor.available < 8 ? Buffer.alloc(0) : cursor.ahead(8);
      if (PICKLE_NAME.test(entry.name)) await this.#follow(entry, cursor);
      else if (isNpy(head)) await this.#array(entry, cursor);
      else if (hasPickleMagic(head)) await this.#unnamed(entry, cursor);
      else if (isZip(head)) this.#trace.odd(`finds another zip in the zip: ${quote(entry.name)}`);
    } finally {
      await cursor.close();
    }
  }

  async #follow(entry: ZipEntry, cursor: Cursor): Promise<void> {
    this.#pickles++;
    const joblib = joblibArrays(this.#trace);
    try {
      const value = await follow(cursor, this.#trace, joblib);
      const root = /^(.*\/)?data\.pkl$/.exec(entry.name);
      if (root) this.#torch ??= { root: root[1] ?? "", found: findTensors(value) };
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      this.#fail(entry, error);
    }
    if (joblib.met) await followPlain(entry.open(), this.#trace);
  }

  /** Follows bytes that may look like a pickle by chance: they are one if they are valid to the end and import something. */
  async #unnamed(entry: ZipEntry, cursor: Cursor): Promise<void> {
    const trace = new Trace();
    trace.left = this.#trace.left;
    const ended = await follow(cursor, trace).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof Damaged)) throw error;
        return false;
      },
    );
    this.#trace.left = trace.left;
    // Calls before an error have already run.
    if (!(ended && trace.imports.size > 0) && (trace.calls === 0 || STORAGE_NAME.test(entry.name))) return;
    this.#pickles++;
    this.#whole &&= ended;
    for (const name of trace.imports) this.#trace.imports.add(name);
    this.#trace.odd(`finds a pickle under the name ${quote(entry.name)}`);
  }

  async #array(entry: ZipEntry, cursor: Cursor): Promise<void> {
    try {
      const name = entry.name.replace(/\.npy$/, "");
      const read = await readArray(cursor, name, entry.size, this.#trace, this.#warnings, this.#locations === undefined);
      this.#arrays.push({ tensor: read.tensor, entry, layout: read.layout });
      if (read.object) this.#pickles++;
      this.#whole &&= read.whole;
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      this.#pickles++; // It may be an array of objects.
      this.#fail(entry, error);
    }
  }

  #fail(entry: ZipEntry, error: Damaged): void {
    this.#whole = false;
    this.#warnings.add(`${quote(entry.name)} cannot be followed to its end: ${error.message}`);
  }

  async findings(size: number): Promise<Findings> {
    const format = this.#format();
    const keras = format === "keras" ? await this.#kerasCode() : undefined;
    if (format === "skops") await this.#nameArrays();
    const tensors =
      this.#torch === undefined ? this.#locatedArrays() : await torchTensors(this.#torch, this.#entries, size, this.#locations);
    return {
      format,
      ...(tensors.length > 0 && collect(tensors)),
      ...(keras ? { code: keras } : this.#code(format)),
    };
  }

  #format(): string {
    const names = new Set(this.#entries.map(({ name }) => name));
    if (this.#torch) return [...names].some((name) => name.startsWith(`${this.#torch!.root}code/`)) ? "torchscript" : "pytorch";
    if (names.size > 0 && this.#arrays.length === names.size) return "npz";
    if (names.has("config.json") && names.has("metadata.json")) return "keras";
    return names.has("schema.json") ? "skops" : "zip";
  }

  #code(format: string): { code?: CodeFinding } {
    if (format === "torchscript") return { code: codeOf("torchscript", this.#trace, this.#whole, this.#warnings) };
    if (this.#pickles > 0 || !this.#whole || this.#trace.oddities.size > 0)
      return { code: codeOf("pickle", this.#trace, this.#whole, this.#warnings) };
    return {};
  }

  /** Undefined if only Keras' own classes are loaded. */
  async #kerasCode(): Promise<CodeFinding | undefined> {
    const config = await this.#json("config.json");
    return config === undefined ? unfollowed("keras") : kerasCode(config);
  }

  /** Gives arrays of skops the names that they have in the model. */
  async #nameArrays(): Promise<void> {
    const names = skopsNames(await this.#json("schema.json"));
    this.#arrays.forEach(({ tensor, ...rest }, i) => {
      this.#arrays[i] = { tensor: { ...tensor, name: names.get(`${tensor.name}.npy`) ?? tensor.name }, ...rest };
    });
    this.#arrays.sort((a, b) => (a.tensor.name < b.tensor.name ? -1 : 1));
  }

  #locatedArrays(): TensorInput[] {
    return this.#arrays.map(({ tensor, entry, layout }) => {
      const open = (): Promise<OpenSource> => Promise.resolve(entry.stored ?? new Sequential(() => entry.open(), entry.size));
      if (layout) this.#locations?.add(tensor, { ...layout, open });
      return tensor;
    });
  }

  /** Returns the parsed JSON of a small file of the zip; undefined, with a warning, if it cannot be read. */
  async #json(path: string): Promise<unknown> {
    const entry = this.#entries.find(({ name }) => name === path);
    try {
      return entry && parseJson(await unpack(entry, INSPECT_LIMITS.text));
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      this.#warnings.add(`its ${path} cannot be read: ${error.message}`);
      return undefined;
    }
  }
}

const quote = (name: string): string => JSON.stringify(short(name, 80));
