/** Damaged files of every kind: whatever the bytes, findings come out that the manifest takes, or none; never an error, never much memory. */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { bytesSource } from "./bytes/source.js";
import { inspectFile } from "./file.js";
import { findingsSchema } from "./findings.js";
import { INSPECT_LIMITS } from "./limits.js";
import { SEEDS } from "./seeds.test.helper.js";

const damage = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("set" as const), at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ kind: fc.constant("cut" as const), at: fc.nat(), length: fc.nat({ max: 300 }) }),
    fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(), length: fc.nat({ max: 300 }) }),
    fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 12 }) }),
  ),
  { maxLength: 5 },
);

function damaged(bytes: Buffer, how: typeof damage extends fc.Arbitrary<infer T> ? T : never): Buffer {
  let result = Buffer.from(bytes);
  for (const one of how) {
    const at = result.length === 0 ? 0 : one.at % result.length;
    if (one.kind === "set") result[at] = one.value;
    else if (one.kind === "cut") result = Buffer.concat([result.subarray(0, at), result.subarray(at + one.length)]);
    else if (one.kind === "repeat") result = Buffer.concat([result.subarray(0, at + one.length), result.subarray(at)]);
    else result = Buffer.concat([result.subarray(0, at), one.bytes, result.subarray(at)]);
  }
  return result;
}

async function check(path: string, bytes: Uint8Array): Promise<void> {
  const findings = await inspectFile(path, bytesSource(bytes));
  if (findings === undefined) return;
  findingsSchema.parse(findings);
  expect(Buffer.byteLength(JSON.stringify(findings))).toBeLessThanOrEqual(INSPECT_LIMITS.findings);
  // A reader that trips over its own feet says this, and nothing more precise.
  expect(findings.warnings ?? []).not.toContain("it cannot be read");
}

test.each(SEEDS.map(({ path, bytes }) => [path, bytes] as const))("%s", async (path, bytes) => {
  await fc.assert(
    fc.asyncProperty(damage, (how) => check(path, damaged(bytes, how))),
    { numRuns: 300 },
  );
});

test("any bytes under any name", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...SEEDS.map(({ path }) => path), "x.bin", "x"), fc.uint8Array({ maxLength: 400 }), check),
    { numRuns: 2_000 },
  );
});

test("a whole file is found to be what it is", async () => {
  for (const { path, bytes, format } of SEEDS) {
    expect([path, (await inspectFile(path, bytesSource(bytes)))?.format]).toEqual([path, format]);
  }
});
