/** Damaged files of every kind: where their tensors lie is found, or not, and numbers come out that a report takes, or none; never an error. */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Diff, Side } from "../diff/index.js";
import { numericChangeSchema } from "../diff/types.js";
import { bytesSource } from "../bytes/source.js";
import { inspectFile } from "../inspect/file.js";
import type { Findings, Tensor } from "../findings/findings.js";
import { damage, damaged, SEEDS } from "../inspect/seeds.test.helper.js";
import { TensorLocations } from "../inspect/tensors/locations.js";
import { compareNumbers } from "./compare.js";
import { assertProperty } from "../testing/property.js";

/** A side of one file, and of others that hold the same. */
const side = (bytes: Uint8Array): Side & { open: () => Promise<ReturnType<typeof bytesSource>> } => ({
  ...{ name: "x", treeDigest: "", files: 1, contentBytes: 0, metrics: undefined, inspected: true },
  entries: (async function* () {})(),
  open: () => Promise.resolve(bytesSource(bytes)),
});

/** As if each of these tensors had changed. */
function changed(path: string, tensors: readonly Tensor[]): Diff {
  const items = tensors.map((tensor) => ({ before: { path, ...tensor }, after: { path, ...tensor }, shape: false, dtype: false }));
  return { tensors: { changed: { count: items.length, items } } } as unknown as Diff;
}

const WITH_TENSORS: { path: string; bytes: Buffer; findings: Findings }[] = [];
for (const { path, bytes } of SEEDS) {
  const findings = await inspectFile(path, bytesSource(bytes));
  if (findings?.tensors !== undefined) WITH_TENSORS.push({ path, bytes, findings });
}

test("there are seeds of many formats, and of most of them numbers", async () => {
  const read: string[] = [];
  for (const { path, bytes, findings } of WITH_TENSORS) {
    const { tensors } = await compareNumbers(changed(path, findings.tensors!), side(bytes), side(bytes));
    if (tensors.numeric!.compared > 0) read.push(findings.format);
    for (const { numeric } of tensors.changed.items) expect([numeric?.l2 ?? 0, numeric?.maxAbs ?? 0]).toEqual([0, 0]);
  }
  for (const format of ["safetensors", "npy", "npz", "gguf", "onnx", "pytorch", "pickle"]) expect(read).toContain(format);
});

test.each(WITH_TENSORS.map(({ path, bytes, findings }) => [path, bytes, findings] as const))(
  "%s is found to hold the same when its tensors are located and not hashed",
  async (path, bytes, findings) => {
    const { tensors, ...rest } = (await inspectFile(path, bytesSource(bytes), new TensorLocations()))!;
    const { tensors: hashed, ...same } = findings;
    expect(rest).toEqual(same);
    expect(tensors!.map(({ sha256: _, ...tensor }) => tensor)).toEqual(hashed!.map(({ sha256: _, ...tensor }) => tensor));
  },
);

test.each(WITH_TENSORS.map(({ path, bytes }) => [path, bytes] as const))("%s, damaged", async (path, bytes) => {
  await assertProperty(
    fc.asyncProperty(damage, async (how) => {
      const after = damaged(bytes, how);
      // What the damaged file claims, checked against the undamaged data.
      const tensors = (await inspectFile(path, bytesSource(after)))?.tensors ?? [];
      const diff = await compareNumbers(changed(path, tensors), side(bytes), side(after));
      for (const { numeric } of diff.tensors.changed.items) if (numeric) numericChangeSchema.parse(numeric);
      const { compared, outOfTime, unread } = diff.tensors.numeric!;
      expect(compared + outOfTime + unread).toBeLessThanOrEqual(tensors.length);
      expect(outOfTime).toBe(0);
    }),
    { numRuns: 200 },
  );
});
