/** Pickles that got past scanners: each runs a command when it is loaded, which the reader must detect. */
import { deflateSync, gzipSync } from "node:zlib";
import { MEMOIZE, pickled, proto, STACK_GLOBAL, text, TUPLE1, TUPLE2 } from "../../core/dist/inspect/inspect.test.helper.js";
import type { Case, Wants } from "./case.ts";

const CALL = "cos\nsystem\n(S'echo'\ntR";
const ECHO = [text("echo"), TUPLE1, "R."];
const SYSTEM: Wants = { unknown: ["os:system"], whole: true };
const bytesOf = (value: string): Buffer => pickled("U", value.length, value);
const reduced = (name: string, args: string): Buffer => pickled(`c${name.replace(":", "\n")}\n(${args}tR.`);

/** [what it does, the pickle, what has to be found]; the file is model.pkl. */
const ROWS: readonly (readonly [string, Buffer | string, Wants])[] = [
  ["GLOBAL and REDUCE", `${CALL}.`, SYSTEM],
  ["INST", "(S'echo'\nios\nsystem\n.", SYSTEM],
  ["OBJ", "(cos\nsystem\nS'echo'\no.", SYSTEM],
  ["NEWOBJ", pickled(proto(2), "cos\nsystem\n", text("echo"), TUPLE1, 0x81, "."), SYSTEM],
  ["NEWOBJ_EX", pickled(proto(4), "cos\nsystem\n", text("echo"), TUPLE1, "}", 0x92, "."), SYSTEM],
  ["the extension registry", pickled(proto(2), 0x82, 1, ...ECHO), { unknown: ["copyreg:extension 1"], whole: true }],
  [
    "the extension registry, by a long code",
    pickled(proto(2), 0x84, 1, 0, 0, 0, ...ECHO),
    { unknown: ["copyreg:extension 1"], whole: true },
  ],
  ["STACK_GLOBAL", pickled(proto(4), text("os"), text("system"), STACK_GLOBAL, ...ECHO), SYSTEM],
  [
    "STACK_GLOBAL with texts that a scanner takes for others: PUT and MEMOIZE count differently",
    pickled(...[proto(4), bytesOf("os"), "q", 0, bytesOf("system"), "q", 1, text("math"), MEMOIZE, text("sqrt"), MEMOIZE], "h", 0, "h", 1, STACK_GLOBAL, ...ECHO), // prettier-ignore
    SYSTEM,
  ],
  [
    "STACK_GLOBAL with a memo that is filled twice",
    pickled("S'math'\np0\nS'os'\np0\nS'system'\np1\ng0\ng1\n", STACK_GLOBAL, "(S'echo'\ntR."),
    SYSTEM,
  ],
  [
    "STACK_GLOBAL with texts from a DUP",
    pickled(proto(4), text("platform"), "2", STACK_GLOBAL, ")R."),
    { unknown: ["platform:platform"], whole: true },
  ],
  [
    "a name that is computed",
    pickled(proto(4), "cbuiltins\nstr\n", text("os"), TUPLE1, "R", text("system"), STACK_GLOBAL, ...ECHO),
    { unknown: [], whole: false, warning: /name is computed/ },
  ],
  [
    "a name that stands in an attribute of a harmless module",
    pickled("cnumpy\nprod\nN(Va\nVos\nd", TUPLE2, "b0cnumpy\nprod.a\nVsystem\n", STACK_GLOBAL, "(Vecho\ntR."),
    { unknown: ["numpy:prod", "numpy:prod.a"], whole: false, warning: /changes what it imports/ },
  ],
  ["getattr", reduced("builtins:getattr", "cos\n__name__\nS'system'\n"), { unknown: ["builtins:getattr", "os:__name__"], whole: true }],
  ["operator.attrgetter", pickled("coperator\nattrgetter\n(S'system'\ntR(cos\nenviron\ntR."), { unknown: ["operator:attrgetter", "os:environ"], whole: false, warning: /calls something that is not an import/ }], // prettier-ignore
  ...["pip:main", "torch:load", "torch.hub:load", "pkgutil:resolve_name", "timeit:timeit", "runpy:run_path", "numpy:load", "joblib:load", "ctypes:CDLL"].map(
    (name): [string, Buffer, Wants] => [name, reduced(name, "S'x'\n"), { unknown: [name], whole: true }],
  ), // prettier-ignore
  ["a dotted name", "cbuiltins\nexec.__call__\n(S'1'\ntR.", { unknown: ["builtins:exec.__call__"], whole: true }],
  [
    "the name of a harmless class with one letter changed",
    "ccollections\nOrdereddict\n)R.",
    { unknown: ["collections:Ordereddict"], whole: true },
  ],
  ["a second pickle behind the first", pickled(proto(2), "N.", proto(2), `${CALL}.`), SYSTEM],
  [
    "more than a pickle behind the first",
    pickled(proto(2), "N.", "x", `${CALL}.`),
    { unknown: [], whole: false, warning: /stops before the end/ },
  ],
  ["a pickle in the bytes of a pickle, and pickle.loads", pickled(proto(3), "cpickle\nloads\nC", CALL.length + 1, `${CALL}.`, TUPLE1, "R."), { unknown: ["pickle:loads"], whole: true }], // prettier-ignore
  [
    "a broken end, behind the call",
    pickled(CALL, 0xff),
    { unknown: ["os:system"], whole: false, warning: /cannot be followed to its end/ },
  ],
  [
    "a broken instruction first, and then another pickle",
    pickled(0xff, `${CALL}.`),
    { unknown: [], whole: false, warning: /unknown pickle instruction/ },
  ],
  ["a memo that was never filled, behind the call", pickled(CALL, "g99\n."), { unknown: ["os:system"], whole: false, warning: /memo/ }],
  [
    "an import of something that is not a text, behind the call",
    pickled(CALL, "NN", STACK_GLOBAL, "."),
    { unknown: ["os:system"], whole: false, warning: /not a name/ },
  ],
  ["protocol 255", pickled(Buffer.from([0x80, 255]), `${CALL}.`), { unknown: [], whole: false, warning: /protocol 255/ }],
  [
    "a text of 2^62 bytes",
    pickled(proto(4), 0x8d, Buffer.from("0000000000000040", "hex"), "a."),
    { unknown: [], whole: false, warning: /./ },
  ],
  ["buffers from outside", pickled(proto(5), 0x97, `${CALL}.`), { unknown: ["os:system"], whole: false, warning: /buffers from outside/ }],
  ["a persistent id of an import", pickled(`${CALL}Q.`), SYSTEM],
  ["gzip", gzipSync(`${CALL}.`), SYSTEM],
  ["zlib", deflateSync(`${CALL}.`), SYSTEM],
  ["gzip that breaks off", gzipSync(`${CALL}.`).subarray(0, -4), { unknown: ["os:system"], whole: false, warning: /cannot be unpacked/ }],
  [
    "gzip with more behind it",
    Buffer.concat([gzipSync(`${CALL}.`), Buffer.from("x")]),
    { unknown: ["os:system"], whole: false, warning: /cannot be unpacked/ },
  ],
  ["gzip in gzip", gzipSync(gzipSync(`${CALL}.`)), { unknown: [], whole: false, warning: /unknown pickle instruction/ }],
  ...[["bzip2", "BZh91AY&SY\0\0\0\0\0\0"], ["xz", "\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46"], ["lzma", `]\0\0\x80\0${"\xff".repeat(8)}\0`], ["7z", "7z\xbc\xaf\x27\x1c\0\x04"]].map(
    ([name, bytes]): [string, Buffer, Wants] => [name!, Buffer.from(bytes!, "latin1"), { unknown: [], whole: false, warning: /compressed with/ }],
  ), // prettier-ignore
];

