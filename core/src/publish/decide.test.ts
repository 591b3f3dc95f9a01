import { describe, expect, test } from "@jest/globals";
import type { LobError } from "../errors.js";
import { MAX_VERSION, versionUrl } from "../layout.js";
import { LOB } from "../testing/simulation.js";
import type { ObjectHead } from "../transfer/object.js";
import type { ModelSummary, Version, VersionStatus } from "../types.js";
import { MAX_KEYS, decide, mustAdvance, unpublishedLatest, type Decision, type Snapshot } from "./decide.js";
import { judgeObject, isCopyOfAnotherNumber, versionInMetadata } from "../registry/objects.js";

const TIME = "2026-11-23T14:00:00.000Z";
const [A, B] = ["a".repeat(64), "b".repeat(64)];
const STATUSES: readonly VersionStatus[] = ["RESERVED", "READY", "YANKED", "PURGING", "PURGED", "ABANDONED", "MISSING"];

const model = (change: Partial<ModelSummary> = {}): ModelSummary => ({
  lob: "fraud",
  model: "churn",
  next: 8,
  latest: 7,
  latestTreeDigest: B,
  latestSha256: "7".repeat(64),
  tags: {},
  createdAt: TIME,
  updatedAt: TIME,
  ...change,
});
const row = (version: number, change: Partial<Version> = {}): Version => ({
  url: versionUrl(LOB, "churn", version),
  lob: "fraud",
  model: "churn",
  version,
  status: "READY",
  token: "0123456789abcdef",
  treeDigest: A,
  sha256: "f".repeat(64),
  size: 10,
  files: 1,
  contentBytes: 5,
  metrics: {},
  tags: {},
  provenance: {},
  keys: [],
  origin: "lob-registry",
  reservedAt: TIME,
  holders: [],
  ...change,
});
const of = (status: VersionStatus): Version => row(5, { status });
const foreign = (version: number): Version => {
  const { treeDigest: _, ...rest } = row(version, { origin: "versioned", token: "" });
  return rest;
};

const MANY_KEYS = Array.from({ length: MAX_KEYS }, (_, index) => `key-${index}`);

