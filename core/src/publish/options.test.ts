import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { LobError } from "../errors.js";
import { versionUrl } from "../layout.js";
import { parseVersionRow, PROVENANCE_LIMITS, versionRowItem } from "../registry/rows.js";
import { LOB } from "../testing/simulation.js";
import type { Provenance, Version } from "../types.js";
import { checkedOptions, type PublishOptions } from "./options.js";
import { assertProperty } from "../testing/property.js";

const OPTIONS: PublishOptions = { lob: "fraud", model: "churn", path: "build" };

describe("options of a publish", () => {
  test("that are right stay as they are", () => {
    const options: PublishOptions = {
      ...OPTIONS,
      catalogTable: "t",
      metrics: { "val.auc": 0.9 },
      tags: { team: "risk" },
      description: "first try",
      provenance: { actor: "ada", gitRef: "refs/heads/main" },
      idempotencyKey: "1/2/churn",
      takeOver: true,
      dryRun: true,
      follow: true,
      signal: new AbortController().signal,
    };
    expect(checkedOptions(options)).toEqual(options);
    expect(checkedOptions(OPTIONS)).toEqual(OPTIONS);
  });

  test("an empty description is none", () => expect(checkedOptions({ ...OPTIONS, description: " \n" })).toEqual(OPTIONS));

  test.each<[string, string, object]>([
    ["LOB1001", "a LOB in capitals", { lob: "Fraud" }],
    ["LOB1001", "a model with a slash", { model: "a/b" }],
    ["LOB1002", "an empty key", { idempotencyKey: "" }],
    ["LOB1002", "a key with a space", { idempotencyKey: "a b" }],
    ["LOB1002", "a key that cannot be printed", { idempotencyKey: "a\u0007" }],
    ["LOB1002", "a key without an end", { idempotencyKey: "k".repeat(513) }],
    ["LOB1008", "a metric that is NaN", { metrics: { auc: NaN } }],
    ["LOB1008", "a metric that is text", { metrics: { auc: "0.9" } }],
    ["LOB1008", "too many metrics", { metrics: Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`m${n}`, n])) }],
    ["LOB1008", "a tag that is a list", { tags: { team: ["risk"] } }],
    ["LOB1008", "a description without an end", { description: "x".repeat(10_000) }],
    ["LOB1002", "an actor without an end", { provenance: { actor: "a".repeat(PROVENANCE_LIMITS.actor + 1) } }],
    ["LOB1002", "a commit that is no text", { provenance: { gitCommit: 7 } }],
  ])("%s: %s is refused", (code, _, wrong) => {
    const check = () => checkedOptions({ ...OPTIONS, ...wrong });
    expect(check).toThrow(LobError);
    expect(check).toThrow(expect.objectContaining({ code }));
  });

  test("that pass can be written into a row, and are read as what they were", () => {
    const version: Version = {
      url: versionUrl(LOB, "churn", 1),
      lob: "fraud",
      model: "churn",
      version: 1,
      status: "READY",
      token: "0123456789abcdef",
      sha256: "a".repeat(64),
      size: 1,
      files: 1,
      contentBytes: 1,
      metrics: {},
      tags: {},
      provenance: {},
      keys: [],
      origin: "lob-registry",
      treeDigest: "d".repeat(64),
      reservedAt: "2026-11-23T14:00:00.000Z",
      holders: [],
    };
    const texts = fc.string({ maxLength: 30 });
    const provenance = fc.record(
      Object.fromEntries(
        Object.entries(PROVENANCE_LIMITS).map(([name, max]) => [
          name,
          fc.oneof(texts, fc.constant("x".repeat(max)), fc.constant("x".repeat(max + 1))),
        ]),
      ),
      { requiredKeys: [] },
    ) as fc.Arbitrary<Provenance>;
    const descriptors = fc.record(
      {
        metrics: fc.dictionary(texts, fc.oneof(fc.double(), fc.constantFrom(0, 1e-130, 9.9e125, 1e126, 1e-131, 2 ** 70))),
        tags: fc.dictionary(texts, texts),
        description: fc.oneof(texts, fc.constant("x".repeat(1024))),
        provenance,
      },
      { requiredKeys: [] },
    );
    assertProperty(
      fc.property(descriptors, (given) => {
        let checked: PublishOptions;
        try {
          checked = checkedOptions({ ...OPTIONS, ...given });
        } catch (error) {
          expect(error).toBeInstanceOf(LobError);
          return;
        }
        const { metrics = {}, tags = {}, description, provenance: from = {} } = checked;
        const written: Version = { ...version, metrics, tags, provenance: from, ...(description !== undefined && { description }) };
        expect(parseVersionRow(versionRowItem(written))).toEqual(written);
      }),
      { numRuns: 500 },
    );
  });
});
