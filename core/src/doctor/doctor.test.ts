/** What doctor finds and fixes, on a LOB whose rows and objects were made by publishing, and then broken by hand. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { marshall } from "@aws-sdk/util-dynamodb";
import * as layout from "../layout.js";
import { LATEST, METADATA, versionKey, versionUrl } from "../layout.js";
import { parseModelRow, parsePointer, parseVersionRow, versionRowItem } from "../registry/rows.js";
import { publishTree } from "../publish/publish.js";
import { awsError, FakeAws } from "../testing/fake-aws.js";
import { sha256, violations } from "../testing/invariants.js";
import { fakeEnvironment, fakeTree, LOB } from "../testing/simulation.js";
import type { ModelSummary, Version } from "../types.js";
import { doctor, doctorLob } from "./doctor.js";
import type { DoctorIssue } from "./issues.js";
import type { DoctorOptions, DoctorReport } from "./options.js";

const MODEL = "churn";
const HOUR = 3_600_000;

let folder: string;
let aws: FakeAws;
let environmentOf: ReturnType<typeof fakeEnvironment>;

/** Milliseconds since the beginning of time. */
let time: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lob-doctor-"));
  await writeFile(join(folder, "manifest"), "x");
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  aws = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable]);
  aws.putItem(LOB.catalogTable, layout.lobRowItem(LOB));
  time = Date.parse("2026-11-20T08:00:00Z");
  const tick = () => new Date((time += 1000));
  aws.tick = tick;
  environmentOf = fakeEnvironment(join(folder, "manifest"), () => 0.5, tick);
});

// ---- helpers ------------------------------------------------------------------------------------------------

const keyOf = (n: number | typeof LATEST) => versionKey(LOB, MODEL, n);
const urlOf = (n: number) => versionUrl(LOB, MODEL, n);
const registry = () => aws.tables.get(LOB.registryTable)!;
const catalog = () => aws.tables.get(LOB.catalogTable)!;
const rowOf = (n: number): Version => parseVersionRow(registry().get(urlOf(n))!);
const modelRow = (): ModelSummary => parseModelRow(catalog().get(layout.modelNamespace(LOB.lob, MODEL))!);
const putRow = (row: Version): void => void registry().set(row.url, versionRowItem(row));
const changeModel = (change: object): void => {
  const key = layout.modelNamespace(LOB.lob, MODEL);
  catalog().set(key, { ...catalog().get(key)!, ...marshall(change) });
};
const digestUrlOf = (n: number): string => layout.digestUrl(LOB.lob, MODEL, rowOf(n).treeDigest!);

/** Publishes contents one after another, each as a new version. */
async function publish(...contents: string[]): Promise<void> {
  for (const content of contents) await publishOne(content);
}

function publishOne(content: string, key?: string, stopAt?: (request: string) => boolean) {
  const clients = aws.clients(async ({ name, key: about }, execute) => {
    if (stopAt?.(`${name} ${about}`)) return new Promise(() => undefined); // killed here: it never settles
    return Promise.resolve(execute());
  });
  const options = { lob: LOB.lob, model: MODEL, path: ".", ...(key !== undefined && { idempotencyKey: key }) };
  return publishTree(clients, LOB, fakeTree(content), options, environmentOf(content));
}

/** Runs a publisher that is killed just before it sends the given request. */
async function killedAt(content: string, stopAt: (request: string) => boolean, key?: string): Promise<void> {
  let killed: (value?: unknown) => void;
  const death = new Promise((resolve) => (killed = resolve));
  void publishOne(content, key, (request) => {
    if (!stopAt(request)) return false;
    killed();
    return true;
  });
  await death;
}

/** Writes objects as the Python library's put and publish do. */
function pythonPuts(text: string, ...numbers: (number | typeof LATEST)[]): void {
  const body = Buffer.from(text);
  for (const n of numbers) aws.putObject(keyOf(n), body, { [METADATA.artifactName]: MODEL, [METADATA.artifactSha256]: sha256(body) });
}

const examine = (options: DoctorOptions = {}): Promise<DoctorReport> =>
  doctorLob(aws.clients(), LOB, { concurrency: 1, ...options }, environmentOf("doctor"));

const brief = ({ issues }: DoctorReport): string[] =>
  issues.map(({ kind, outcome, version }: DoctorIssue) => [kind, outcome, ...(version === undefined ? [] : [version])].join(" "));

function stored() {
  const objects = new Map(
    [...aws.objects].map(([key, { body, etag, metadata }]) => [key, { etag, metadata, size: body.length, sha256: sha256(body) }]),
  );
  return {
    objects,
    catalog: aws.items(LOB.catalogTable).filter((item) => item["kind"]?.S !== "LOB"),
    registry: aws.items(LOB.registryTable),
  };
}

const broken = (): string[] => violations(stored(), LOB, MODEL);
const everything = () => structuredClone({ objects: [...aws.objects], catalog: [...catalog()], registry: [...registry()] });

// ---- each state ------------------------------------------------------------------------------------------------------

interface Case {
  /** Creates the state. */
  readonly make: () => Promise<void> | void;
  readonly options?: DoctorOptions;
  /** Issues that doctor reports: kind, outcome, version. */
  readonly finds: readonly string[];
  /** Issues that a second run reports. Default: none. */
  readonly then?: readonly string[];
  /** Invariants that stay broken because something is lost. Default: none. */
  readonly remains?: readonly string[];
  readonly check?: () => void;
}

