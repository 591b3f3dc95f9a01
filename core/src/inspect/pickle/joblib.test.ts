/** Arrays of joblib by hand, and files that are something else to joblib, or to Python's own pickle, than they seem. */
import { describe, expect, test } from "@jest/globals";
import { found, MEMOIZE, pickled, proto, STACK_GLOBAL, text } from "../inspect.test.helper.js";

const codeIn = async (bytes: Buffer, name = "model.joblib") => (await found(name, bytes)).code;

const long = (value: string): Buffer => pickled("X", value.length, 0, 0, 0, value);
const dtype = (spelling: string, state?: string): Buffer =>
  pickled("cnumpy\ndtype\n(", long(spelling), "I00\nI01\ntR", ...(state === undefined ? [] : [`(${state}tb`]));
/** State of a type as NumPy writes it. */
const state = (length: number, flags: number, { base = "N", names = "N", fields = "N" } = {}): string =>
  `I3\nX\x01\0\0\0<${base}${names}${fields}I${length}\nI1\nI${flags}\n`;
const MAKE = "cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81";
const attributes = (type: Buffer, shape: string, more: string | Buffer = ""): Buffer =>
  pickled(
    "}(",
    long("dtype"),
    type,
    long("shape"),
    `(${shape}t`,
    long("subclass"),
    "cnumpy\nndarray\n",
    long("order"),
    long("C"),
    more,
    "u",
  );
const wrapper = (type: Buffer, shape: string, { make = MAKE, more = "" }: { make?: string; more?: string | Buffer } = {}): Buffer =>
  pickled(make, attributes(type, shape, more), "b");

const EVIL = "cos\nsystem\n(S'echo'\ntR";
/** Instructions of this length. */
const filled = (instructions: string, unit: number): string =>
  instructions.replace("echo", "echo".padEnd(4 + ((unit - (instructions.length % unit)) % unit), "."));

describe("arrays as joblib writes them", () => {
  test.each<[string, Buffer, Buffer | string, string | undefined]>([
    ["integers", dtype("i8", state(-1, 0)), Buffer.alloc(16), "int64"],
    ["text, whose length is in the state, too", dtype("U2", state(8, 8)), Buffer.alloc(16), "U2"],
    ["objects", dtype("O8", state(-1, 63)), pickled(proto(5), "N."), undefined],
  ])("%s", async (_, type, content, name) => {
    const findings = await found("m.joblib", pickled(proto(2), wrapper(type, "K\x02"), content, "."));
    expect(findings.code).toMatchObject({ unknown: [], whole: true });
    expect(findings.tensors?.[0]?.dtype).toBe(name);
  });

  test.each<[string, string]>([
    ["a text", "X\x07\0\0\0penaltyq\x030"],
    ["an object", "csklearn.svm\nSVC\n)\x81q\x030"],
    ["a dict", "}q\x030"],
  ])("objects that take NumPy's name from a memo, where the other pickle has %s", async (_, memo) => {
    const own = pickled(
      proto(5),
      "NNN\x94\x94\x94000",
      text("numpy"),
      MEMOIZE,
      text("ndarray"),
      STACK_GLOBAL,
      "0h\x03",
      text("dtype"),
      STACK_GLOBAL,
      ")R.",
    );
    const code = await codeIn(pickled(proto(2), "Nq\0q\x01q\x020", memo, wrapper(dtype("O8", state(-1, 63)), "K\x01"), own, "."));
    expect(code).toMatchObject({ whole: true });
    expect(code?.imports).not.toContain("penalty:dtype");
  });

  test("with bytes that align them", async () => {
    const more = pickled(long("numpy_array_alignment_bytes"), "K\x10");
    const findings = await found("m.joblib", pickled(proto(2), wrapper(dtype("u1"), "K\x02", { more }), 3, "\xff\xff\xff", "ab."));
    expect(findings).toMatchObject({ code: { unknown: [], whole: true }, tensors: [{ dtype: "uint8", shape: [2], bytes: 2 }] });
  });

  test("a structure, one of its fields an array, another an object", async () => {
    const structure = (field: Buffer, flags: number): Buffer =>
      pickled(
        ...["cnumpy\ndtype\n(", long("V8"), "I00\nI01\ntR(I3\n", long("|"), "N(", long("a"), "t}(", long("a"), "(", field, "I0\ntu"],
        `I8\nI1\nI${flags}\ntb`,
      );
    const plain = structure(dtype("V8", state(8, 0, { base: `(${dtype("i4").toString("latin1")}(I2\ntt` })), 16);
    expect(await codeIn(pickled(proto(2), wrapper(plain, "K\x02"), Buffer.alloc(16), "."))).toMatchObject({ unknown: [], whole: true });
    const objects = structure(dtype("O8", state(-1, 63)), 27);
    expect(await codeIn(pickled(proto(2), wrapper(objects, "K\x02"), proto(5), "N.", "."))).toMatchObject({ unknown: [], whole: true });
    expect(await codeIn(pickled(proto(2), wrapper(structure(dtype("O8", state(-1, 63)), 16), "K\x02"), proto(5), "N.", "."))).toMatchObject(
      {
        whole: false,
      },
    );
  });
});

