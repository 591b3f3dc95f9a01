/** What doctor finds and mends, on a LOB whose rows and objects were made by publishing, and then broken by hand. */
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
import type { Finding } from "./findings.js";
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

// ---- what a test says ------------------------------------------------------------------------------------------------

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

/** Publishes contents one after the other, each a new version. */
async function publish(...contents: string[]): Promise<void> {
  for (const content of contents) await publishOne(content);
}

function publishOne(content: string, key?: string, stopAt?: (request: string) => boolean) {
  const clients = aws.clients(async ({ name, key: about }, execute) => {
    if (stopAt?.(`${name} ${about}`)) return new Promise(() => undefined); // killed here: nothing is heard of it again
    return Promise.resolve(execute());
  });
  const options = { lob: LOB.lob, model: MODEL, path: ".", ...(key !== undefined && { idempotencyKey: key }) };
  return publishTree(clients, LOB, fakeTree(content), options, environmentOf(content));
}

/** A publisher that is killed when it is about to send that request. */
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

/** As the Python library's put and publish do it. */
function pythonPuts(text: string, ...numbers: (number | typeof LATEST)[]): void {
  const body = Buffer.from(text);
  for (const n of numbers) aws.putObject(keyOf(n), body, { [METADATA.artifactName]: MODEL, [METADATA.artifactSha256]: sha256(body) });
}

const examine = (options: DoctorOptions = {}): Promise<DoctorReport> =>
  doctorLob(aws.clients(), LOB, { concurrency: 1, ...options }, environmentOf("doctor"));

