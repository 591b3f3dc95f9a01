/** `metrics.json` and its relatives: numbers, nested ones joined by `.`. */
import { Damaged } from "../../bytes/damaged.js";
import { whole } from "../../bytes/source.js";
import { notJsonNumber, parseLenientJson } from "../../descriptors/lenient-json.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { Warnings, FormatReader } from "../reader.js";
import { isRecord, parseJson, short } from "../text.js";

const NAME = /^((all|eval|train|test|val|validation)[_-])?(metrics|results|scores)\.json$/;
const MOST_DEPTH = 16;

export const metricsFile: FormatReader = {
  failed: { format: "metrics" },
  matches: ({ name }) => NAME.test(name),
  async read(source, _, warnings) {
    const value = parseJson(await whole(source, INSPECT_LIMITS.text), parseLenientJson);
    if (!isRecord(value)) throw new Damaged("it is not an object of names and numbers");
    return { format: "metrics", metrics: metricsIn(value, warnings) };
  },
};

/** The numbers in a value; other values are left out. More lenient than for metrics that a publisher passes, because the file is published either way. */
export function metricsIn(value: Record<string, unknown>, warnings: Warnings): Record<string, number> {
  const found = new Map<string, number>();
  const walk = (object: Record<string, unknown>, start: string, depth: number): void => {
    for (const key of Object.keys(object).sort()) {
      const entry = object[key];
      const name = `${start}${key}`;
      if (typeof entry === "number") {
        if (found.size >= INSPECT_LIMITS.items) warnings.add(`it has more than ${INSPECT_LIMITS.items} metrics`);
        else if (Number.isFinite(entry)) found.set(short(name), entry === 0 ? 0 : entry);
        else warnings.add(`${short(name)} is ${entry}`);
      } else if (isRecord(entry)) {
        if (depth < MOST_DEPTH) walk(entry, `${name}.`, depth + 1);
        else warnings.add("it is nested too deeply");
      } else {
        const word = notJsonNumber(entry);
        if (word !== undefined) warnings.add(`${short(name)} is ${word}`);
      }
    }
  };
  walk(value, "", 1);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
