/** Checks core/README.md against the program. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { COMMANDS } from "../../core/dist/cli/commands/index.js";
import { ROOT } from "../sandbox/python.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { declareLob } from "../support/lob.ts";
import { PROGRAM_ENV } from "../support/program.ts";

const PROGRAM = join(ROOT, "core", "dist", "cli", "main.js");
const run = promisify(execFile);

let readme: string;
let folder: string;
let sandbox: Sandbox | undefined;
beforeAll(async () => {
  readme = await readFile(join(ROOT, "core", "README.md"), "utf8");
  // Inside the clone, so that the example can import the package.
  await mkdir(join(ROOT, "build"), { recursive: true });
  folder = await mkdtemp(join(ROOT, "build", "readme-"));
});
afterAll(async () => {
  await sandbox?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the example of the library runs twice", async () => {
  const example = /```js\n(.*?)```/s.exec(readme)![1]!;
  await writeFile(join(folder, "example.mjs"), example);
  await mkdir(join(folder, "build", "churn"), { recursive: true });
  await writeFile(join(folder, "build", "churn", "model.txt"), "weights");
  sandbox = await startSandbox();
  await declareLob(sandbox, "fraud");
  const options = { cwd: folder, env: { ...PROGRAM_ENV, ...sandbox.env } };
  const first = await run(process.execPath, ["example.mjs"], options);
  expect(first.stdout.split("\n")).toEqual([
    "version 1, new",
    "1 0.9347",
    expect.stringMatching(/^the newest is 1 of \d+ bytes$/),
    `1 files in ${join(folder, "models", "churn")}`,
    "",
  ]);
  const second = await run(process.execPath, ["example.mjs"], options);
  expect(second.stdout).toContain("version 1, unchanged");
  expect(second.stderr).toContain("[LOB1009]");
}, 300_000);

test.each(COMMANDS.map(({ name }) => name))("lists every option of %s with its short form", async (command) => {
  const { stdout } = await run(process.execPath, [PROGRAM, command, "--help"]);
  const options = [...stdout.matchAll(/^ {2}(?:(-\w), )?(--[a-z-]+)/gm)];
  expect(options.length).toBeGreaterThan(6);
  for (const [, short, long] of options) expect(readme).toContain(short === undefined ? `| \`${long!}` : `| \`${short}\`, \`${long!}`);
});

test("lists the exit codes of --help", async () => {
  const { stdout } = await run(process.execPath, [PROGRAM, "--help"]);
  const codes = [...stdout.matchAll(/^ {2}(\d) {4}(.+)$/gm)];
  expect(codes).toHaveLength(4);
  for (const [, code, meaning] of codes) expect(readme).toContain(`| ${code!} | ${meaning!} |`);
});