describe("an array for joblib is instructions for pickle.load", () => {
  const hidden = (instructions: string): Buffer =>
    pickled(
      proto(2),
      wrapper(dtype("u1"), `M${pickled(instructions.length & 255, instructions.length >> 8).toString("latin1")}`),
      instructions,
      ".",
    );

  test("bytes of an array", async () => {
    for (const name of ["model.pkl", "weights.bin"])
      expect(await codeIn(hidden(`0${EVIL}`), name)).toMatchObject({ unknown: ["os:system"], whole: false });
  });

  test("an import with a computed name, after bytes that cannot be an import", async () => {
    expect(await codeIn(hidden("0N(cbuiltins\nstr\n)Rcbuiltins\nstr\n)R\x93"))).toMatchObject({ unknown: [], whole: false });
    expect(await codeIn(hidden(`0${EVIL}c\xff\n\xff\n`))).toMatchObject({ unknown: ["os:system"], whole: false });
  });

  test("bytes of an array in the pickle of objects, which joblib reads as pickle.load does", async () => {
    const inner = pickled(proto(2), wrapper(dtype("u1"), `K${String.fromCharCode(EVIL.length + 1)}`), `0${EVIL}`, ".");
    const bytes = pickled(proto(2), wrapper(dtype("O8", state(-1, 63)), "K\x01"), inner, ".");
    expect(await codeIn(bytes)).toMatchObject({ unknown: ["os:system"], whole: true });
  });

  test("the memo of the pickle that surrounds the one of objects", async () => {
    const inner = pickled(proto(5), "NNN\x94\x94\x94000", text("numpy"), MEMOIZE, "0h\x03", text("system"), STACK_GLOBAL, ")R.");
    const around = pickled(proto(2), "Nq\0q\x01q\x020X\x02\0\0\0osq\x030", wrapper(dtype("O8", state(-1, 63)), "K\x01"), inner, ".");
    expect(await codeIn(around)).toMatchObject({ unknown: ["numpy:system", "os:system"], whole: false });
  });

  test("instructions after an import that an honest file only seems to have", async () => {
    const inner = (evil: string): Buffer =>
      pickled(proto(5), "NNN\x94\x94\x94000", text("numpy"), MEMOIZE, "0h\x03", text("dtype"), STACK_GLOBAL, `0${evil}.`);
    const around = (evil: string): Buffer =>
      pickled(proto(2), "Nq\0q\x01q\x020", long("lightgbm"), "q\x030", wrapper(dtype("O8", state(-1, 63)), "K\x01"), inner(evil), ".");
    expect(await codeIn(around("N"))).toMatchObject({ unknown: [], whole: true });
    // Both ways run this one, and joblib's way sees it.
    expect(await codeIn(around(EVIL))).toMatchObject({ unknown: ["os:system"], whole: true });
    // joblib looks these up in its own memo, pickle.load in that of the surrounding pickle.
    const named = pickled(proto(2), "Nq\0q\x01q\x020", long("lightgbm"), "q\x030", long("os"), "q\x040");
    const harmless = pickled(text("numpy"), MEMOIZE, "0h\x04", text("ndarray"), STACK_GLOBAL, "0N");
    const second = pickled(named, wrapper(dtype("O8", state(-1, 63)), "K\x01"), inner(harmless.toString("latin1")), ".");
    expect(await codeIn(second)).toMatchObject({ unknown: ["os:ndarray"], whole: false });
  });

  test.each<[string, string]>([
    ["no line of text where a name should be", "c\xff\n\xff\n"],
    ["a buffer from outside", "\x97"],
    ["no number where a key of the memo should be", `g${"x".repeat(100)}`],
    ["a state", "bbbb"],
  ])("numbers that are instructions by chance: %s", async (_, bytes) => {
    expect(await codeIn(hidden(bytes))).toMatchObject({ unknown: [], whole: true });
  });

  test("in a second pickle", async () => {
    const instructions = `0${EVIL}`;
    const second = pickled(proto(2), wrapper(dtype("u1"), `K${String.fromCharCode(instructions.length)}`), instructions, ".");
    expect(await codeIn(pickled(proto(2), "N.", second))).toMatchObject({ unknown: ["os:system"], whole: false });
  });

  test("a file of protocol 0 under another name, which ends early to pickle.load", async () => {
    const bytes = pickled(wrapper(dtype("u1"), "K\x01"), ".", `0${EVIL}`, ".");
    expect(await codeIn(bytes, "data.txt")).toMatchObject({ unknown: ["os:system"] });
  });
});

