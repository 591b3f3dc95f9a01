import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readText, workspaceFiles } from "./files.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lob-action-"));
  await mkdir(join(folder, "build", "churn-v2"), { recursive: true });
  await writeFile(join(folder, "text"), "\uFEFFgrün");
  execFileSync("mkfifo", [join(folder, "pipe")]);
  await writeFile(join(folder, "binary"), Buffer.from([0x66, 0xff, 0xfe]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("reads text unchanged up to the limit", async () => {
  expect(await readText(join(folder, "text"), 8)).toBe("\uFEFFgrün");
  await expect(readText(join(folder, "text"), 7)).rejects.toThrow("it is larger than 7 bytes");
});

test("does not read a file that is far too large", async () => {
  const path = join(folder, "large");
  await writeFile(path, "");
  await truncate(path, 2 ** 40).catch(() => truncate(path, 2 ** 33)); // a sparse file
  await expect(readText(path, 7)).rejects.toThrow("it is larger than 7 bytes");
});

test.each([
  ["nothing", "it does not exist"],
  ["build", "it is not a file"],
  ["pipe", "it is not a file"],
  ["text/x", "a part of the path is a file, not a folder"],
  ["binary", "it is not UTF-8 text"],
])("refuses %s: %s", async (name, reason) => {
  await expect(readText(join(folder, name), 100)).rejects.toThrow(reason);
});

test("refuses a file without read permission", async () => {
  const path = join(folder, "secret");
  await writeFile(path, "x");
  await chmod(path, 0);
  // The superuser can read it anyway.
  if (process.getuid?.() === 0) expect(await readText(path, 10)).toBe("x");
  else await expect(readText(path, 10)).rejects.toThrow("this user may not read it");
});

test("accepts an existing path", async () => {
  expect(await workspaceFiles.absent(join(folder, "build"))).toBeUndefined();
  expect(await workspaceFiles.absent(join(folder, "text"))).toBeUndefined();
});

test("lists what exists instead of a missing path", async () => {
  const path = join(folder, "build", "churn", "deep");
  expect(await workspaceFiles.absent(path)).toEqual({
    message: `there is nothing at ${JSON.stringify(path)}: it does not exist`,
    hint: `Check the input path, and that an earlier step wrote it. The folder ${join(folder, "build")} contains "churn-v2".`,
  });
  await Promise.all(Array.from({ length: 10 }, (_, n) => mkdir(join(folder, "build", "churn-v2", `f${n}`))));
  expect((await workspaceFiles.absent(join(folder, "build", "churn-v2", "x")))?.hint).toMatch(/"f0", .*"f7" and 2 more\.$/);
});
