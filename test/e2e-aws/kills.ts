/** Publishers that are killed after each of their requests, for real, and run again. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PublishOptions, PublishResult } from "lob-registry-core";
import { broken } from "../races/race.ts";
import type { Course } from "../races/scenarios.ts";
import type { Check } from "./check.ts";
import { PROGRAM_ENV } from "../support/program.ts";

/** Number of publishers killed at the same time; each has a separate model. */
const AT_ONCE = 4;

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly result?: PublishResult;
  readonly requests?: readonly string[];
}

/** @param most how many requests to kill a publisher at, spread evenly; all if there are fewer */
export function kills(course: Course, most: number): Check[] {
  return (
    [
      ["first", 0],
      ["second", 1],
    ] as const
  ).map(([which, earlier]) => ({
    promise: "After a publisher was killed, the next run of the same command finishes its publish",
    restsOn: `product: the ${which} version of a model, killed after ${most === Infinity ? "each request" : `${most} of its requests in turn`}`,
    by: "product",
    run: () => killEach(course, which, earlier, most),
  }));
}

async function killEach(course: Course, which: string, earlier: number, most: number): Promise<void> {
  const { lob } = course.lob.row;
  const paths = await Promise.all(["killed-1", "killed-2"].map((content) => build(course, content)));
  const options = (model: string, n: number): PublishOptions => ({ lob, model, path: paths[n]! });
  /** A model with the versions before the one that is killed. */
  const begun = async (model: string): Promise<string> => {
    for (let n = 0; n < earlier; n++) assert.equal((await publishing(course, options(model, n))).result?.version, n + 1);
    return model;
  };

  const { requests } = await publishing(course, options(await begun(`${which}-undisturbed`), earlier));
  assert(requests && requests.length > 20, "a publish makes more requests than that");
  await inTurn(spread(requests.length, most), async (index) => {
    const model = await begun(`${which}-killed-${index}`);
    const killed = await publishing(course, options(model, earlier), index);
    const where = `killed after request ${index} of ${requests.length}`;
    assert.equal(killed.signal, "SIGKILL", `${where}: it came to its end`);
    const { result } = await publishing(course, options(model, earlier));
    assert.deepEqual([result?.version, result?.latest], [earlier + 1, earlier + 1], where);
    assert.deepEqual(await broken(course.target, course.lob, course.catalogTable, model), [], where);
  });
}

/** Returns at most that many of the numbers 1 to count, including the first and the last. */
export function spread(count: number, most: number): number[] {
  if (most >= count) return Array.from({ length: count }, (_, index) => index + 1);
  return Array.from({ length: most }, (_, index) => (most === 1 ? 1 : 1 + Math.round((index * (count - 1)) / (most - 1))));
}

/** Works on all, a few at once; the first error ends it. */
async function inTurn(all: readonly number[], work: (one: number) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      try {
        await work(one);
      } catch (error) {
        left.length = 0;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function build({ folder }: Course, content: string): Promise<string> {
  const path = join(folder, content);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "weights.bin"), `weights of ${content}\n`.repeat(1000));
  return path;
}

/** @throws Error when it fails; one that is killed is a result */
async function publishing({ target }: Course, options: PublishOptions, killAt?: number): Promise<Ended> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "victim.mjs")], {
    env: { ...PROGRAM_ENV, HOME: "/nonexistent", ...target.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  child.stdin.on("error", () => undefined).end(JSON.stringify({ options, ...(killAt !== undefined && { killAt }) }));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (signal === null && code !== 0) throw new Error(`a publisher failed: ${err.trim()}`);
  return { signal, ...(out !== "" && (JSON.parse(out) as Pick<Ended, "result" | "requests">)) };
}
