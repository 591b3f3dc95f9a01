import { expect, test } from "@jest/globals";
import { found } from "../inspect.test.helper.js";

const MLMODEL = `artifact_path: model
flavors:
  python_function:
    env: {conda: conda.yaml, virtualenv: python_env.yaml}
    loader_module: mlflow.sklearn
    model_path: model.pkl
    python_version: 3.11.7
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.9.1
mlflow_version: 3.4.0
model_uuid: 0123
utc_time_created: '2026-11-23 14:00:00'
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}, {"type": "string", "name": "city", "required": false},
    {"name": "tags", "type": "array", "items": {"type": "string", "required": true}, "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: '[{"name": "top", "type": "long", "default": 5, "shape": null}]'
`;

test("flavors, versions and the signature, column by column", async () => {
  expect(await found("model/MLmodel", MLMODEL)).toEqual({
    format: "mlflow",
    signature: {
      inputs: [
        { name: "age", type: "double", required: true },
        { name: "city", type: "string", required: false },
        { name: "tags", type: '{"type":"array","items":{"required":true,"type":"string"}}', required: true },
      ],
      outputs: [{ type: "int64", required: true, shape: [-1] }],
      params: [{ name: "top", type: "long", required: true, default: "5" }],
    },
    properties: {
      flavors: "python_function, sklearn",
      mlflow_version: "3.4.0",
      "python_function.loader_module": "mlflow.sklearn",
      "python_function.python_version": "3.11.7",
      "python_function.env": '{"conda":"conda.yaml","virtualenv":"python_env.yaml"}',
      "sklearn.serialization_format": "cloudpickle",
      "sklearn.sklearn_version": "1.9.1",
    },
  });
});

test("a custom loader is code", async () => {
  const own = MLMODEL.replace("mlflow.sklearn", "my_loader");
  expect((await found("MLmodel", own)).code).toEqual({
    kind: "mlflow-loader",
    imports: ["my_loader"],
    unknown: ["my_loader"],
    whole: true,
  });
  const withCode = MLMODEL.replace("loader_module:", "code: code\n    loader_module:");
  expect((await found("MLmodel", withCode)).code).toMatchObject({ kind: "mlflow-loader" });
});

test.each<[string, string, RegExp]>([
  ["no flavors", "a: 1", /no flavors/],
  ["a list", "- flavors", /no flavors/],
  ["no YAML", "flavors: [", /not YAML/],
  [
    "a bomb of aliases",
    `a: &a [${"x,".repeat(50)}x]\n${Array.from("bcdefghij", (c, i) => `${c}: &${c} [${`*${"abcdefghi"[i]!},`.repeat(50)}]`).join("\n")}\nflavors: *j`,
    /cannot be read as YAML/,
  ],
  ["nested without end", `flavors: ${"[".repeat(100_000)}`, /YAML/],
  ["bytes that are no text", "flavors: \xff", /UTF-8/],
])("%s", async (_, text, reason) => {
  expect(await found("MLmodel", Buffer.from(text, "latin1"))).toEqual({ format: "mlflow", warnings: [expect.stringMatching(reason)] });
});

test("an invalid signature is left out with a warning", async () => {
  const findings = await found("MLmodel", "flavors: {sklearn: {}}\nsignature: {inputs: '{', outputs: 7}");
  expect(findings).toEqual({
    format: "mlflow",
    properties: { flavors: "sklearn" },
    warnings: ["the inputs of its signature are not a list", "the outputs of its signature are not a list"],
  });
  const many = JSON.stringify(Array.from({ length: 2_000 }, (_, i) => ({ name: `c${i}`, type: "double" })));
  const { signature, warnings } = await found("MLmodel", `flavors: {sklearn: {}}\nsignature: {inputs: '${many}'}`);
  expect(signature?.inputs).toHaveLength(1_000);
  expect(warnings).toEqual(["its signature has 2000 inputs; 1000 are kept"]);
});
