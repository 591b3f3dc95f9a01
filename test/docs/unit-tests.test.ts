/** Runs the unit test of the TypeScript example as its reader does. The one in Python needs an SDK: test/engine. */
import { expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const EXAMPLE = join(import.meta.dirname, "..", "..", "examples", "typescript");

test("the example's unit tests pass with the mocks of Pulumi's documentation", async () => {
  const { scripts } = JSON.parse(await readFile(join(EXAMPLE, "package.json"), "utf8")) as { scripts: { test: string } };
  const [node, ...args] = scripts.test.split(" ");
  expect(node).toBe("node");
  const { stdout } = await promisify(execFile)(process.execPath, ["--test-reporter=tap", ...args], { cwd: EXAMPLE });
  expect(stdout).toMatch(/^# pass 3$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});
