/** The component as the Pulumi CLI takes it from a git tag: cloned, its dependencies installed in its own folder, and started there. */
import { expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../sandbox/python.ts";
import { prepared } from "./support/engine.ts";
import { pulumiEnvironment } from "./support/prepare.ts";
import { describeOnEngine } from "./support/suite.ts";

/** Bytes of all files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The CLI leaves out what a schema need not say; a JSON reviver. */
function withoutEmpty(name: string, value: unknown): unknown {
  return (name === "optional" && value === true) || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

describeOnEngine("the component at a git tag", () => {
  test("is installed in its own folder, and not with the workspace that builds it", () => {
    expect(prepared.installedIn).toBe(prepared.component);
    expect(existsSync(join(dirname(prepared.component), "node_modules"))).toBe(false);
  });

  test("is under 250 MB with all that it needs, the clone included", async () => {
    expect(await sizeOf(dirname(prepared.component))).toBeLessThan(250e6);
  });

  test("installs what its lock file says", async () => {
    const read = async (path: string): Promise<any> => JSON.parse(await readFile(join(prepared.component, path), "utf8"));
    const { devDependencies } = await read("package.json");
    for (const [name, version] of Object.entries(devDependencies))
      expect((await read(`node_modules/${name}/package.json`)).version).toBe(version);
    const { stdout } = await promisify(execFile)("git", ["status", "--porcelain"], { cwd: prepared.component });
    expect(stdout).toBe("");
  });

  test("answers the schema that this repository holds", async () => {
    const plugin = join(prepared.path[0]!, "pulumi-resource-lob-registry");
    const { stdout } = await promisify(execFile)("pulumi", ["package", "get-schema", plugin], {
      env: pulumiEnvironment(prepared.folder, prepared.path),
      maxBuffer: 1 << 26,
    });
    const { version, ...schema } = JSON.parse(stdout) as Record<string, unknown>;
    expect(`v${String(version)}`).toBe(prepared.tag);
    const golden = JSON.parse(await readFile(join(ROOT, "provider", "schema.json"), "utf8"), withoutEmpty) as Record<string, unknown>;
    for (const part of ["resources", "types"]) expect(schema[part]).toEqual(golden[part]);
  });
});
