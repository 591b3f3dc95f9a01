import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { check, DemoError } from "./checks.ts";

/** A run of the demo; it may install the sandbox first. */
const TIMEOUT = 300_000;
const ESCAPE = "\u001b[";

let temp: string;
beforeAll(async () => void (temp = await mkdtemp(join(tmpdir(), "demo-test-"))));
afterAll(() => rm(temp, { recursive: true }));

interface End {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function demo(args: readonly string[], env: Record<string, string> = {}): Promise<End> {
  const flags = ["--disable-warning=ExperimentalWarning", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...flags, join(import.meta.dirname, "main.ts"), ...args],
      { env: { ...process.env, TMPDIR: temp, ...env }, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

test(
  "tells the whole story, without colours if there is no terminal, and leaves nothing behind",
  async () => {
    const { code, stdout, stderr } = await demo([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const steps = stdout.match(/^\d\. .*$/gm);
    expect(steps).toHaveLength(9);
    expect(stdout).toMatch(
      /Published fraud\/churn version 1.*Unchanged: version 1.*gates pass \(3 of 3\).*Published fraud\/churn version 2/s,
    );
    expect(stdout).toMatch(/^Done in \d+\.\d s\./m);
    expect(stdout).toMatch(/│ 2 LATEST │.*│ 1 +│/s);
    expect(stdout).toMatch(/lists +LATEST, 2, 1$/m);
    expect(stdout).not.toContain(ESCAPE);
    expect(await readdir(temp)).toEqual([]);
  },
  TIMEOUT,
);

describe("refuses", () => {
  test("a flag that it does not have", async () => {
    expect(await demo(["--engin"])).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Usage: npm run demo") });
  });

  test("--engine without the Pulumi CLI, and says what to do", async () => {
    const { code, stderr } = await demo(["--engine"], { PATH: dirname(process.execPath) + delimiter + temp });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/pulumi is not on the PATH.*Install.*leave out --engine/s) });
  });
});

describe("what it checks", () => {
  test("passes when it is as it should be", () => {
    expect(() => check("the list", [1, { a: 2 }], [1, { a: 2 }])).not.toThrow();
  });

  test("ends it when not, naming what was looked at", () => {
    expect(() => check("the version", "1", "2")).toThrow(new DemoError('the version is "1", and should be "2"'));
    expect(() => check("the version", "1", 1)).toThrow(DemoError);
  });
});