const laterBy = (hours: number): void => void (time += hours * HOUR);
const isCopyTo = (n: number | typeof LATEST) => (request: string) => request === `CreateMultipartUpload ${keyOf(n)}`;
const isTransactionOf = (n: number, nth: number) => {
  let seen = 0;
  return (request: string) => request.startsWith("TransactWriteItems") && request.includes(urlOf(n)) && ++seen === nth;
};

const CASES: Record<string, Case> = {
  "a healthy LOB": { make: () => publish("A", "B", "A"), finds: [] },

  // interrupted publishers
  "a publisher stopped after the reservation, and its upload exists": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2));
      laterBy(1);
    },
    finds: ["unfinished repaired 2"],
    check: () => expect(modelRow()).toMatchObject({ latest: 2, next: 3 }),
  },
  "a publisher stopped a minute ago: it may still be running": {
    make: () => killedAt("A", isCopyTo(1)),
    finds: ["in-progress noted 1"],
    then: ["in-progress noted 1"],
    remains: ["L1: version 1 is still RESERVED", "I5: there is no version 1, and next is 2"],
  },
  "a publisher stopped after the object was written": {
    make: async () => {
      await killedAt("A", isTransactionOf(1, 2));
      laterBy(1);
    },
    finds: ["unfinished repaired 1"],
    check: () => expect(rowOf(1).status).toBe("READY"),
  },
  "a publisher stopped before LATEST moved": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(LATEST));
    },
    finds: ["latest-behind repaired"],
  },
  "the first publisher stopped before LATEST existed": {
    make: () => killedAt("A", isCopyTo(LATEST)),
    finds: ["latest-behind repaired"],
  },
  "a publisher stopped half a day ago, and its upload is missing: doctor leaves it alone": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2));
      for (const key of aws.objects.keys()) if (key.startsWith(layout.STAGING_PREFIX)) aws.objects.delete(key);
      laterBy(12);
    },
    finds: ["in-progress noted 2"],
    then: ["in-progress noted 2"],
    remains: ["L1: version 2 is still RESERVED", "I5: there is no version 2, and next is 3"],
  },
  "a publisher stopped a day ago, and its upload is missing: doctor abandons the number": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2), "run-1");
      for (const key of aws.objects.keys()) if (key.startsWith(layout.STAGING_PREFIX)) aws.objects.delete(key);
      laterBy(25);
    },
    finds: ["abandoned repaired 2"],
    check: () => {
      expect(rowOf(2).status).toBe("ABANDONED");
      expect(parsePointer(registry().get(layout.keyUrl(LOB.lob, MODEL, "run-1"))!).version).toBe(2);
    },
  },
  "an upload other than the row's is in its place": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2));
      const { stagingKey } = rowOf(2);
      aws.putObject(stagingKey!, Buffer.from("something else"), {});
      laterBy(25);
    },
    finds: ["abandoned repaired 2", "old-upload planned"],
    then: ["old-upload planned"],
  },
  "an abandoned version whose object arrived late": {
    make: async () => {
      await publish("A", "B");
      putRow({ ...rowOf(2), status: "ABANDONED" });
      changeModel({ latest: 1, latestTreeDigest: rowOf(1).treeDigest, latestSha256: rowOf(1).sha256 });
    },
    finds: ["unfinished repaired 2"],
    check: () => expect([rowOf(2).status, modelRow().latest]).toEqual(["READY", 2]),
  },
  "another upload of the same content is at the number of an abandoned version": {
    make: async () => {
      await publish("A", "B");
      putRow({ ...rowOf(2), status: "ABANDONED", token: "t".repeat(32), sha256: "1".repeat(64) });
      changeModel({ latest: 1, latestTreeDigest: rowOf(1).treeDigest, latestSha256: rowOf(1).sha256 });
    },
    finds: ["unfinished repaired 2"],
    check: () => expect(rowOf(2)).toMatchObject({ status: "READY", sha256: sha256(aws.objects.get(keyOf(2))!.body) }),
  },
  "Python took the number of a version in progress": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2), "run-1");
      pythonPuts("python", 2, LATEST);
      laterBy(1);
    },
    finds: ["displaced repaired 2"],
    check: () => {
      expect([rowOf(2).origin, rowOf(3).status, modelRow()]).toMatchObject(["versioned", "READY", { next: 4, latest: 3 }]);
      expect(parsePointer(registry().get(layout.keyUrl(LOB.lob, MODEL, "run-1"))!).version).toBe(3);
    },
  },
  "Python took the number of an abandoned version": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2), "run-1");
      for (const key of aws.objects.keys()) if (key.startsWith(layout.STAGING_PREFIX)) aws.objects.delete(key);
      putRow({ ...rowOf(2), status: "ABANDONED" });
      pythonPuts("python", 2, LATEST);
    },
    finds: ["displaced repaired 2"],
    check: () => {
      expect([rowOf(2).origin, rowOf(3).status]).toEqual(["versioned", "ABANDONED"]);
      expect(parsePointer(registry().get(layout.keyUrl(LOB.lob, MODEL, "run-1"))!).version).toBe(3);
    },
  },

  // the Python library
  "Python published the newest version": {
    make: async () => {
      await publish("A");
      for (const n of [2, 3, 4]) pythonPuts(`python ${n}`, n, LATEST);
    },
    finds: ["unindexed repaired 2", "unindexed repaired 3", "unindexed repaired 4"],
    check: () => expect(modelRow()).toMatchObject({ next: 5, latest: 4 }),
  },
  "Python alone, with a gap": {
    make: () => {
      for (const n of [1, 2, 4]) pythonPuts(`python ${n}`, n, LATEST);
    },
    finds: ["unindexed repaired 1", "unindexed repaired 2", "unindexed repaired 4", "gap noted"],
    then: ["gap noted"],
    remains: ["I5: there is no version 3, and next is 5"],
    check: () => expect(modelRow()).toMatchObject({ next: 5, latest: 4 }),
  },
  "Python copied LATEST to the next number": {
    make: async () => {
      await publish("A", "B");
      const { body, metadata } = aws.objects.get(keyOf(LATEST))!;
      aws.putObject(keyOf(3), body, metadata);
    },
    finds: ["unindexed repaired 3"],
    check: () => expect([rowOf(3).origin, modelRow()]).toMatchObject(["versioned", { next: 4, latest: 2 }]),
  },
  "a draft at LATEST that Python did not publish": {
    make: async () => {
      await publish("A");
      pythonPuts("a draft", LATEST);
    },
    finds: ["latest-draft noted"],
    then: ["latest-draft noted"],
    check: () => expect(aws.objects.get(keyOf(LATEST))!.body.toString()).toBe("a draft"),
  },
  "an object in the versions folder that the library calls a contamination": {
    make: async () => {
      await publish("A");
      aws.putObject(keyOf(1).replace(/[^/]*$/, "notes.txt"), Buffer.from("x"), {});
      aws.putObject(keyOf(1).replace(/[^/]*$/, ""), Buffer.alloc(0), {}); // the console's folder marker is not reported
    },
    finds: ["stray manual"],
    then: ["stray manual"],
  },
  "an object with a version's name that neither this program nor Python wrote": {
    make: async () => {
      await publish("A");
      aws.putObject(keyOf(2), Buffer.from("by other means"), {});
    },
    finds: ["model-row repaired", "unknown manual 2"],
    then: ["unknown manual 2"],
    remains: ["L1: object 2 has no READY row"],
    check: () => expect(modelRow().next).toBe(3),
  },

  // rows deleted or changed by an operator
  "all registry rows are missing": {
    make: async () => {
      await publish("A", "B", "A");
      registry().clear();
    },
    finds: ["unindexed repaired 1", "unindexed repaired 2", "unindexed repaired 3", "pointer repaired 3", "pointer repaired 2"],
    check: () => {
      expect([1, 2, 3].map((n) => rowOf(n))).toMatchObject(
        [1, 2, 3].map((version) => ({ version, status: "READY", origin: "lob-registry" })),
      );
      expect(parsePointer(registry().get(digestUrlOf(1))!).version).toBe(3);
    },
  },
  "both tables are empty": {
    make: async () => {
      await publish("A", "B");
      registry().clear();
      catalog().delete(layout.modelNamespace(LOB.lob, MODEL));
    },
    finds: ["unindexed repaired 1", "unindexed repaired 2", "pointer repaired 1", "pointer repaired 2"],
    check: () => expect(modelRow()).toMatchObject({ next: 3, latest: 2, latestTreeDigest: rowOf(2).treeDigest }),
  },
  "the model's row is missing": {
    make: async () => {
      await publish("A", "B");
      catalog().delete(layout.modelNamespace(LOB.lob, MODEL));
    },
    finds: ["model-row repaired"],
    check: () => expect(modelRow()).toMatchObject({ next: 3, latest: 2, latestSha256: rowOf(2).sha256 }),
  },
  "the model's row is missing while a version is in progress": {
    make: async () => {
      await killedAt("A", isCopyTo(1));
      catalog().delete(layout.modelNamespace(LOB.lob, MODEL));
      laterBy(1);
    },
    finds: ["model-row repaired", "unfinished repaired 1"],
    check: () => expect(modelRow()).toMatchObject({ next: 2, latest: 1 }),
  },
  "the model's row is older than the versions": {
    make: async () => {
      await publish("A");
      const old = catalog().get(layout.modelNamespace(LOB.lob, MODEL))!;
      await publish("B", "C");
      catalog().set(layout.modelNamespace(LOB.lob, MODEL), old);
    },
    finds: ["model-row repaired"],
    check: () => expect(modelRow()).toMatchObject({ next: 4, latest: 3 }),
  },
  "the model's row has another version's digests": {
    make: async () => {
      await publish("A", "B");
      changeModel({ latestTreeDigest: rowOf(1).treeDigest });
    },
    finds: ["model-row repaired"],
    check: () => expect(modelRow().latestTreeDigest).toBe(rowOf(2).treeDigest),
  },
  "the model's row cannot be parsed": {
    make: async () => {
      await publish("A");
      changeModel({ next: "two" });
    },
    finds: ["unreadable-row manual"],
    then: ["unreadable-row manual"],
    remains: ["I5: next is 1, but version 1 has a row"],
  },
  "the model's row cannot be parsed, with --rebuild": {
    make: async () => {
      await publish("A");
      changeModel({ next: "two" });
    },
    options: { rebuild: true },
    finds: ["unreadable-row repaired"],
    check: () => expect(modelRow()).toMatchObject({ next: 2, latest: 1 }),
  },
  "a version's row cannot be parsed": {
    make: async () => {
      await publish("A");
      registry().set(urlOf(1), { ...registry().get(urlOf(1))!, size: { S: "large" } });
    },
    finds: ["unreadable-row manual 1"],
    then: ["unreadable-row manual 1"],
    remains: ["I1: size of version 1 differs between row and object"],
  },
  "a version's row cannot be parsed, with --rebuild": {
    make: async () => {
      await publish("A");
      registry().set(urlOf(1), { ...registry().get(urlOf(1))!, size: { S: "large" } });
    },
    options: { rebuild: true },
    finds: ["unreadable-row repaired 1"],
  },
  "a row with another sha256 than its object": {
    make: async () => {
      await publish("A");
      putRow({ ...rowOf(1), sha256: "1".repeat(64), tags: { team: "risk" } });
      changeModel({ latestSha256: "1".repeat(64) });
    },
    finds: ["disagrees manual 1"],
    then: ["disagrees manual 1"],
    remains: ["I1: sha256 of version 1 in the row is not that of the bytes"],
  },
  "a row with another sha256 than its object, with --rebuild: values that only the row holds stay": {
    make: async () => {
      await publish("A");
      putRow({ ...rowOf(1), sha256: "1".repeat(64), tags: { team: "risk" }, metrics: { auc: 0.9 } });
    },
    options: { rebuild: true },
    finds: ["disagrees repaired 1"],
    check: () => expect(rowOf(1)).toMatchObject({ tags: { team: "risk" }, metrics: { auc: 0.9 } }),
  },
  "pointers are missing": {
    make: async () => {
      await publishOne("A", "run-1");
      await publish("B", "A");
      for (const key of registry().keys()) if (!key.startsWith("s3://")) registry().delete(key);
    },
    finds: ["pointer repaired 3", "pointer repaired 2", "pointer repaired 1"],
    check: () => {
      expect(parsePointer(registry().get(layout.keyUrl(LOB.lob, MODEL, "run-1"))!).version).toBe(1);
      expect(parsePointer(registry().get(digestUrlOf(1))!).version).toBe(3);
    },
  },
  "a pointer leads to an older version, and to another's content": {
    make: async () => {
      await publish("A", "B", "A");
      registry().set(digestUrlOf(1), marshall({ url: digestUrlOf(1), version: 1, treeDigest: rowOf(1).treeDigest }));
      registry().set(digestUrlOf(2), marshall({ url: digestUrlOf(2), version: 3, treeDigest: rowOf(2).treeDigest }));
    },
    finds: ["pointer repaired 3", "pointer repaired 2"],
    check: () => expect([1, 2].map((n) => parsePointer(registry().get(digestUrlOf(n))!).version)).toEqual([3, 2]),
  },
  "a pointer cannot be parsed": {
    make: async () => {
      await publish("A");
      registry().set(digestUrlOf(1), marshall({ url: digestUrlOf(1), version: "one" }));
    },
    finds: ["pointer repaired 1"],
  },

  // objects deleted or replaced by something other than this program
  "the newest number is missing, and LATEST is its copy": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(2));
    },
    finds: ["restorable repaired 2"],
    check: () => expect(aws.objects.get(keyOf(2))!.body).toEqual(aws.objects.get(keyOf(LATEST))!.body),
  },
  "the newest number, its row and the model's row are missing, and LATEST is its copy": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(2));
      registry().delete(urlOf(2));
      catalog().delete(layout.modelNamespace(LOB.lob, MODEL));
    },
    finds: ["restorable repaired 2", "unindexed repaired 2"],
    check: () => expect(modelRow()).toMatchObject({ next: 3, latest: 2 }),
  },
  "a number of Python is missing, and LATEST has its bytes": {
    make: async () => {
      await publish("A");
      pythonPuts("python", 2, LATEST);
      await examine();
      aws.objects.delete(keyOf(2));
    },
    finds: ["restorable repaired 2"],
  },
  "an older number is missing": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(1));
    },
    finds: ["lost manual 1", "missing noted 1"],
    then: ["missing noted 1"],
    remains: ["I5: there is no version 1, and next is 3"],
    check: () => {
      expect(rowOf(1).status).toBe("MISSING");
      expect(modelRow().latest).toBe(2);
    },
  },
  "the newest number is missing, and LATEST holds a draft": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(2));
      pythonPuts("a draft", LATEST);
    },
    finds: ["lost manual 2", "missing noted 2", "latest-draft noted"],
    then: ["missing noted 2", "latest-draft noted"],
    remains: ["I5: there is no version 2, and next is 3"],
    check: () => expect(modelRow()).toMatchObject({ latest: 1, latestTreeDigest: rowOf(1).treeDigest }),
  },
  "the only number and LATEST are missing": {
    make: async () => {
      await publish("A");
      aws.objects.delete(keyOf(1));
      aws.objects.delete(keyOf(LATEST));
    },
    finds: ["lost manual 1", "missing noted 1"],
    then: ["missing noted 1"],
    remains: ["I5: there is no version 1, and next is 2"],
    check: () => expect(modelRow()).toMatchObject({ latest: 0, next: 2 }),
  },
  "the object of a missing version was restored": {
    make: async () => {
      await publish("A", "B");
      const object = aws.objects.get(keyOf(1))!;
      aws.objects.delete(keyOf(1));
      await examine();
      aws.objects.set(keyOf(1), object);
    },
    finds: ["came-back repaired 1"],
    check: () => expect(rowOf(1).status).toBe("READY"),
  },
  "`latest` names a version that was marked MISSING": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(2));
      pythonPuts("a draft", LATEST);
      putRow({ ...rowOf(2), status: "MISSING" });
    },
    finds: ["model-row repaired", "missing noted 2", "latest-draft noted"],
    then: ["missing noted 2", "latest-draft noted"],
    remains: ["I5: there is no version 2, and next is 3"],
    check: () => expect(modelRow().latest).toBe(1),
  },
  "LATEST is missing": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(LATEST));
    },
    finds: ["latest-behind repaired"],
  },
  "LATEST was replaced, and still claims to be the newest version": {
    make: async () => {
      await publish("A");
      const { metadata } = aws.objects.get(keyOf(LATEST))!;
      aws.putObject(keyOf(LATEST), Buffer.from("other bytes"), metadata);
    },
    finds: ["latest-differs repaired 1"],
  },
  "a manifest is missing": {
    make: async () => {
      await publish("A");
      for (const key of aws.objects.keys()) if (key.includes("/manifests/")) aws.objects.delete(key);
    },
    finds: ["no-manifest manual 1"],
    then: ["no-manifest manual 1"],
  },

  // copies that must not be lost
  "the newest number was replaced, and LATEST still has the published bytes: doctor keeps it": {
    make: async () => {
      await publish("A", "B");
      const { body, metadata } = aws.objects.get(keyOf(1))!;
      aws.putObject(keyOf(2), body, metadata);
    },
    finds: ["disagrees manual 2"],
    then: ["disagrees manual 2"],
    remains: [
      "I1: token of version 2 differs between row and object",
      "I1: sha256 of version 2 in the row is not that of the bytes",
      "I3: the bytes of LATEST are not those of version 2",
    ],
    check: () => expect(aws.objects.get(keyOf(LATEST))!.body.toString()).toBe("archive of B"),
  },
  "the newest number was replaced, and LATEST is behind: doctor keeps it": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(LATEST));
      const { body, metadata } = aws.objects.get(keyOf(1))!;
      aws.putObject(keyOf(2), body, metadata);
    },
    finds: ["disagrees manual 2"],
    then: ["disagrees manual 2"],
    remains: [
      "I1: token of version 2 differs between row and object",
      "I1: sha256 of version 2 in the row is not that of the bytes",
      "L1: LATEST holds version 1, catalog.latest is 2",
    ],
    check: () => expect(aws.objects.get(keyOf(LATEST))!.body.toString()).toBe("archive of A"),
  },
  "Python went back to earlier content at LATEST, and did not publish it": {
    make: async () => {
      await publish("A", "B");
      pythonPuts("archive of A", LATEST);
    },
    finds: ["latest-draft noted"],
    then: ["latest-draft noted"],
    remains: ["L1: LATEST holds version 1, which the Python library put there, and catalog.latest is 2"],
    check: () => expect(aws.objects.get(keyOf(LATEST))!.body.toString()).toBe("archive of A"),
  },
  "a number that was restored in one piece, with another ETag": {
    make: async () => {
      await publish("A");
      const { body, metadata } = aws.objects.get(keyOf(1))!;
      aws.putObject(keyOf(1), body, metadata);
    },
    finds: [],
    remains: ["LATEST and version 1 have different ETags"],
  },
  "LATEST names a number that does not exist, and was not written by this program": {
    make: async () => {
      await publish("A");
      pythonPuts("somebody's", LATEST);
      aws.objects.get(keyOf(LATEST))!.metadata[METADATA.artifactVersion] = "999";
    },
    finds: ["latest-draft noted"],
    then: ["latest-draft noted"],
    remains: [
      "I3: LATEST names version 999, which is not READY",
      "I3: the bytes of LATEST are not those of version 999",
      "L1: LATEST holds version 999, catalog.latest is 1",
    ],
  },
  "an object with a number far above all others": {
    make: async () => {
      await publish("A");
      pythonPuts("far", 999_999);
    },
    finds: ["far manual 999999"],
    then: ["far manual 999999"],
    remains: ["L1: object 999999 has no READY row"],
    check: () => expect(modelRow().next).toBe(2),
  },
  "an object of another model": {
    make: async () => {
      await publish("A");
      const object = aws.objects.get(keyOf(1))!;
      object.metadata = { ...object.metadata, [METADATA.artifactName]: "another" };
    },
    options: { rebuild: true },
    finds: ["disagrees manual 1"],
    then: ["disagrees manual 1"],
  },
  "a row that is missing from its index": {
    make: async () => {
      await publish("A");
      const { versionsOf: _, ...row } = registry().get(urlOf(1))!;
      registry().set(urlOf(1), row);
    },
    finds: ["unlisted repaired 1"],
  },
  "a row that cannot be parsed and has no object; LATEST is its copy": {
    make: async () => {
      await publish("A", "B");
      registry().set(urlOf(2), { ...registry().get(urlOf(2))!, size: { S: "large" } });
      aws.objects.delete(keyOf(2));
    },
    options: { rebuild: true },
    finds: ["restorable repaired 2", "unreadable-row repaired 2"],
  },
  "a row that cannot be parsed may need an upload: doctor keeps the upload": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2));
      registry().set(urlOf(2), { ...registry().get(urlOf(2))!, tags: { M: { x: { N: "1" } } } });
      laterBy(30);
    },
    options: { clean: true, rebuild: true },
    finds: ["unreadable-row manual 2", "old-upload planned"],
    then: ["unreadable-row manual 2", "old-upload planned"],
    remains: ["L1: version 2 is still RESERVED", "I5: there is no version 2, and next is 3"],
  },
  "the model's row cannot be parsed, and the versions' rows are missing": {
    make: async () => {
      await publish("A", "B");
      registry().clear();
      changeModel({ next: "two" });
    },
    options: { rebuild: true },
    finds: ["unreadable-row repaired", "unindexed repaired 1", "unindexed repaired 2", "pointer repaired 1", "pointer repaired 2"],
    check: () => expect(modelRow()).toMatchObject({ next: 3, latest: 2 }),
  },
  "a restored version whose row has no list of keys": {
    make: async () => {
      await publish("A", "B");
      const { keys: _, ...row } = versionRowItem({ ...rowOf(1), status: "MISSING" });
      registry().set(urlOf(1), row);
    },
    finds: ["came-back repaired 1"],
  },
  "a version reserved in the year 2999": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2));
      putRow({ ...rowOf(2), reservedAt: "2999-01-01T00:00:00.000Z" });
    },
    finds: ["unfinished repaired 2"],
  },

  // leftovers
  "old uploads, one of them needed": {
    make: async () => {
      await killedAt("A", isCopyTo(1));
      aws.putObject(layout.stagingKey(LOB, MODEL, "d".repeat(64), "t".repeat(32)), Buffer.from("x"), {});
      await aws.clients().s3.send({
        constructor: { name: "CreateMultipartUploadCommand" },
        input: { Bucket: LOB.bucket, ExpectedBucketOwner: LOB.bucketOwner, Key: keyOf(7) },
      } as never);
      time += 23.9 * HOUR;
      aws.putObject(layout.stagingKey(LOB, "other", "d".repeat(64), "u".repeat(32)), Buffer.from("young"), {});
      laterBy(0.2);
    },
    options: { clean: true },
    finds: ["unfinished repaired 1", "old-upload repaired", "old-upload repaired"],
    check: () => {
      expect([...aws.objects.keys()].filter((key) => key.startsWith(layout.STAGING_PREFIX))).toEqual([
        layout.stagingKey(LOB, "other", "d".repeat(64), "u".repeat(32)),
      ]);
      expect(aws.openUploads).toEqual([]);
    },
  },
};

