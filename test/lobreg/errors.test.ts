/** Checks the examples in docs/errors.md against the output of `lobreg`, word for word. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, publish } from "lob-registry-core";
import { EXPLANATIONS } from "../../core/dist/explanations.js";
import { ROOT } from "../sandbox/python.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { declareLob } from "../support/lob.ts";
import { PROGRAM_ENV } from "../support/program.ts";

const PROGRAM = join(ROOT, "core", "dist", "cli", "main.js");

let sandbox: Sandbox | undefined;
let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "lob-errors-")));
  for (const name of ["build", "other", "linked"]) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "weights.bin"), `weights of ${name}`);
  }
  await symlink("weights.bin", join(folder, "linked", "best.bin"));
  sandbox = await startSandbox();
  await declareLob(sandbox, "fraud");
  Object.assign(process.env, sandbox.env);
  const aws = await connect();
  // The model has versions 1 and 2; the key names the second.
  await publish(aws, { lob: "fraud", model: "churn", path: join(folder, "other") });
  await publish(aws, { lob: "fraud", model: "churn", path: join(folder, "build"), idempotencyKey: "november" });
}, 300_000);
afterAll(async () => {
  await sandbox?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a line of an example, with the variables in front of the command. */
function run(line: string): Promise<{ code: number; out: string; err: string }> {
  const words = line.split(" ");
  const start = words.indexOf("lobreg");
  const variables = Object.fromEntries(words.slice(0, start).map((word) => word.split("=", 2) as [string, string]));
  const env = { ...PROGRAM_ENV, HOME: folder, ...sandbox!.env, ...variables };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...words.slice(start + 1)], { cwd: folder, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });
}

const examples = Object.entries(EXPLANATIONS).flatMap(([code, { example }]) => (example === undefined ? [] : [{ code, example }]));

test.each(examples)("$code", async ({ code, example }) => {
  const [command, ...said] = example.split("\n");
  expect(command).toMatch(/^\$ /);
  const ended = await run(command!.slice(2));
  expect(ended.out).toBe("");
  expect(ended.code).toBeGreaterThan(0);
  // The examples omit the lines below the hint, which all errors share.
  const lines = ended.err.replaceAll(folder, "{folder}").trimEnd().split("\n");
  const own = lines.filter((line) => !/^ {2}(?:AWS request id .+|Run `lobreg explain LOB\d{4}` for details\.)$/.test(line));
  expect(own).toEqual(said);
  expect(said.join("\n")).toContain(`[${code}]`);
});
