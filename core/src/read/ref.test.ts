import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { LobError } from "../errors.js";
import { formatRef, parseRef, type Ref } from "./ref.js";
import { assertProperty } from "../testing/property.js";

const H = "0123456789abcdef".repeat(4);

test.each<[string, Ref]>([
  ["fraud", { lob: "fraud" }],
  ["fraud/churn", { lob: "fraud", model: "churn" }],
  ["fraud-dev/Churn_v2.1-x@7", { lob: "fraud-dev", model: "Churn_v2.1-x", ref: { version: 7 } }],
  ["fraud/churn@999999", { lob: "fraud", model: "churn", ref: { version: 999_999 } }],
  ["fraud/churn@LATEST", { lob: "fraud", model: "churn", ref: { latest: true } }],
  ["fraud/churn@latest", { lob: "fraud", model: "churn", ref: { latest: true } }],
  ["fraud/churn@prod", { lob: "fraud", model: "churn", ref: { alias: "prod" } }],
  ["fraud/churn@staging_eu.1", { lob: "fraud", model: "churn", ref: { alias: "staging_eu.1" } }],
  ["fraud/churn@v7", { lob: "fraud", model: "churn", ref: { alias: "v7" } }],
  [`fraud/churn@sha256:${H}`, { lob: "fraud", model: "churn", ref: { sha256: H } }],
  [`fraud/churn@tree:${H.toUpperCase()}`, { lob: "fraud", model: "churn", ref: { treeDigest: H } }],
])("%s", (text, ref) => {
  expect(parseRef(text)).toEqual(ref);
});

test.each([
  ["", "LOB1001", "a LOB name is"],
  ["Fraud", "LOB1001", "a LOB name is"],
  ["fraud/", "LOB1001", "a model name is"],
  ["fraud/a/b", "LOB1001", "a model name is"],
  ["/churn", "LOB1001", "a LOB name is"],
  [" fraud/churn", "LOB1001", "a LOB name is"],
  ["s3://bucket/key", "LOB1001", "a LOB name is"],
  ["fraud@7", "LOB1002", "names a version but no model"],
  ["fraud/churn@", "LOB1002", '"" is neither a version nor an alias'],
  ["fraud/churn@0", "LOB1002", "versions are integers from 1 to 999,999"],
  ["fraud/churn@007", "LOB1002", "versions are integers from 1 to 999,999"],
  ["fraud/churn@1000000", "LOB1002", "versions are integers from 1 to 999,999"],
  ["fraud/churn@-1", "LOB1002", '"-1" is neither a version nor an alias'],
  ["fraud/churn@1.5", "LOB1002", '"1.5" is neither a version nor an alias'],
  ["fraud/churn@7@8", "LOB1002", '"7@8" is neither a version nor an alias'],
  ["fraud/churn@sha256:abc", "LOB1002", "it needs all 64 hexadecimal characters"],
  [`fraud/churn@tree:${H}0`, "LOB1002", "it needs all 64 hexadecimal characters"],
  [`fraud/churn@${H}`, "LOB1002", "is neither a version nor an alias"],
  [`fraud/churn@sha1:${H}`, "LOB1002", "is neither a version nor an alias"],
  ["fraud/churn@pro-d", "LOB1002", '"pro-d" is neither a version nor an alias'],
])("%j is refused", (text, code, message) => {
  expect(() => parseRef(text)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message), hint: expect.stringContaining("fraud/churn@7") }),
  );
});

describe("properties", () => {
  const lob = fc.stringMatching(/^[a-z][a-z0-9-]{0,21}$/);
  const model = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
  const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
  const version = fc.oneof(
    fc.integer({ min: 1, max: 999_999 }).map((number) => ({ version: number })),
    fc.constant({ latest: true } as const),
    fc
      .stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,63}$/)
      .filter((alias) => alias.toUpperCase() !== "LATEST")
      .map((alias) => ({ alias })),
    digest.map((treeDigest) => ({ treeDigest })),
    digest.map((sha256) => ({ sha256 })),
  );
  const ref: fc.Arbitrary<Ref> = fc.oneof(fc.record({ lob }), fc.record({ lob, model }), fc.record({ lob, model, ref: version }));

  test("parses what it formats", () => {
    assertProperty(fc.property(ref, (one) => expect(parseRef(formatRef(one))).toEqual(one)));
  });

  test("parses any text to a reference with the same format, or refuses it as wrong input", () => {
    const near = fc
      .tuple(lob, fc.constantFrom("", "/", "//"), model, fc.constantFrom("", "@", "@@"), fc.string({ maxLength: 8 }))
      .map((parts) => parts.join(""));
    assertProperty(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), near), (text) => {
        try {
          expect(formatRef(parseRef(text)).toLowerCase()).toBe(text.toLowerCase());
        } catch (error) {
          if (!(error instanceof LobError)) throw error;
          expect(["LOB1001", "LOB1002"]).toContain(error.code);
          expect(error.hint).toBeDefined();
        }
      }),
      { numRuns: 1000 },
    );
  });
});