describe.each(Object.entries(CASES))("%s:", (_, { make, options = {}, finds, then = [], remains = [], check }) => {
  test("doctor reports and repairs it", async () => {
    await make();
    const report = await examine(options);
    expect(brief(report)).toEqual(finds);
    expect(report.needsManualAction).toBe(finds.some((issue) => issue.includes(" manual")));
    expect(broken()).toEqual(remains);
    check?.();
  });

  test("a second run finds nothing new and changes nothing", async () => {
    await make();
    await examine(options);
    const before = everything();
    expect(brief(await examine(options))).toEqual(then);
    expect(everything()).toEqual(before);
  });

  test("a dry run reports the same and changes nothing", async () => {
    await make();
    const before = everything();
    const { clean: _clean, ...rest } = options;
    const report = await examine({ ...rest, dryRun: true });
    expect(everything()).toEqual(before);
    // A dry run does not find issues that only a repair reveals.
    const kinds = new Set(finds.map((issue) => issue.split(" ")[0]));
    for (const { kind, outcome } of report.issues) {
      expect(kinds).toContain(kind);
      expect(outcome).not.toBe("repaired");
    }
    if (finds.some((issue) => !issue.includes("noted"))) expect(report.issues).not.toEqual([]);
  });

  test("publishing works afterwards", async () => {
    await make();
    await examine({ rebuild: true, ...options });
    const options2 = { lob: LOB.lob, model: MODEL, path: ".", takeOver: true };
    const result = await publishTree(aws.clients(), LOB, fakeTree("Z"), options2, environmentOf("Z"));
    expect(result).toMatchObject({ changed: true, latest: result.version });
  });
});