describe("a file that joblib reads differently than it seems is not whole", () => {
  const inner = filled(`\x80\x02${EVIL}.`, 8);
  test.each<[string, Buffer]>([
    ["a type of integers with the flags of objects", dtype("i8", state(-1, 63))],
    ["a type of integers with a state that cannot be", dtype("i8", "I3\n")],
  ])("%s", async (_, type) => {
    const bytes = pickled(proto(2), wrapper(type, `K${String.fromCharCode(inner.length / 8)}`), inner, ".");
    expect(await codeIn(bytes)).toMatchObject({ unknown: ["os:system"], whole: false });
  });

  test.each<[string, Buffer, string?]>([
    ["objects without the flags of objects", wrapper(dtype("O8", state(-1, 0)), "K\x01"), "N."],
    ["text with another length in the state", wrapper(dtype("S1", state(100, 0)), "K\x01"), "N"],
    [
      "a type of one of objects",
      wrapper(dtype("V8", state(8, 0, { base: `(${dtype("O8").toString("latin1")}(I1\ntt` })), "K\x01"),
      "N0N0N0N0",
    ],
    ["an integer with fields", wrapper(dtype("i8", state(-1, 0, { names: "(t", fields: "}" })), "K\x01"), "N0N0N0N0"],
    ["a type that is not known", wrapper(dtype("q"), "K\x01"), "N."],
    ["a type whose state is set twice", wrapper(pickled(dtype("S1", state(1, 0)), `(${state(1, 0)}tb`), "K\x01"), "N"],
    ["an attribute that stands for a method", wrapper(dtype("u1"), "K\x02", { more: pickled(long("read"), "c__builtin__\nbytes\n") })],
    ["an attribute that is there twice", wrapper(dtype("u1"), "K\x02", { more: pickled(long("dtype"), dtype("u1")) })],
    ["an attribute whose name is computed", wrapper(dtype("u1"), "K\x02", { more: "c__builtin__\nstr\n)RN" })],
    ["an alignment that is no number", wrapper(dtype("u1"), "K\x02", { more: pickled(long("numpy_array_alignment_bytes"), long("a")) })],
    [
      "a wrapper that copyreg makes",
      wrapper(dtype("u1"), "K\x02", {
        make: "ccopyreg\n_reconstructor\n(cjoblib.numpy_pickle\nNumpyArrayWrapper\nc__builtin__\nobject\nNtR",
      }),
    ],
    ["a wrapper with arguments", wrapper(dtype("u1"), "K\x02", { make: "cjoblib.numpy_pickle\nNumpyArrayWrapper\n(NNNNtR" })],
    [
      "a wrapper that another object becomes",
      pickled("c__builtin__\nobject\n)\x81N}", long("__class__"), "cjoblib.numpy_pickle\nNumpyArrayWrapper\ns\x86b"),
    ],
    [
      "a wrapper by a dotted name",
      wrapper(dtype("u1"), "K\x02", {
        make: pickled(long("joblib"), long("numpy_pickle.NumpyArrayWrapper"), "\x93)\x81").toString("latin1"),
      }),
    ],
    [
      "a wrapper whose state is set twice",
      pickled(wrapper(dtype("u1"), "K\x02", { make: `${MAKE}q\x09` }), "ab0h\x09", attributes(dtype("u1"), "K\x02"), "b"),
    ],
    ["an array within a frame", pickled("\x95", Buffer.from([200, 0, 0, 0, 0, 0, 0, 0]), wrapper(dtype("u1"), "K\x02"))],
  ])("%s", async (_, bytes, content = "N0") => {
    expect(await codeIn(pickled(proto(4), bytes, content, "."))).toMatchObject({ whole: false });
  });

  test("in the second frame, when the first one ends before the array: it is whole", async () => {
    const start = wrapper(dtype("u1"), "K\x02");
    const bytes = pickled(proto(4), "\x95", Buffer.from([start.length & 255, start.length >> 8, 0, 0, 0, 0, 0, 0]), start, "ab", ".");
    expect(await codeIn(bytes)).toMatchObject({ unknown: [], whole: true });
  });

  test("too many instructions in a part that only pickle.load follows", async () => {
    const line = `0I${"0".repeat(2 << 20)}1\n${EVIL}`;
    const length = Buffer.alloc(4);
    length.writeInt32LE(line.length);
    const bytes = pickled(proto(2), wrapper(dtype("u1"), `J${length.toString("latin1")}`), line, ".");
    expect(await codeIn(bytes)).toMatchObject({ whole: false });
  });
});
