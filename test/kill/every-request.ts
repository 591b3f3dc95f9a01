/** Test of a publish that is killed at each of its AWS requests in turn. Several files use it, so that they run side by side. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { CATALOG_HASH_KEY } from "lob-registry-core/layout";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { deploy } from "../sandbox/deploy/deploy.ts";
import { ROOT } from "../sandbox/python.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { newRun } from "../support/runner.ts";
import { clientsOf, readRow } from "../support/state.ts";
import { empty, exactState, killedAt, settledState, undisturbed, type Lob, type Publish } from "./killed-publish.ts";

export interface Scenario {
  readonly name: string;
  /** Contents to publish, in order; the last publish is killed. */
  readonly models: readonly ("one" | "two")[];
  /** How the last one ends when nothing disturbs it. */
  readonly outputs: { readonly version: string; readonly latest: string; readonly changed: "true" | "false" };
  /** Operations that it must have made: a publish that does less is not the one meant here. */
  readonly makes: readonly string[];
}

const FLAGS = { one: [], two: ["--learning-rate", "0.003"] };
/** A publish makes about thirty requests. Each is the last one once, and each time the LOB's history is created again. */
const TIMEOUT = 3_600_000;

/** Defines the test of each scenario. */
export function testEveryRequest(...scenarios: readonly Scenario[]): void {
  let sandbox: Sandbox | undefined;
  let workspace = "";
  let lob: Lob;

  beforeAll(async () => {
    sandbox = await startSandbox();
    workspace = await mkdtemp(join(tmpdir(), "kill-"));
    await deploy(sandbox, { program: join(ROOT, "examples", "typescript", "index.ts") });
    const catalogTable = "fraud-model-catalog";
    const row = await readRow(clientsOf(sandbox), catalogTable, { [CATALOG_HASH_KEY]: "fraud" });
    lob = { sandbox, lob: "fraud", bucket: String(row?.bucket), catalogTable, registryTable: String(row?.registryTable) };
    const program = join(ROOT, "examples", "train-model", "train.mjs");
    for (const [name, flags] of Object.entries(FLAGS)) {
      await promisify(execFile)(process.execPath, [program, "--out", join(workspace, name), ...flags]);
    }
  }, 300_000);
  afterAll(async () => {
    await sandbox?.stop();
    if (workspace) await rm(workspace, { recursive: true });
  });

  const publishOf = (model: string, index: number): Publish => ({
    workspace,
    inputs: { lob: "fraud", model: "churn", path: model, metrics: `${model}/metrics.json` },
    run: newRun(`v1.${index}.0`),
  });

  test.each(scenarios)(
    "$name: killed at any request and run again, it ends as one that nothing disturbed",
    async ({ models, outputs, makes }) => {
      const publishes = models.map(publishOf);
      const [publish, history] = [publishes.at(-1)!, publishes.slice(0, -1)];
      const begin = async (): Promise<void> => {
        await empty(lob);
        for (const earlier of history) expect(await undisturbed(lob, earlier)).toMatchObject({ result: { code: 0 } });
      };
      await begin();
      const { result, operations } = await undisturbed(lob, publish);
      expect(result).toMatchObject({ code: 0, outputs });
      expect(operations).toEqual(expect.arrayContaining([...makes]));
      const wanted = await settledState(lob);

      const killedIn: (string | undefined)[] = [];
      let asAtBegin = false;
      for (let index = 0; index <= operations.length; index++) {
        if (!asAtBegin) await begin();
        const before = await exactState(lob);
        const operation = await killedAt(lob, publish, index);
        killedIn.push(operation);
        // It has only read until there: to run it again is what was tried after request 0.
        asAtBegin = index > 0 && isDeepStrictEqual(await exactState(lob), before);
        if (asAtBegin) continue;
        const { result: again } = await undisturbed(lob, publish);
        try {
          const { version, latest } = outputs;
          expect({ ...again, log: again.code === 0 ? "" : again.log }).toMatchObject({ log: "", code: 0, outputs: { version, latest } });
          expect(await settledState(lob)).toEqual(wanted);
        } catch (error) {
          throw new Error(`After it was killed at request ${index}, ${operation}:\n${(error as Error).message}`, { cause: error });
        }
      }
      // Each request was the last one once, in whatever order the parallel ones came.
      expect(killedIn.slice(1).sort()).toEqual([...operations].sort());
    },
    TIMEOUT,
  );
}