// ---- every state ------------------------------------------------------------------------------------------------

test("a publish that ends while doctor reads is neither lost nor undone", async () => {
  await publish("A");
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const publishing = publishTree(
    aws.clients(async ({ name, key }, execute) => {
      if (name === "CreateMultipartUpload" && key === keyOf(2)) await gate;
      return execute();
    }),
    LOB,
    fakeTree("B"),
    { lob: LOB.lob, model: MODEL, path: "." },
    environmentOf("B"),
  );
  await new Promise(setImmediate);
  while (!registry().has(urlOf(2))) await new Promise(setImmediate);
  let first = true;
  const clients = aws.clients(async ({ name }, execute) => {
    const answer = execute();
    if (name === "BatchGetItem" && first) {
      first = false;
      go();
      await publishing;
    }
    return answer;
  });
  const report = await doctorLob(clients, LOB, { concurrency: 1, busySeconds: 0 }, environmentOf("doctor"));
  expect(brief(report)).toEqual([]);
  expect(modelRow()).toMatchObject({ latest: 2, next: 3 });
  expect(broken()).toEqual([]);
});

test("a `next` that is far too high causes one issue, not a million", async () => {
  await publish("A");
  changeModel({ next: 200_000 });
  const report = await examine();
  expect(report.issues).toEqual([expect.objectContaining({ kind: "gap", message: "no row and no object for version 2 to 199999" })]);
});

