import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "./lock.mjs";

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-"));
  lock = join(folder, "deep", "the.lock");
});
afterEach(() => rm(folder, { recursive: true }));

/** A process that adds 1 to a file under the lock, slowly enough for others to come in between. */
function adder(times: number): Promise<unknown> {
  const program = `
    import { withLock } from ${JSON.stringify(join(import.meta.dirname, "lock.mjs"))};
    import { readFileSync, writeFileSync } from "node:fs";
    import { setTimeout } from "node:timers/promises";
    for (let i = 0; i < ${times}; i++) await withLock(${JSON.stringify(lock)}, async () => {
      const n = Number(readFileSync(${JSON.stringify(join(folder, "n"))}, "utf8"));
      await setTimeout(5);
      writeFileSync(${JSON.stringify(join(folder, "n"))}, String(n + 1));
    });`;
  return once(spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "inherit" }), "exit");
}

/** The process id of a program that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid!;
}

async function leaveLock(pid: string): Promise<void> {
  await mkdir(lock, { recursive: true });
  await writeFile(join(lock, "pid"), pid);
}

test("many processes run one after the other, even after one that held the lock died", async () => {
  await writeFile(join(folder, "n"), "0");
  await leaveLock(String(await deadPid()));
  await Promise.all(Array.from({ length: 4 }, () => adder(4)));
  expect(await readFile(join(folder, "n"), "utf8")).toBe("16");
  expect(existsSync(lock)).toBe(false);
});

test("returns the result of the work, and frees the lock if the work fails", async () => {
  expect(await withLock(lock, () => Promise.resolve(7))).toBe(7);
  await expect(withLock(lock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(existsSync(lock)).toBe(false);
});

test("waits for a running holder, and reports its process id", async () => {
  const waitedFor: (number | undefined)[] = [];
  let finish = (): void => undefined;
  let first: Promise<void> | undefined;
  await new Promise<void>((started) => {
    first = withLock(lock, () => new Promise<void>((resolve) => started(void (finish = resolve))));
  });
  let done = false;
  const second = withLock(
    lock,
    () => Promise.resolve((done = true)),
    (holder) => waitedFor.push(holder),
  );
  while (waitedFor.length === 0) await sleep(20);
  await sleep(500);
  expect(waitedFor).toEqual([process.pid]);
  expect(done).toBe(false);
  finish();
  await Promise.all([first, second]);
  expect(done).toBe(true);
});

test("takes a lock without a heartbeat, even if another process now has the holder's process id", async () => {
  await leaveLock(String(process.pid));
  const longAgo = new Date(Date.now() - 120_000);
  await utimes(lock, longAgo, longAgo);
  expect(await withLock(lock, () => Promise.resolve("taken"))).toBe("taken");
});