/** The same, in files whose names promise something else. */
const HIDDEN: readonly (readonly [string, Buffer | string, Wants])[] = [
  ["picture.png", pickled(proto(2), `${CALL}.`), SYSTEM],
  ["notes.txt", `${CALL}.`, { ...SYSTEM, warning: /its name does not say/ }],
  ["config.json", `${CALL}c???\n!!!\n`, { unknown: ["???:!!!", "os:system"], whole: false, warning: /its name does not say/ }],
  ["weights.bin", gzipSync(`${CALL}.`), { ...SYSTEM, warning: /its name does not say/ }],
  [
    "more.bin",
    Buffer.concat([gzipSync(`${CALL}.`), Buffer.from("x")]),
    { unknown: ["os:system"], whole: true, warning: /its name does not say/ },
  ],
  ["broken.bin", gzipSync(`${CALL}.`).subarray(0, 14), { unknown: [], whole: false, warning: /cannot be unpacked/ }],
  ["data.csv.bz2", Buffer.from("BZh91AY&SY\0\0\0\0\0\0", "latin1"), { unknown: [], whole: false, warning: /compressed with bzip2/ }],
];

export const PICKLES: readonly Case[] = [
  ...ROWS.map(([name, bytes, wants]): Case => ({
    name: `pickle: ${name}`,
    files: { "model.pkl": Buffer.from(bytes as string, "latin1") },
    wants,
  })),
  ...HIDDEN.map(([path, bytes, wants]): Case => ({
    name: `pickle: in ${path}`,
    files: { [path]: Buffer.from(bytes as string, "latin1") },
    wants,
  })),
  {
    name: "pickle: four million lists",
    files: { "model.pkl": () => pickled(proto(2), "]".repeat(4_000_000), ".") },
    wants: { unknown: [], whole: false, warning: /./ },
  },
  {
    name: "pickle: a memo of two million objects",
    files: { "model.pkl": () => pickled(proto(4), "]\x94".repeat(1_990_000), ".") },
    wants: { unknown: [], whole: false, warning: /./ },
  },
  {
    name: "pickle: a tuple that doubles 60 times",
    files: { "model.pkl": pickled(proto(4), "]", ...Array.from({ length: 60 }, () => pickled("2", TUPLE2)), ".") },
    wants: { unknown: [], whole: true },
  },
];
