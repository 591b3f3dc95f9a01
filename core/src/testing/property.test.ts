import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { assertProperty } from "./property.js";

const numbers = fc.integer({ min: 0, max: 1_000 });
/** Enough for a few runs on a busy machine. */
const LIMIT_MS = 1_500;
const TOO_LONG_MS = 2_000;
const block = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

describe("a property with enough time", () => {
  test("that holds is run as often as asked, by default 100 times", async () => {
    let runs = 0;
    const count = (): void => {
      runs++;
    };
    assertProperty(fc.property(numbers, count), { numRuns: 7 });
    expect(runs).toBe(7);
    await assertProperty(fc.asyncProperty(numbers, async () => count()));
    expect(runs).toBe(107);
  });

  test("that does not hold fails with the smallest counterexample, and its cause", async () => {
    const below10 = (n: number) => expect(n).toBeLessThan(10);
    const failure = { message: expect.stringContaining("Counterexample: [10]"), cause: expect.objectContaining({ name: "Error" }) };
    expect(() => assertProperty(fc.property(numbers, below10))).toThrow(expect.objectContaining(failure));
    await expect(assertProperty(fc.asyncProperty(numbers, async (n) => below10(n)))).rejects.toMatchObject(failure);
  });
});

describe("a property whose time is up", () => {
  test("passes after a twentieth of the runs", () => {
    let runs = 0;
    assertProperty(
      fc.property(numbers, () => {
        runs++;
        if (runs === 5) block(TOO_LONG_MS);
      }),
      { numRuns: 100, limitMs: LIMIT_MS },
    );
    expect(runs).toBe(5);
  });

  test("fails after fewer runs", async () => {
    const late = fc.asyncProperty(numbers, () => sleep(TOO_LONG_MS));
    await expect(assertProperty(late, { numRuns: 100, limitMs: LIMIT_MS })).rejects.toThrow("Only 0 runs in 1.5 s; at least 5 are needed.");
    const slow = fc.property(numbers, () => block(TOO_LONG_MS));
    expect(() => assertProperty(slow, { numRuns: 100, limitMs: LIMIT_MS })).toThrow("Only 1 runs in 1.5 s; at least 5 are needed.");
  });

  test("is over when it returns: the interrupted run was awaited, and no other begins", async () => {
    let begun = 0;
    let ended = 0;
    await assertProperty(
      fc.asyncProperty(numbers, async () => {
        if (++begun > 10) await sleep(TOO_LONG_MS);
        ended++;
      }),
      { numRuns: 100, limitMs: LIMIT_MS },
    );
    expect([begun, ended]).toEqual([11, 11]);
    await sleep(100);
    expect(begun).toBe(11);
  });

  test("fails if the interrupted run fails", async () => {
    let runs = 0;
    const property = fc.asyncProperty(numbers, async () => {
      if (++runs <= 10) return;
      await sleep(TOO_LONG_MS);
      throw new Error("too late");
    });
    await expect(assertProperty(property, { numRuns: 100, limitMs: LIMIT_MS })).rejects.toMatchObject({ cause: { message: "too late" } });
  });
});
