import { describe, expect, test } from "@jest/globals";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { LobError } from "../errors.js";
import * as layout from "../layout.js";
import { LOB } from "../testing/simulation.js";
import type { ModelSummary, Version, VersionStatus } from "../types.js";
import { modelRowItem, parseLobRow, parseModelRow, parsePointer, parseVersionRow, versionRowItem, type Item } from "./rows.js";
import { assertProperty } from "../testing/property.js";

const TIME = "2026-11-23T14:00:00.000Z";
const STATUSES: readonly VersionStatus[] = ["RESERVED", "READY", "YANKED", "PURGING", "PURGED", "ABANDONED", "MISSING"];

// ---- any value that may be stored ------------------------------------------------------------------------------------

const models = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
const hashes = fc.stringMatching(/^[0-9a-f]{64}$/);
const texts = fc.string({ unit: "grapheme", maxLength: 50 });
const counts = fc.nat(Number.MAX_SAFE_INTEGER);
const times = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-12-31") }).map((date) => date.toISOString());
const names = texts.filter((name) => name !== "__proto__");
/** Numbers that DynamoDB stores: 0, or 1e-130 to 9.9e125 in magnitude. */
const metrics = fc.dictionary(
  names,
  fc
    .oneof(
      fc.double({ min: -1e125, max: 1e125, noNaN: true }).filter((n) => n === 0 || Math.abs(n) > 1e-130),
      fc.integer(),
    )
    .map((n) => n + 0),
);
const tags = fc.dictionary(names, texts);
const optional: { requiredKeys: [] } = { requiredKeys: [] };

const versions: fc.Arbitrary<Version> = fc
  .record({
    lob: fc.constant(LOB.lob),
    model: models,
    version: fc.integer({ min: 1, max: layout.MAX_VERSION }),
    status: fc.constantFrom(...STATUSES),
    token: fc.oneof(fc.constant(""), fc.stringMatching(/^[A-Za-z0-9_-]{16,64}$/)),
    sha256: hashes,
    size: counts,
    files: counts,
    contentBytes: counts,
    metrics,
    tags,
    keys: fc.array(fc.stringMatching(/^[!-~]{1,60}$/), { maxLength: 3 }),
    origin: fc.constantFrom("lob-registry" as const, "versioned" as const),
    reservedAt: times,
    holders: fc.array(texts, { maxLength: 3 }),
    provenance: fc.record(
      { gitCommit: texts, gitRef: texts, releaseTag: texts, runUrl: texts, repository: texts, actor: texts, event: texts },
      optional,
    ),
    maybe: fc.record(
      {
        treeDigest: hashes,
        crc64nvme: fc.constant("AAAAAAAAAAA="),
        stagingKey: texts,
        stagingETag: texts,
        manifestSha256: hashes,
        description: texts,
        readyAt: times,
      },
      optional,
    ),
  })
  .map(({ maybe: { stagingKey, ...maybe }, ...rest }) => ({
    ...rest,
    ...(rest.origin === "lob-registry" && { treeDigest: "d".repeat(64) }), // only what Python published has none
    ...maybe,
    ...(stagingKey !== undefined && { stagingKey: `${layout.stagingPrefix(rest.lob)}${rest.model}/${stagingKey}` }),
    url: layout.versionUrl(LOB, rest.model, rest.version),
  }));

const summaries: fc.Arbitrary<ModelSummary> = fc
  .record({
    lob: fc.constant(LOB.lob),
    model: models,
    next: fc.integer({ min: 1, max: layout.MAX_VERSION + 1 }),
    latest: fc.integer({ min: 0, max: layout.MAX_VERSION }),
    tags,
    createdAt: times,
    updatedAt: times,
    maybe: fc.record({ latestTreeDigest: hashes, latestSha256: hashes, owner: texts, description: texts }, optional),
  })
  .map(({ maybe, ...rest }) => ({ ...rest, ...maybe }));

