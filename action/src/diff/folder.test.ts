import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { givenManifest, makeReportFolder, manifestTarget, MAX_MANIFEST_BYTES, writeReportFile } from "./folder.js";

let work: string;
beforeEach(async () => void (work = await mkdtemp(join(tmpdir(), "lob-folder-"))));
afterEach(() => rm(work, { recursive: true, force: true }));

describe("writing", () => {
  test("creates a new folder per step without a name", async () => {
    const [one, two] = [await makeReportFolder(undefined, work), await makeReportFolder(undefined, work)];
    expect(one).not.toBe(two);
    expect(one.startsWith(join(work, "lob-registry-diff-"))).toBe(true);
    expect((await stat(join(one, "models"))).isDirectory()).toBe(true);
  });

  test("replaces existing files and links, but not their targets", async () => {
    const folder = await makeReportFolder(join(work, "a", "b"), work);
    await writeFile(join(work, "theirs"), "theirs");
    for (const path of [join(folder, "report.json"), join(folder, "models", "churn.manifest.json.gz")])
      await symlink(join(work, "theirs"), path);
    await writeReportFile(join(folder, "report.json"), "{}");
    await writeFile(await manifestTarget(folder, "churn"), "ours");
    expect(await readFile(join(folder, "report.json"), "utf8")).toBe("{}");
    expect(await readFile(join(work, "theirs"), "utf8")).toBe("theirs");
  });

  test("reports a folder that cannot be created as a disk error", async () => {
    await writeFile(join(work, "file"), "");
    await expect(makeReportFolder(join(work, "file"), work)).rejects.toMatchObject({
      code: "LOB2009",
      message: expect.stringContaining("file"),
    });
  });
});

describe("reading what another job wrote", () => {
  const place = (...names: string[]): string => join(work, "given", ...names);
  const open = (): Promise<string> => givenManifest(place(), "churn");
  const MANIFEST = "churn.manifest.json.gz";
  beforeEach(() => mkdir(place("models"), { recursive: true }));

  test("returns the manifest's path", async () => {
    await writeFile(place("models", MANIFEST), "x");
    expect(await open()).toBe(place("models", MANIFEST));
  });

  test.each<[string, RegExp, () => Promise<unknown>]>([
    ["nothing", /does not exist/, () => Promise.resolve()],
    ["another model's", /does not exist/, () => writeFile(place("models", "churn2.manifest.json.gz"), "x")],
    ["a folder", /not a file/, () => mkdir(place("models", MANIFEST))],
    ["a pipe, which would never end", /not a file/, () => Promise.resolve(execFileSync("mkfifo", [place("models", MANIFEST)]))],
    ["a link", /is a link/, () => symlink("/etc/passwd", place("models", MANIFEST))],
    [
      "too much",
      /larger than 67,108,864 bytes/,
      async () => {
        await writeFile(place("models", MANIFEST), "");
        await truncate(place("models", MANIFEST), MAX_MANIFEST_BYTES + 1);
      },
    ],
    [
      "a folder that is a link",
      /not a folder/,
      async () => {
        await rm(place("models"), { recursive: true });
        await mkdir(join(work, "elsewhere"));
        await writeFile(join(work, "elsewhere", MANIFEST), "x");
        await symlink(join(work, "elsewhere"), place("models"));
      },
    ],
  ])("refuses %s", async (_, reason, prepare) => {
    await prepare();
    await expect(open()).rejects.toMatchObject({
      code: "LOB1004",
      message: expect.stringMatching(reason),
      hint: expect.stringContaining("manifests"),
    });
  });
});
