/** File names of versions, ours and the Python library's. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeVersion, encodeVersion, LATEST, LayoutError, MAX_VERSION } from "lob-registry-core/layout";
import { ensurePython } from "../sandbox/python.ts";
import { Library } from "./versioned.ts";

const INSTALLING = 300_000;
const NAMED = [1, 2, 9, 10, 99, 100, 101, 999, 1000, 9_999, 10_000, 99_999, 100_000, 100_001, 123_456, 899_999, 900_000, 999_998, 999_999];

let library: Library;
beforeAll(async () => {
  // No server is asked: encoding is a pure function there too.
  library = new Library({ python: await ensurePython(), env: { AWS_DEFAULT_REGION: "us-east-1" } }, null);
}, INSTALLING);
afterAll(() => library?.stop());

test("the names of versions are those of the library", async () => {
  const random = fc.sample(fc.integer({ min: 1, max: MAX_VERSION }), 2000);
  const versions = [LATEST, ...NAMED, ...random] as const;
  const ours = versions.map(encodeVersion);
  const [theirs, decoded] = await library.do(["encode", { versions: [...versions] }], ["decode", { names: ours }]);
  expect(ours).toEqual(theirs);
  expect(decoded).toEqual(versions.map(String));
  expect(theirs.map(decodeVersion)).toEqual([...versions]);
});

test("a seventh digit is refused here, because the library would read it as LATEST", async () => {
  const [[name]] = await library.do(["encode", { versions: [MAX_VERSION + 1] }]);
  expect(name).toBe("000000_1000000");
  const [[read]] = await library.do(["decode", { names: [name!] }]);
  expect(read).toBe(LATEST);
  expect(() => encodeVersion(MAX_VERSION + 1)).toThrow(LayoutError);
  expect(decodeVersion(name!)).toBeUndefined();
});