const brief = ({ findings }: DoctorReport): string[] =>
  findings.map(({ kind, outcome, version }: Finding) => [kind, outcome, ...(version === undefined ? [] : [version])].join(" "));

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
  /** Makes the state. */
  readonly make: () => Promise<void> | void;
  readonly options?: DoctorOptions;
  /** What doctor reports: kind, outcome, version. */
  readonly finds: readonly string[];
  /** What it reports when it is run again. Default: nothing. */
  readonly then?: readonly string[];
  /** Whether invariants are broken for good, because something is lost. */
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
  "a LOB as it should be": { make: () => publish("A", "B", "A"), finds: [] },

  // what a publisher left
  "a publisher stopped after it had reserved, and its upload is there": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2));
      laterBy(1);
    },
    finds: ["unfinished mended 2"],
    check: () => expect(modelRow()).toMatchObject({ latest: 2, next: 3 }),
  },
  "a publisher stopped a minute ago: it may still be at work": {
    make: () => killedAt("A", isCopyTo(1)),
    finds: ["in-progress noted 1"],
    then: ["in-progress noted 1"],
    remains: ["L1: version 1 is still RESERVED", "I5: there is no version 1, and next is 2"],
  },
  "a publisher stopped when the object was there": {
    make: async () => {
      await killedAt("A", isTransactionOf(1, 2));
      laterBy(1);
    },
    finds: ["unfinished mended 1"],
    check: () => expect(rowOf(1).status).toBe("READY"),
  },
  "a publisher stopped before LATEST moved": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(LATEST));
    },
    finds: ["latest-behind mended"],
  },
  "a first publisher stopped before there was a LATEST": {
    make: () => killedAt("A", isCopyTo(LATEST)),
    finds: ["latest-behind mended"],
  },
  "a publisher stopped, and its upload is gone; half a day later it is left alone": {
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
  "a publisher stopped, and its upload is gone; a day later its number is given up": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2), "run-1");
      for (const key of aws.objects.keys()) if (key.startsWith(layout.STAGING_PREFIX)) aws.objects.delete(key);
      laterBy(25);
    },
    finds: ["abandoned mended 2"],
    check: () => {
      expect(rowOf(2).status).toBe("ABANDONED");
      expect(parsePointer(registry().get(layout.keyUrl(LOB.lob, MODEL, "run-1"))!).version).toBe(2);
    },
  },
  "another upload than the row's lies in its place": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2));
      const { stagingKey } = rowOf(2);
      aws.putObject(stagingKey!, Buffer.from("something else"), {});
      laterBy(25);
    },
    finds: ["abandoned mended 2", "old-upload planned"],
    then: ["old-upload planned"],
  },
  "an abandoned version whose object came late": {
    make: async () => {
      await publish("A", "B");
      putRow({ ...rowOf(2), status: "ABANDONED" });
      changeModel({ latest: 1, latestTreeDigest: rowOf(1).treeDigest, latestSha256: rowOf(1).sha256 });
    },
    finds: ["unfinished mended 2"],
    check: () => expect([rowOf(2).status, modelRow().latest]).toEqual(["READY", 2]),
  },
  "another upload of the same content is at the number of an abandoned version": {
    make: async () => {
      await publish("A", "B");
      putRow({ ...rowOf(2), status: "ABANDONED", token: "t".repeat(32), sha256: "1".repeat(64) });
      changeModel({ latest: 1, latestTreeDigest: rowOf(1).treeDigest, latestSha256: rowOf(1).sha256 });
    },
    finds: ["unfinished mended 2"],
    check: () => expect(rowOf(2)).toMatchObject({ status: "READY", sha256: sha256(aws.objects.get(keyOf(2))!.body) }),
  },
  "Python took the number of a version on its way": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2), "run-1");
      pythonPuts("python", 2, LATEST);
      laterBy(1);
    },
    finds: ["displaced mended 2"],
    check: () => {
      expect([rowOf(2).origin, rowOf(3).status, modelRow()]).toMatchObject(["versioned", "READY", { next: 4, latest: 3 }]);
      expect(parsePointer(registry().get(layout.keyUrl(LOB.lob, MODEL, "run-1"))!).version).toBe(3);
    },
  },
  "Python took the number of a version that was given up": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2), "run-1");
      for (const key of aws.objects.keys()) if (key.startsWith(layout.STAGING_PREFIX)) aws.objects.delete(key);
      putRow({ ...rowOf(2), status: "ABANDONED" });
      pythonPuts("python", 2, LATEST);
    },
    finds: ["displaced mended 2"],
    check: () => {
      expect([rowOf(2).origin, rowOf(3).status]).toEqual(["versioned", "ABANDONED"]);
      expect(parsePointer(registry().get(layout.keyUrl(LOB.lob, MODEL, "run-1"))!).version).toBe(3);
    },
  },

  // what the Python library did
  "Python published, and nobody of us since": {
    make: async () => {
      await publish("A");
      for (const n of [2, 3, 4]) pythonPuts(`python ${n}`, n, LATEST);
    },
    finds: ["unindexed mended 2", "unindexed mended 3", "unindexed mended 4"],
    check: () => expect(modelRow()).toMatchObject({ next: 5, latest: 4 }),
  },
  "Python alone, with a gap": {
    make: () => {
      for (const n of [1, 2, 4]) pythonPuts(`python ${n}`, n, LATEST);
    },
    finds: ["unindexed mended 1", "unindexed mended 2", "unindexed mended 4", "gap noted"],
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
    finds: ["unindexed mended 3"],
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
  "something in the folder of versions that the library calls a contamination": {
    make: async () => {
      await publish("A");
      aws.putObject(keyOf(1).replace(/[^/]*$/, "notes.txt"), Buffer.from("x"), {});
      aws.putObject(keyOf(1).replace(/[^/]*$/, ""), Buffer.alloc(0), {}); // the console's folder marker is none
    },
    finds: ["stray person"],
    then: ["stray person"],
  },
  "an object with a version's name that neither of us wrote": {
    make: async () => {
      await publish("A");
      aws.putObject(keyOf(2), Buffer.from("by other means"), {});
    },
    finds: ["model-row mended", "unknown person 2"],
    then: ["unknown person 2"],
    remains: ["L1: object 2 has no READY row"],
    check: () => expect(modelRow().next).toBe(3),
  },

  // rows that an operator deleted or changed
  "all rows of the registry are gone": {
    make: async () => {
      await publish("A", "B", "A");
      registry().clear();
    },
    finds: ["unindexed mended 1", "unindexed mended 2", "unindexed mended 3", "pointer mended 3", "pointer mended 2"],
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
    finds: ["unindexed mended 1", "unindexed mended 2", "pointer mended 1", "pointer mended 2"],
    check: () => expect(modelRow()).toMatchObject({ next: 3, latest: 2, latestTreeDigest: rowOf(2).treeDigest }),
  },
  "the model's row is gone": {
    make: async () => {
      await publish("A", "B");
      catalog().delete(layout.modelNamespace(LOB.lob, MODEL));
    },
    finds: ["model-row mended"],
    check: () => expect(modelRow()).toMatchObject({ next: 3, latest: 2, latestSha256: rowOf(2).sha256 }),
  },
  "the model's row is gone, of a version on its way": {
    make: async () => {
      await killedAt("A", isCopyTo(1));
      catalog().delete(layout.modelNamespace(LOB.lob, MODEL));
      laterBy(1);
    },
    finds: ["model-row mended", "unfinished mended 1"],
    check: () => expect(modelRow()).toMatchObject({ next: 2, latest: 1 }),
  },
  "the model's row is older than the versions": {
    make: async () => {
      await publish("A");
      const old = catalog().get(layout.modelNamespace(LOB.lob, MODEL))!;
      await publish("B", "C");
      catalog().set(layout.modelNamespace(LOB.lob, MODEL), old);
    },
    finds: ["model-row mended"],
    check: () => expect(modelRow()).toMatchObject({ next: 4, latest: 3 }),
  },
  "the model's row has another version's digests": {
    make: async () => {
      await publish("A", "B");
      changeModel({ latestTreeDigest: rowOf(1).treeDigest });
    },
    finds: ["model-row mended"],
    check: () => expect(modelRow().latestTreeDigest).toBe(rowOf(2).treeDigest),
  },
  "the model's row cannot be understood": {
    make: async () => {
      await publish("A");
      changeModel({ next: "two" });
    },
    finds: ["unreadable-row person"],
    then: ["unreadable-row person"],
    remains: ["I5: next is 1, but version 1 has a row"],
  },
  "the model's row cannot be understood, and may be made anew": {
    make: async () => {
      await publish("A");
      changeModel({ next: "two" });
    },
    options: { rebuild: true },
    finds: ["unreadable-row mended"],
    check: () => expect(modelRow()).toMatchObject({ next: 2, latest: 1 }),
  },
  "a version's row cannot be understood": {
    make: async () => {
      await publish("A");
      registry().set(urlOf(1), { ...registry().get(urlOf(1))!, size: { S: "large" } });
    },
    finds: ["unreadable-row person 1"],
    then: ["unreadable-row person 1"],
    remains: ["I1: size of version 1 differs between row and object"],
  },
  "a version's row cannot be understood, and may be made anew": {
    make: async () => {
      await publish("A");
      registry().set(urlOf(1), { ...registry().get(urlOf(1))!, size: { S: "large" } });
    },
    options: { rebuild: true },
    finds: ["unreadable-row mended 1"],
  },
  "a row that says another sha256 than its object": {
    make: async () => {
      await publish("A");
      putRow({ ...rowOf(1), sha256: "1".repeat(64), tags: { team: "risk" } });
      changeModel({ latestSha256: "1".repeat(64) });
    },
    finds: ["disagrees person 1"],
    then: ["disagrees person 1"],
    remains: ["I1: sha256 of version 1 in the row is not that of the bytes"],
  },
  "a row that says another sha256 than its object, and may be made anew: what only it knows stays": {
    make: async () => {
      await publish("A");
      putRow({ ...rowOf(1), sha256: "1".repeat(64), tags: { team: "risk" }, metrics: { auc: 0.9 } });
    },
    options: { rebuild: true },
    finds: ["disagrees mended 1"],
    check: () => expect(rowOf(1)).toMatchObject({ tags: { team: "risk" }, metrics: { auc: 0.9 } }),
  },
  "pointers are gone": {
    make: async () => {
      await publishOne("A", "run-1");
      await publish("B", "A");
      for (const key of registry().keys()) if (!key.startsWith("s3://")) registry().delete(key);
    },
    finds: ["pointer mended 3", "pointer mended 2", "pointer mended 1"],
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
    finds: ["pointer mended 3", "pointer mended 2"],
    check: () => expect([1, 2].map((n) => parsePointer(registry().get(digestUrlOf(n))!).version)).toEqual([3, 2]),
  },
  "a pointer cannot be understood": {
    make: async () => {
      await publish("A");
      registry().set(digestUrlOf(1), marshall({ url: digestUrlOf(1), version: "one" }));
    },
    finds: ["pointer mended 1"],
  },

  // objects that were deleted or replaced past this program
  "the newest number is gone, and LATEST is its copy": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(2));
    },
    finds: ["restorable mended 2"],
    check: () => expect(aws.objects.get(keyOf(2))!.body).toEqual(aws.objects.get(keyOf(LATEST))!.body),
  },
  "the newest number is gone with its row and the model's, and LATEST is its copy": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(2));
      registry().delete(urlOf(2));
      catalog().delete(layout.modelNamespace(LOB.lob, MODEL));
    },
    finds: ["restorable mended 2", "unindexed mended 2"],
    check: () => expect(modelRow()).toMatchObject({ next: 3, latest: 2 }),
  },
  "a number of Python's is gone, and LATEST has its bytes": {
    make: async () => {
      await publish("A");
      pythonPuts("python", 2, LATEST);
      await examine();
      aws.objects.delete(keyOf(2));
    },
    finds: ["restorable mended 2"],
  },
  "an older number is gone": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(1));
    },
    finds: ["lost person 1", "missing noted 1"],
    then: ["missing noted 1"],
    remains: ["I5: there is no version 1, and next is 3"],
    check: () => {
      expect(rowOf(1).status).toBe("MISSING");
      expect(modelRow().latest).toBe(2);
    },
  },
  "the newest number is gone, and LATEST holds a draft": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(2));
      pythonPuts("a draft", LATEST);
    },
    finds: ["lost person 2", "missing noted 2", "latest-draft noted"],
    then: ["missing noted 2", "latest-draft noted"],
    remains: ["I5: there is no version 2, and next is 3"],
    check: () => expect(modelRow()).toMatchObject({ latest: 1, latestTreeDigest: rowOf(1).treeDigest }),
  },
  "the only number is gone, with LATEST": {
    make: async () => {
      await publish("A");
      aws.objects.delete(keyOf(1));
      aws.objects.delete(keyOf(LATEST));
    },
    finds: ["lost person 1", "missing noted 1"],
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
    finds: ["came-back mended 1"],
    check: () => expect(rowOf(1).status).toBe("READY"),
  },
  "`latest` names a version that was marked MISSING": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(2));
      pythonPuts("a draft", LATEST);
      putRow({ ...rowOf(2), status: "MISSING" });
    },
    finds: ["model-row mended", "missing noted 2", "latest-draft noted"],
    then: ["missing noted 2", "latest-draft noted"],
    remains: ["I5: there is no version 2, and next is 3"],
    check: () => expect(modelRow().latest).toBe(1),
  },
  "LATEST is gone": {
    make: async () => {
      await publish("A", "B");
      aws.objects.delete(keyOf(LATEST));
    },
    finds: ["latest-behind mended"],
  },
  "LATEST was replaced, and still says that it is the newest version": {
    make: async () => {
      await publish("A");
      const { metadata } = aws.objects.get(keyOf(LATEST))!;
      aws.putObject(keyOf(LATEST), Buffer.from("other bytes"), metadata);
    },
    finds: ["latest-differs mended 1"],
  },
  "a manifest is gone": {
    make: async () => {
      await publish("A");
      for (const key of aws.objects.keys()) if (key.includes("/manifests/")) aws.objects.delete(key);
    },
    finds: ["no-manifest person 1"],
    then: ["no-manifest person 1"],
  },

  // copies that must not be lost
  "the newest number was replaced, and LATEST still has what was published: it is not touched": {
    make: async () => {
      await publish("A", "B");
      const { body, metadata } = aws.objects.get(keyOf(1))!;
      aws.putObject(keyOf(2), body, metadata);
    },
    finds: ["disagrees person 2"],
    then: ["disagrees person 2"],
    remains: [
      "I1: token of version 2 differs between row and object",
      "I1: sha256 of version 2 in the row is not that of the bytes",
      "I3: the bytes of LATEST are not those of version 2",
    ],
    check: () => expect(aws.objects.get(keyOf(LATEST))!.body.toString()).toBe("archive of B"),
  },
  "the newest number was replaced, and LATEST is behind: it stays behind": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(LATEST));
      const { body, metadata } = aws.objects.get(keyOf(1))!;
      aws.putObject(keyOf(2), body, metadata);
    },
    finds: ["disagrees person 2"],
    then: ["disagrees person 2"],
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
  "a number that was restored in one piece, so that its ETag is another": {
    make: async () => {
      await publish("A");
      const { body, metadata } = aws.objects.get(keyOf(1))!;
      aws.putObject(keyOf(1), body, metadata);
    },
    finds: [],
    remains: ["LATEST and version 1 have different ETags"],
  },
  "LATEST names a number that does not exist, and is none of ours": {
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
    finds: ["far person 999999"],
    then: ["far person 999999"],
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
    finds: ["disagrees person 1"],
    then: ["disagrees person 1"],
  },
  "a row that is in no index": {
    make: async () => {
      await publish("A");
      const { versionsOf: _, ...row } = registry().get(urlOf(1))!;
      registry().set(urlOf(1), row);
    },
    finds: ["unlisted mended 1"],
  },
  "a row that cannot be understood, whose object is gone; LATEST is its copy": {
    make: async () => {
      await publish("A", "B");
      registry().set(urlOf(2), { ...registry().get(urlOf(2))!, size: { S: "large" } });
      aws.objects.delete(keyOf(2));
    },
    options: { rebuild: true },
    finds: ["restorable mended 2", "unreadable-row mended 2"],
  },
  "a row that cannot be understood may wait for an upload: it stays": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2));
      registry().set(urlOf(2), { ...registry().get(urlOf(2))!, tags: { M: { x: { N: "1" } } } });
      laterBy(30);
    },
    options: { clean: true, rebuild: true },
    finds: ["unreadable-row person 2", "old-upload planned"],
    then: ["unreadable-row person 2", "old-upload planned"],
    remains: ["L1: version 2 is still RESERVED", "I5: there is no version 2, and next is 3"],
  },
  "the model's row cannot be understood, and the versions' rows are gone": {
    make: async () => {
      await publish("A", "B");
      registry().clear();
      changeModel({ next: "two" });
    },
    options: { rebuild: true },
    finds: ["unreadable-row mended", "unindexed mended 1", "unindexed mended 2", "pointer mended 1", "pointer mended 2"],
    check: () => expect(modelRow()).toMatchObject({ next: 3, latest: 2 }),
  },
  "a row without a list of keys, of a version that came back": {
    make: async () => {
      await publish("A", "B");
      const { keys: _, ...row } = versionRowItem({ ...rowOf(1), status: "MISSING" });
      registry().set(urlOf(1), row);
    },
    finds: ["came-back mended 1"],
  },
  "a version reserved in the year 2999": {
    make: async () => {
      await publish("A");
      await killedAt("B", isCopyTo(2));
      putRow({ ...rowOf(2), reservedAt: "2999-01-01T00:00:00.000Z" });
    },
    finds: ["unfinished mended 2"],
  },

  // leftovers
  "old uploads, of which one is waited for": {
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
    finds: ["unfinished mended 1", "old-upload mended", "old-upload mended"],
    check: () => {
      expect([...aws.objects.keys()].filter((key) => key.startsWith(layout.STAGING_PREFIX))).toEqual([
        layout.stagingKey(LOB, "other", "d".repeat(64), "u".repeat(32)),
      ]);
      expect(aws.openUploads).toEqual([]);
    },
  },
};