describe("content A, when", () => {
  const again = { do: "again", because: expect.stringMatching(/during the look-up$/) } as unknown as Decision;
  const failure = (code: string) =>
    ({ do: "fail", error: expect.objectContaining({ code, hint: expect.any(String) }) }) as unknown as Decision;
  const keyed = { key: "k", keyPointer: { version: 5, treeDigest: A } };

  const table: [when: string, found: Omit<Snapshot, "treeDigest">, decision: Decision][] = [
    // nothing is known
    ["nothing was ever published", {}, { do: "new", next: 1 }],
    ["nothing was ever published, under a key", { key: "k" }, { do: "new", next: 1 }],
    ["a number was reserved, and none is READY", { model: model({ next: 2, latest: 0 }) }, { do: "new", next: 2 }],
    ["other content is the newest", { model: model() }, { do: "new", next: 8 }],
    ["a version that Python published is the newest", { model: without(model(), "latestTreeDigest") }, { do: "new", next: 8 }],

    // A is the newest
    ["A is the newest", { model: model({ latestTreeDigest: A }) }, { do: "finish", version: 7, replay: false }],
    ["A is the newest, under a key that is new", { model: model({ latestTreeDigest: A }), key: "k" }, { do: "set-key", version: 7 }],
    [
      "A is the newest, whatever its pointer names",
      { model: model({ latestTreeDigest: A }), digestPointer: 5, row: of("READY") },
      { do: "finish", version: 7, replay: false },
    ],
    ["a digest is left although nothing is READY", { model: model({ latest: 0, latestTreeDigest: A }) }, { do: "new", next: 8 }],

    // A was published before, or is being published
    ["A is on its way", { model: model(), digestPointer: 5, row: of("RESERVED") }, { do: "help", row: of("RESERVED") }],
    [
      "A is on its way, under a key that is new",
      { model: model(), key: "k", digestPointer: 5, row: of("RESERVED") },
      { do: "set-key", version: 5, row: of("RESERVED") },
    ],
    [
      "A is on its way with a number that the model's row did not know yet",
      { model: model(), digestPointer: 8, row: row(8, { status: "RESERVED" }) },
      { do: "help", row: row(8, { status: "RESERVED" }) },
    ],
    [
      "A is on its way, under more keys than can move along",
      { model: model(), key: "k", digestPointer: 5, row: row(5, { status: "RESERVED", keys: MANY_KEYS }) },
      { do: "help", row: row(5, { status: "RESERVED", keys: MANY_KEYS }), unnamed: true },
    ],
    ...STATUSES.filter((status) => status !== "RESERVED").map((status): [string, Omit<Snapshot, "treeDigest">, Decision] => [
      `A was published before, and is ${status}`,
      { model: model(), digestPointer: 5, row: of(status) },
      { do: "new", next: 8, previous: { version: 5, status } },
    ]),
    [
      "A was published before, under a key that is new",
      { model: model(), key: "k", digestPointer: 5, row: of("READY") },
      { do: "new", next: 8, previous: { version: 5, status: "READY" } },
    ],

    // what was read is of different moments
    [
      "the row that the pointer names was deleted",
      { model: model(), digestPointer: 5 },
      { do: "recover", version: 5, otherwise: { do: "new", next: 8, previous: { version: 5, status: undefined } } },
    ],
    [
      "the row that the pointer names was deleted, and all numbers are used",
      { model: model({ next: MAX_VERSION + 1 }), digestPointer: 5 },
      { do: "recover", version: 5, otherwise: failure("LOB3008") as never },
    ],
    [
      "the row that the pointer names has other content",
      { model: model(), digestPointer: 5, row: row(5, { treeDigest: B }) },
      { ...again, otherwise: { do: "new", next: 8, previous: { version: 5, status: "READY" } } } as Decision,
    ],
    [
      "the row that the pointer names is foreign by now",
      { model: model(), digestPointer: 5, row: foreign(5) },
      { ...again, otherwise: { do: "new", next: 8, previous: { version: 5, status: "READY" } } } as Decision,
    ],
    ["the pointer names a number that the model's row did not know yet", { model: model(), digestPointer: 8, row: row(8) }, again],
    ["the pointer was there before the model's row", { digestPointer: 1, row: row(1) }, again],

    // the key was used before
    ["its key gave a version that is on its way", { model: model(), ...keyed, row: of("RESERVED") }, { do: "help", row: of("RESERVED") }],
    ["its key gave a version", { model: model(), ...keyed, row: of("READY") }, { do: "finish", version: 5, replay: true }],
    [
      "its key gave a version that was withdrawn",
      { model: model(), ...keyed, row: of("YANKED") },
      { do: "finish", version: 5, replay: true },
    ],
    [
      "its key gave a version that was abandoned",
      { model: model(), ...keyed, row: of("ABANDONED") },
      { do: "take-over", row: of("ABANDONED") },
    ],
    [
      "its key gave a version, and A is the newest as another",
      { model: model({ latestTreeDigest: A }), ...keyed, row: of("READY") },
      { do: "finish", version: 5, replay: true },
    ],
    ...(["PURGING", "PURGED", "MISSING"] as const).map((status): [string, Omit<Snapshot, "treeDigest">, Decision] => [
      `its key gave a version that is ${status}`,
      { model: model(), ...keyed, row: of(status) },
      failure("LOB3009"),
    ]),
    [
      "its key gave other content",
      { model: model(), key: "k", keyPointer: { version: 5, treeDigest: B }, row: row(5, { treeDigest: B }) },
      failure("LOB3005"),
    ],
    [
      "its key gave other content, which is kept",
      { model: model(), key: "k", keepOther: true, keyPointer: { version: 5, treeDigest: B }, row: row(5, { treeDigest: B }) },
      { do: "finish", version: 5, replay: true },
    ],
    [
      "its key gave other content, which is to be kept but is not complete",
      {
        model: model(),
        key: "k",
        keepOther: true,
        keyPointer: { version: 5, treeDigest: B },
        row: row(5, { treeDigest: B, status: "RESERVED" }),
      },
      failure("LOB3005"),
    ],
    [
      "its key gave other content, which is to be kept but was moved",
      { model: model(), key: "k", keepOther: true, keyPointer: { version: 5, treeDigest: B }, row: of("READY") },
      failure("LOB3005"),
    ],
    [
      "the row that its key names has other content",
      { model: model(), ...keyed, row: row(5, { treeDigest: B }) },
      { ...again, otherwise: failure("LOB3009") } as Decision,
    ],
    [
      "the row that its key names was deleted",
      { model: model(), ...keyed },
      { do: "recover", version: 5, otherwise: failure("LOB3009") as never },
    ],

    // the end
    ["the last number is left", { model: model({ next: MAX_VERSION }) }, { do: "new", next: MAX_VERSION }],
    ["all numbers are used", { model: model({ next: MAX_VERSION + 1 }) }, failure("LOB3008")],
    [
      "all numbers are used, and it was published before",
      { model: model({ next: MAX_VERSION + 1 }), digestPointer: 5, row: of("READY") },
      failure("LOB3008"),
    ],
    [
      "all numbers are used, and it is the newest",
      { model: model({ next: MAX_VERSION + 1, latest: MAX_VERSION, latestTreeDigest: A }) },
      { do: "finish", version: MAX_VERSION, replay: false },
    ],
  ];

  test.each(table)("%s", (_, found, decision) => expect(decide({ treeDigest: A, ...found })).toEqual(decision));

  test("its key gave other content: the error names the key and its version", () => {
    const decision = decide({ treeDigest: A, key: "run-7", keyPointer: { version: 5, treeDigest: B } });
    expect((decision as { error: LobError }).error.message).toMatch(/run-7.*version 5/);
  });
});

