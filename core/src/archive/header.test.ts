import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { truncate, writeFile } from "node:fs/promises";
import { failure, python, workFolder } from "./archive.test.helper.js";
import { archiveTime, MAX_HEADER_BYTES, tarHeader, tarHeaderBytes } from "./header.js";
import { pathProblem } from "./paths.js";

let work: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  work = await workFolder();
});
afterEach(() => work.remove());

const hex64 = (bytes: Buffer): string => bytes.toString("latin1").replace(/\0+/g, "·");

describe("the header of a file", () => {
  test("is one ustar block with no user, no time, no names", () => {
    const block = tarHeader({ path: "weights/model.bin", mode: 0o644, size: 1234 });
    expect(hex64(block)).toBe("weights/model.bin·000644 ·000000 ·000000 ·0000002322 ·0000000000 ·012270 ·0·ustar·00·000000 ·000000 ·");
  });

  test("carries the executable bit and the time that it is given", () => {
    const header = tarHeader({ path: "run.sh", mode: 0o755, size: 0 }, 1_700_000_000);
    expect(hex64(header)).toContain("000755 ");
    expect(hex64(header)).toContain((1_700_000_000).toString(8));
  });

  test("has a pax header before it only where ustar cannot hold the path or the size", () => {
    const bytes = (path: string, size = 1): number => tarHeaderBytes({ path, mode: 0o644, size });
    expect(bytes("a")).toBe(512);
    expect(bytes(`${"d".repeat(150)}/${"n".repeat(99)}`)).toBe(512);
    expect(bytes("n".repeat(99))).toBe(512);
    expect(bytes("n".repeat(101))).toBe(3 * 512);
    expect(bytes(`${"d".repeat(160)}/n`)).toBe(3 * 512);
    expect(bytes("é")).toBe(3 * 512);
    expect(bytes("a", 0o77777777777)).toBe(512);
    expect(bytes("a", 0o77777777777 + 1)).toBe(3 * 512);
    expect(bytes("é".repeat(100), 2 ** 40)).toBe(3 * 512);
    expect(bytes(`${"é/".repeat(341)}x`, 2 ** 50)).toBe(MAX_HEADER_BYTES);
  });

  test("is pure ASCII outside the pax record, and beside a pax path it has no prefix", () => {
    const header = tarHeader({ path: `${"é".repeat(60)}/${"x".repeat(120)}`, mode: 0o644, size: 5 });
    const last = header.subarray(-512);
    for (const block of [header.subarray(0, 512), last]) expect([...block].every((byte) => byte < 0x7f)).toBe(true);
    expect(last.subarray(345, 500).every((byte) => byte === 0)).toBe(true);
  });
});

const PYTHON_LIST = `
import json, sys, tarfile
with tarfile.open(sys.argv[1], "r:") as tar:
    for member in tar:
        print(json.dumps([member.name, member.size, member.mode, member.uid, member.gid, member.uname, member.gname, member.mtime, member.isreg()]))
`;

test("Python reads any path that is allowed", async () => {
  const names = fc.string({ unit: "grapheme-composite", minLength: 1, maxLength: 60 });
  const ascii = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 160 });
  const paths = fc.sample(
    fc
      .array(fc.oneof(names, ascii), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join("/"))
      .filter((path) => pathProblem(path) === undefined),
    500,
  );
  const file = work.fresh();
  await writeFile(file, Buffer.concat([...paths.map((path) => tarHeader({ path, mode: 0o644, size: 0 })), Buffer.alloc(1024)]));
  const listed = (await python(PYTHON_LIST, file))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown[]);
  expect(listed).toEqual(paths.map((path) => [path, 0, 0o644, 0, 0, "", "", 0, true]));
});

test.each([2 ** 33 - 1, 2 ** 33, 9 * 2 ** 30 + 77])("Python reads a size of %d bytes", async (size) => {
  const file = work.fresh();
  await writeFile(file, tarHeader({ path: "big.bin", mode: 0o755, size }, 1));
  await truncate(file, tarHeaderBytes({ path: "big.bin", mode: 0o755, size }) + Math.ceil(size / 512) * 512 + 1024); // All holes.
  expect(JSON.parse(await python(PYTHON_LIST, file))).toEqual(["big.bin", size, 0o755, 0, 0, "", "", 1, true]);
});

describe("SOURCE_DATE_EPOCH", () => {
  test("is 0 if it is not set", () => {
    expect(archiveTime({})).toBe(0);
    expect(archiveTime({ SOURCE_DATE_EPOCH: "" })).toBe(0);
    expect(archiveTime({ SOURCE_DATE_EPOCH: "1700000000" })).toBe(1_700_000_000);
  });

  test.each(["yesterday", "-1", "1.5", "1e9", "99999999999", "0x10", " 1"])("%j is refused", async (value) => {
    const error = await failure(
      Promise.resolve().then(() => archiveTime({ SOURCE_DATE_EPOCH: value })),
      "LOB1002",
    );
    expect(error.message).toContain("SOURCE_DATE_EPOCH");
  });
});
