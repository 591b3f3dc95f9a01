import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as layout from "./layout.js";
import { LATEST, MAX_VERSION } from "./layout.js";
import { assertProperty } from "./testing/property.js";

// ---- what names and numbers there are ---------------------------------------------------------------------------------

const lobs = fc.stringMatching(/^[a-z][a-z0-9_-]{0,39}$/);
/** Models that are called like the layout's own folders and files are the easiest to mistake. */
const models = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/) },
  fc.constantFrom("versions", "manifests", "history", "aliases", "000000_LATEST.tar.gz", "999999_000001", "LATEST"),
);
const aliases = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,63}$/).filter((name) => name.toUpperCase() !== LATEST);
const numbers = fc.oneof(fc.integer({ min: 1, max: MAX_VERSION }), fc.constantFrom(1, 2, 9, 10, 999, 1000, 999_998, MAX_VERSION));
const versions = fc.oneof({ weight: 5, arbitrary: numbers }, fc.constant(LATEST as typeof LATEST));
const hashes = fc.stringMatching(/^[0-9a-f]{64}$/);
const tokens = fc.stringMatching(/^[A-Za-z0-9_-]{16,64}$/);
const places: fc.Arbitrary<layout.Place> = fc.record({
  bucket: fc.constantFrom("bucket", "123456789012-us-east-1-fraud-artifacts"),
  prefix: fc.constantFrom("ml-models", "a", "teams/risk/models", "ml-staging-2"),
  suffix: fc.constantFrom(".tar.gz", ".zip", ".json", ".json.gz"),
  lob: lobs,
});

const PLACE: layout.Place = { bucket: "bucket", prefix: "ml-models", suffix: ".tar.gz", lob: "fraud" };
const HASH = "a".repeat(64);

// ---- names -----------------------------------------------------------------------------------------------------------

describe("names", () => {
  const rules = {
    lob: [layout.lobProblem, lobs],
    model: [layout.modelProblem, models],
    alias: [layout.aliasProblem, aliases],
    version: [layout.versionProblem, numbers],
  } as const;

  test.each(Object.entries(rules))("a %s that follows the rule has no problem", (_, [problemOf, arbitrary]) => {
    assertProperty(fc.property<[string | number]>(arbitrary, (name) => expect(problemOf(name)).toBeUndefined()));
  });

  test.each([
    [
      "LOB",
      layout.lobProblem,
      [
        "",
        "Fraud",
        "1fraud",
        "-fraud",
        "_fraud",
        "fraud.1",
        "fraud/churn",
        "fraud\n",
        " fraud",
        "früh",
        "a".repeat(41),
        7,
        null,
        undefined,
      ],
    ],
    [
      "model",
      layout.modelProblem,
      ["", ".churn", "-churn", "_churn", "a/b", "a@1", "a b", "churn\n", "chürn", "a".repeat(101), {}, undefined],
    ],
    [
      "alias",
      layout.aliasProblem,
      ["", "LATEST", "latest", "Latest", "1prod", "_prod", "blue-green", "a/b", "a@b", "prod\n", "a".repeat(65), null],
    ],
    ["version", layout.versionProblem, [0, -1, 1.5, NaN, Infinity, MAX_VERSION + 1, "1", LATEST, null, undefined]],
    [
      "prefix",
      layout.prefixProblem,
      ["", "/", "a/", "/a", "a//b", "..", "a/../b", "./a", "a b", "ml-staging", "ml-staging/x", "a".repeat(201), null],
    ],
    ["suffix", layout.suffixProblem, ["", ".", "tar.gz", ".tar.gz.", "..gz", ".a.b.c.d", ".tar/gz", ".t g", `.${"a".repeat(20)}`, 1]],
  ])("an invalid %s is refused, and the message shows it", (_, problemOf, wrong: unknown[]) => {
    for (const value of wrong) {
      const kind = Array.isArray(value) ? "a list" : typeof value === "object" && value !== null ? "an object" : undefined;
      const shown = kind ?? (typeof value === "string" ? JSON.stringify(value).slice(0, 100) : String(value));
      expect(problemOf(value)).toMatch(
        problemOf === layout.aliasProblem && /^latest$/i.test(shown.slice(1, -1)) ? /called LATEST/ : /; got /,
      );
      if (!/^"latest"$/i.test(shown)) expect(problemOf(value)).toContain(`; got ${shown}`);
    }
  });

  test("a name that is far too long is truncated in the message", () => {
    expect(layout.modelProblem("m".repeat(10_000))!.length).toBeLessThan(300);
  });

  test.each([
    ["prefix", layout.prefixProblem, ["ml-models", "a", "A/b.c/d_e-f", "ml-staging2", `${"a".repeat(100)}/${"b".repeat(99)}`]],
    ["suffix", layout.suffixProblem, [".tar.gz", ".zip", ".a.b.c", ".7z"]],
  ])("a valid %s is accepted", (_, problemOf, right) => {
    for (const value of right) expect(problemOf(value)).toBeUndefined();
  });

  test("the assertions throw the problem", () => {
    expect(() => layout.assertLob("Fraud")).toThrow(new layout.LayoutError(layout.lobProblem("Fraud")));
    expect(() => layout.assertModel("a/b")).toThrow(layout.LayoutError);
    expect(() => layout.assertAlias("latest")).toThrow(layout.LayoutError);
    expect(() => layout.assertLob("fraud")).not.toThrow();
  });

  test("hashes and tokens", () => {
    assertProperty(fc.property(hashes, (hash) => expect(layout.isSha256(hash)).toBe(true)));
    assertProperty(fc.property(tokens, (token) => expect(layout.isToken(token)).toBe(true)));
    for (const wrong of ["", HASH.toUpperCase(), HASH.slice(1), `${HASH}a`, `${HASH}\n`, `${HASH.slice(1)}g`, 7, null]) {
      expect(layout.isSha256(wrong)).toBe(false);
    }
    for (const wrong of ["", "short", "a".repeat(65), `${"a".repeat(16)}/`, `${"a".repeat(16)}\n`, null])
      expect(layout.isToken(wrong)).toBe(false);
  });

  test("the default names meet AWS's rules", () => {
    expect(layout.ownNames("123456789012", "us-east-1", "fraud")).toEqual({
      bucket: "123456789012-us-east-1-fraud-artifacts",
      catalogTable: "fraud-model-catalog",
      registryTable: "fraud-model-registry",
    });
    expect(layout.sharedNames("123456789012", "us-east-1")).toEqual({
      bucket: "123456789012-us-east-1-artifacts",
      catalogTable: "model-catalog",
      registryTable: "model-registry",
    });
    expect(layout.catalogTableCandidates("fraud")).toEqual(["fraud-model-catalog", "model-catalog"]);
  });

  test("name a bucket only after a LOB whose name fits", () => {
    const longest = "a".repeat(22);
    // In the region with the longest name.
    expect(layout.ownNames("123456789012", "us-isof-south-1", longest).bucket.length).toBeLessThanOrEqual(63);
    expect([longest, "a-1"].map(layout.bucketLobProblem)).toEqual([undefined, undefined]);
    for (const lob of [`${longest}a`, "a_1"]) expect(layout.bucketLobProblem(lob)).toContain("at most 22 characters");
  });
});

