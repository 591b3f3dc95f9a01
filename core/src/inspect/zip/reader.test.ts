import { describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { found, pickled, proto, text, type ZipFile, zipOf } from "../inspect.test.helper.js";

const SYSTEM = pickled(proto(2), "cos\nsystem\n", ")R.");
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A state dict with one tensor of PyTorch, as `torch.save` pickles it. */
function stateDict(shape: readonly number[], stride: readonly number[], offset = 0): Buffer {
  const ints = (all: readonly number[]): Buffer => pickled("(", ...all.map((one) => pickled("K", one)), "t");
  return pickled(
    ...[proto(2), "}", text("layer.weight"), "ctorch._utils\n_rebuild_tensor_v2\n", "(("],
    ...[text("storage"), "ctorch\nFloatStorage\n", text("0"), text("cpu"), "K", 8, "tQ", "K", offset],
    ...[ints(shape), ints(stride), 0x89, "ccollections\nOrderedDict\n)RtRs."],
  );
}

const torch = (data: Buffer, files: readonly ZipFile[] = []): Buffer =>
  zipOf([
    { name: "archive/data.pkl", content: data },
    { name: "archive/data/0", content: Buffer.from([...Array(32).keys()]) },
    { name: "archive/version", content: "3\n" },
    ...files,
  ]);

describe("PyTorch files", () => {
  test("tensors with the content of their storage, and imports", async () => {
    const content = Buffer.from([...Array(32).keys()]);
    expect(await found("model.pt", torch(stateDict([2, 3], [3, 1], 1)))).toEqual({
      format: "pytorch",
      tensors: [{ name: "layer.weight", dtype: "float32", shape: [2, 3], bytes: 24, sha256: sha256(content.subarray(4, 28)) }],
      tensorCount: 1,
      parameters: 6,
      code: {
        kind: "pickle",
        imports: ["collections:OrderedDict", "torch._utils:_rebuild_tensor_v2", "torch:FloatStorage"],
        unknown: [],
        whole: true,
      },
    });
  });

  test("a transposed tensor, or one that reaches beyond its storage, has no hash", async () => {
    for (const data of [stateDict([2, 3], [1, 2]), stateDict([3, 3], [3, 1])]) {
      const { tensors } = await found("pytorch_model.bin", torch(data));
      expect(tensors).toHaveLength(1);
      expect(tensors![0]).not.toHaveProperty("sha256");
    }
  });

  test("TorchScript is code", async () => {
    const findings = await found("model.pt", torch(stateDict([2], [1]), [{ name: "archive/code/__torch__.py", content: "def f(): pass" }]));
    expect(findings).toMatchObject({ format: "torchscript", code: { kind: "torchscript" } });
  });
});

describe("pickles in zips", () => {
  const expectSystem = async (files: readonly ZipFile[], whole: boolean): Promise<void> => {
    const { code } = await found("model.anything", zipOf(files));
    expect(code).toMatchObject({ unknown: ["os:system"], whole });
  };

  test.each(["data.pkl", "x/data.pkl", "constants.pkl", "SOMETHING.PKL", "../../evil.pkl"])("named %s", async (name) => {
    await expectSystem([{ name, content: SYSTEM }], true).catch(async (error: unknown) => {
      if (!name.startsWith("..")) throw error;
      // A name that leads out is refused by the library that reads the directory: nothing is promised of the file then.
      expect((await found("m.pt", zipOf([{ name, content: SYSTEM }]))).code).toMatchObject({ whole: false });
    });
  });

  test("compressed, with a wrong checksum, or after another name", async () => {
    await expectSystem([{ name: "data.pkl", content: SYSTEM, deflated: true }], true);
    await expectSystem([{ name: "data.pkl", content: SYSTEM, crc: 1 }], true);
    await expectSystem([{ name: "data.pkl", content: SYSTEM, localName: "data.txt" }], true);
  });

  test("marked as encrypted, which PyTorch ignores", async () => {
    await expectSystem([{ name: "data.pkl", content: SYSTEM, flags: 1 }], false);
  });

  test("under a misleading name", async () => {
    for (const name of ["notes.txt", "archive/data/17", "version"]) await expectSystem([{ name, content: SYSTEM }], false);
  });

  test("two with the same name: both are followed", async () => {
    await expectSystem(
      [
        { name: "data.pkl", content: pickled(proto(2), "N.") },
        { name: "data.pkl", content: SYSTEM },
      ],
      false,
    );
  });

  test("a tensor's bytes that only begin like a pickle are not a pickle", async () => {
    const findings = await found("m.pt", zipOf([{ name: "archive/data/0", content: pickled(proto(2), Buffer.alloc(100)) }]));
    expect(findings).toEqual({ format: "zip" });
  });

  test("a nested zip, an unsupported method, a broken directory", async () => {
    const inner = zipOf([{ name: "data.pkl", content: SYSTEM }]);
    for (const bytes of [
      zipOf([{ name: "inner.bin", content: inner }]),
      zipOf([{ name: "data.pkl", content: SYSTEM, method: 93 }]),
      inner.subarray(0, -30),
      Buffer.concat([inner, Buffer.alloc(100_000)]),
    ]) {
      const findings = await found("model.pt", bytes);
      expect(findings.code).toMatchObject({ kind: "pickle", whole: false });
      expect(findings.warnings).toHaveLength(1);
    }
  });

  test("files that share their bytes cannot make it read more than it has", async () => {
    const one = zipOf([{ name: "data/1", content: Buffer.alloc(1000) }]);
    const start = one.indexOf("PK\x01\x02", 0, "latin1");
    const entry = one.subarray(start, one.length - 22);
    const end = Buffer.from(one.subarray(one.length - 22));
    end.writeUInt16LE(5_000, 8);
    end.writeUInt16LE(5_000, 10);
    const findings = await found("m.pt", Buffer.concat([one.subarray(0, start), ...Array.from({ length: 5_000 }, () => entry), end]));
    expect(findings).toMatchObject({ format: "zip", code: { whole: false }, warnings: [expect.stringContaining("overlap")] });
  });
});

describe("skops", () => {
  const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n";
  const array = Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00", "latin1"),
    Buffer.from([header.length, 0]),
    Buffer.from(header),
    Buffer.alloc(2),
  ]);
  const node = (loader: string, more: object) => ({ __loader__: loader, ...more });
  const schema = node("ObjectNode", {
    content: node("DictNode", {
      content: {
        steps: node("ListNode", {
          content: [node("ObjectNode", { content: node("DictNode", { content: { coef_: node("NdArrayNode", { file: "140.npy" }) } }) })],
        }),
        classes_: node("NdArrayNode", { file: "17.npy" }),
      },
    }),
  });
  const files = (text: string): ZipFile[] => [
    { name: "140.npy", content: array },
    { name: "17.npy", content: array },
    { name: "99.npy", content: array },
    { name: "schema.json", content: text },
  ];

  test("arrays have the names that the schema gives them, sorted", async () => {
    const findings = await found("model.skops", zipOf(files(JSON.stringify(schema))));
    expect(findings).toMatchObject({ format: "skops", tensorCount: 3 });
    expect(findings).not.toHaveProperty("code");
    expect(findings.tensors!.map(({ name }) => name)).toEqual(["99", "classes_", "steps.0.coef_"]);
  });

  test("a schema that cannot be read", async () => {
    const findings = await found("model.skops", zipOf(files("{")));
    expect(findings.tensors!.map(({ name }) => name)).toEqual(["140", "17", "99"]);
    expect(findings.warnings).toEqual(["its schema.json cannot be read: it is not JSON"]);
  });
});