describe.each(Object.entries(CASES))("%s:", (_, { make, options = {}, finds, then = [], remains = [], check }) => {
  test("what is found and mended, and what remains", async () => {
    await make();
    const report = await examine(options);
    expect(brief(report)).toEqual(finds);
    expect(report.needsPerson).toBe(finds.some((finding) => finding.includes(" person")));
    expect(broken()).toEqual(remains);
    check?.();
  });

  test("a second run finds no more, and changes nothing", async () => {
    await make();
    await examine(options);
    const before = everything();
    expect(brief(await examine(options))).toEqual(then);
    expect(everything()).toEqual(before);
  });

  test("a dry run says the same, and changes nothing", async () => {
    await make();
    const before = everything();
    const { clean: _clean, ...rest } = options;
    const report = await examine({ ...rest, dryRun: true });
    expect(everything()).toEqual(before);
    // What is mended only after something else was is not known yet.
    const kinds = new Set(finds.map((finding) => finding.split(" ")[0]));
    for (const { kind, outcome } of report.findings) {
      expect(kinds).toContain(kind);
      expect(outcome).not.toBe("mended");
    }
    if (finds.some((finding) => !finding.includes("noted"))) expect(report.findings).not.toEqual([]);
  });

  test("publishing goes on after it", async () => {
    await make();
    await examine({ rebuild: true, ...options });
    const options2 = { lob: LOB.lob, model: MODEL, path: ".", takeOver: true };
    const result = await publishTree(aws.clients(), LOB, fakeTree("Z"), options2, environmentOf("Z"));
    expect(result).toMatchObject({ changed: true, latest: result.version });
  });
});

