/** Reads ONNX: initializers, inputs, outputs and operators of the graph. Nothing runs; weights in other files are named. */
import { Damaged } from "../../bytes/damaged.js";
import type { ByteSource } from "../../bytes/source.js";
import type { Column, Findings } from "../../findings/findings.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { Warnings, FormatReader } from "../reader.js";
import { collect, type TensorInput } from "../tensors/collect.js";
import { disjoint } from "../tensors/hash.js";
import { besideOf, contained, type OpenFile, type TensorLocation, type TensorLocations } from "../tensors/locations.js";
import { short } from "../text.js";
import { columnOf } from "./column.js";
import { hashesElsewhere } from "./external.js";
import { readTensor, type OnnxTensor } from "./tensor.js";
import { typedLocation } from "./typed.js";
import { type Field, Wire } from "./wire.js";

export const onnx: FormatReader = {
  failed: { format: "onnx" },
  matches: ({ name }) => name.endsWith(".onnx"),
  read: (source, { path }, warnings, locations, openFile) => new ModelReader(source, path, warnings, locations, openFile).read(),
};

const MODEL = {
  irVersion: 1,
  producer: 2,
  producerVersion: 3,
  domain: 4,
  modelVersion: 5,
  graph: 7,
  opset: 8,
  metadata: 14,
  functions: 25,
};
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NODE = { operator: 4, attribute: 5, domain: 7 };
/** Fields of an attribute that hold graphs. The others are skipped: a forest of trees stores all its numbers in attributes. */
const GRAPHS: ReadonlySet<number> = new Set([6, 11]);
const MOST_DEPTH = 20;
/** Domains whose operators every runtime, or a well-known one, provides. */
const DOMAINS = new Set(["", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training", "com.microsoft"]);

class ModelReader {
  readonly #source: ByteSource;
  readonly #path: string;
  readonly #warnings: Warnings;
  readonly #locations: TensorLocations | undefined;
  readonly #openFile: OpenFile | undefined;
  readonly #wire: Wire;
  readonly #tensors: OnnxTensor[] = [];
  readonly #columns = { inputs: [] as Column[], outputs: [] as Column[] };
  readonly #operators = new Map<string, number>();
  readonly #external = new Set<string>();

  constructor(
    source: ByteSource,
    path: string,
    warnings: Warnings,
    locations: TensorLocations | undefined,
    openFile: OpenFile | undefined,
  ) {
    this.#source = source;
    this.#path = path;
    this.#warnings = warnings;
    this.#locations = locations;
    this.#openFile = openFile;
    this.#wire = new Wire(source);
  }

  async read(): Promise<Findings> {
    const properties = await this.#model();
    const names = new Set(this.#tensors.map(({ name }) => name));
    // Before version 4 of the format, initializers were also inputs.
    const inputs = this.#columns.inputs.filter(({ name }) => !names.has(name ?? ""));
    return {
      format: "onnx",
      ...collect(await this.#hashed()),
      signature: { inputs, outputs: this.#columns.outputs },
      properties: { ...Object.fromEntries(properties), ...this.#operatorProperties() },
    };
  }

  async #model(): Promise<[string, string][]> {
    const properties: [string, string][] = [];
    const put = (key: string, value: string): void => {
      if (properties.length < INSPECT_LIMITS.items) properties.push([short(key), value]);
    };
    let graphs = 0;
    for await (const field of this.#wire.fields(0, this.#source.size)) {
      if (field.number === MODEL.graph) {
        if (++graphs > 1) throw new Damaged("it has two graphs");
        await this.#graph(field, 0);
      } else if (field.number === MODEL.irVersion) put("ir_version", String(field.value));
      else if (field.number === MODEL.modelVersion) put("model_version", String(field.value));
      else if (field.number === MODEL.producer) put("producer_name", await this.#wire.text(field));
      else if (field.number === MODEL.producerVersion) put("producer_version", await this.#wire.text(field));
      else if (field.number === MODEL.domain) put("domain", await this.#wire.text(field));
      else if (field.number === MODEL.opset) {
        const [domain, version] = await this.#pair(field);
        put(`opset.${domain === "" ? "ai.onnx" : domain}`, version);
      } else if (field.number === MODEL.metadata) put(...(await this.#pair(field)));
    }
    if (graphs === 0) throw new Damaged("it has no graph");
    return properties;
  }

  /** Reads a message of a text and a text or number. */
  async #pair({ start, end }: Field): Promise<[string, string]> {
    const pair: [string, string] = ["", ""];
    for await (const field of this.#wire.fields(start, end)) {
      if (field.number === 1 || field.number === 2)
        pair[field.number - 1] = field.isNumber ? String(field.value) : await this.#wire.text(field);
    }
    return pair;
  }

  async #graph({ start, end }: Field, depth: number): Promise<void> {
    if (depth > MOST_DEPTH) throw new Damaged("it is nested too deeply");
    for await (const field of this.#wire.fields(start, end)) {
      if (field.number === GRAPH.node) await this.#node(field, depth);
      else if (field.number === GRAPH.initializer) await this.#initializer(field);
      else if (depth === 0 && (field.number === GRAPH.input || field.number === GRAPH.output)) {
        const columns = field.number === GRAPH.input ? this.#columns.inputs : this.#columns.outputs;
        if (columns.length < INSPECT_LIMITS.items) columns.push(await columnOf(this.#wire, field));
        else this.#warnings.add(`only ${INSPECT_LIMITS.items} of its inputs and outputs are kept`);
      }
    }
  }

  async #node({ start, end }: Field, depth: number): Promise<void> {
    let [operator, domain] = ["", ""];
    for await (const field of this.#wire.fields(start, end)) {
      if (field.number === NODE.operator) operator = await this.#wire.text(field, 100);
      else if (field.number === NODE.domain) domain = await this.#wire.text(field, 100);
      else if (field.number === NODE.attribute) {
        for await (const inner of this.#wire.fields(field.start, field.end, GRAPHS)) await this.#graph(inner, depth + 1);
      }
    }
    const name = domain === "" || domain === "ai.onnx" ? operator : `${domain}.${operator}`;
    if (this.#operators.size < INSPECT_LIMITS.items || this.#operators.has(name))
      this.#operators.set(name, (this.#operators.get(name) ?? 0) + 1);
    if (!DOMAINS.has(domain)) this.#warnings.add(`it uses operators of the domain ${JSON.stringify(domain)}, which a library must provide`);
  }

  async #initializer(field: Field): Promise<void> {
    if (this.#tensors.length >= INSPECT_LIMITS.countedTensors) throw new Damaged("it has too many tensors");
    const tensor = await readTensor(this.#wire, field);
    this.#tensors.push(tensor);
    if (tensor.location === undefined) return;
    if (besideOf(this.#path, tensor.location) === undefined)
      this.#warnings.add(`its weights point outside the model: ${JSON.stringify(short(tensor.location, 200))}`);
    else if (this.#external.size < INSPECT_LIMITS.items) this.#external.add(tensor.location);
  }

  async #hashed(): Promise<TensorInput[]> {
    const ranges = this.#tensors.flatMap(({ raw }) => raw ?? []);
    if (!disjoint(ranges, this.#source.size)) throw new Damaged("its tensors overlap");
    const elsewhere =
      this.#openFile === undefined || this.#locations !== undefined
        ? undefined
        : await hashesElsewhere(this.#tensors.slice(0, INSPECT_LIMITS.tensors), this.#path, this.#warnings, this.#openFile);
    const tensors: TensorInput[] = [];
    for (const described of this.#tensors) {
      const { raw, location, offset, length: _, typed, ...tensor } = described;
      const listed = tensors.length < INSPECT_LIMITS.tensors;
      if (raw !== undefined && listed) tensors.push(await contained(tensor, this.#source, raw, this.#locations));
      else {
        const sha256 = elsewhere?.get(described);
        tensors.push(sha256 === undefined ? tensor : { ...tensor, sha256 });
        if (typed !== undefined) this.#locations?.add(tensor, typedLocation(this.#source, typed, tensor.dtype));
        else if (location !== undefined) this.#elsewhere(tensor, location, offset);
      }
    }
    return tensors;
  }

  /** Notes the location of a tensor in another file, next to this one or below it. */
  #elsewhere(tensor: TensorInput, location: string, start: number): void {
    const path = besideOf(this.#path, location);
    if (path !== undefined) this.#locations?.add(tensor, { start, open: (openFile) => openFile(path) } satisfies TensorLocation);
  }

  #operatorProperties(): Record<string, string> {
    const operators = [...this.#operators].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name} ${count}`);
    const external = [...this.#external].sort();
    return {
      operators: short(operators.join(", ")),
      ...(external.length > 0 && { external_data: short(external.join(", ")) }),
    };
  }
}
