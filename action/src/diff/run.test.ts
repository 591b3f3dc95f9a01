import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LobError, type Aws, type ErrorCode, type Lob, type ModelSummary, type OpenSide, type Report } from "lob-registry-core";
import { readBase, type ComparisonRules } from "../rules.js";
import type { DiffInputs } from "./inputs.js";
import { run, sentenceOf, type DiffDeps, type OpenBase } from "./run.js";
import { COMMIT, compared, gate } from "./testing.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lob-diff-"));
  await mkdir(join(folder, "models"));
});
afterEach(() => rm(folder, { recursive: true }));

const aws = {} as Aws;
const lob = { lob: "fraud", bucket: "b", bucketRegion: "us-east-1", catalogTable: "c", registryTable: "r" } as Lob;
const inputs = (...models: DiffInputs["models"]): DiffInputs => ({
  lob: "fraud",
  models,
  followLinks: true,
  followLinksTo: [],
  failOnGates: true,
  checkRun: "auto",
  checkName: "",
  githubToken: "",
  region: undefined,
  catalogTable: undefined,
  reportDir: undefined,
});
const input = (model: string, rules: Partial<ComparisonRules> = {}): DiffInputs["models"][number] => ({
  model,
  build: { kind: "path", path: `build/${model}`, metrics: { auc: 1 } },
  rules: { gates: [], ...rules },
});

interface SeenCalls {
  readonly log: string[];
  /** The bases by model. */
  readonly bases: (readonly [model: string, base: OpenBase])[];
  readonly closed: string[];
  /** Requests for the registry. */
  readonly asked: string[];
}

/** A registry in which a model has version 7 unless overridden. Every side records when it is closed. */
function world(overrides: Partial<DiffDeps> = {}): { deps: DiffDeps; seen: SeenCalls } {
  const seen: SeenCalls = { log: [], bases: [], closed: [], asked: [] };
  const side = (name: string): OpenSide => ({
    name,
    treeDigest: "a".repeat(64),
    files: 1,
    contentBytes: 1,
    metrics: {},
    inspected: true,
    entries: (async function* () {})(),
    close: () => Promise.resolve(void seen.closed.push(name)),
  });
  const deps: DiffDeps = {
    connect: () => Promise.resolve(aws),
    credentialsAbsent: () => Promise.resolve(false),
    findLob: (_, name) => Promise.resolve(void seen.asked.push(name)).then(() => lob),
    readModel: (_, __, model) => Promise.resolve(void seen.asked.push(model)).then(() => ({ latest: 7 }) as ModelSummary),
    versionSide: (_, __, model, ref) => Promise.resolve({ ...side(`${model}@${JSON.stringify(ref)}`), version: 7 }),
    folderSide: (path, metrics, { follow }) =>
      Promise.resolve({
        ...side(path),
        writeManifest: async (target: string, facts: object) => {
          await writeFile(target, JSON.stringify({ path, metrics, follow, ...facts }));
          return { sha256: "", size: 0 };
        },
      }),
    manifestSide: (path) => Promise.resolve({ ...side(path), of: { lob: "fraud", model: path.replace(/^.*\/|\.manifest.*$/g, "") } }),
    compare: (names, candidate, base) => {
      seen.bases.push([candidate.name, base]);
      return Promise.resolve(
        compared({ ...names, base: base.kind === "version" ? { kind: "version", version: base.version, ref: base.ref } : base }),
      );
    },
    log: {
      info: (line) => void seen.log.push(line),
      debug: () => undefined,
      warn: (message) => void seen.log.push(`warning: ${message}`),
      problem: ({ code, message }) => void seen.log.push(`error: ${code} ${message}`),
      group: (title, work) => {
        seen.log.push(`group: ${title}`);
        return work();
      },
    },
    now: () => 0,
    signal: new AbortController().signal,
    ...overrides,
  };
  return { deps, seen };
}

const compare = (deps: DiffDeps, given: DiffInputs, isFork = false): Promise<Report> =>
  run({ inputs: given, folder, source: { headSha: COMMIT, isFork }, situation: { mayHaveIdentity: true, ownKey: false }, deps });
const refused = (code: ErrorCode) => () => Promise.reject(new LobError(code, `refused ${code}`));
const kinds = ({ models }: Report): string[] => models.map((model) => (model.kind === "failed" ? model.code : model.base.kind));

