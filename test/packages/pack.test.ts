/** Content of the packages, without installing them; packages.installed.ts installs them, which takes minutes. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, posix, relative } from "node:path";
import { promisify } from "node:util";
import { pack, PACKAGES, ROOT, type Room } from "./packages.ts";

interface PackageJson {
  readonly name: string;
  readonly main: string;
  readonly types: string;
  readonly exports?: Record<string, string | Record<string, string>>;
  readonly bin?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "lob-pack-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every file of a package with its text. */
async function contentsOf(tarball: string): Promise<Map<string, string>> {
  const unpacked = join(dirname(tarball), "package");
  await promisify(execFile)("tar", ["-xzf", tarball, "-C", dirname(tarball)]);
  const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (path) => [relative(unpacked, path).replaceAll("\\", "/"), await readFile(path, "utf8")] as const)),
  );
}

/** Returns the imports of a compiled file: static, dynamic and by require. */
function importsOf(code: string): string[] {
  const plain = code.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  return [...plain.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([^"'\s]+)\1/g)].map(([, , name]) => name!);
}

test("the component is built and tested here with the Pulumi that its own lock file has", async () => {
  const read = async (path: string): Promise<any> => JSON.parse(await readFile(join(ROOT, path), "utf8"));
  const [root, provider, lock] = await Promise.all([
    read("package.json"),
    read("provider/package.json"),
    read("provider/package-lock.json"),
  ]);
  for (const [name, version] of Object.entries(provider.devDependencies)) {
    expect(root.devDependencies[name]).toBe(version);
    expect(lock.packages[`node_modules/${name}`].version).toBe(version);
  }
  expect(lock.packages[""]).toMatchObject({ version: provider.version, peerDependencies: provider.peerDependencies });
  // Which registry somebody has is theirs to say.
  expect(JSON.stringify(lock)).not.toContain('"resolved"');
});

const filesOf = (entry: string | Record<string, string>): string[] => (typeof entry === "string" ? [entry] : Object.values(entry));

describe.each(Object.entries(PACKAGES) as [Room, string][])("%s, on npm %s", (room, name) => {
  let files: Map<string, string>;
  let manifest: PackageJson;
  beforeAll(async () => {
    files = await contentsOf(await pack(room, folder));
    manifest = JSON.parse(files.get("package.json")!) as PackageJson;
  });

  test("has its README and the licence", () => {
    expect(manifest.name).toBe(name);
    expect(files.get("README.md")).toMatch(/^# /);
    expect(files.get("LICENSE")).toContain("Apache License");
  });

  test("has no tests, nothing that only tests use, and nothing of the build", () => {
    const strange = [...files.keys()].filter((path) => /\.test\.|testing|fake|fixture|tsbuildinfo|node_modules|\.tgz$/i.test(path));
    expect(strange).toEqual([]);
  });

  test("has every file that its package.json names", () => {
    const { main, types, bin = {}, exports = {} } = manifest;
    const named = [main, types, ...Object.values(bin), ...Object.values(exports).flatMap(filesOf)];
    const paths = named.map((path) => posix.normalize(path));
    expect(paths.length).toBeGreaterThan(1);
    expect(paths.filter((path) => !files.has(path))).toEqual([]);
    for (const path of Object.values(bin)) expect(files.get(posix.normalize(path))).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test("imports only modules of Node, its dependencies and its own files", () => {
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const compiled = [...files].filter(([path]) => /\.(js|d\.ts)$/.test(path));
    expect(compiled.length).toBeGreaterThan(10);
    const missing = compiled.flatMap(([path, code]) =>
      importsOf(code)
        .filter((imported) => {
          if (isBuiltin(imported)) return false;
          if (!imported.startsWith("."))
            return !declared.some((dependency) => imported === dependency || imported.startsWith(`${dependency}/`));
          const target = posix.join(posix.dirname(path), imported).replace(/\.js$/, "");
          const kind = path.endsWith(".d.ts") ? ".d.ts" : ".js";
          return !files.has(target + kind) && !files.has(`${target}/index${kind}`);
        })
        .map((imported) => `${path} imports ${imported}`),
    );
    expect(missing).toEqual([]);
  });
});
