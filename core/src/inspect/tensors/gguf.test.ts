import { expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { found } from "../inspect.test.helper.js";
import { arrayKey, ggufFile, numberKey, textItem, textKey } from "./gguf.test.helper.js";

const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
const KEYS = [textKey("general.architecture", "llama"), numberKey("llama.block_count", 2)];

test("metadata, and tensors with their content", async () => {
  const content = Buffer.from([...Array(32 + 34).keys()]);
  const template = "{{ message }}".repeat(100);
  const keys = [
    ...KEYS,
    arrayKey("tokenizer.ggml.tokens", 8, 2, Buffer.concat([textItem("a"), textItem("b")])),
    arrayKey("tokenizer.ggml.scores", 6, 2, Buffer.alloc(8)),
    textKey("tokenizer.chat_template", template),
  ];
  const tensors = [
    { name: "a", shape: [4, 2], type: 0, offset: 0 },
    { name: "q", shape: [32], type: 8, offset: 32 },
  ];
  expect(await found("any.name", ggufFile(keys, tensors, content))).toEqual({
    format: "gguf",
    tensors: [
      { name: "a", dtype: "float32", shape: [4, 2], bytes: 32, sha256: sha256(content.subarray(0, 32)) },
      { name: "q", dtype: "q8_0", shape: [32], bytes: 34, sha256: sha256(content.subarray(32)) },
    ],
    tensorCount: 2,
    parameters: 40,
    properties: {
      version: "3",
      "general.architecture": "llama",
      "llama.block_count": "2",
      "tokenizer.chat_template": `sha256:${sha256(template)}`,
    },
  });
});

test.each<[string, Buffer, RegExp]>([
  ["2^40 tensors", ggufFile(KEYS, [], Buffer.alloc(0), { tensors: 2 ** 40 }), /claims 1099511627776 tensors/],
  ["2^63 tensors", ggufFile(KEYS, [], Buffer.alloc(0), { tensors: 2n ** 63n }), /impossible count or length: 9223372036854775808/],
  ["2^32 keys", ggufFile(KEYS, [], Buffer.alloc(0), { keys: 2 ** 32 }), /claims 4294967296 keys/],
  ["fewer tensors than it claims", ggufFile(KEYS, [], Buffer.alloc(64), { tensors: 4 }), /./],
  ["an array without end", ggufFile([arrayKey("a", 8, 2 ** 50, Buffer.alloc(0))], [], Buffer.alloc(0)), /endless arrays/],
  ["arrays in arrays", ggufFile([arrayKey("a", 9, 1, Buffer.alloc(200, 9))], [], Buffer.alloc(0)), /./],
  [
    "a text of 2^40 bytes",
    ggufFile([Buffer.concat([textItem("k"), Buffer.from([8, 0, 0, 0]), Buffer.from("0000000000010000", "hex")])], [], Buffer.alloc(0)),
    /text of/,
  ],
  ["a value of an unknown type", ggufFile([Buffer.concat([textItem("k"), Buffer.from([77, 0, 0, 0])])], [], Buffer.alloc(64)), /type 77/],
  ["an alignment of 0", ggufFile([numberKey("general.alignment", 0)], [], Buffer.alloc(64)), /alignment/],
  ["version 1", ggufFile(KEYS, [], Buffer.alloc(0), { version: 1 }), /version 1/],
  [
    "a shape that cannot be",
    ggufFile(KEYS, [{ name: "a", shape: [2 ** 40, 2 ** 40], type: 0, offset: 0 }], Buffer.alloc(0)),
    /an impossible shape/,
  ],
  ["no more than its name", Buffer.from("GGUF"), /ends early/],
])("%s", async (_, bytes, reason) => {
  expect(await found("m.gguf", bytes)).toEqual({ format: "gguf", warnings: [expect.stringMatching(reason)] });
});

test.each<[string, number[]]>([
  ["overlap", [0, 8]],
  ["lie beyond the end", [0, 4_000_000_000]],
])("tensors that %s are listed without their content", async (_, offsets) => {
  const tensors = offsets.map((offset, i) => ({ name: `t${i}`, shape: [4], type: 0, offset }));
  const findings = await found("m.gguf", ggufFile(KEYS, tensors, Buffer.alloc(32)));
  expect(findings).toMatchObject({ tensorCount: 2, warnings: ["its tensors overlap, or lie beyond its end"] });
  expect(findings.tensors!.some((tensor) => "sha256" in tensor)).toBe(false);
});