test("skips rows of other LOBs that claim to belong to this one in shared tables", async () => {
  await publish("A", "B");
  const forged = { ...registry().get(urlOf(1))!, url: { S: urlOf(1).replace("/fraud/", "/cards/") }, version: { N: "999999" } };
  aws.putItem(LOB.registryTable, forged);
  aws.putItem(LOB.catalogTable, marshall({ namespace: "cards/stolen", lob: "fraud", kind: "MODEL" }));
  catalog().delete(layout.modelNamespace(LOB.lob, MODEL)); // so that only the index has the newest number
  const report = await examine();
  expect(report).toMatchObject({ models: 1, versions: 2 });
  expect(modelRow()).toMatchObject({ next: 3, latest: 2 });
});

test("checks only the given model", async () => {
  await publish("A");
  registry().clear();
  expect(await examine({ model: "other" })).toMatchObject({ models: 1, versions: 0, issues: [] });
  expect(brief(await examine({ model: MODEL }))).toContain("unindexed repaired 1");
});

test("reports a failed repair with its error, and continues", async () => {
  await publish("A");
  await killedAt("B", isTransactionOf(2, 2));
  const { body, etag, metadata } = aws.objects.get(keyOf(2))!;
  aws.putObject(keyOf(2), body, { ...metadata, [METADATA.artifactSha256]: "1".repeat(64) }, etag);
  registry().delete(urlOf(1));
  laterBy(1);
  const report = await examine();
  expect(brief(report)).toEqual(["unindexed repaired 1", "unfinished manual 2", "failed manual 2"]);
  expect(report.issues.find(({ kind }) => kind === "failed")!.message).toContain("LOB4001");
});