describe("a build", () => {
  test("is compared with the requested base; both are closed and its manifest is kept", async () => {
    const { deps, seen } = world();
    const report = await compare(deps, inputs(input("churn"), input("cb", { base: readBase("prod", "base") })));
    expect(report).toMatchObject({
      schema: 1,
      commit: COMMIT,
      models: [{ base: { version: 7, ref: "LATEST" } }, { base: { version: 7, ref: "prod" } }],
    });
    expect(seen.closed).toEqual(['churn@{"latest":true}', "build/churn", 'cb@{"alias":"prod"}', "build/cb"]);
    expect(seen.log.slice(1, 3)).toEqual(["group: Compare fraud/churn from build/churn", "fraud/churn differs from version 7 (LATEST)"]);
    expect((await readdir(join(folder, "models"))).sort()).toEqual(["cb.manifest.json.gz", "churn.manifest.json.gz"]);
    const manifest = JSON.parse(await readFile(join(folder, "models", "churn.manifest.json.gz"), "utf8")) as object;
    expect(manifest).toMatchObject({ path: "build/churn", follow: true, lob: "fraud", model: "churn", metrics: { auc: 1 } });
  });

  test.each([
    ["no row", undefined],
    ["no version", { latest: 0 } as ModelSummary],
  ])("of a model with %s has no base, whatever the workflow requests", async (_, row) => {
    const { deps, seen } = world({ readModel: () => Promise.resolve(row), versionSide: refused("LOB3003") });
    expect(kinds(await compare(deps, inputs(input("churn", { base: readBase("prod", "base") }))))).toEqual(["none"]);
    expect(seen.bases).toEqual([["build/churn", { kind: "none" }]]);
  });

  test("is skipped with a warning if the Python library published the base", async () => {
    const { deps, seen } = world({ versionSide: refused("LOB3010") });
    expect(kinds(await compare(deps, inputs(input("churn"))))).toEqual(["unknown"]);
    expect(seen.bases[0]?.[1]).toEqual({ kind: "unknown", reason: "refused LOB3010" });
    expect(seen.log).toContain("warning: fraud/churn is not compared: refused LOB3010");
  });

  test("that fails does not stop others, unless the error concerns all", async () => {
    const versionSide: DiffDeps["versionSide"] = (_, __, model) => refused(model === "a" ? "LOB3003" : "LOB2004")();
    const { deps, seen } = world({ versionSide });
    expect(kinds(await compare(deps, inputs(input("a"), input("b"), input("c"))))).toEqual(["LOB3003", "LOB2004", "LOB2004"]);
    expect(seen.asked).toEqual(["fraud", "a", "b"]);
    expect(seen.closed).toEqual(["build/a", "build/b"]);
    expect(seen.log.filter((line) => line.startsWith("error"))).toEqual([
      "error: LOB3003 fraud/a: refused LOB3003",
      "error: LOB2004 fraud/b: refused LOB2004",
    ]);
  });

  test("is closed if its manifest cannot be written", async () => {
    const { deps, seen } = world();
    await rm(join(folder, "models"), { recursive: true });
    const folderSide: DiffDeps["folderSide"] = async (...args) => ({
      ...(await deps.folderSide(...args)),
      writeManifest: refused("LOB2009"),
    });
    expect(kinds(await compare({ ...deps, folderSide }, inputs(input("churn"))))).toEqual(["LOB2009"]);
    expect(seen.closed).toEqual(["build/churn"]);
  });

  test("that cannot be read leaves no manifest of an earlier run", async () => {
    for (const name of ["churn", "of-another-step"]) await writeFile(join(folder, "models", `${name}.manifest.json.gz`), "old");
    expect(kinds(await compare(world({ folderSide: refused("LOB1004") }).deps, inputs(input("churn"))))).toEqual(["LOB1004"]);
    expect(await readdir(join(folder, "models"))).toEqual(["of-another-step.manifest.json.gz"]);
  });

  test("errors fit the limits of a report and are printable", async () => {
    const { deps } = world({
      compare: () => Promise.reject(new LobError("LOB4003", `\u202E${"x\n".repeat(20_000)}`, { hint: "y".repeat(20_000) })),
    });
    const [model] = (await compare(deps, inputs(input("churn")))).models;
    if (model?.kind !== "failed") throw new Error();
    expect([model.message.length, model.hint?.length]).toEqual([10_000, 10_000]);
    expect(model.message).toMatch(/^x x x/);
  });
});

