import { expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { underLoad } from "./load.mjs";

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("every core has two busy processes until the work is done", async () => {
  const pids = await underLoad(async (pids) => {
    expect(pids.map(isRunning)).toEqual(Array(2 * availableParallelism()).fill(true));
    return pids;
  });
  expect(pids.some(isRunning)).toBe(false);
});

test("they stop if the work fails", async () => {
  let pids: number[] = [];
  const failing = underLoad(async (started) => {
    pids = started;
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(pids.some(isRunning)).toBe(false);
});

test("they stop if the process that started them is killed", async () => {
  const program = `import { underLoad } from ${JSON.stringify(join(import.meta.dirname, "load.mjs"))};
    await underLoad(async (pids) => { console.log(JSON.stringify(pids)); setInterval(() => {}, 1000); await new Promise(() => {}); });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const pids = JSON.parse(line) as number[];
  expect(pids.some(isRunning)).toBe(true);
  child.kill("SIGKILL");
  while (pids.some(isRunning)) await sleep(50); // The time limit of the test ends this.
});
