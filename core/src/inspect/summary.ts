/** The findings of all files together. */
import type { Code, Findings, Summary } from "./findings.js";
import { INSPECT_LIMITS } from "./limits.js";

interface Kind {
  files: number;
  whole: boolean;
  readonly unknown: Set<string>;
}

/** Takes the findings of one file after the other, in the order of their paths. */
export class Summing {
  readonly #formats = new Map<string, number>();
  readonly #code = new Map<string, Kind>();
  #tensorCount = 0;
  #parameters = 0;
  readonly #warnings: { path: string; warning: string }[] = [];
  #model: Findings | undefined;
  #modelPath = "";
  #requirements: Findings["requirements"];

  add(path: string, findings: Findings): void {
    this.#formats.set(findings.format, (this.#formats.get(findings.format) ?? 0) + 1);
    this.#tensorCount += findings.tensorCount ?? 0;
    this.#parameters += findings.parameters ?? 0;
    if (findings.code !== undefined) this.#addCode(findings.code);
    for (const warning of findings.warnings ?? []) this.warn(path, warning);
    // Of several MLmodel files the outermost is the model's; the others belong to its parts.
    if (findings.format === "mlflow" && (this.#model === undefined || depth(path) < depth(this.#modelPath))) {
      this.#model = findings;
      this.#modelPath = path;
    }
    if (findings.requirements !== undefined) this.#requirements ??= findings.requirements;
  }

  warn(path: string, warning: string): void {
    if (this.#warnings.length < INSPECT_LIMITS.summaryItems) this.#warnings.push({ path, warning });
  }

  #addCode({ kind, unknown, whole }: Code): void {
    const known: Kind = this.#code.get(kind) ?? { files: 0, whole: true, unknown: new Set() };
    known.files++;
    known.whole &&= whole;
    for (const name of unknown) if (known.unknown.size < INSPECT_LIMITS.summaryItems) known.unknown.add(name);
    this.#code.set(kind, known);
  }

  summary(): Summary {
    const { signature, properties } = this.#model ?? {};
    const summary: Summary = {
      formats: Object.fromEntries(sorted(this.#formats)),
      tensorCount: exact(this.#tensorCount),
      parameters: exact(this.#parameters),
      code: sorted(this.#code).map(([kind, { files, whole, unknown }]) => ({ kind, files, unknown: [...unknown].sort(), whole })),
      ...(signature && { signature }),
      ...(this.#requirements && { requirements: this.#requirements }),
      ...(properties && { properties }),
      warnings: this.#warnings,
    };
    if (Buffer.byteLength(JSON.stringify(summary)) <= INSPECT_LIMITS.summary) return summary;
    const { formats, tensorCount, parameters } = summary;
    const code = summary.code.map((kind) => ({ ...kind, unknown: [], whole: false }));
    return { formats, tensorCount, parameters, code, warnings: [{ path: "", warning: "what was found is too much to be kept" }] };
  }
}

const depth = (path: string): number => path.split("/").length;
const exact = (count: number): number => Math.min(count, Number.MAX_SAFE_INTEGER);
const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
