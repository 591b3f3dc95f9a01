/** Sixteen processes publish to one model at once, on a server that handles them in parallel. */
import { afterAll, beforeAll, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownNames } from "lob-registry-core/layout";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { SCENARIOS } from "./scenarios.ts";

const PROCESSES = 16;
const INSTALLING = 300_000;
const RACING = 900_000;

let sandbox: Sandbox;
let fraud: DeclaredLob;
let catalogTable: string;
let folder: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  fraud = await declareLob(sandbox, "fraud");
  catalogTable = ownNames(sandbox.accountId, sandbox.region, "fraud").catalogTable;
  folder = await mkdtemp(join(tmpdir(), "lob-races-"));
}, INSTALLING);
afterAll(async () => {
  await sandbox?.stop();
  await rm(folder, { recursive: true, force: true });
});

test.each(SCENARIOS)("$name", ({ run }) => run({ target: sandbox, lob: fraud, catalogTable, folder, processes: PROCESSES }), RACING);