// ---- S3 --------------------------------------------------------------------------------------------------------------

describe("file names of versions", () => {
  test.each([
    [1, "999999_000001"],
    [2, "999998_000002"],
    [100_000, "900000_100000"],
    [999_999, "000001_999999"],
    [LATEST, "000000_LATEST"],
  ] as const)("%s is %s", (version, name) => {
    expect(layout.encodeVersion(version)).toBe(name);
    expect(layout.decodeVersion(name)).toBe(version);
  });

  test("survive a round trip", () => {
    assertProperty(fc.property(versions, (version) => expect(layout.decodeVersion(layout.encodeVersion(version))).toBe(version)));
  });

  test("sort with LATEST first, then the newest", () => {
    assertProperty(
      fc.property(fc.uniqueArray(numbers, { maxLength: 50 }), (some) => {
        const sorted = [...some, LATEST as typeof LATEST].map(layout.encodeVersion).sort();
        expect(sorted.map(layout.decodeVersion)).toEqual([LATEST, ...some.sort((a, b) => b - a)]);
      }),
    );
  });

  test("only names that can be written can be read", () => {
    const near = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[0-9]{5,7}_[0-9A-Z]{5,7}$/),
      fc
        .tuple(numbers, fc.integer({ min: -2, max: 2 }))
        .map(([n, off]) => layout.encodeVersion(n).replace(/^\d+/, String(1_000_000 - n + off).padStart(6, "0"))),
    );
    assertProperty(
      fc.property(near, (name) => {
        const version = layout.decodeVersion(name);
        if (version !== undefined) expect(layout.encodeVersion(version)).toBe(name);
      }),
    );
    for (const name of [
      "",
      "000000_000000",
      "1000000_000000",
      "000000_1000000",
      "999999_000002",
      "999999_000001 ",
      "999999_00001",
      "000000_latest",
      "999999-000001",
    ]) {
      expect(layout.decodeVersion(name)).toBeUndefined();
    }
  });

  test.each([0, MAX_VERSION + 1, 1.5, -1, NaN])("%s has none", (version) => {
    expect(() => layout.encodeVersion(version)).toThrow(layout.LayoutError);
  });
});

