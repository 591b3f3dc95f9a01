/** Damaged files of every kind: whatever the bytes, findings come out that the manifest takes, or none; never an error, never much memory. */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { bytesSource } from "../bytes/source.js";
import { inspectFile } from "./file.js";
import { findingsSchema } from "../findings/findings.js";
import { INSPECT_LIMITS } from "../findings/limits.js";
import { damage, damaged, SEEDS } from "./seeds.test.helper.js";
import { assertProperty } from "../testing/property.js";

async function check(path: string, bytes: Uint8Array): Promise<void> {
  const findings = await inspectFile(path, bytesSource(bytes));
  if (findings === undefined) return;
  findingsSchema.parse(findings);
  expect(Buffer.byteLength(JSON.stringify(findings))).toBeLessThanOrEqual(INSPECT_LIMITS.findings);
  // A reader that trips over its own feet says this, and nothing more precise.
  expect(findings.warnings ?? []).not.toContain("it cannot be read");
}

test.each(SEEDS.map(({ path, bytes }) => [path, bytes] as const))("%s", async (path, bytes) => {
  await assertProperty(
    fc.asyncProperty(damage, (how) => check(path, damaged(bytes, how))),
    { numRuns: 300 },
  );
});

test("any bytes under any name", async () => {
  await assertProperty(
    fc.asyncProperty(fc.constantFrom(...SEEDS.map(({ path }) => path), "x.bin", "x"), fc.uint8Array({ maxLength: 400 }), check),
    { numRuns: 2_000 },
  );
});

test("an undamaged file is recognised", async () => {
  for (const { path, bytes, format } of SEEDS) {
    expect([path, (await inspectFile(path, bytesSource(bytes)))?.format]).toEqual([path, format]);
  }
});
