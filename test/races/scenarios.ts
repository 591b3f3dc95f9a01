/** Scenarios of many concurrent publishers with their required results: on the sandbox (races.test.ts), and on AWS (test/e2e-aws). */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PublishResult } from "lob-registry-core";
import type { DeclaredLob } from "../support/lob.ts";
import type { Target } from "../support/target.ts";
import { broken, race, type Job } from "./race.ts";

/** Location of a race. */
export interface Course {
  readonly target: Target;
  readonly lob: Pick<DeclaredLob, "row">;
  readonly catalogTable: string;
  /** Folder for what is published. */
  readonly folder: string;
  /** How many publishers there are: a multiple of 4, and at least 8. */
  readonly processes: number;
}

export interface Scenario {
  readonly name: string;
  /** Returns the number of publishes with this many processes, to calculate the cost. */
  readonly publishes: (processes: number) => number;
  /** @throws AssertionError saying what did not come out */
  readonly run: (course: Course) => Promise<void>;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** A folder with this content. */
async function built({ folder }: Course, content: string): Promise<string> {
  const path = join(folder, content);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "weights.bin"), `weights of ${content}\n`.repeat(1000));
  return path;
}

/** Publishes to one model concurrently, each job in a separate process. */
const go = (course: Course, model: string, jobs: readonly Omit<Job, "lob" | "model">[]): Promise<PublishResult[]> =>
  race(
    course.target,
    jobs.map((job) => ({ lob: course.lob.row.lob, model, ...job })),
  );

const versionsOf = (results: readonly PublishResult[]): number[] => results.map(({ version }) => version);
const distinct = (values: readonly unknown[]): number => new Set(values).size;

/** Every invariant holds for the model. */
async function sound({ target, lob, catalogTable }: Course, model: string): Promise<void> {
  assert.deepEqual(await broken(target, lob, catalogTable, model), []);
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "publishers of different content get numbers without a gap, and LATEST is the highest",
    publishes: (processes) => processes,
    async run(course) {
      const { processes } = course;
      const jobs = await Promise.all(numbers(processes).map(async (n) => ({ path: await built(course, `different-${n}`) })));
      const results = await go(course, "different", jobs);
      assert.deepEqual(
        versionsOf(results).sort((a, b) => a - b),
        numbers(processes),
      );
      assert(results.every((result) => result.changed && !result.joined));
      await sound(course, "different");
    },
  },
  {
    name: "publishers of the same content get one number",
    publishes: (processes) => processes,
    async run(course) {
      const path = await built(course, "same");
      const results = await go(
        course,
        "same",
        numbers(course.processes).map(() => ({ path })),
      );
      assert.deepEqual(versionsOf(results), Array(course.processes).fill(1));
      assert.equal(distinct(results.map(({ sha256 }) => sha256)), 1);
      // A publisher that adopts another's upload did not create the version; the other one reports it.
      assert.equal(results.filter(({ changed }) => changed).length, 1);
      await sound(course, "same");
    },
  },
  {
    name: "publishers of the same content under keys of their own get one number, which each key names",
    publishes: (processes) => processes + 5,
    async run(course) {
      const path = await built(course, "keys");
      const jobs = numbers(course.processes).map((n) => ({ path, idempotencyKey: `run-${n}` }));
      assert.equal(distinct(versionsOf(await go(course, "keys", jobs))), 1);
      const [other] = await go(course, "keys", [{ path: await built(course, "keys-2") }]);
      assert.equal(other!.version, 2);
      // Old runs, run again, change nothing, although another version is the newest now.
      const again = await go(course, "keys", jobs.slice(0, 4));
      assert.deepEqual(
        again.map(({ version, changed, latest }) => ({ version, changed, latest })),
        Array(4).fill({ version: 1, changed: false, latest: 2 }),
      );
      await sound(course, "keys");
    },
  },
  {
    name: "publishers of four contents get a number for each content",
    publishes: (processes) => processes,
    async run(course) {
      const paths = await Promise.all(numbers(4).map((n) => built(course, `mixed-${n}`)));
      const jobs = numbers(course.processes).map((n) => ({ path: paths[n % 4]!, idempotencyKey: `content-${n % 4}` }));
      const results = await go(course, "mixed", jobs);
      assert.deepEqual(new Set(versionsOf(results)), new Set(numbers(4)));
      await sound(course, "mixed");
    },
  },
  {
    name: "going back to older content gives a new number with new bytes",
    publishes: () => 4,
    async run(course) {
      const [a, b] = [await built(course, "A"), await built(course, "B")];
      const results = [];
      for (const path of [a, b, a, a]) results.push(...(await go(course, "back", [{ path }])));
      assert.deepEqual(
        results.map(({ version, changed }) => [version, changed]),
        [
          [1, true],
          [2, true],
          [3, true],
          [3, false],
        ],
      );
      assert.equal(results[2]!.treeDigest, results[0]!.treeDigest);
      assert.notEqual(results[2]!.sha256, results[0]!.sha256);
      await sound(course, "back");
    },
  },
  {
    name: "publishers at once, half of them of older content, leave no two equal numbers",
    publishes: (processes) => processes + 2,
    async run(course) {
      const paths = await Promise.all(["old-1", "old-2", "new-1", "new-2"].map((content) => built(course, content)));
      for (const path of [paths[0]!, paths[1]!]) await go(course, "halves", [{ path }]);
      const results = await go(
        course,
        "halves",
        numbers(course.processes).map((n) => ({ path: paths[n % 4]! })),
      );
      // old-2 is the newest at the start, and so may keep its number 2.
      assert(Math.max(...versionsOf(results)) >= 5);
      await sound(course, "halves");
    },
  },
];
