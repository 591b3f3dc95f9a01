/** The checker of the invariants must see each of them broken: a checker that finds nothing proves nothing. */
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { digestUrl, LATEST, METADATA, versionKey, versionUrl } from "../layout.js";
import { modelRowItem, versionRowItem } from "../registry/rows.js";
import type { Version } from "../types.js";
import { contaminations, sha256, violations, type CheckOptions, type StoredObject } from "./invariants.js";
import { LOB } from "./simulation.js";

const TIME = "2026-11-23T14:00:00.000Z";
const keyOf = (n: number | typeof LATEST): string => versionKey(LOB, "churn", n);
const urlOf = (n: number): string => versionUrl(LOB, "churn", n);
const digestOf = (n: number): string => String(n).repeat(64);

type Row = Record<string, AttributeValue>;
let objects: Map<string, StoredObject>;
let catalog: Row[];
let registry: Map<string, Row>;

/** Version n as it is when all is well. */
function publish(n: number, change: Partial<Version> = {}): void {
  const version: Version = {
    url: urlOf(n),
    lob: "fraud",
    model: "churn",
    version: n,
    status: "READY",
    token: `token-of-version-${n}`,
    treeDigest: digestOf(n),
    sha256: sha256(Buffer.from(`bytes ${n}`)),
    size: 7,
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
  };
  registry.set(urlOf(n), versionRowItem(version));
  registry.set(digestUrl("fraud", "churn", digestOf(n)), {
    url: { S: "digest" },
    version: { N: String(n) },
    treeDigest: { S: digestOf(n) },
  });
  objects.set(keyOf(n), {
    etag: `"etag ${n}"`,
    size: 7,
    sha256: version.sha256,
    metadata: { [METADATA.artifactVersion]: String(n), [METADATA.artifactSha256]: version.sha256, [METADATA.writeToken]: version.token },
  });
  objects.set(keyOf(LATEST), objects.get(keyOf(n))!);
  catalog = [modelRowItem({ lob: "fraud", model: "churn", next: n + 1, latest: n, tags: {}, createdAt: TIME, updatedAt: TIME })];
}

const check = (options: CheckOptions = {}): string[] =>
  violations({ objects, catalog, registry: [...registry].map(([url, row]) => ({ ...row, url: { S: url } })) }, LOB, "churn", options);
const object = (key: string, change: Partial<StoredObject>): void => void objects.set(key, { ...objects.get(key)!, ...change });
const metadata = (key: string, change: Record<string, string>): void =>
  object(key, { metadata: { ...objects.get(key)!.metadata, ...change } });
const row = (url: string, change: Row): void => void registry.set(url, { ...registry.get(url)!, ...change });

beforeEach(() => {
  [objects, catalog, registry] = [new Map(), [], new Map()];
  for (const n of [1, 2, 3]) publish(n);
});

test("a healthy state and an empty one have no violations", () => {
  expect(check()).toEqual([]);
  expect(violations({ objects: new Map(), catalog: [], registry: [] }, LOB, "churn")).toEqual([]);
});

