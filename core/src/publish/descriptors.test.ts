import { beforeEach, describe, expect, test } from "@jest/globals";
import { versionUrl } from "../layout.js";
import { parseVersionRow, versionRowItem } from "../registry/rows.js";
import { awsError, FakeAws, type Deliver } from "../testing/fake-aws.js";
import { LOB } from "../testing/simulation.js";
import type { Version } from "../types.js";
import { changedDescriptors, updateDescriptors } from "./descriptors.js";
import type { LogLine } from "../registry/context.js";
import type { PublishOptions } from "./options.js";
import type { PublishRun } from "./run.js";

const VERSION: Version = {
  url: versionUrl(LOB, "churn", 7),
  lob: "fraud",
  model: "churn",
  version: 7,
  status: "READY",
  token: "0123456789abcdef",
  treeDigest: "a".repeat(64),
  sha256: "f".repeat(64),
  size: 10,
  files: 1,
  contentBytes: 5,
  metrics: { auc: 0.9, loss: 0.1 },
  tags: { team: "risk" },
  description: "first try",
  provenance: { actor: "ada" },
  keys: [],
  origin: "lob-registry",
  reservedAt: "2026-11-23T14:00:00.000Z",
  holders: [],
};
type Descriptors = Pick<PublishOptions, "metrics" | "tags" | "description">;

const table: [what: string, given: Descriptors, changed: Descriptors][] = [
  ["nothing is given", {}, {}],
  ["all is the same", { metrics: { auc: 0.9, loss: 0.1 }, tags: { team: "risk" }, description: "first try" }, {}],
  ["all is the same in another order", { metrics: { loss: 0.1, auc: 0.9 } }, {}],
  ["a metric differs", { metrics: { auc: 0.91, loss: 0.1 }, tags: { team: "risk" } }, { metrics: { auc: 0.91, loss: 0.1 } }],
  ["a metric is added", { metrics: { auc: 0.9, loss: 0.1, f1: 0.8 } }, { metrics: { auc: 0.9, loss: 0.1, f1: 0.8 } }],
  ["metrics are left out", { metrics: {} }, { metrics: {} }],
  ["a tag differs", { tags: { team: "credit" } }, { tags: { team: "credit" } }],
  ["the description differs", { description: "second try" }, { description: "second try" }],
  ["all differs", { metrics: { auc: 1 }, tags: {}, description: "x" }, { metrics: { auc: 1 }, tags: {}, description: "x" }],
];

test.each(table)("the descriptors that differ when %s", (_, given, changed) => expect(changedDescriptors(VERSION, given)).toEqual(changed));

test("a first description differs", () => {
  const { description: _, ...version } = VERSION;
  expect(changedDescriptors(version, { description: "x" })).toEqual({ description: "x" });
});

describe("publishing the same content again", () => {
  let fake: FakeAws;
  let events: LogLine[];
  let requests: string[];
  beforeEach(() => {
    fake = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable]);
    fake.putItem(LOB.registryTable, versionRowItem(VERSION));
    [events, requests] = [[], []];
  });

  const stored = (): Version => parseVersionRow(fake.items(LOB.registryTable)[0]!);
  /** Updates the descriptors in a run that holds only what the update uses. */
  function update(
    given: Descriptors & { dryRun?: boolean },
    deliver: Deliver = async (_, execute) => Promise.resolve(execute()),
  ): Promise<Version> {
    const aws = fake.clients(async (request, execute) => {
      requests.push(request.name);
      return deliver(request, execute);
    });
    const options = { ...given, lob: "fraud", model: "churn", path: "." };
    const run: Partial<PublishRun> = { aws, lob: LOB, options, onLog: (line) => void events.push(line) };
    return updateDescriptors(run as PublishRun, VERSION);
  }

  test.each(table)("updates exactly what differs when %s", async (_, given, changed) => {
    const after = await update(given);
    expect(stored()).toEqual({ ...VERSION, ...changed });
    expect(after).toEqual(stored());
    const names = Object.keys(changed);
    expect(requests).toEqual(names.length === 0 ? [] : ["UpdateItem"]);
    if (names.length === 0)
      expect(after).toBe(VERSION); // by which the caller knows
    else expect(events).toEqual([{ step: "commit", message: `updating ${names.join(", ")} of version 7` }]);
  });

  test("keeps metrics that have more digits than a double", async () => {
    await update({ metrics: { rows: 2 ** 60 } });
    expect(stored().metrics).toEqual({ rows: 2 ** 60 });
  });

  test("returns the result of a dry run, and writes nothing", async () => {
    expect(await update({ description: "second try", dryRun: true })).toEqual({ ...VERSION, description: "second try" });
    expect(stored()).toEqual(VERSION);
    expect(requests).toEqual([]);
  });

  test.each<[string, Partial<Version>]>([
    ["withdrawn", { status: "YANKED" }],
    ["another object's", { token: "fedcba9876543210" }],
  ])("does not update a version that is %s by now", async (_, change) => {
    fake.putItem(LOB.registryTable, versionRowItem({ ...VERSION, ...change }));
    expect(await update({ description: "second try" })).toBe(VERSION);
    expect(stored()).toEqual({ ...VERSION, ...change });
  });

  test("names the descriptors if the update is not allowed", async () => {
    const denied = update({ metrics: {}, description: "x" }, async () => {
      throw awsError("AccessDeniedException", 400);
    });
    await expect(denied).rejects.toMatchObject({
      code: "LOB2003",
      message: expect.stringMatching(/^updating metrics, description of version 7: /),
    });
  });
});
