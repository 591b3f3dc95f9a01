import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Test files that all pass under Jest's own environment. */
const FILES = {
  "clean.test.js": `
    const { open } = require("node:fs/promises");
    test("closes", async () => (await open(__filename)).close());
    test("closes late", async () => { const file = await open(__filename); setTimeout(() => file.close(), 200); });
    let file;
    beforeAll(async () => { file = await open(__filename); });
    afterAll(() => file.close());`,
  "leak.test.js": `
    const { open } = require("node:fs/promises");
    test("passes", async () => (await open(__filename)).close());
    test("forgets", async () => void (await open(__filename)));`,
  "module.test.mjs": `
    import { open } from "node:fs/promises";
    test("imports", async () => void (await open(import.meta.filename)));`,
  "warning.test.js": `
    const { EventEmitter } = require("node:events");
    test("listens", () => { const emitter = new EventEmitter(); for (let i = 0; i < 11; i++) emitter.on("x", () => {}); });`,
};

interface Results {
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

let folder: string;
let results: Map<string, { status: string; message: string }>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jest-environment-"));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
  const config = {
    rootDir: folder,
    testEnvironment: join(import.meta.dirname, "jest-environment.mjs"),
    testMatch: ["**/*.test.*js"],
    transform: {},
    maxWorkers: 2,
  };
  const args = ["--experimental-vm-modules", join(root, "node_modules/jest/bin/jest.js"), "--config", JSON.stringify(config), "--json"];
  const output = await new Promise<string>((resolve) => execFile(process.execPath, args, { cwd: folder }, (_, stdout) => resolve(stdout)));
  const { testResults } = JSON.parse(output) as Results;
  results = new Map(testResults.map(({ name, ...result }) => [name.slice(folder.length + 1), result]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a file that closes what it opens passes", () => {
  expect(results.get("clean.test.js")).toMatchObject({ status: "passed" });
});

test.each([
  ["leak.test.js", "forgets"],
  ["module.test.mjs", "imports"],
])("%s fails, and the message has the path, the test and the line that opened it", (file, name) => {
  const { status, message } = results.get(file)!;
  expect(status).toBe("failed");
  expect(message).toContain(`Left open: ${join(folder, file)}, opened by the test "${name}"`);
  expect(message).toMatch(new RegExp(`at .*${file.replaceAll(".", "\\.")}:\\d+`));
});

test("a file during which Node warns fails, and the message has the warning", () => {
  const { status, message } = results.get("warning.test.js")!;
  expect(status).toBe("failed");
  expect(message).toContain("Node printed a warning: MaxListenersExceededWarning: Possible EventEmitter memory leak detected.");
});