// ---- what concerns all ------------------------------------------------------------------------------------------------

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

test("a `next` that was set far too high makes one finding, not a million", async () => {
  await publish("A");
  changeModel({ next: 200_000 });
  const report = await examine();
  expect(report.findings).toEqual([expect.objectContaining({ kind: "gap", message: "neither row nor object of version 2 to 199999" })]);
});

test("rows of other LOBs that claim to be of this one, in tables that they share, are passed over", async () => {
  await publish("A", "B");
  const forged = { ...registry().get(urlOf(1))!, url: { S: urlOf(1).replace("/fraud/", "/cards/") }, version: { N: "999999" } };
  aws.putItem(LOB.registryTable, forged);
  aws.putItem(LOB.catalogTable, marshall({ namespace: "cards/stolen", lob: "fraud", kind: "MODEL" }));
  catalog().delete(layout.modelNamespace(LOB.lob, MODEL)); // so that only the index tells the newest number
  const report = await examine();
  expect(report).toMatchObject({ models: 1, versions: 2 });
  expect(modelRow()).toMatchObject({ next: 3, latest: 2 });
});

test("one model is looked at where it is asked for", async () => {
  await publish("A");
  registry().clear();
  expect(await examine({ model: "other" })).toMatchObject({ models: 1, versions: 0, findings: [] });
  expect(brief(await examine({ model: MODEL }))).toContain("unindexed mended 1");
});

