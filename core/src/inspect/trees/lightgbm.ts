/** Reads LightGBM's text model: one property per line, then the trees, which are only counted. */
import { Cursor } from "../../bytes/cursor.js";
import { pieces } from "../../bytes/source.js";
import type { FormatReader } from "../reader.js";
import { short } from "../text.js";
import { featureColumns } from "./features.js";

const MOST_LINE = 4 << 20;
const MOST_LINES = 100;
const KEPT = ["version", "num_class", "num_tree_per_iteration", "label_index", "objective", "average_output"];

export const lightgbm: FormatReader = {
  failed: { format: "lightgbm" },
  matches: ({ head }) => head.toString("latin1", 0, 13) === "tree\nversion=",
  async read(source, _, warnings) {
    const properties = new Map<string, string>();
    const cursor = Cursor.over(pieces(source));
    try {
      await cursor.line(MOST_LINE);
      // The properties end at an empty line, before the first tree.
      for (let line = "-", count = 0; line !== "" && count < MOST_LINES; count++) {
        line = (await cursor.line(MOST_LINE)).toString("utf8").trimEnd();
        const at = line.indexOf("=");
        properties.set(at < 0 ? line : line.slice(0, at), at < 0 ? "true" : line.slice(at + 1));
      }
    } finally {
      await cursor.close();
    }
    const names = properties.get("feature_names")?.split(" ") ?? [];
    const trees =
      properties
        .get("tree_sizes")
        ?.split(" ")
        .filter((size) => size !== "").length ?? 0;
    const kept = KEPT.flatMap((name) => (properties.has(name) ? [[name, short(properties.get(name)!)] as const] : []));
    return {
      format: "lightgbm",
      signature: { inputs: featureColumns(names, [], warnings) },
      properties: { ...Object.fromEntries(kept), trees: String(trees), features: String(names.length) },
    };
  },
};
