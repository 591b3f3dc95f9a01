import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { FEATURES, makeCustomers, type Customer } from "./customers.mjs";

const execute = promisify(execFile);
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "train-model-"))));
afterAll(() => rm(folder, { recursive: true }));

async function train(name: string, ...flags: string[]): Promise<string> {
  const out = join(folder, name);
  await execute(process.execPath, [join(import.meta.dirname, "train.mjs"), "--out", out, ...flags]);
  return out;
}

const contents = async (out: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all((await readdir(out)).map(async (name) => [name, (await readFile(join(out, name))).toString("base64")] as const)),
  );

interface Tensor {
  readonly dtype: string;
  readonly shape: number[];
  readonly values: number[];
}

/** Reads a safetensors file by its specification, and refuses what that does not allow. */
function parseSafetensors(file: Buffer): Record<string, Tensor> {
  const length = Number(file.readBigUInt64LE(0));
  const body = file.subarray(8 + length);
  expect((8 + length) % 8).toBe(0);
  expect(file[8]).toBe("{".charCodeAt(0));
  const { __metadata__, ...entries } = JSON.parse(file.toString("utf8", 8, 8 + length)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  expect(Object.values(__metadata__ ?? {}).every((value) => typeof value === "string")).toBe(true);
  let expected = 0;
  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]): [string, Tensor] => {
      expect(begin).toBe(expected);
      expect(end - begin).toBe(4 * shape.reduce((product, n) => product * n, 1));
      expected = end;
      const values = Array.from({ length: (end - begin) / 4 }, (_, i) => body.readFloatLE(begin + 4 * i));
      return [name, { dtype, shape, values }];
    },
  );
  expect(body.length).toBe(expected);
  return Object.fromEntries(tensors);
}

/** Probability that a customer leaves, from the saved tensors alone. */
function predict(tensors: Record<string, Tensor>, features: number[]): number {
  const values = (name: string): number[] => tensors[name]!.values;
  const input = features.map((value, i) => (value - values("input.mean")[i]!) / values("input.scale")[i]!);
  const [units, width] = tensors["hidden.weight"]!.shape as [number, number];
  const hidden = Array.from({ length: units }, (_, unit) =>
    Math.tanh(input.reduce((sum, value, i) => sum + value * values("hidden.weight")[unit * width + i]!, values("hidden.bias")[unit]!)),
  );
  const logOdds = hidden.reduce((sum, value, i) => sum + value * values("output.weight")[i]!, values("output.bias")[0]!);
  return 1 / (1 + Math.exp(-logOdds));
}

/** Area under the ROC curve by its definition: over all pairs of one that left and one that stayed. */
function areaUnderCurve(customers: Customer[], rating: (customer: Customer) => number): number {
  const rated = customers.map((customer) => ({ left: customer.left, rating: rating(customer) }));
  const [left, stayed] = [rated.filter((one) => one.left === 1), rated.filter((one) => one.left === 0)];
  const wins = left.reduce(
    (sum, one) => sum + stayed.reduce((inner, other) => inner + (one.rating > other.rating ? 1 : one.rating === other.rating ? 0.5 : 0), 0),
    0,
  );
  return wins / (left.length * stayed.length);
}

describe("the trained model", () => {
  let out: string;
  beforeAll(async () => void (out = await train("model")));

  test("is four files", async () => {
    expect((await readdir(out)).sort()).toEqual(["README.md", "config.json", "metrics.json", "model.safetensors"]);
  });

  test("has learnt: it rates customers that it never saw far better than any single feature does", async () => {
    const tensors = parseSafetensors(await readFile(join(out, "model.safetensors")));
    // From a seed that training does not use.
    const customers = makeCustomers(1_500, 77);
    const single = FEATURES.map((_, i) => areaUnderCurve(customers, ({ features }) => features[i]!)).map((area) =>
      Math.max(area, 1 - area),
    );
    expect(areaUnderCurve(customers, () => 0.5)).toBe(0.5);
    expect(areaUnderCurve(customers, ({ features }) => predict(tensors, features))).toBeGreaterThan(Math.max(...single) + 0.08);
  });

  test("says of itself what is true on the held-out data", async () => {
    const tensors = parseSafetensors(await readFile(join(out, "model.safetensors")));
    const metrics = JSON.parse(await readFile(join(out, "metrics.json"), "utf8")) as Record<string, number>;
    const { data } = JSON.parse(await readFile(join(out, "config.json"), "utf8")) as { data: { seed: number; heldOut: number } };
    const customers = makeCustomers(data.heldOut, data.seed + 1);
    const rating = (customer: Customer): number => predict(tensors, customer.features);
    const of = (score: (customer: Customer) => number): number => customers.reduce((sum, one) => sum + score(one), 0) / customers.length;
    expect(metrics.auc).toBeCloseTo(areaUnderCurve(customers, rating), 4);
    expect(metrics.accuracy).toBeCloseTo(
      of((one) => (rating(one) >= 0.5 === (one.left === 1) ? 1 : 0)),
      3,
    );
    expect(metrics.log_loss).toBeCloseTo(
      of((one) => -Math.log(one.left === 1 ? rating(one) : 1 - rating(one))),
      4,
    );
    expect(await readFile(join(out, "README.md"), "utf8")).toContain(`auc: ${metrics.auc}`);
  });

  test("has every tensor as 32-bit floats in its shape", async () => {
    const tensors = parseSafetensors(await readFile(join(out, "model.safetensors")));
    expect(Object.fromEntries(Object.entries(tensors).map(([name, { dtype, shape }]) => [name, [dtype, shape]]))).toEqual({
      "input.mean": ["F32", [FEATURES.length]],
      "input.scale": ["F32", [FEATURES.length]],
      "hidden.weight": ["F32", [16, FEATURES.length]],
      "hidden.bias": ["F32", [16]],
      "output.weight": ["F32", [1, 16]],
      "output.bias": ["F32", [1]],
    });
  });

  test("is the same bytes from the same flags, and others from another learning rate", async () => {
    const [first, again, other] = await Promise.all([
      contents(out),
      train("again").then(contents),
      train("other", "--learning-rate", "0.003").then(contents),
    ]);
    expect(again).toEqual(first);
    for (const name of Object.keys(first)) expect(other[name]).not.toBe(first[name]);
  });
});

test.each([
  ["--learning-rate", "0", "above 0"],
  ["--learning-rate", "fast", "above 0"],
  ["--epochs", "1.5", "an integer"],
  ["--hidden", "", "an integer"],
  ["--sed", "1", "--sed"],
])("refuses %s %p", async (flag, value, message) => {
  const refusal: unknown = await train("refused", flag, value).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});