describe("keys", () => {
  test("have this form", () => {
    expect(layout.versionKey(PLACE, "churn", 1)).toBe("ml-models/fraud/churn/versions/999999_000001.tar.gz");
    expect(layout.versionKey(PLACE, "churn", LATEST)).toBe("ml-models/fraud/churn/versions/000000_LATEST.tar.gz");
    expect(layout.versionsPrefix(PLACE, "churn")).toBe("ml-models/fraud/churn/versions/");
    expect(layout.lobPrefix(PLACE)).toBe("ml-models/fraud/");
    expect(layout.manifestKey(PLACE, "churn", HASH)).toBe(`ml-models/fraud/churn/manifests/${HASH}.json.gz`);
    expect(layout.aliasKey(PLACE, "churn", "prod")).toBe("ml-models/fraud/churn/aliases/prod.json");
    expect(layout.historyKey(PLACE, "churn", "prod", 7)).toBe("ml-models/fraud/churn/history/prod/000007.json");
    expect(layout.stagingKey(PLACE, "churn", HASH, "token-0123456789")).toBe(`ml-staging/fraud/churn/${HASH}/token-0123456789.tar.gz`);
    expect(layout.stagingPrefix("fraud")).toBe("ml-staging/fraud/");
  });

  test("of versions parse to what they name, and begin with their folder", () => {
    assertProperty(
      fc.property(places, models, versions, (place, model, version) => {
        const key = layout.versionKey(place, model, version);
        expect(layout.parseVersionKey(place, key)).toEqual({ model, version });
        expect(key.startsWith(layout.versionsPrefix(place, model))).toBe(true);
      }),
    );
  });

  test("of anything else do not parse as versions", () => {
    assertProperty(
      fc.property(places, models, aliases, hashes, tokens, numbers, (place, model, alias, hash, token, n) => {
        const others = [
          layout.manifestKey(place, model, hash),
          layout.aliasKey(place, model, alias),
          layout.historyKey(place, model, alias, n),
          layout.stagingKey(place, model, hash, token),
        ];
        for (const key of others) expect(layout.parseVersionKey(place, key)).toBeUndefined();
      }),
    );
  });

  test("that are never written do not parse", () => {
    const good = layout.versionKey(PLACE, "churn", 1);
    const mutated = fc
      .tuple(fc.nat(good.length), fc.string({ maxLength: 3 }), fc.nat(3))
      .map(([at, by, drop]) => good.slice(0, at) + by + good.slice(at + drop));
    assertProperty(
      fc.property(fc.oneof(fc.string(), mutated), (key) => {
        const parsed = layout.parseVersionKey(PLACE, key);
        if (parsed) expect(layout.versionKey(PLACE, parsed.model, parsed.version)).toBe(key);
      }),
    );
    const wrong = [
      "ml-models/fraud-dev/churn/versions/",
      "ml-models/fraud/churn/",
      "ml-models/fraud/a/b/versions/",
      "ml-models/fraud/churn/versions/x/",
      "other/fraud/churn/versions/",
      "/ml-models/fraud/churn/versions/",
    ];
    for (const folder of wrong) expect(layout.parseVersionKey(PLACE, `${folder}999999_000001.tar.gz`)).toBeUndefined();
    for (const name of [
      "999999_000001",
      "999999_000001.tar",
      "999999_000001.tar.gz.tar.gz",
      "999999_000001/x.tar.gz",
      "README.tar.gz",
      ".tar.gz",
      "",
    ]) {
      expect(layout.parseVersionKey(PLACE, `ml-models/fraud/churn/versions/${name}`)).toBeUndefined();
    }
  });

  test("fit into S3's 1,024 bytes at their longest", () => {
    const place = { ...PLACE, prefix: "p".repeat(200), suffix: `.${"s".repeat(19)}`, lob: "l".repeat(40) };
    const [model, alias] = ["m".repeat(100), "a".repeat(64)];
    const keys = [
      layout.versionKey(place, model, 1),
      layout.manifestKey(place, model, HASH),
      layout.historyKey(place, model, alias, 999_999),
      layout.stagingKey(place, model, HASH, "t".repeat(64)),
    ];
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(1024);
  });

  test("s3:// addresses", () => {
    assertProperty(
      fc.property(fc.constantFrom("bucket", "a.b-c"), fc.string({ minLength: 1 }), (bucket, key) => {
        expect(layout.parseS3Uri(layout.s3Uri(bucket, key))).toEqual({ bucket, key });
      }),
    );
    for (const uri of [
      "",
      "s3://",
      "s3://bucket",
      "s3://bucket/",
      "s3:///key",
      "S3://bucket/key",
      "https://bucket/key",
      " s3://bucket/key",
    ]) {
      expect(layout.parseS3Uri(uri)).toBeUndefined();
    }
  });
});

