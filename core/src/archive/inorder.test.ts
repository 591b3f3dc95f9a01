import { expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { toArray } from "./archive.test.helper.js";
import { inOrder } from "./inorder.js";

async function* count(to: number, log: { taken: number; closed: boolean } = { taken: 0, closed: false }) {
  try {
    for (let i = 0; i < to; i++) {
      log.taken++;
      yield i;
    }
  } finally {
    log.closed = true;
  }
}

test("keeps the order however long each task takes, and runs at most the given number at once", async () => {
  let active = 0;
  let most = 0;
  const work = async (value: number): Promise<number> => {
    most = Math.max(most, ++active);
    await sleep((value * 7) % 5);
    active--;
    return value * 2;
  };
  expect(await toArray(inOrder(count(50), work, 4))).toEqual(Array.from({ length: 50 }, (_, i) => i * 2));
  expect(most).toBe(4);
});

test("does not run ahead of its consumer", async () => {
  const log = { taken: 0, closed: false };
  const results = inOrder(count(100, log), (value) => Promise.resolve(value), 3);
  await results.next();
  await sleep(10);
  expect(log.taken).toBe(3);
  await results.return();
  expect(log.closed).toBe(true);
});

test("the error of a failed task is thrown at its turn, after the earlier results, and the source is closed", async () => {
  const log = { taken: 0, closed: false };
  const seen: number[] = [];
  const work = async (value: number): Promise<number> => {
    if (value === 2) throw new Error("third");
    await sleep(5);
    return value;
  };
  await expect(
    (async () => {
      for await (const value of inOrder(count(100, log), work, 4)) seen.push(value);
    })(),
  ).rejects.toThrow("third");
  expect(seen).toEqual([0, 1]);
  expect(log.closed).toBe(true);
});

test("a failing source fails the whole after the earlier tasks have settled", async () => {
  let settled = 0;
  const source = async function* () {
    yield 1;
    await sleep(1);
    throw new Error("source");
  };
  const work = async (): Promise<void> => {
    await sleep(5);
    settled++;
  };
  await expect(toArray(inOrder(source(), work, 4))).rejects.toThrow("source");
  expect(settled).toBe(1);
});
