import { describe, expect, test } from "@jest/globals";
import { LobError, type Aws, type Lob, type PublishOptions } from "lob-registry-core";
import type { PublishInputs } from "./inputs.js";
import { run, type PublishDeps, type PublishReport } from "./run.js";
import { result, RUN } from "./testing.js";

const AWS = { region: "us-east-1" } as Aws;
const LOB: Lob = {
  lob: "fraud",
  layoutVersion: 1,
  bucket: "b",
  bucketOwner: "111122223333",
  bucketRegion: "us-east-1",
  prefix: "ml-models",
  suffix: ".tar.gz",
  registryTable: "fraud-model-registry",
  writeOnce: true,
  protectedAliases: [],
  catalogTable: "fraud-model-catalog",
};

const ONE: PublishInputs = {
  lob: "fraud",
  models: [{ model: "churn", path: "build/churn", metrics: { auc: 1 }, tags: { team: "risk" }, description: "text" }],
  fromConfig: false,
  dryRun: false,
  followLinks: false,
  followLinksTo: [],
  failOn: "nothing",
  ifKeyUsed: "keep",
  allowPullRequest: false,
  takeOver: false,
  region: undefined,
  catalogTable: undefined,
  idempotencyKey: undefined,
};
const THREE: PublishInputs = { ...ONE, fromConfig: true, models: ["a", "b", "c"].map((model) => ({ model, path: `build/${model}` })) };

/** Runs with a fake core and returns the report, the log and the calls. */
async function runWith(
  inputs: PublishInputs,
  overrides: Partial<PublishDeps> = {},
): Promise<{ report: PublishReport; log: string[]; published: PublishOptions[] }> {
  const log: string[] = [];
  const published: PublishOptions[] = [];
  let clock = 0;
  const deps: PublishDeps = {
    connect: () => Promise.resolve(AWS),
    findLob: () => Promise.resolve(LOB),
    readModel: (_, { lob }, model) => Promise.resolve({ lob, model, next: 8, latest: 7, tags: {}, createdAt: "", updatedAt: "" }),
    publish: (_, options) => {
      published.push(options);
      return Promise.resolve(result({ model: options.model }));
    },
    log: {
      info: (line) => log.push(line),
      debug: (line) => log.push(`debug: ${line}`),
      problem: ({ code, message }) => log.push(`${code}: ${message}`),
      annotate: ({ level, title, message }) => log.push(`${level}: ${title}: ${message}`),
      async group(title, work) {
        log.push(`> ${title}`);
        const value = await work();
        log.push("<");
        return value;
      },
    },
    now: () => (clock += 1000),
    signal: new AbortController().signal,
    ...overrides,
  };
  return { report: await run(inputs, RUN, deps), log, published };
}

const kinds = ({ outcomes }: PublishReport): string[] => outcomes.map(({ kind, model }) => `${model} ${kind}`);

test("says in the log and in one annotation per model what publishing saw in the files", async () => {
  const warnings = Array.from({ length: 12 }, (_, index) => ({ path: `shard-${index}.bin`, warning: "is cut off" }));
  const publish: PublishDeps["publish"] = () => Promise.resolve(result({ model: "churn", warnings, leftOut: [".git/"] }));
  const { log } = await runWith(ONE, { publish });
  expect(log).toContainEqual(expect.stringMatching(/^left out "\.git\/": version control and caches/));
  const annotations = log.filter((line) => line.startsWith("warning: "));
  expect(annotations).toEqual([expect.stringMatching(/^warning: fraud\/churn: 12 warnings about its files: "shard-0\.bin": is cut off\n/)]);
  expect(annotations[0]).toMatch(/"shard-9\.bin": is cut off\nand 2 more; the output json has all of them$/);
});

test("passes inputs and the workflow run to publish", async () => {
  const asked: unknown[] = [];
  const { report, log, published } = await runWith(
    { ...ONE, region: "us-east-1", catalogTable: "our-catalog", followLinks: true, takeOver: true, dryRun: true },
    {
      connect: (region) => {
        asked.push(region);
        return Promise.resolve(AWS);
      },
      findLob: (aws, lob, table) => {
        asked.push(aws, lob, table);
        return Promise.resolve({ ...LOB, catalogTable: "our-catalog" });
      },
    },
  );
  expect(asked).toEqual(["us-east-1", AWS, "fraud", "our-catalog"]);
  expect(published).toEqual([
    {
      lob: "fraud",
      catalogTable: "our-catalog",
      model: "churn",
      path: "build/churn",
      metrics: { auc: 1 },
      tags: { team: "risk" },
      description: "text",
      provenance: RUN.provenance,
      idempotencyKey: "7/42/churn",
      ifKeyUsed: "keep",
      takeOver: true,
      dryRun: true,
      follow: true,
      followTo: [],
      onProgress: expect.any(Function),
      onLog: expect.any(Function),
      signal: expect.any(AbortSignal),
    },
  ]);
  expect(report).toMatchObject({
    lob: "fraud",
    several: false,
    dryRun: true,
    problems: [],
    region: "us-east-1",
    catalogTable: "our-catalog",
  });
  expect(report.outcomes).toMatchObject([{ kind: "done", model: "churn", before: 7, milliseconds: 1000 }]);
  expect(log).toEqual([
    "LOB fraud: bucket b in us-east-1, tables our-catalog and fraud-model-registry",
    "> Check fraud/churn from build/churn",
    "<",
    "Published fraud/churn version 8; LATEST was 7",
  ]);
});