describe("NumPy", () => {
  const npy = (header: string, content: Uint8Array | string): Buffer => {
    const length = Buffer.alloc(2);
    length.writeUInt16LE(header.length);
    return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(header), Buffer.from(content)]);
  };
  const header = (descr: string, shape: string): string => `{'descr': ${descr}, 'fortran_order': False, 'shape': (${shape}), }\n`;
  const FLOATS = npy(header("'<f4'", "2, 3"), Buffer.alloc(24));

  test("an array, and a file of arrays", async () => {
    const array = { dtype: "float32", shape: [2, 3], bytes: 24, sha256: sha256(Buffer.alloc(24)) };
    expect(await found("a.npy", FLOATS)).toEqual({ format: "npy", tensors: [{ name: "array", ...array }], tensorCount: 1, parameters: 6 });
    const zip = zipOf([
      { name: "x.npy", content: FLOATS, deflated: true },
      { name: "y.npy", content: FLOATS },
    ]);
    expect(await found("a.npz", zip)).toEqual({
      format: "npz",
      tensors: [
        { name: "x", ...array },
        { name: "y", ...array },
      ],
      tensorCount: 2,
      parameters: 12,
    });
  });

  test("objects are a pickle", async () => {
    for (const descr of ["'|O'", "[('a', '<f4'), ('b', '|O')]"]) {
      const bytes = npy(header(descr, "1,"), SYSTEM);
      expect(await found("a.npy", bytes)).toMatchObject({ format: "npy", code: { kind: "pickle", unknown: ["os:system"], whole: true } });
      expect((await found("a.npz", zipOf([{ name: "a.npy", content: bytes }]))).code).toMatchObject({ unknown: ["os:system"] });
    }
  });

  test.each([
    ...["[('a', '2O')]", "[('a', '(2,)O')]", "[('a', 'i4,O')]", "[('a', 'object')]", "[('a', '\\x4f')]", "[('a', '' 'O')]"],
    ...["[('a', '<f4'), ('b', [('c', [('d', '|O')], (2,))])]", "[(('title', 'a'), '|O')]", `[("it's", 'O8')]`, "[('a', u'O')]"],
  ])("a structure that may hold objects, however they are spelled: %s", async (descr) => {
    expect((await found("a.npy", npy(header(descr, "1,"), SYSTEM))).code).toMatchObject({ unknown: ["os:system"] });
  });

  test.each(["[('a', '<f4'), ('b', '|u1', (2, 3))]", `[(('a \\'O\\'', 'b'), '<U4'), ("it's", [('O', '<M8[ns]')], (2,))]`])(
    "a structure of numbers: %s",
    async (descr) => {
      const findings = await found("a.npy", npy(header(descr, "1,"), Buffer.alloc(64)));
      expect(findings.code).toBeUndefined();
      expect(findings.tensors).toMatchObject([{ bytes: 64 }]);
    },
  );

  test("a header that NumPy does not write may hide objects", async () => {
    for (const text of [
      "{'fortran_order': False, 'descr': 'O', 'shape': (1,), }\n",
      header("'<f8'", "999999999999, 999999999999"),
      "{}\n",
    ]) {
      expect((await found("a.npy", npy(text, SYSTEM))).code).toMatchObject({ whole: false });
      expect((await found("a.npz", zipOf([{ name: "a.npy", content: npy(text, SYSTEM) }]))).code).toMatchObject({ whole: false });
    }
  });
});