describe("patterns of write-once keys", () => {
  /** As IAM reads them: `*` is anything, `/` too; `?` is one character. */
  const matches = (pattern: string, key: string): boolean =>
    new RegExp(
      `^${pattern
        .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
      "s",
    ).test(key);
  const covering = (patterns: readonly string[], key: string): string[] => patterns.filter((pattern) => matches(pattern, key));

  test("ten cover each number exactly once", () => {
    assertProperty(
      fc.property(places, models, numbers, (place, model, n) => {
        expect(covering(layout.numberKeyPatterns(place), layout.versionKey(place, model, n))).toHaveLength(1);
      }),
    );
    expect(layout.numberKeyPatterns(PLACE)).toHaveLength(10);
    expect(layout.numberKeyPatterns(PLACE)[0]).toBe("ml-models/fraud/*/versions/*_?????0.tar.gz");
  });

  test("cover manifests and history, and nothing that is overwritten: LATEST, aliases, staging", () => {
    assertProperty(
      fc.property(places, models, aliases, hashes, tokens, numbers, (place, model, alias, hash, token, n) => {
        const all = layout.writeOnceKeyPatterns(place);
        expect(covering(layout.recordKeyPatterns(place), layout.manifestKey(place, model, hash))).not.toEqual([]);
        expect(covering(layout.recordKeyPatterns(place), layout.historyKey(place, model, alias, n))).not.toEqual([]);
        expect(covering(all, layout.versionKey(place, model, LATEST))).toEqual([]);
        expect(covering(all, layout.aliasKey(place, model, alias))).toEqual([]);
        expect(covering(all, layout.stagingKey(place, model, hash, token))).toEqual([]);
      }),
    );
  });

  test("cover no other LOB", () => {
    const key = layout.versionKey({ ...PLACE, lob: "fraud-dev" }, "churn", 1);
    expect(covering(layout.writeOnceKeyPatterns(PLACE), key)).toEqual([]);
    expect(layout.writeOnceKeyPatterns(PLACE)).toEqual([...layout.numberKeyPatterns(PLACE), ...layout.recordKeyPatterns(PLACE)]);
  });
});

// ---- DynamoDB --------------------------------------------------------------------------------------------------------

describe("hash keys", () => {
  test("of the catalog parse to what they name", () => {
    assertProperty(
      fc.property(lobs, models, aliases, (lob, model, alias) => {
        expect(layout.parseNamespace(layout.lobNamespace(lob))).toEqual({ lob });
        expect(layout.parseNamespace(layout.modelNamespace(lob, model))).toEqual({ lob, model });
        expect(layout.parseNamespace(layout.aliasNamespace(lob, model, alias))).toEqual({ lob, model, alias });
      }),
    );
    for (const wrong of [
      "",
      "/",
      "fraud/",
      "fraud/churn@",
      "fraud@prod",
      "fraud/churn@a@b",
      "fraud/churn/x",
      "fraud/churn@LATEST",
      "Fraud",
      "fraud/churn\n",
      "@",
    ]) {
      expect(layout.parseNamespace(wrong)).toBeUndefined();
    }
    assertProperty(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{1,3}[/@][a-zA-Z@/]{0,6}$/)), (namespace) => {
        const parsed = layout.parseNamespace(namespace);
        if (!parsed) return;
        const { lob, model, alias } = parsed;
        const written =
          model === undefined
            ? layout.lobNamespace(lob)
            : alias === undefined
              ? layout.modelNamespace(lob, model)
              : layout.aliasNamespace(lob, model, alias);
        expect(written).toBe(namespace);
      }),
    );
  });

  test("of the registry have this form", () => {
    expect(layout.versionUrl(PLACE, "churn", 2)).toBe("s3://bucket/ml-models/fraud/churn/versions/999998_000002.tar.gz");
    expect(layout.digestUrl("fraud", "churn", HASH)).toBe(`digest://fraud/churn/${HASH}`);
    expect(layout.keyUrl("fraud", "churn", "12/34/churn")).toBe("key://fraud/churn/12/34/churn");
    expect(layout.moveUrl("fraud", "churn", "prod", 3)).toBe("event://fraud/churn@prod/000003");
    expect(layout.parseS3Uri(layout.versionUrl(PLACE, "churn", 2))).toEqual({
      bucket: "bucket",
      key: layout.versionKey(PLACE, "churn", 2),
    });
  });

  test("of two different things differ, whatever an idempotency key contains", () => {
    const keys = fc.stringMatching(/^[ab/@:.-]{1,8}$/);
    const few = fc.record({
      lob: fc.constantFrom("a", "a-b"),
      model: fc.constantFrom("a", "b", "a.b"),
      key: keys,
      alias: fc.constantFrom("a", "a.b"),
    });
    assertProperty(
      fc.property(few, few, (one, other) => {
        const same = (fields: ("lob" | "model" | "key" | "alias")[]) => fields.every((field) => one[field] === other[field]);
        expect(layout.keyUrl(one.lob, one.model, one.key) === layout.keyUrl(other.lob, other.model, other.key)).toBe(
          same(["lob", "model", "key"]),
        );
        expect(layout.aliasNamespace(one.lob, one.model, one.alias) === layout.aliasNamespace(other.lob, other.model, other.alias)).toBe(
          same(["lob", "model", "alias"]),
        );
        expect(layout.modelNamespace(one.lob, one.model) === layout.modelNamespace(other.lob, other.model)).toBe(same(["lob", "model"]));
      }),
    );
  });
});

