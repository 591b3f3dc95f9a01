import { describe, expect, test } from "@jest/globals";
import { found } from "../inspect.test.helper.js";

const JSON_MODEL = {
  learner: {
    attributes: { best_iteration: "3" },
    feature_names: ["age", "city"],
    feature_types: ["float", "c"],
    gradient_booster: { model: { gbtree_model_param: { num_trees: "12" } }, name: "gbtree" },
    learner_model_param: { base_score: "5E-1", num_class: "0", num_feature: "2" },
    objective: { name: "binary:logistic" },
  },
  version: [3, 2, 0],
};

const FOUND = {
  format: "xgboost",
  signature: {
    inputs: [
      { name: "age", type: "float", required: true },
      { name: "city", type: "c", required: true },
    ],
  },
  properties: {
    version: "3.2.0",
    booster: "gbtree",
    objective: "binary:logistic",
    num_class: "0",
    num_feature: "2",
    base_score: "5E-1",
    trees: "12",
    "attributes.best_iteration": "3",
  },
};

/** Universal Binary JSON as XGBoost writes it: lengths of 64 bits. */
function ubjson(value: unknown): Buffer {
  const length = (count: number): Buffer => {
    const bytes = Buffer.alloc(9, "L");
    bytes.writeBigInt64BE(BigInt(count), 1);
    return bytes;
  };
  const text = (one: string): Buffer => Buffer.concat([length(Buffer.byteLength(one)), Buffer.from(one)]);
  if (typeof value === "string") return Buffer.concat([Buffer.from("S"), text(value)]);
  if (typeof value === "number") return Buffer.from([0x69, value]);
  if (Array.isArray(value)) return Buffer.concat([Buffer.from("[#"), length(value.length), ...value.map(ubjson)]);
  const entries = Object.entries(value as object).flatMap(([key, one]) => [text(key), ubjson(one)]);
  return Buffer.concat([Buffer.from("{"), ...entries, Buffer.from("}")]);
}

describe("XGBoost", () => {
  test("JSON and Universal Binary JSON", async () => {
    expect(await found("model.json", JSON.stringify(JSON_MODEL))).toEqual(FOUND);
    expect(await found("model.ubj", ubjson(JSON_MODEL))).toEqual(FOUND);
  });

  test("arrays of numbers are skipped; a dart has its trees one level deeper", async () => {
    const numbers = Buffer.concat([Buffer.from("[$d#L"), Buffer.from("0000000000000003", "hex"), Buffer.alloc(12)]);
    const name = Buffer.concat([Buffer.from("L"), Buffer.from("0000000000000001", "hex"), Buffer.from("a")]);
    const bytes = ubjson(JSON_MODEL);
    const withNumbers = Buffer.concat([bytes.subarray(0, -1), name, numbers, Buffer.from("}")]);
    expect(await found("model.ubj", withNumbers)).toEqual(FOUND);
    const booster = { gbtree: { model: { gbtree_model_param: { num_trees: "7" } } }, name: "dart" };
    const dart = { ...JSON_MODEL, learner: { ...JSON_MODEL.learner, gradient_booster: booster } };
    expect((await found("model.json", JSON.stringify(dart))).properties).toMatchObject({ booster: "dart", trees: "7" });
  });

  test.each<[string, Buffer, RegExp]>([
    ["cut short", ubjson(JSON_MODEL).subarray(0, 200), /ends early/],
    [
      "nested without end",
      Buffer.concat([ubjson({ learner: "" }).subarray(0, 17), Buffer.alloc(1_000, "[")]),
      /nested too deeply|ends early/,
    ],
    ["an array of 2^62", Buffer.concat([ubjson({ learner: "" }).subarray(0, 17), Buffer.from("[$d#L4000000000000000")]), /./],
    [
      "empty values without end",
      Buffer.concat([
        ubjson({ learner: "" }).subarray(0, 17),
        Buffer.from("[#L"),
        Buffer.from("0000000000ffffff", "hex"),
        Buffer.alloc(5_000_000, "Z"),
      ]),
      /too many values/,
    ],
  ])("Universal Binary JSON %s", async (_, bytes, reason) => {
    expect(await found("model.ubj", bytes)).toEqual({ format: "xgboost", warnings: [expect.stringMatching(reason)] });
  });
});

describe("LightGBM", () => {
  const MODEL =
    "tree\nversion=v4\nnum_class=1\nlabel_index=0\nobjective=binary sigmoid:1\nfeature_names=age city\ntree_sizes=100 200 300\n\nTree=0\nsplit=1\n";

  test("properties, features, number of trees", async () => {
    expect(await found("model.txt", MODEL)).toEqual({
      format: "lightgbm",
      signature: {
        inputs: [
          { name: "age", type: "number", required: true },
          { name: "city", type: "number", required: true },
        ],
      },
      properties: { version: "v4", num_class: "1", label_index: "0", objective: "binary sigmoid:1", trees: "3", features: "2" },
    });
  });

  test.each([
    ["tree\nversion=v4\nnum", "ends early"],
    [`tree\nversion=${"x".repeat(5 << 20)}`, "a line is longer"],
  ])("%.20j", async (bytes, reason) => {
    expect(await found("model.txt", bytes)).toEqual({ format: "lightgbm", warnings: [expect.stringContaining(reason)] });
  });

  test("more features than are kept", async () => {
    const names = Array.from({ length: 1_200 }, (_, i) => `f${i}`).join(" ");
    const findings = await found("model.txt", MODEL.replace("age city", names));
    expect(findings.signature!.inputs).toHaveLength(1_000);
    expect(findings.warnings).toEqual(["it has 1200 features; 1000 are kept"]);
  });
});
