import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { CATALOG_HASH_KEY } from "lob-registry-core/layout";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { deploy } from "../sandbox/deploy/deploy.ts";
import { ROOT } from "../sandbox/python.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { newRun } from "../support/runner.ts";
import { clientsOf, readRow } from "../support/state.ts";
import { empty, killedAt, settledState, undisturbed, type Lob, type Publish } from "./killed-publish.ts";

/** A publish makes some thirty requests, and each is the last one once. */
const TIMEOUT = 600_000;

let sandbox: Sandbox;
let workspace: string;
let lob: Lob;
beforeAll(async () => {
  sandbox = await startSandbox();
  workspace = await mkdtemp(join(tmpdir(), "kill-"));
  await deploy(sandbox, { program: join(ROOT, "examples", "typescript", "index.ts") });
  const row = await readRow(clientsOf(sandbox), "fraud-model-catalog", { [CATALOG_HASH_KEY]: "fraud" });
  lob = {
    sandbox,
    lob: "fraud",
    bucket: String(row?.bucket),
    catalogTable: "fraud-model-catalog",
    registryTable: String(row?.registryTable),
  };
  await Promise.all([train("one"), train("two", "--learning-rate", "0.003")]);
}, 300_000);
afterAll(async () => {
  await sandbox?.stop();
  if (workspace) await rm(workspace, { recursive: true });
});

async function train(name: string, ...flags: string[]): Promise<void> {
  const program = join(ROOT, "examples", "train-model", "train.mjs");
  await promisify(execFile)(process.execPath, [program, "--out", join(workspace, name), ...flags]);
}

const publishOf = (folder: string, tag: string): Publish => ({
  workspace,
  inputs: { lob: "fraud", model: "churn", path: folder, metrics: `${folder}/metrics.json` },
  run: newRun(tag),
});

test.each([
  ["first", 1, publishOf("one", "v1.0.0"), []],
  ["second", 2, publishOf("two", "v1.1.0"), [publishOf("one", "v1.0.0")]],
] as const)(
  "the %s version: killed at any request and run again, the publish ends as one that nothing disturbed",
  async (_, version, publish, history) => {
    const begin = async (): Promise<void> => {
      await empty(lob);
      for (const earlier of history) expect((await undisturbed(lob, earlier)).result.code).toBe(0);
    };
    await begin();
    const { result, operations } = await undisturbed(lob, publish);
    expect(result).toMatchObject({ code: 0, outputs: { version: String(version), latest: String(version), changed: "true" } });
    const wanted = await settledState(lob);
    expect(operations).toEqual(expect.arrayContaining(["UploadPart", "CompleteMultipartUpload", "UploadPartCopy", "TransactWriteItems"]));

    const killedIn: (string | undefined)[] = [];
    for (let index = 0; index <= operations.length; index++) {
      await begin();
      const operation = await killedAt(lob, publish, index);
      killedIn.push(operation);
      const again = await undisturbed(lob, publish);
      const where = `killed at request ${index} (${operation})`;
      expect({
        where,
        code: again.result.code,
        version: again.result.outputs.version,
        log: again.result.code === 0 ? "" : again.result.log,
      }).toEqual({
        where,
        code: 0,
        version: String(version),
        log: "",
      });
      expect({ where, ...(await settledState(lob)) }).toEqual({ where, ...wanted });
    }
    // Each request was the last one once, in whatever order the parallel ones came.
    expect([...killedIn.slice(1)].sort()).toEqual([...operations].sort());
  },
  TIMEOUT,
);