describe("the LOB's row", () => {
  const row: layout.LobRow = {
    lob: "fraud",
    layoutVersion: 1,
    bucket: "b",
    bucketOwner: "123456789012",
    bucketRegion: "us-east-1",
    prefix: "ml-models",
    suffix: ".tar.gz",
    registryTable: "fraud-model-registry",
    writeOnce: true,
    protectedAliases: ["prod"],
  };

  test("has its hash key, its kind, and the given values", () => {
    expect(layout.lobRowItem(row)).toEqual({
      namespace: { S: "fraud" },
      kind: { S: "LOB" },
      lob: { S: "fraud" },
      layoutVersion: { N: "1" },
      bucket: { S: "b" },
      bucketOwner: { S: "123456789012" },
      bucketRegion: { S: "us-east-1" },
      prefix: { S: "ml-models" },
      suffix: { S: ".tar.gz" },
      registryTable: { S: "fraud-model-registry" },
      writeOnce: { BOOL: true },
      protectedAliases: { L: [{ S: "prod" }] },
    });
  });

  test("has optional values if they are given", () => {
    expect(layout.lobRowItem({ ...row, kmsKeyArn: "arn", description: "d", owner: "o" })).toMatchObject({
      kmsKeyArn: { S: "arn" },
      description: { S: "d" },
      owner: { S: "o" },
    });
  });
});

describe("indexes", () => {
  const tables = [
    { hashKey: layout.CATALOG_HASH_KEY, indexes: Object.values<layout.IndexSpec>(layout.CATALOG_INDEXES) },
    { hashKey: layout.REGISTRY_HASH_KEY, indexes: Object.values<layout.IndexSpec>(layout.REGISTRY_INDEXES) },
  ];

  test("are within DynamoDB's limits", () => {
    for (const { hashKey, indexes } of tables) {
      expect(indexes.reduce((sum, { projected }) => sum + projected.length, 0)).toBeLessThanOrEqual(100);
      for (const index of indexes) {
        expect(index.projected.length).toBeLessThanOrEqual(20);
        expect(new Set(index.projected).size).toBe(index.projected.length);
        // Keys are projected anyway; naming one again is refused.
        for (const key of [hashKey, index.hashKey, index.rangeKey]) expect(index.projected).not.toContain(key);
      }
      // An attribute has one type, whatever indexes it is in.
      const types = new Map<string, string>();
      for (const { rangeKey, rangeType } of indexes) {
        expect(types.get(rangeKey) ?? rangeType).toBe(rangeType);
        types.set(rangeKey, rangeType);
      }
    }
  });

  test("have separate hash values for each LOB and model", () => {
    expect([layout.versionsOf("fraud", "churn"), layout.historyOf("fraud", "churn"), layout.pendingOf("fraud")]).toEqual([
      "fraud/churn",
      "fraud/churn",
      "fraud",
    ]);
  });
});

test("the layout imports nothing, so that the component can ship a copy", async () => {
  const source = await readFile(join(import.meta.dirname, "layout.ts"), "utf8");
  expect(source).not.toMatch(/^\s*(import|export .* from)\b|\brequire\(|\bimport\(/m);
});