// ---- objects ---------------------------------------------------------------------------------------------------------

const head = (metadata: Record<string, string>, change: Partial<ObjectHead> = {}): ObjectHead => ({
  key: "k",
  etag: '"e"',
  size: 10,
  metadata,
  ...change,
});

describe("the object at a number", () => {
  const ours = row(5, { status: "RESERVED" });
  const metadata = { artifact_version: "5", write_token: ours.token, tree_digest: A };

  test.each([
    ["is absent", undefined, "absent"],
    ["is ours", head(metadata), "ours"],
    ["is another upload of the same content", head({ ...metadata, write_token: "fedcba9876543210" }), "same-content"],
    ["is other content", head({ ...metadata, write_token: "fedcba9876543210", tree_digest: B }), "foreign"],
    ["says that it is another number: a copy of ours by Python", head({ ...metadata, artifact_version: "4" }), "foreign"],
    ["is Python's own", head({ artifact_name: "churn", artifact_sha256: "x" }), "foreign"],
  ] as const)("%s", (_, object, verdict) => expect(judgeObject(ours, object)).toBe(verdict));
});

test.each([
  ["1", 1],
  ["999999", MAX_VERSION],
  [undefined, undefined],
  ["", undefined],
  ["0", undefined],
  ["007", undefined],
  ["1000000", undefined],
  ["1e3", undefined],
  [" 5", undefined],
  ["-1", undefined],
  ["LATEST", undefined],
])("an object that says it is version %j is %s", (text, version) => {
  expect(versionInMetadata(head(text === undefined ? {} : { artifact_version: text }))).toBe(version);
});

test.each([
  ["there is no version", undefined, 0, false],
  ["there is no version, and LATEST holds one", 3, 0, false],
  ["there is no LATEST", undefined, 7, true],
  ["it lags", 6, 7, true],
  ["it is there", 7, 7, false],
  ["it is ahead", 8, 7, false],
])("LATEST must move: %s", (_, at, latest, must) => expect(mustAdvance(at, latest)).toBe(must));

describe("a number that Python published", () => {
  const sha256 = "7".repeat(64);
  test.each([
    ["says that it is another number", head({ artifact_version: "7", artifact_sha256: sha256 }), model(), true],
    ["says so where nothing else is known", head({ artifact_version: "7" }), undefined, true],
    ["has the bytes of the newest", head({ artifact_sha256: sha256 }), model(), true],
    ["says that it is itself", head({ artifact_version: "8", artifact_sha256: "8".repeat(64) }), model(), false],
    ["has bytes of its own", head({ artifact_sha256: "8".repeat(64) }), model(), false],
    ["is the newest itself", head({ artifact_sha256: sha256 }), model({ latest: 8 }), false],
    ["has no known bytes", head({}), without(model(), "latestSha256"), false],
    ["is the first that is known", head({ artifact_sha256: sha256 }), undefined, false],
  ])("is a copy of another: %s", (_, object, known, copy) => expect(isCopyOfAnotherNumber(8, object, known)).toBe(copy));
});

describe("unpublished work at LATEST", () => {
  const draft = head({ artifact_sha256: "d".repeat(64) }, { key: "latest-key", size: 123, lastModified: new Date(TIME) });

  test("is reported with its size and what to do", () => {
    const error = unpublishedLatest("churn", draft);
    expect(error).toMatchObject({ code: "LOB3006", details: { key: "latest-key", sha256: "d".repeat(64) } });
    expect(error.message).toMatch(/^LATEST of churn .*\(123 bytes, put 2026-11-23T14:00:00.000Z\)$/);
    expect(error.hint).toMatch(/publish_artifact_version.*--take-over.*`take-over`/);
  });

  test("that appeared late does not hide that the version is published", () => {
    expect(unpublishedLatest("churn", draft, 8).message).toMatch(/^version 8 is published, but LATEST of churn /);
  });
});

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}
