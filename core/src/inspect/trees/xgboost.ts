/** XGBoost's models as JSON and as Universal Binary JSON: objective, booster, features, number of trees. */
import { whole } from "../../bytes/source.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { FormatReader } from "../reader.js";
import { isRecord, own, parseJson, short } from "../text.js";
import { featureColumns } from "./features.js";
import { parseUbjson } from "./ubjson.js";

/** Maximum bytes of a model to read. A JSON model is held in memory as a whole. */
const MOST_JSON = 64 << 20;
const MOST_UBJSON = 256 << 20;
const JSON_HEAD = /^\s*\{\s*"(learner|version)"\s*:/;
// The length of the first key as a 64-bit number, and the key.
// eslint-disable-next-line no-control-regex
const UBJSON_HEAD = /^\{L\x00{7}\x07(learner|version)/;

export const xgboost: FormatReader = {
  failed: { format: "xgboost" },
  matches: ({ head, name }) => {
    const start = head.toString("latin1", 0, 64);
    return UBJSON_HEAD.test(start) || (/\.(json|xgb|model)$/.test(name) && JSON_HEAD.test(start) && head.includes('"learner"'));
  },
  async read(source, { head }, warnings) {
    const binary = UBJSON_HEAD.test(head.toString("latin1", 0, 64));
    const model = binary ? parseUbjson(await whole(source, MOST_UBJSON)) : parseJson(await whole(source, MOST_JSON));
    const learner = own(model, "learner");
    const booster = own(learner, "gradient_booster");
    const parameters = own(learner, "learner_model_param");
    // The booster "dart" has a "gbtree" in it.
    const inner = own(own(own(booster, "gbtree") ?? booster, "model"), "gbtree_model_param");
    const version = own(model, "version");
    const properties: [string, unknown][] = [
      ["version", Array.isArray(version) ? version.join(".") : undefined],
      ["booster", own(booster, "name")],
      ["objective", own(own(learner, "objective"), "name")],
      ["num_class", own(parameters, "num_class")],
      ["num_feature", own(parameters, "num_feature")],
      ["base_score", own(parameters, "base_score")],
      ["trees", own(inner, "num_trees")],
    ];
    const attributes = own(learner, "attributes");
    if (isRecord(attributes))
      properties.push(...Object.entries(attributes).map(([key, value]): [string, unknown] => [`attributes.${key}`, value]));
    const names = strings(own(learner, "feature_names"));
    return {
      format: "xgboost",
      ...(names.length > 0 && { signature: { inputs: featureColumns(names, strings(own(learner, "feature_types")), warnings) } }),
      properties: Object.fromEntries(
        properties
          .filter((entry): entry is [string, string] => typeof entry[1] === "string")
          .slice(0, INSPECT_LIMITS.items)
          .map(([key, value]) => [short(key), short(value)]),
      ),
    };
  },
};

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);