describe("manifests instead of builds", () => {
  const claimed = (model: string): DiffInputs["models"][number] => ({ model, build: { kind: "manifest", folder }, rules: { gates: [] } });

  test("opens only the manifests of the models", async () => {
    for (const name of ["churn", "other"]) await writeFile(join(folder, "models", `${name}.manifest.json.gz`), name);
    const opened: string[] = [];
    const { deps, seen } = world();
    const manifestSide: DiffDeps["manifestSide"] = (path) => deps.manifestSide((opened.push(path), path));
    expect(kinds(await compare({ ...deps, manifestSide, folderSide: refused("LOB9001") }, inputs(claimed("churn"))))).toEqual(["version"]);
    expect(opened).toEqual([join(folder, "models", "churn.manifest.json.gz")]);
    expect(seen.bases[0]?.[0]).toBe("the build of the pull request");
    expect(seen.closed).toContain(opened[0]);
  });

  test.each([
    ["another model", { lob: "fraud", model: "cb" }],
    ["another LOB's model", { lob: "ads", model: "churn" }],
  ])("refuses and closes a manifest of %s", async (_, of) => {
    await writeFile(join(folder, "models", "churn.manifest.json.gz"), "x");
    const { deps, seen } = world();
    const manifestSide: DiffDeps["manifestSide"] = async (path) => ({ ...(await deps.manifestSide(path)), of });
    const [model] = (await compare({ ...deps, manifestSide }, inputs(claimed("churn")))).models;
    expect(model).toMatchObject({ code: "LOB4003", message: expect.stringContaining(`${of.lob}/${of.model}`) });
    expect(seen.bases).toEqual([]);
    expect(seen.closed).toEqual([join(folder, "models", "churn.manifest.json.gz")]);
  });

  test("a missing manifest fails only its model", async () => {
    await writeFile(join(folder, "models", "cb.manifest.json.gz"), "x");
    expect(kinds(await compare(world().deps, inputs(claimed("churn"), claimed("cb"))))).toEqual(["LOB1004", "version"]);
  });
});

describe("without access to AWS", () => {
  const absent = { credentialsAbsent: () => Promise.resolve(true), connect: refused("LOB2002") };

  test("a pull request from a fork gets no warning", async () => {
    const { deps, seen } = world(absent);
    expect(kinds(await compare(deps, inputs(input("churn")), true))).toEqual(["unknown"]);
    expect(seen.log[0]).toBe("Not compared with the registry: the job has no AWS credentials; pull requests from forks have no access");
    expect(seen.asked).toEqual([]);
    expect(seen.bases[0]?.[1]).toEqual({
      kind: "unknown",
      reason: "the job has no AWS credentials; pull requests from forks have no access",
    });
  });

  test("another job gets a warning with a hint", async () => {
    const { deps, seen } = world(absent);
    expect(kinds(await compare(deps, inputs(input("churn"))))).toEqual(["unknown"]);
    expect(seen.log[0]).toMatch(/^warning: Not compared with the registry: the job has no AWS credentials\. .*configure-aws-credentials/);
  });

  test.each<ErrorCode>(["LOB2001", "LOB2002", "LOB2003", "LOB2004"])(
    "%s is an error, except in a pull request from a fork",
    async (code) => {
      for (const where of [{ findLob: refused(code) }, { readModel: refused(code) }, { versionSide: refused(code) }]) {
        const { deps, seen } = world(where);
        expect(kinds(await compare(deps, inputs(input("churn"))))).toEqual([code]);
        expect(seen.log.filter((line) => line.startsWith("error"))).toHaveLength(1);
        const fork = world(where);
        expect(kinds(await compare(fork.deps, inputs(input("churn")), true))).toEqual(["unknown"]);
        expect(fork.seen.log.filter((line) => line.startsWith("error"))).toEqual([]);
      }
    },
  );

  test("a missing LOB is always an error, reported once", async () => {
    for (const isFork of [false, true]) {
      const { deps, seen } = world({ findLob: refused("LOB3001") });
      expect(kinds(await compare(deps, inputs(input("a"), input("b")), isFork))).toEqual(["LOB3001", "LOB3001"]);
      expect(seen.log).toEqual(["error: LOB3001 refused LOB3001"]);
    }
  });

  test("a cancelled run starts no other model", async () => {
    const abort = new AbortController();
    const compareOne: DiffDeps["compare"] = () => {
      abort.abort(new LobError("LOB2010", "cancelled"));
      return Promise.reject(abort.signal.reason as Error);
    };
    const { deps, seen } = world({ compare: compareOne, signal: abort.signal });
    expect(kinds(await compare(deps, inputs(input("a"), input("b"))))).toEqual(["LOB2010", "LOB2010"]);
    expect(seen.asked).toEqual(["fraud", "a"]);
  });
});

test.each([
  [compared(), "fraud/churn differs from version 7 (LATEST)"],
  [
    compared({ base: { kind: "version", version: 7, ref: "7" }, diff: { ...compared().diff!, different: false } }),
    "fraud/churn is the same as version 7",
  ],
  [
    compared({ base: { kind: "none" }, gates: [gate("passed"), gate("skipped")] }),
    "fraud/churn would be its first version; gates: 1 skipped, 1 passed",
  ],
  [
    compared({ base: { kind: "unknown", reason: "x" }, gates: [gate("failed"), gate("unknown")] }),
    "fraud/churn is not compared; gates: 1 failed, 1 unknown",
  ],
])("logs the result as one sentence: %#", (model, sentence) => expect(sentenceOf(model)).toBe(sentence));
