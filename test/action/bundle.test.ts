/** GitHub runs action/dist from the repository, so it must match the sources. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../sandbox/python.ts";

const DIST = join(ROOT, "action", "dist");
/** Bundling takes seconds, and longer on a busy machine. */
const BUNDLING = 900_000;

let copy: string;
beforeAll(async () => void (copy = await mkdtemp(join(tmpdir(), "lob-dist-"))));
afterAll(() => rm(copy, { recursive: true, force: true }));

function check(dist: string): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, "action", "scripts", "bundle.mjs"), "--check", "--dist", dist], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr }),
    );
  });
}

test(
  "the committed bundle is up to date",
  async () => {
    expect(await check(DIST)).toEqual({ code: 0, said: expect.stringContaining("action/dist is up to date") });
  },
  BUNDLING,
);

test(
  "the check finds an outdated and an extra file",
  async () => {
    await cp(DIST, copy, { recursive: true });
    const index = join(copy, "index.js");
    await writeFile(index, (await readFile(index, "utf8")).replace("lob-registry-action/", "lob-registry-action-2/"));
    await writeFile(join(copy, "more.js"), "");
    expect(await check(copy)).toEqual({
      code: 1,
      said: expect.stringMatching(/is out of date: index\.js, more\.js\nRun "npm run build"/),
    });
  },
  BUNDLING,
);

test("lists the licence of each bundled package", async () => {
  const licences = await readFile(join(DIST, "licenses.txt"), "utf8");
  for (const name of ["@actions/core", "@aws-sdk/client-s3", "@aws-sdk/client-dynamodb", "undici", "yaml", "zod"])
    expect(licences).toMatch(new RegExp(`^${name}$`, "m"));
});