describe("the checker detects that", () => {
  test.each<[string, () => void, RegExp]>([
    ["a READY version has no object", () => objects.delete(keyOf(2)), /^I1: version 2 .* no object$/],
    ["an object has another token", () => metadata(keyOf(2), { [METADATA.writeToken]: "other" }), /^I1: token of version 2/],
    ["an object has another size", () => object(keyOf(2), { size: 8 }), /^I1: size of version 2/],
    ["an object has other bytes", () => object(keyOf(2), { sha256: sha256(Buffer.from("other")) }), /^I1: sha256 of version 2/],
    ["an object's metadata is not of its bytes", () => metadata(keyOf(2), { [METADATA.artifactSha256]: "other" }), /metadata of version 2/],
    ["a row is another's", () => row(urlOf(2), { version: { N: "3" } }), /says that it is version 3/],
    [
      "a READY version is not listed",
      () => row(urlOf(2), { versionsOf: { S: "fraud/other" } }),
      /version 2 is not in the index of versions/,
    ],
    ["a READY version is pending", () => row(urlOf(2), { pendingOf: { S: "fraud" } }), /version 2 is in the index of pending/],
    ["a RESERVED version is listed", () => row(urlOf(2), { status: { S: "RESERVED" } }), /RESERVED version 2 is in the index of versions/],
    ["a version is not finished", () => publish(4, { status: "RESERVED" }), /^L1: version 4 is still RESERVED$/],
    ["an object has no row", () => registry.delete(urlOf(2)), /^L1: object 2 has no READY row$/],
    [
      "a number is at or above next",
      () => void (catalog = [{ ...catalog[0]!, next: { N: "3" } }]),
      /^I5: next is 3, but version 3 has a row$/,
    ],
    ["a number is missing", () => [registry.delete(urlOf(2)), objects.delete(keyOf(2))], /^I5: there is no version 2/],
    [
      "two versions have the same bytes",
      () => object(keyOf(2), { sha256: sha256(Buffer.from("bytes 1")) }),
      /^I6: versions 1 and 2 hold the same bytes$/,
    ],
    ["the newest is not READY", () => row(urlOf(3), { status: { S: "YANKED" } }), /catalog.latest is 3, which is not READY/],
    [
      "LATEST names a version that is not READY",
      () => row(urlOf(3), { status: { S: "RESERVED" } }),
      /^I3: LATEST names version 3, which is not READY/,
    ],
    ["LATEST has other bytes", () => object(keyOf(LATEST), { sha256: "other" }), /^I3: the bytes of LATEST/],
    ["LATEST has another ETag", () => object(keyOf(LATEST), { etag: '"other"' }), /LATEST and version 3 have different ETags/],
    ["LATEST lags", () => objects.set(keyOf(LATEST), objects.get(keyOf(2))!), /^L1: LATEST holds version 2, catalog.latest is 3$/],
    ["LATEST is missing", () => objects.delete(keyOf(LATEST)), /^L1: there is no LATEST/],
    [
      "a pointer names other content",
      () => row(digestUrl("fraud", "churn", digestOf(1)), { version: { N: "2" } }),
      /the pointer .* names version 2/,
    ],
  ])("%s", (_, breaking, message) => {
    breaking();
    expect(check()).toContainEqual(expect.stringMatching(message));
  });
});

describe("states that are not violations", () => {
  test("during publishes: an unfinished version, an old LATEST, an object whose row is not committed", () => {
    publish(4, { status: "RESERVED" });
    catalog = [{ ...catalog[0]!, latest: { N: "3" } }];
    objects.set(keyOf(LATEST), objects.get(keyOf(2))!);
    expect(check({ settled: false })).toEqual([]);
    expect(check()).not.toEqual([]);
  });

  test("an abandoned number", () => {
    row(urlOf(2), { status: { S: "ABANDONED" } });
    Reflect.deleteProperty(registry.get(urlOf(2))!, "versionsOf");
    objects.delete(keyOf(2));
    expect(check()).toEqual([]);
  });

  test("a number that the Python library put and that no publish met, where that may be", () => {
    objects.set(keyOf(4), { etag: '"p"', size: 1, sha256: "p", metadata: { [METADATA.artifactSha256]: "p" } });
    expect(check({ unindexed: true })).toEqual([]);
    expect(check()).toEqual(["L1: object 4 has no READY row"]);
  });
});

test("names that the Python library calls contaminated are found", () => {
  const stored = () => ({ objects, catalog, registry: [] });
  expect(contaminations(stored(), LOB, "churn")).toEqual([]);
  const folder = keyOf(1).replace(/[^/]*$/, "");
  for (const name of ["README.md", "999999_000002.tar.gz", "000004"]) object(folder + name, objects.get(keyOf(1))!);
  object("ml-models/fraud/other/versions/x", objects.get(keyOf(1))!);
  expect(contaminations(stored(), LOB, "churn")).toEqual(["README.md", "999999_000002.tar.gz", "000004"]);
});