test("a thing that cannot be mended does not keep doctor from the others, and is named with its error", async () => {
  await publish("A");
  await killedAt("B", isTransactionOf(2, 2));
  const { body, etag, metadata } = aws.objects.get(keyOf(2))!;
  aws.putObject(keyOf(2), body, { ...metadata, [METADATA.artifactSha256]: "1".repeat(64) }, etag);
  registry().delete(urlOf(1));
  laterBy(1);
  const report = await examine();
  expect(brief(report)).toEqual(["unindexed mended 1", "unfinished person 2", "failed person 2"]);
  expect(report.findings.find(({ kind }) => kind === "failed")!.message).toContain("LOB4001");
});

test("what AWS refuses is named, and the rest is done", async () => {
  await publish("A");
  registry().clear();
  const clients = aws.clients(async ({ name, key }, execute) => {
    if (name === "ListMultipartUploads") throw awsError("AccessDenied", 403, "not authorized to perform: s3:ListBucketMultipartUploads");
    if (name === "ListObjectsV2" && key.includes("/manifests/"))
      throw awsError("AccessDenied", 403, "not authorized to perform: s3:ListBucket");
    return Promise.resolve(execute());
  });
  const report = await doctorLob(clients, LOB, { concurrency: 1 }, environmentOf("doctor"));
  expect(brief(report)).toEqual(["failed person", "not-listed noted"]);
  expect(report.findings[0]!.message).toMatch(/LOB2003.*s3:ListBucket/);
});