test("reports denied requests, and continues", async () => {
  await publish("A");
  registry().clear();
  const clients = aws.clients(async ({ name, key }, execute) => {
    if (name === "ListMultipartUploads") throw awsError("AccessDenied", 403, "not authorized to perform: s3:ListBucketMultipartUploads");
    if (name === "ListObjectsV2" && key.includes("/manifests/"))
      throw awsError("AccessDenied", 403, "not authorized to perform: s3:ListBucket");
    return Promise.resolve(execute());
  });
  const report = await doctorLob(clients, LOB, { concurrency: 1 }, environmentOf("doctor"));
  expect(brief(report)).toEqual(["failed manual", "not-listed noted"]);
  expect(report.issues[0]!.message).toMatch(/LOB2003.*s3:ListBucket/);
});

test("continues after a model that cannot be read", async () => {
  await publish("A");
  registry().clear();
  aws.putObject(versionKey(LOB, "another", 1), Buffer.from("x"), {});
  const clients = aws.clients(async ({ name, key }, execute) => {
    if (name === "HeadObject" && key.includes("/another/")) throw awsError("InvalidObjectState", 403);
    return Promise.resolve(execute());
  });
  const report = await doctorLob(clients, LOB, { concurrency: 1 }, environmentOf("doctor"));
  expect(brief(report)).toEqual(["failed manual", "unindexed repaired 1", "pointer repaired 1"]);
});

