/** `lobreg` on a Node that is too old: one error with both versions, and nothing else. */
import { expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../sandbox/python.ts";

const OLD = 'data:text/javascript,Object.defineProperty(process,"version",{value:"v20.20.2"})';
const { engines } = JSON.parse(readFileSync(join(ROOT, "core", "package.json"), "utf8")) as { engines: { node: string } };
const minimum = engines.node.replace(">=", "");

function run(program: string[], args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const path = join(ROOT, "core", ...program);
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", OLD, path, ...args], { env: { PATH: process.env["PATH"] } }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });
}

test.each([[["bin", "lobreg.js"]], [["dist", "cli", "main.js"]]])("%j refuses", async (program) => {
  const { code, out, err } = await run(program, ["list", "fraud"]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  const [message, hint, ...others] = err.trimEnd().split("\n");
  expect(message).toBe(`lobreg: this is Node 20.20.2, but lobreg needs Node ${minimum} or newer (${process.execPath}) [LOB2013]`);
  expect(hint).toContain("npx lobreg");
  expect(others).toEqual([]);
});

test("with --json, stderr is one JSON document", async () => {
  const { code, out, err } = await run(["bin", "lobreg.js"], ["list", "fraud", "--json"]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(JSON.parse(err)).toMatchObject({
    error: { code: "LOB2013", details: { found: "v20.20.2", needed: engines.node, path: process.execPath } },
  });
});