test("a model that cannot be read does not keep doctor from the next", async () => {
  await publish("A");
  registry().clear();
  aws.putObject(versionKey(LOB, "another", 1), Buffer.from("x"), {});
  const clients = aws.clients(async ({ name, key }, execute) => {
    if (name === "HeadObject" && key.includes("/another/")) throw awsError("InvalidObjectState", 403);
    return Promise.resolve(execute());
  });
  const report = await doctorLob(clients, LOB, { concurrency: 1 }, environmentOf("doctor"));
  expect(brief(report)).toEqual(["failed person", "unindexed mended 1", "pointer mended 1"]);
});

test("credentials that have expired end it, and what was mended was told before", async () => {
  await publish("A", "B");
  registry().clear();
  const told: Finding[] = [];
  let transactions = 0;
  const clients = aws.clients(async ({ name }, execute) => {
    if (name === "TransactWriteItems" && ++transactions > 1)
      throw awsError("ExpiredTokenException", 400, "The security token included in the request is expired");
    return Promise.resolve(execute());
  });
  const options = { concurrency: 1, onFinding: (finding: Finding) => void told.push(finding) };
  await expect(doctorLob(clients, LOB, options, environmentOf("doctor"))).rejects.toMatchObject({ code: "LOB2004" });
  expect(told.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(["unindexed mended", "unindexed mended"]);
});

test("a table without an index is named, and the rest is done all the same", async () => {
  await publish("A");
  registry().delete(urlOf(1));
  const clients = aws.clients(async ({ name, key }, execute) => {
    if (name === "Query" && key === "pending")
      throw awsError("ValidationException", 400, "The table does not have the specified index: pending");
    return Promise.resolve(execute());
  });
  const report = await doctorLob(clients, LOB, { concurrency: 1 }, environmentOf("doctor"));
  expect(brief(report)).toEqual(expect.arrayContaining(["no-index person", "unindexed mended 1"]));
});

test("a table that lacks an index is named with the command that adds it", async () => {
  const described = { Table: { GlobalSecondaryIndexes: [], AttributeDefinitions: [] } };
  const clients = aws.clients(async ({ name }, execute) => Promise.resolve(name === "DescribeTable" ? described : execute()));
  const report = await doctorLob(clients, LOB, { concurrency: 1 }, environmentOf("doctor"));
  expect(brief(report)).toEqual(Array(4).fill("no-index person"));
  expect(report.findings[1]!.message).toMatch(/aws dynamodb update-table .* --table-name fraud-model-registry .*"IndexName":"versions"/);
});

test("many numbers are read a hundred rows at a time, and progress is told", async () => {
  for (let n = 1; n <= 250; n++) pythonPuts(`python ${n}`, n);
  pythonPuts("python 250", LATEST);
  const told: number[] = [];
  const report = await examine({
    onProgress: ({ phase, done, unit }) => phase === "check" && unit === "versions" && told.push(done),
    concurrency: 8,
  });
  expect(report).toMatchObject({ versions: 250, models: 1, needsPerson: false });
  expect(report.findings).toHaveLength(250);
  expect(told.slice(0, 250)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  expect(broken()).toEqual([]);
});

test("an interruption stops it before the next request, and what was mended stays", async () => {
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

test("options are checked before any request", async () => {
  const none = aws.clients(() => Promise.reject(new Error("a request")));
  await expect(doctor(none, { lob: "fraud", model: "a/b" })).rejects.toMatchObject({ code: "LOB1001" });
  await expect(doctor(none, { lob: "fraud", busySeconds: -1 })).rejects.toMatchObject({ code: "LOB1002" });
  await expect(doctor(none, { lob: "fraud", ageSeconds: Number.NaN })).rejects.toMatchObject({ code: "LOB1002" });
  await expect(doctor(none, { lob: "fraud", concurrency: 0 })).rejects.toMatchObject({ code: "LOB1002" });
});
