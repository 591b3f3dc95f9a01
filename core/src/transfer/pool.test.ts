import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Pool } from "./pool.js";
import { assertProperty } from "../testing/property.js";

/** A task that ends on request. */
function gate() {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  return { task: () => promise, open: () => resolve(undefined), fail: reject };
}

/** Waits until nothing can continue. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Whether a promise is settled already. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await settle();
  return settled;
}

describe("a pool", () => {
  test("runs every task in order, and never more than the limit at once", async () => {
    await assertProperty(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(4), { maxLength: 20 }), async (limit, turns) => {
        const pool = new Pool(limit);
        const started: number[] = [];
        let running = 0;
        let most = 0;
        for (const [index, wait] of turns.entries()) {
          await pool.add(async () => {
            started.push(index);
            most = Math.max(most, ++running);
            for (let turn = 0; turn < wait; turn++) await Promise.resolve();
            running--;
          });
        }
        await pool.drain();
        expect(started).toEqual(turns.map((_, index) => index));
        expect(most).toBeLessThanOrEqual(limit);
        expect(running).toBe(0);
      }),
    );
  });

  test("runs as many tasks at once as the limit allows", async () => {
    const pool = new Pool(3);
    const gates = [gate(), gate(), gate()];
    for (const { task } of gates) await pool.add(task);
    for (const { open } of gates) open();
    await pool.drain();
  });

  test("makes the producer wait for a free place, whichever task ends first", async () => {
    const pool = new Pool(2);
    const [first, second, third] = [gate(), gate(), gate()];
    await pool.add(first.task);
    await pool.add(second.task);
    const added = pool.add(third.task);
    expect(await isSettled(added)).toBe(false);
    second.open();
    expect(await isSettled(added)).toBe(true);
    const drained = pool.drain();
    third.open();
    expect(await isSettled(drained)).toBe(false);
    first.open();
    await drained;
  });

  test("starts nothing after a failure, and throws the first error when all tasks have ended", async () => {
    const pool = new Pool(2);
    const [first, second] = [gate(), gate()];
    const failure = new Error("the first");
    await pool.add(first.task);
    await pool.add(second.task);
    let started = false;
    const added = pool.add(async () => {
      started = true;
      return Promise.resolve();
    });
    first.fail(failure);
    await expect(added).rejects.toBe(failure);
    expect(started).toBe(false);
    const drained = pool.drain();
    expect(await isSettled(drained)).toBe(false);
    second.fail(new Error("the second"));
    await expect(drained).rejects.toBe(failure);
    await expect(pool.drain()).rejects.toBe(failure);
  });
});
