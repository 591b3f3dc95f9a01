/** Summarizes the findings of all files. */
import type { CodeFinding, Findings, Summary } from "./findings.js";
import { INSPECT_LIMITS } from "./limits.js";
import { NOT_KEPT } from "./room.js";
import { defined } from "../defined.js";

/** Warning on the whole model, with an empty path: only counts are kept. */
export const TOO_MUCH = "the findings are too large to keep";
/** Warning on the whole model: some files keep only their format and whether they can run code. */
export const NOT_ALL = "the findings of some files are not kept, because there was no room";
/** Warning on the whole model: its files were not inspected. */
export const NOT_INSPECTED = "its files were not inspected when it was published";

interface Kind {
  files: number;
  whole: boolean;
  readonly unknown: Set<string>;
}

/** Adds up the findings of files, which arrive in the order of their paths. */
export class Summing {
  readonly #formats = new Map<string, number>();
  readonly #code = new Map<string, Kind>();
  #tensorCount = 0;
  #parameters = 0;
  readonly #warnings: { path: string; warning: string }[] = [];
  #notAll = false;
  #model: Outermost | undefined;
  #signature: Outermost | undefined;
  #requirements: Outermost | undefined;
  #metrics: Outermost | undefined;

  add(path: string, findings: Findings): void {
    this.#formats.set(findings.format, (this.#formats.get(findings.format) ?? 0) + 1);
    this.#tensorCount += findings.tensorCount ?? 0;
    this.#parameters += findings.parameters ?? 0;
    if (findings.code !== undefined) this.#addCode(findings.code);
    for (const warning of findings.warnings ?? []) this.warn(path, warning);
    if (findings.format === "mlflow") this.#model = outer(this.#model, path, 0, findings);
    if (findings.signature) this.#signature = outer(this.#signature, path, findings.format === "mlflow" ? 0 : 1, findings);
    if (findings.format === "metrics") this.#metrics = outer(this.#metrics, path, 0, findings);
    if (findings.requirements) this.#requirements = outer(this.#requirements, path, ORDER.indexOf(findings.format), findings);
  }

  /** Metrics of the outermost metrics file; undefined if the model has no metrics file. */
  get metrics(): Readonly<Record<string, number>> | undefined {
    return this.#metrics?.findings.metrics;
  }

  warn(path: string, warning: string): void {
    this.#notAll ||= warning === NOT_KEPT;
    if (this.#warnings.length < INSPECT_LIMITS.summaryItems) this.#warnings.push({ path, warning });
  }

  #addCode({ kind, unknown, whole }: CodeFinding): void {
    const known: Kind = this.#code.get(kind) ?? { files: 0, whole: true, unknown: new Set() };
    known.files++;
    known.whole &&= whole;
    for (const name of unknown) if (known.unknown.size < INSPECT_LIMITS.summaryItems) known.unknown.add(name);
    this.#code.set(kind, known);
  }

  summary(): Summary {
    const { properties } = this.#model?.findings ?? {};
    const { signature } = this.#signature?.findings ?? {};
    const { requirements } = this.#requirements?.findings ?? {};
    const summary: Summary = defined({
      formats: Object.fromEntries(sorted(this.#formats)),
      tensorCount: exact(this.#tensorCount),
      parameters: exact(this.#parameters),
      code: sorted(this.#code).map(([kind, { files, whole, unknown }]) => ({ kind, files, unknown: [...unknown].sort(), whole })),
      signature,
      requirements,
      properties,
      // First, because warnings of files may be cut.
      warnings: [...(this.#notAll ? [{ path: "", warning: NOT_ALL }] : []), ...this.#warnings],
    });
    if (Buffer.byteLength(JSON.stringify(summary)) <= INSPECT_LIMITS.summary) return summary;
    const { formats, tensorCount, parameters } = summary;
    const code = summary.code.map((kind) => ({ ...kind, unknown: [], whole: false }));
    return { formats, tensorCount, parameters, code, warnings: [{ path: "", warning: TOO_MUCH }] };
  }
}

/** File that wins among several with the same kind of statement: the best format, then the outermost, then the first. */
interface Outermost {
  readonly rank: number;
  readonly findings: Findings;
}

const ORDER = ["requirements", "lock", "conda"];

function outer(current: Outermost | undefined, path: string, order: number, findings: Findings): Outermost {
  const rank = 10_000 * order + depth(path);
  return current !== undefined && current.rank <= rank ? current : { rank, findings };
}

const depth = (path: string): number => path.split("/").length;
const exact = (count: number): number => Math.min(count, Number.MAX_SAFE_INTEGER);
const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