describe("a row that is written", () => {
  test("of a version is read as what it was", () => {
    assertProperty(fc.property(versions, (version) => expect(parseVersionRow(versionRowItem(version))).toEqual(version)));
  });

  test("of a model is read as what it was", () => {
    assertProperty(fc.property(summaries, (model) => expect(parseModelRow(modelRowItem(model))).toEqual(model)));
  });

  test("of a LOB is read as what it was", () => {
    const { catalogTable, ...row } = {
      ...LOB,
      kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1",
      description: "d",
      owner: "o",
      protectedAliases: ["prod"],
    };
    expect(parseLobRow(layout.lobRowItem(row), catalogTable)).toEqual({ ...row, catalogTable });
  });

  test.each(STATUSES)("of a %s version is in the indexes that it belongs to, and has its keys", (status) => {
    const version = { ...VERSION, status };
    const row = unmarshall(versionRowItem(version));
    expect(row[layout.REGISTRY_HASH_KEY]).toBe(version.url);
    expect(row["versionsOf"]).toBe(status === "READY" || status === "YANKED" ? "fraud/churn" : undefined);
    expect(row["pendingOf"]).toBe(status === "RESERVED" ? "fraud" : undefined);
  });

  test("of a version has every attribute that its indexes show, by the name that they show", () => {
    const full = {
      ...VERSION,
      description: "d",
      stagingKey: "k",
      provenance: { gitCommit: "c", gitRef: "r", releaseTag: "t", runUrl: "u", actor: "a" },
    };
    const row = unmarshall(versionRowItem(full));
    const { versions: ready, pending } = layout.REGISTRY_INDEXES;
    for (const name of [...ready.projected, ready.rangeKey, ...pending.projected, pending.rangeKey]) expect(row).toHaveProperty(name);
  });

  test("of a model is found by the index of its LOB", () => {
    expect(unmarshall(modelRowItem(MODEL))).toMatchObject({
      namespace: "fraud/churn",
      kind: "MODEL",
      [layout.CATALOG_INDEXES.byLob.hashKey]: "fraud",
    });
  });
});

// ---- hostile rows ----------------------------------------------------------------------------------------------------

const VERSION: Version = {
  url: layout.versionUrl(LOB, "churn", 7),
  lob: "fraud",
  model: "churn",
  version: 7,
  status: "READY",
  token: "0123456789abcdef",
  treeDigest: "d".repeat(64),
  sha256: "a".repeat(64),
  size: 10,
  files: 1,
  contentBytes: 5,
  metrics: { auc: 0.9 },
  tags: {},
  provenance: {},
  keys: [],
  origin: "lob-registry",
  reservedAt: TIME,
  readyAt: TIME,
  holders: [],
};
const MODEL: ModelSummary = { lob: "fraud", model: "churn", next: 8, latest: 7, tags: {}, createdAt: TIME, updatedAt: TIME };

const kinds = {
  "LOB's row": { item: layout.lobRowItem(LOB), parse: (item: Item) => parseLobRow(item, "fraud-model-catalog") },
  "model's row": { item: modelRowItem(MODEL), parse: parseModelRow },
  "version's row": { item: versionRowItem(VERSION), parse: parseVersionRow },
  pointer: { item: marshall({ url: "digest://fraud/churn/x", version: 7, treeDigest: "d".repeat(64) }), parse: parsePointer },
};

/** Runs a parser; what it throws must be an error for a person. */
function problemOf(parse: (item: Item) => unknown, item: Item): LobError | undefined {
  try {
    parse(item);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(LobError);
    return error as LobError;
  }
}

/** Anything that DynamoDB can hold. */
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e100, max: 1e100 }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.constant(new Set(["a"])),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }),
  ),
}));

