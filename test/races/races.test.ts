/** Sixteen processes publish to one model at once, on a server that really runs them at once. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownNames } from "lob-registry-core/layout";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { broken, race } from "./race.ts";

const PROCESSES = 16;
const INSTALLING = 300_000;
const RACING = 180_000;

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

/** A folder with this content. */
async function built(content: string): Promise<string> {
  const path = join(folder, content);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "weights.bin"), `weights of ${content}\n`.repeat(1000));
  return path;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const check = (model: string): Promise<string[]> => broken(sandbox, fraud, catalogTable, model);

describe("sixteen publishers at once", () => {
  test(
    "of different content get sixteen numbers without a gap, and LATEST is the highest",
    async () => {
      const jobs = await Promise.all(
        numbers(PROCESSES).map(async (n) => ({ lob: "fraud", model: "different", path: await built(`different-${n}`) })),
      );
      const results = await race(sandbox, jobs);
      expect(results.map((result) => result.version).sort((a, b) => a - b)).toEqual(numbers(PROCESSES));
      expect(results.every((result) => result.changed && !result.joined)).toBe(true);
      expect(await check("different")).toEqual([]);
    },
    RACING,
  );

  test(
    "of the same content get one number",
    async () => {
      const path = await built("same");
      const results = await race(
        sandbox,
        numbers(PROCESSES).map(() => ({ lob: "fraud", model: "same", path })),
      );
      expect(new Set(results.map((result) => result.version))).toEqual(new Set([1]));
      expect(new Set(results.map((result) => result.sha256)).size).toBe(1);
      // Whoever adopts another's upload did not make the version; whoever made it says so.
      expect(results.filter((result) => result.changed).length).toBe(1);
      expect(await check("same")).toEqual([]);
    },
    RACING,
  );

  test(
    "of the same content under keys of their own get one number, which each key names",
    async () => {
      const path = await built("keys");
      const jobs = numbers(PROCESSES).map((n) => ({ lob: "fraud", model: "keys", path, idempotencyKey: `run-${n}` }));
      const results = await race(sandbox, jobs);
      expect(new Set(results.map((result) => result.version))).toEqual(new Set([1]));
      const [other] = await race(sandbox, [{ lob: "fraud", model: "keys", path: await built("keys-2") }]);
      expect(other!.version).toBe(2);
      // Old runs, run again, change nothing, although another version is the newest now.
      const again = await race(sandbox, jobs.slice(0, 4));
      expect(again.map(({ version, changed, latest }) => ({ version, changed, latest }))).toEqual(
        Array(4).fill({ version: 1, changed: false, latest: 2 }),
      );
      expect(await check("keys")).toEqual([]);
    },
    RACING,
  );

  test(
    "of four contents, four times each, get a number for each content",
    async () => {
      const paths = await Promise.all(numbers(4).map((n) => built(`mixed-${n}`)));
      const results = await race(
        sandbox,
        numbers(PROCESSES).map((n) => ({ lob: "fraud", model: "mixed", path: paths[n % 4]!, idempotencyKey: `content-${n % 4}` })),
      );
      expect(new Set(results.map((result) => result.version))).toEqual(new Set(numbers(4)));
      expect(await check("mixed")).toEqual([]);
    },
    RACING,
  );
});

describe("going back to older content", () => {
  test(
    "A, B, A gives version 3, with bytes of its own",
    async () => {
      const [a, b] = [await built("A"), await built("B")];
      const results = [];
      for (const path of [a, b, a, a]) results.push(...(await race(sandbox, [{ lob: "fraud", model: "back", path }])));
      expect(results.map(({ version, changed }) => [version, changed])).toEqual([
        [1, true],
        [2, true],
        [3, true],
        [3, false],
      ]);
      expect(results[2]!.treeDigest).toBe(results[0]!.treeDigest);
      expect(results[2]!.sha256).not.toBe(results[0]!.sha256);
      expect(await check("back")).toEqual([]);
    },
    RACING,
  );

  test(
    "sixteen at once, half of older content, leave no two equal numbers",
    async () => {
      const paths = await Promise.all(["old-1", "old-2", "new-1", "new-2"].map(built));
      for (const path of [paths[0]!, paths[1]!]) await race(sandbox, [{ lob: "fraud", model: "halves", path }]);
      const results = await race(
        sandbox,
        numbers(PROCESSES).map((n) => ({ lob: "fraud", model: "halves", path: paths[n % 4]! })),
      );
      // old-2 is the newest at the start, and so may keep its number 2.
      expect(Math.max(...results.map((result) => result.version))).toBeGreaterThanOrEqual(5);
      expect(await check("halves")).toEqual([]);
    },
    RACING,
  );
});
