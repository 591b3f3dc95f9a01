import { describe, expect, test } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { totalsOf } from "./jest-totals.mjs";

const here = (name: string): string => join(import.meta.dirname, name);

test("an unknown job is refused, with a list of the jobs", async () => {
  const child = spawn(process.execPath, [here("run.mjs"), "tset"], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number];
  expect([code, stderr]).toEqual([2, expect.stringMatching(/no job called "tset".*build.*test.*demo/s)]);
});

describe("run", () => {
  /** Starts a process that runs a program with `run`, and exits like it. */
  const start = (program: string): ChildProcess =>
    spawn(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `import { exitAs, run } from ${JSON.stringify(pathToFileURL(here("spawn.mjs")).href)}; exitAs(await run(process.execPath, ["-e", ${JSON.stringify(program)}]));`,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );

  test("exits with the program's exit code", async () => {
    expect(await once(start("process.exit(7)"), "exit")).toEqual([7, null]);
  });

  test("ends by the signal that ended the program", async () => {
    expect(await once(start("process.kill(process.pid, 'SIGKILL')"), "exit")).toEqual([null, "SIGKILL"]);
  });

  test("passes signals on, and the program may exit in its own way", async () => {
    const child = start("process.on('SIGTERM', () => process.exit(5)); console.log('ready'); setInterval(() => {}, 1000)");
    await once(child.stdout!, "data");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([5, null]);
  });
});

test("the totals count a file that could not be run as failed, and a todo as skipped", () => {
  const results = { numPassedTests: 10, numFailedTests: 1, numPendingTests: 2, numTodoTests: 3, numRuntimeErrorTestSuites: 4 };
  expect(totalsOf(results)).toEqual({ passed: 10, failed: 5, skipped: 5 });
});
