/** Texts that try to inject markup, and endless texts. */
import { createHash } from "node:crypto";
import { safetensorsFile } from "../../core/dist/inspect/inspect.test.helper.js";
import type { Case, Files } from "./case.ts";

/** Names and values that would do something in a comment on GitHub, or in a page. */
export const INJECTIONS: readonly string[] = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "@everyone",
  "![x](https://evil.example/x.png)",
  "[x](javascript:alert(1))",
  "-->",
  "`|`",
  "a\n\n# heading",
  "\u202egpj.exe",
  "GH-1 #1 evil/evil#1",
];

const injected = (value: string): Files => ({
  "metrics.json": JSON.stringify({ [value]: 0.5 }),
  "requirements.txt": value.replaceAll("\n", " "),
  "README.md": `---\nlicense: ${JSON.stringify(value)}\n---\n${value}\n`,
  MLmodel: JSON.stringify({ flavors: { [value]: {} }, signature: { inputs: JSON.stringify([{ name: value, type: value }]) } }),
  "m.safetensors": safetensorsFile({ [value]: { dtype: "F32", shape: [1], data_offsets: [0, 4] }, __metadata__: { [value]: value } }, 4),
  "m.pkl": `c${value.replaceAll("\n", "")}\n${value.replaceAll("\n", "")}\n.`,
});

const aliases = (levels: number): string =>
  Array.from(
    { length: levels },
    (_, i) =>
      `a${i}: &a${i} [${
        i === 0
          ? "x"
          : Array(10)
              .fill(`*a${i - 1}`)
              .join(",")
      }]`,
  ).join("\n");

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

export const TEXTS: readonly Case[] = [
  ...INJECTIONS.map((value): Case => ({
    name: `texts: ${JSON.stringify(value)} as the name of everything`,
    files: injected(value),
    wants: { tensors: 1, unknown: [`${value.replaceAll("\n", "")}:${value.replaceAll("\n", "")}`, ""].slice(0, 1), whole: true },
  })),
  {
    name: "metrics: nested 10,000 deep",
    files: { "metrics.json": nested(10_000) },
    wants: { warning: /nested too deeply/, metrics: [] },
  },
  {
    name: "metrics: names of what every object has",
    files: { "metrics.json": '{"__proto__": 1, "constructor": 2, "toString": {"__proto__": 3}}' },
    wants: { metrics: ["__proto__", "constructor", "toString.__proto__"] },
  },
  { name: "metrics: a name twice", files: { "metrics.json": '{"auc": 0.1, "auc": 0.9}' }, wants: { metrics: ["auc"] } },
  { name: "metrics: NaN", files: { "metrics.json": '{"auc": NaN}' }, wants: { warning: /^auc is NaN$/ } },
  {
    name: "metrics: more than there is",
    files: { "metrics.json": '{"auc": 1e999, "b": -1e999, "c": -0}' },
    wants: { metrics: ["c"], warning: /^b is -Infinity$/ },
  },
  {
    name: "metrics: 100,000",
    files: { "metrics.json": () => JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`m${i}`, i]))) },
    wants: { warning: /more than 1000 metrics/ },
  },
  {
    name: "card: 300 KB, and in front aliases of aliases of aliases",
    files: { "README.md": `---\n${aliases(9)}\n---\n${"a line of text\n".repeat(20_000)}` },
    wants: { warning: /not YAML/ },
  },
  {
    name: "card: lists in lists in front",
    files: { "README.md": `---\na: ${"[".repeat(100_000)}\n---\ntext` },
    wants: { warning: /not YAML/ },
  },
  {
    name: "card: two million letters that end no front matter",
    files: { "README.md": () => `---\n${"-\n".repeat(1_000_000)}` },
    wants: {},
  },
  {
    name: "MLmodel: 4 MB of list items",
    files: { MLmodel: () => `flavors:\n${"- a\n".repeat(1_000_000)}` },
    wants: { warning: /./ },
  },
  {
    name: "conda.yaml: 4 MB of flow maps",
    files: { "conda.yaml": () => `dependencies: [${"{},".repeat(1_300_000)}a]` },
    wants: { warning: /./ },
  },
  {
    name: "requirements: 100,000 lines",
    files: { "requirements.txt": () => Array.from({ length: 100_000 }, (_, i) => `p${i}==1.0`).join("\n") },
    wants: { warning: /names 100000 packages/ },
  },
  {
    name: "requirements: a password in an address",
    files: { "requirements.txt": "p @ https://user:secret@host.example/p.whl" },
    wants: {},
  },
  {
    name: "poetry.lock: 4 MB of empty tables",
    files: { "poetry.lock": () => "[[package]]\n".repeat(340_000) },
    wants: {},
  },
  {
    name: "XGBoost: JSON of ten million lists",
    files: { "model.json": () => `{"learner":{"a":[${"[],".repeat(10_000_000)}[]]},"version":[1]}` },
    wants: { warning: /it cannot be read/ },
  },
  {
    name: "XGBoost: Universal Binary JSON of three million objects",
    files: { "model.ubj": () => ubjson(3_000_000) },
    wants: { warning: /it cannot be read/ },
  },
  {
    name: "shard index: ten million lists",
    files: { "model.safetensors.index.json": () => `{"weight_map":[${"[],".repeat(10_000_000)}[]]}` },
    wants: { warning: /it cannot be read/ },
  },
];

function ubjson(count: number): Buffer {
  const start = Buffer.from("{L\0\0\0\0\0\0\0\x07learner[", "latin1");
  return Buffer.concat([start, Buffer.from("{}".repeat(count)), Buffer.from("]}")]);
}

const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
const TEN_THOUSAND = (step: string): Buffer => {
  const entries = Array.from({ length: 10_000 }, (_, i) => [`layers.${i}.${sha(String(i)).slice(0, 20)}`, { dtype: "F32", shape: [4], data_offsets: [16 * i, 16 * i + 16] }]); // prettier-ignore
  return safetensorsFile(Object.fromEntries(entries), Buffer.alloc(160_000, step));
};

export const SIZES: readonly Case[] = [
  {
    name: "sizes: 10,000 tensors, all of them changed",
    before: { "m.safetensors": () => TEN_THOUSAND("a") },
    files: { "m.safetensors": () => TEN_THOUSAND("b") },
    wants: { tensors: 10_000 },
  },
  {
    name: "sizes: 5,000 files with tensors, all of them changed",
    before: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}.safetensors`, oneTensor("a")])),
    files: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}.safetensors`, oneTensor("b")])),
    wants: { tensors: 5_000 },
  },
];

function oneTensor(content: string): Buffer {
  return safetensorsFile({ w: { dtype: "F32", shape: [4], data_offsets: [0, 16] } }, Buffer.alloc(16, content));
}
