import { expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RELEASE } from "./release.js";

test.each([".", "../action", "../provider"])("the release is that of package.json in %s", async (room) => {
  const text = await readFile(join(import.meta.dirname, "..", room, "package.json"), "utf8");
  expect((JSON.parse(text) as { version: string }).version).toBe(RELEASE);
});
