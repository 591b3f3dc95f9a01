import { expect, test } from "@jest/globals";
import type { Progress } from "./progress.js";
import { progressLines } from "./progress-lines.js";

const MiB = 1024 * 1024;

/** Lines printed for progress at given milliseconds. */
function linesFor(reports: readonly (Progress & { at: number })[]): string[] {
  const lines: string[] = [];
  let time = 0;
  const report = progressLines(
    (line) => lines.push(line),
    () => time,
  );
  for (const { at, ...progress } of reports) {
    time = at;
    report(progress);
  }
  return lines;
}

test("prints nothing for work that takes less than two seconds", () => {
  expect(
    linesFor([
      { at: 0, phase: "scan", done: 0, total: 10 * MiB },
      { at: 1000, phase: "scan", done: 5 * MiB, total: 10 * MiB },
      { at: 1999, phase: "scan", done: 10 * MiB, total: 10 * MiB },
    ]),
  ).toEqual([]);
});

test("prints the end once", () => {
  expect(
    linesFor([
      { at: 0, phase: "scan", done: 0, total: 10 * MiB },
      { at: 4000, phase: "scan", done: 10 * MiB, total: 10 * MiB },
      { at: 9000, phase: "scan", done: 10 * MiB, total: 10 * MiB },
    ]),
  ).toEqual(["reading: 10.0 MiB in 4.0 s, 2.5 MiB/s"]);
});

test("prints every five percent, but at most every two seconds", () => {
  // 1,000 updates in 100 seconds.
  const lines = linesFor(
    Array.from({ length: 1001 }, (_, n) => ({
      at: 100 * n,
      phase: "upload" as const,
      done: n * MiB,
      total: 1000 * MiB,
      item: "weights.bin",
    })),
  );
  expect(lines).toHaveLength(20);
  expect(lines[0]).toBe("uploading: 5 % of 1000.0 MiB, 10.0 MiB/s");
  expect(lines.at(-1)).toBe("uploading: 1000.0 MiB in 1 min 40 s, 10.0 MiB/s");

  const fast = linesFor(Array.from({ length: 101 }, (_, n) => ({ at: 50 * n, phase: "upload" as const, done: n * MiB, total: 100 * MiB })));
  expect(fast).toEqual([
    "uploading: 40 % of 100.0 MiB, 20.0 MiB/s",
    "uploading: 80 % of 100.0 MiB, 20.0 MiB/s",
    "uploading: 100.0 MiB in 5.0 s, 20.0 MiB/s",
  ]);
});

test("prints slow progress every ten seconds, unless nothing moves", () => {
  const slow = (moves: boolean): string[] =>
    linesFor(
      Array.from({ length: 61 }, (_, n) => ({ at: 1000 * n, phase: "upload" as const, done: moves ? n * MiB : 0, total: 100_000 * MiB })),
    );
  expect(slow(true)).toHaveLength(6);
  expect(slow(true)[0]).toBe("uploading: 0 % of 97.7 GiB, 1.0 MiB/s");
  expect(slow(false)).toEqual([]);
});

test("handles changing phases, restarts and unknown totals", () => {
  expect(
    linesFor([
      { at: 0, phase: "scan", done: 0, total: 4 * MiB },
      { at: 2000, phase: "scan", done: 4 * MiB, total: 4 * MiB },
      { at: 3000, phase: "upload", done: 0, total: 4 * MiB },
      { at: 5000, phase: "upload", done: 3 * MiB, total: 4 * MiB },
      { at: 6000, phase: "upload", done: 0, total: 4 * MiB },
      { at: 8000, phase: "upload", done: 2 * MiB, total: 4 * MiB },
      { at: 9000, phase: "copy", done: 0 },
      { at: 21_000, phase: "copy", done: 12 * MiB },
    ]),
  ).toEqual([
    "reading: 4.0 MiB in 2.0 s, 2.0 MiB/s",
    "uploading: 75 % of 4.0 MiB, 1.5 MiB/s",
    "uploading: 50 % of 4.0 MiB, 1.0 MiB/s",
    "copying inside S3: 12.0 MiB, 1.0 MiB/s",
  ]);
});
