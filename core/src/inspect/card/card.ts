/** Model cards: Markdown with YAML in front, as the Hugging Face Hub has it. */
import { whole } from "../../bytes/source.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { Warnings, FormatReader } from "../reader.js";
import { decode, isRecord, own, short } from "../text.js";
import { parseYaml } from "../texts/yaml.js";
import { defined } from "../../defined.js";

const KEPT = ["license", "license_name", "library_name", "pipeline_tag", "base_model", "datasets", "language", "tags", "model_name"];

export const card: FormatReader = {
  failed: { format: "card" },
  matches: ({ name }) => /^(readme|(model[-_ ]?)?card)\.(md|markdown)$/.test(name),
  async read(source, _, warnings) {
    const text = decode(await whole(source, INSPECT_LIMITS.text)).toWellFormed();
    const front = frontMatter(text, warnings);
    const properties = KEPT.flatMap((key) => {
      const value = own(front, key);
      return value === undefined || value === null
        ? []
        : [[key, short(typeof value === "string" ? value : JSON.stringify(value))] as const];
    });
    const metrics = modelIndex(front);
    return defined({
      format: "card",
      card: cut(text),
      properties: properties.length > 0 ? Object.fromEntries(properties) : undefined,
      metrics: metrics.length > 0 ? Object.fromEntries(metrics) : undefined,
    });
  },
};

/** A long card is cut at the end of a line. */
function cut(text: string): { text: string; cut: boolean } {
  if (text.length <= INSPECT_LIMITS.card) return { text, cut: false };
  const end = text.lastIndexOf("\n", INSPECT_LIMITS.card - 1);
  return { text: text.slice(0, end > 0 ? end + 1 : INSPECT_LIMITS.card).toWellFormed(), cut: true };
}

function frontMatter(text: string, warnings: Warnings): unknown {
  const found = /^---\r?\n([^]*?)\r?\n---\s*(\r?\n|$)/.exec(text);
  if (!found) return undefined;
  try {
    return parseYaml(found[1]!);
  } catch {
    warnings.add("its front matter is not YAML");
    return undefined;
  }
}

/** The metrics that a card claims: `dataset/metric`. */
function modelIndex(front: unknown): [string, number][] {
  const found = new Map<string, number>();
  for (const model of list(own(front, "model-index"))) {
    for (const result of list(own(model, "results"))) {
      const dataset = textOf(own(own(result, "dataset"), "name")) ?? textOf(own(own(result, "dataset"), "type"));
      for (const metric of list(own(result, "metrics"))) {
        const name = textOf(own(metric, "name")) ?? textOf(own(metric, "type"));
        const value = Number(own(metric, "value") ?? Number.NaN);
        if (name !== undefined && Number.isFinite(value) && found.size < INSPECT_LIMITS.items)
          found.set(short(dataset === undefined ? name : `${dataset}/${name}`), value === 0 ? 0 : value);
      }
    }
  }
  return [...found];
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