test("does not pass what is not set, and prefers the workflow's key", async () => {
  const { published } = await runWith({ ...ONE, models: [{ model: "churn", path: "p" }], idempotencyKey: "nightly" });
  expect(published[0]).not.toHaveProperty("metrics");
  expect(published[0]).not.toHaveProperty("tags");
  expect(published[0]).not.toHaveProperty("description");
  expect(published[0]?.idempotencyKey).toBe("nightly");
});

test("logs steps in the model's group", async () => {
  const { log } = await runWith(ONE, {
    publish: (_, options) => {
      options.onLog?.({ step: "stage", message: "uploading 3 parts" });
      for (const done of [0, 5, 10]) options.onProgress?.({ phase: "upload", done: done * 1024, total: 10_240 });
      return Promise.resolve(result());
    },
  });
  expect(log.slice(1, -1)).toEqual([
    "> Publish fraud/churn from build/churn",
    "uploading 3 parts",
    "uploading: 10.0 KiB in 2.0 s, 5.0 KiB/s",
    "<",
  ]);
});

describe("several models", () => {
  test("are published in order, each with its own key", async () => {
    const { report, published } = await runWith(THREE);
    expect(published.map(({ model, idempotencyKey }) => [model, idempotencyKey])).toEqual([
      ["a", "7/42/a"],
      ["b", "7/42/b"],
      ["c", "7/42/c"],
    ]);
    expect(kinds(report)).toEqual(["a done", "b done", "c done"]);
    expect(report.several).toBe(true);
  });

  const failingAt = (model: string, error: Error): Partial<PublishDeps> => ({
    publish: (_, options) => (options.model === model ? Promise.reject(error) : Promise.resolve(result({ model: options.model }))),
  });

  test("one that fails does not stop others", async () => {
    const { report, log } = await runWith(THREE, failingAt("b", new LobError("LOB1005", "build/b is empty", { hint: "fill it" })));
    expect(kinds(report)).toEqual(["a done", "b failed", "c done"]);
    expect(report.outcomes[1]).toMatchObject({ problem: { code: "LOB1005", message: "build/b is empty", hint: "fill it" } });
    expect(log).toContain("LOB1005: build/b is empty");
  });

  test("an error that concerns all stops the rest", async () => {
    const { report, log } = await runWith(THREE, failingAt("b", new LobError("LOB2004", "the credentials have expired")));
    expect(kinds(report)).toEqual(["a done", "b failed", "c not-tried"]);
    expect(log.at(-1)).toBe("1 model skipped because the same error would happen again");
  });

  test("a cancelled run stops the rest", async () => {
    const abort = new AbortController();
    const { report } = await runWith(THREE, {
      signal: abort.signal,
      publish: () => {
        abort.abort(new LobError("LOB2010", "the run was cancelled"));
        return Promise.reject(abort.signal.reason as Error);
      },
    });
    expect(kinds(report)).toEqual(["a failed", "b not-tried", "c not-tried"]);
    expect(report.outcomes[0]).toMatchObject({ problem: { code: "LOB2010" } });
  });
});

test.each<[string, Partial<PublishDeps>]>([
  ["connecting", { connect: () => Promise.reject(new LobError("LOB2002", "no AWS region is set")) }],
  ["finding the LOB", { findLob: () => Promise.reject(new LobError("LOB2002", "no AWS region is set")) }],
])("an error while %s is reported once, before any model", async (_, overrides) => {
  const { report, log, published } = await runWith(THREE, overrides);
  expect(kinds(report)).toEqual(["a not-tried", "b not-tried", "c not-tried"]);
  expect(report.problems).toMatchObject([{ code: "LOB2002", hint: expect.stringMatching(/input region/) }]);
  expect(log).toEqual([expect.stringMatching(/^debug: LobError: no AWS region is set\n {4}at /), "LOB2002: no AWS region is set"]);
  expect(published).toEqual([]);
});

test("writes the stack of an unexpected error to the debug log", async () => {
  const error = new TypeError("x is undefined", { cause: new Error("the reason") });
  const { report, log } = await runWith(ONE, { publish: () => Promise.reject(error) });
  expect(report.outcomes).toMatchObject([{ kind: "failed", problem: { code: "LOB9001", message: "TypeError: x is undefined" } }]);
  expect(log).toContainEqual(
    expect.stringMatching(/^debug: TypeError: x is undefined\n {4}at [\s\S]+\ncaused by Error: the reason\n {4}at /),
  );
});

test("a new model had no version before", async () => {
  const { report, log } = await runWith(ONE, { readModel: () => Promise.resolve(undefined) });
  expect(report.outcomes).toMatchObject([{ before: 0 }]);
  expect(log.at(-1)).toBe("Published fraud/churn version 8; its first version");
});