test("stops when credentials expire, after it has reported finished repairs", async () => {
  await publish("A", "B");
  registry().clear();
  const reported: DoctorIssue[] = [];
  let transactions = 0;
  const clients = aws.clients(async ({ name }, execute) => {
    if (name === "TransactWriteItems" && ++transactions > 1)
      throw awsError("ExpiredTokenException", 400, "The security token included in the request is expired");
    return Promise.resolve(execute());
  });
  const options = { concurrency: 1, onIssue: (issue: DoctorIssue) => void reported.push(issue) };
  await expect(doctorLob(clients, LOB, options, environmentOf("doctor"))).rejects.toMatchObject({ code: "LOB2004" });
  expect(reported.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(["unindexed repaired", "unindexed repaired"]);
});

test("reports a table without an index, and continues", async () => {
  await publish("A");
  registry().delete(urlOf(1));
  const clients = aws.clients(async ({ name, key }, execute) => {
    if (name === "Query" && key === "pending")
      throw awsError("ValidationException", 400, "The table does not have the specified index: pending");
    return Promise.resolve(execute());
  });
  const report = await doctorLob(clients, LOB, { concurrency: 1 }, environmentOf("doctor"));
  expect(brief(report)).toEqual(expect.arrayContaining(["no-index manual", "unindexed repaired 1"]));
});

test("reports a missing index with the command that adds it", async () => {
  const described = { Table: { GlobalSecondaryIndexes: [], AttributeDefinitions: [] } };
  const clients = aws.clients(async ({ name }, execute) => Promise.resolve(name === "DescribeTable" ? described : execute()));
  const report = await doctorLob(clients, LOB, { concurrency: 1 }, environmentOf("doctor"));
  expect(brief(report)).toEqual(Array(4).fill("no-index manual"));
  expect(report.issues[1]!.message).toMatch(/aws dynamodb update-table .* --table-name fraud-model-registry .*"IndexName":"versions"/);
});

test("reads many numbers a hundred rows at a time, and reports progress", async () => {
  for (let n = 1; n <= 250; n++) pythonPuts(`python ${n}`, n);
  pythonPuts("python 250", LATEST);
  const reported: number[] = [];
  const report = await examine({
    onProgress: ({ phase, done, unit }) => phase === "check" && unit === "versions" && reported.push(done),
    concurrency: 8,
  });
  expect(report).toMatchObject({ versions: 250, models: 1, needsManualAction: false });
  expect(report.issues).toHaveLength(250);
  expect(reported.slice(0, 250)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  expect(broken()).toEqual([]);
});

test("an interruption stops doctor before the next request, and finished repairs stay", async () => {
  for (let n = 1; n <= 5; n++) pythonPuts(`python ${n}`, n, LATEST);
  const controller = new AbortController();
  const clients = aws.clients(async ({ name }, execute) => {
    const answer = execute();
    if (name === "TransactWriteItems") controller.abort(new Error("enough"));
    return Promise.resolve(answer);
  });
  await expect(doctorLob(clients, LOB, { concurrency: 1, signal: controller.signal }, environmentOf("doctor"))).rejects.toThrow("enough");
  expect(registry().size).toBe(5);
});

test("checks options before any request", async () => {
  const none = aws.clients(() => Promise.reject(new Error("a request")));
  await expect(doctor(none, { lob: "fraud", model: "a/b" })).rejects.toMatchObject({ code: "LOB1001" });
  await expect(doctor(none, { lob: "fraud", busySeconds: -1 })).rejects.toMatchObject({ code: "LOB1002" });
  await expect(doctor(none, { lob: "fraud", ageSeconds: Number.NaN })).rejects.toMatchObject({ code: "LOB1002" });
  await expect(doctor(none, { lob: "fraud", concurrency: 0 })).rejects.toMatchObject({ code: "LOB1002" });
});

describe("a LOB that was moved", () => {
  const moved = (change: Partial<typeof LOB>): typeof LOB => ({ ...LOB, ...change });
  const examineAt = (lob: typeof LOB): Promise<DoctorReport> => doctorLob(aws.clients(), lob, { concurrency: 1 }, environmentOf("doctor"));
  const at = (place: typeof LOB): string => `s3://${place.bucket}/${place.prefix}/${place.lob}/${MODEL}/versions/*${place.suffix}`;

  test.each<[string, Partial<typeof LOB>]>([
    ["prefix", { prefix: "models" }],
    ["suffix", { suffix: ".tgz" }],
    ["both", { prefix: "models", suffix: ".tgz" }],
  ])("is recognised by rows that point elsewhere, and nothing is repaired: %s", async (_, change) => {
    await publish("A", "B");
    const before = everything();
    const place = moved(change);
    const { issues, needsManualAction } = await examineAt(place);
    const message = `versions are at ${at(LOB)}, but the LOB's row says ${at(place)}`;
    expect(issues).toEqual([{ kind: "elsewhere", outcome: "manual", lob: LOB.lob, model: MODEL, message }]);
    expect(needsManualAction).toBe(true);
    expect(everything()).toEqual(before);
    // After the argument is set back.
    expect((await examineAt(LOB)).issues).toEqual([]);
  });

  test("is recognised by rows of another bucket", async () => {
    await publish("A");
    const row = rowOf(1);
    registry().delete(row.url);
    putRow({ ...row, url: row.url.replace(LOB.bucket, "the-old-bucket") });
    aws.objects.clear();
    const { issues } = await examineAt(LOB);
    expect(issues).toEqual([expect.objectContaining({ kind: "elsewhere", model: MODEL })]);
    expect(issues[0]!.message).toContain(`versions are at ${at(moved({ bucket: "the-old-bucket" }))}, but`);
  });

  test("is not recognised by a row that a publisher of another LOB wrote into its own folder", async () => {
    await publish("A");
    const row = rowOf(1);
    const urls = [
      `s3://${LOB.bucket}/${LOB.prefix}/risk/x/${LOB.lob}/${MODEL}/versions/999997_000003${LOB.suffix}`,
      `s3://${LOB.bucket}/${LOB.prefix}/risk/${MODEL}/versions/999997_000003${LOB.suffix}`,
      `s3://${LOB.bucket}/other/${LOB.lob}/${MODEL}/versions/3${LOB.suffix}`,
    ];
    for (const url of urls) putRow({ ...row, version: 3, url });
    expect((await examineAt(LOB)).issues).toEqual([]);
  });
});
