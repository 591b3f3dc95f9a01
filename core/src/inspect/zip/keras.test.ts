import { describe, expect, test } from "@jest/globals";
import { found, zipOf } from "../inspect.test.helper.js";

const layer = (module: string | null, name: string, config: unknown = {}) => ({ module, class_name: name, config, registered_name: null });
const keras = (config: unknown): Buffer =>
  zipOf([
    { name: "metadata.json", content: "{}" },
    { name: "config.json", content: typeof config === "string" ? config : JSON.stringify(config) },
    { name: "model.weights.h5", content: "\x89HDF" },
  ]);

describe("Keras", () => {
  test("its own layers are not code", async () => {
    const dense = layer("keras.layers", "Dense", {
      kernel_initializer: layer("keras.initializers", "GlorotUniform"),
      dtype: layer("keras", "DTypePolicy"),
    });
    const model = layer("keras.src.models.functional", "Functional", { layers: [dense, layer("keras.layers", "InputLayer")] });
    expect(await found("model.keras", keras(model))).toEqual({ format: "keras" });
  });

  test.each<[string, unknown, string]>([
    ["a Lambda layer", layer("keras.layers", "Lambda"), "keras.layers:Lambda"],
    ["a lambda", { class_name: "__lambda__", config: { value: "code" } }, ":__lambda__"],
    ["a layer of another module", layer("my.layers", "Attention"), "my.layers:Attention"],
    ["a function of any module (CVE-2025-1550)", layer("subprocess", "run"), "subprocess:run"],
    ["a function of Keras (CVE-2025-8747)", layer("keras.utils", "get_file"), "keras.utils:get_file"],
    ["a class of no module", layer(null, "Thing"), ":Thing"],
    ["a module that only begins like Keras", layer("keras_evil", "Thing"), "keras_evil:Thing"],
  ])("%s", async (_, inner, name) => {
    const { code } = await found("model.keras", keras(layer("keras", "Sequential", { layers: [inner] })));
    expect(code).toEqual({ kind: "keras", imports: [name], unknown: [name], whole: true });
  });

  test("a configuration that cannot be read, or is endless", async () => {
    expect((await found("model.keras", keras("{"))).code).toMatchObject({ kind: "keras", whole: false });
    const deep = `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`;
    expect((await found("model.keras", keras(deep))).code).toMatchObject({ kind: "keras", whole: false });
  });
});