describe.each(Object.entries(kinds))("a %s", (_, { item, parse }) => {
  test("as it is written can be read", () => expect(problemOf(parse, item)).toBeUndefined());

  test("that somebody changed is read, or refused as one that cannot be parsed, and never in another way", () => {
    const attributes = [...Object.keys(item), "latestTreeDigest", "description", "owner", "readyAt", "gitRef", "__proto__", "constructor"];
    const changed = fc.tuple(fc.constantFrom(...attributes), fc.option(anything));
    assertProperty(
      fc.property(fc.array(changed, { minLength: 1, maxLength: 3 }), (changes) => {
        const hostile: Item = { ...item };
        for (const [name, value] of changes) {
          const stored = value === null ? undefined : marshall({ value }, { allowImpreciseNumbers: true })["value"];
          Object.defineProperty(hostile, name, { value: stored ?? { NULL: true }, enumerable: true, configurable: true, writable: true });
        }
        const problem = problemOf(parse, hostile);
        if (problem) expect(["LOB4004", "LOB3004"]).toContain(problem.code);
        expect(({} as Record<string, unknown>)["lob"]).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test("of nothing, or of types that this release does not know, cannot be parsed", () => {
    for (const hostile of [{}, { ...item, version: { $unknown: ["X", 1] }, lob: { $unknown: ["X", 1] } } as unknown as Item]) {
      expect(problemOf(parse, hostile)?.code).toBe("LOB4004");
    }
  });
});

test.each([
  ["an object of another model", "ml-staging/fraud/other/digest/token.tar.gz"],
  ["LATEST", layout.versionKey(LOB, "churn", layout.LATEST)],
  ["another LOB's upload", "ml-staging/credit/churn/digest/token.tar.gz"],
])("a row whose upload would be %s is refused: it would be copied, and deleted in the end", (_, stagingKey) => {
  expect(() => parseVersionRow(versionRowItem({ ...VERSION, stagingKey }))).toThrow(/stagingKey: is not in the model's staging folder/);
});

describe("the problem of a row", () => {
  test.each<[string, Partial<Record<keyof Version, unknown>>, RegExp]>([
    ["a number that no version has", { version: 1_000_000 }, /version: /],
    ["a number with a fraction", { version: 1.5 }, /version: /],
    ["a negative size", { size: -1 }, /size: /],
    ["a status that does not exist", { status: "LOST" }, /status: /],
    ["a token with a slash", { token: "0123456789abcdef/../x" }, /token: is not a write token/],
    ["a SHA-256 in capitals", { sha256: "A".repeat(64) }, /sha256: is not a SHA-256 in hexadecimal/],
    ["a model with a slash", { model: "a/b" }, /model: a model name is /],
    ["a metric that is text", { metrics: { auc: "high" } }, /metrics\.auc: /],
    ["a tag that is a number", { tags: { team: 1 } }, /tags\.team: /],
    ["a text without an end", { description: "x".repeat(10_001) }, /description: /],
  ])("%s", (_, change, said) => {
    const problem = problemOf(parseVersionRow, marshall({ ...unmarshall(versionRowItem(VERSION)), ...change }));
    expect(problem).toMatchObject({ code: "LOB4004", message: expect.stringMatching(said), hint: expect.stringContaining("by hand") });
    expect(problem!.message).toContain(VERSION.url);
  });

  test("is reported for a few attributes, not for a thousand", () => {
    const problem = problemOf(
      parseVersionRow,
      marshall({ metrics: Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`m${n}`, "x"])) }),
    );
    expect(problem!.message.length).toBeLessThan(1000);
  });

  test.each([
    ["a bucket of no such name", { bucket: "UPPER/../x" }],
    ["an owner that is no account", { bucketOwner: "root" }],
    ["a prefix that leaves its place", { prefix: "../other" }],
    ["a prefix that is the staging's", { prefix: layout.STAGING_PREFIX }],
    ["a table of no such name", { registryTable: "a b" }],
    ["no layout version", { layoutVersion: "1" }],
  ])("%s, in a LOB's row", (_, change) => {
    const problem = problemOf((item) => parseLobRow(item, "the-table"), marshall({ ...unmarshall(layout.lobRowItem(LOB)), ...change }));
    expect(problem).toMatchObject({ code: "LOB4004", message: expect.stringContaining("the-table") });
  });
});

describe("a newer layout", () => {
  test("is reported before any other problem of the row", () => {
    const problem = problemOf(
      (item) => parseLobRow(item, "fraud-model-catalog"),
      marshall({ layoutVersion: layout.LAYOUT_VERSION + 1, lobName: "fraud" }),
    );
    expect(problem).toMatchObject({
      code: "LOB3004",
      message: expect.stringContaining(`layout version ${layout.LAYOUT_VERSION + 1}`),
      hint: expect.stringContaining("newer release"),
    });
  });

  test("that never existed is refused", () => {
    expect(problemOf((item) => parseLobRow(item, "t"), marshall({ ...unmarshall(layout.lobRowItem(LOB)), layoutVersion: 0 }))?.code).toBe(
      "LOB4004",
    );
  });
});
