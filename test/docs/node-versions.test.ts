/** Checks that there are only two Node versions: the minimum for users, in `engines`, and the pinned one for development, in `.node-version`. */
import { describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const tracked = (pattern: string): string[] =>
  execFileSync("git", ["ls-files", pattern], { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
const json = (file: string): any => JSON.parse(read(file));

const minimum = (json("core/package.json").engines.node as string).replace(/^>=/, "");
const pinned = read(".node-version").trim();
const major = pinned.split(".")[0]!;

const manifests = tracked("*package.json").filter((file) => !file.startsWith("action/dist/"));

test("the minimum has a minor number, the pinned version all three", () => {
  expect(minimum).toMatch(/^\d+\.\d+$/);
  expect(pinned).toMatch(/^\d+\.\d+\.\d+$/);
});

test.each(manifests)("%s states the minimum in engines", (file) => {
  expect(json(file).engines).toEqual({ node: `>=${minimum}` });
});

test("the README names the minimum", () => {
  expect(read("README.md")).toContain(`Node ${minimum} or newer`);
});

describe("the pinned version", () => {
  const isNode = (name: string): boolean => /^(?:node_modules\/)?node-(?:bin-)?(?:darwin|linux|win)-/.test(name);

  test("is the one in package.json and in the lock file, on every platform", () => {
    const named = Object.entries<string>(json("package.json").optionalDependencies).filter(([name]) => isNode(name));
    const locked = Object.entries<any>(json("package-lock.json").packages).filter(([path]) => isNode(path));
    expect(named.length).toBeGreaterThan(0);
    expect(named.map(([name, version]) => `${name} ${version}`)).toEqual(named.map(([name]) => `${name} ${pinned}`));
    expect(locked.map(([path, { version }]) => `${path} ${version}`)).toEqual(named.map(([name]) => `node_modules/${name} ${pinned}`));
  });

  test("runs this test", () => {
    expect(process.versions.node).toBe(pinned);
  });

  test("has the types and the Action's runtime of its major version", () => {
    expect(json("package.json").devDependencies["@types/node"]).toMatch(new RegExp(`^${major}\\.`));
    for (const file of tracked("*action.yml").filter((path) => !path.startsWith("test/")))
      expect(read(file)).toContain(`using: node${major}\n`);
  });

  test("is what workflows here install: they read the file", () => {
    const texts = tracked(".github/workflows/*.yml").map(read);
    const set = texts.flatMap((text) => text.match(/node-version\S*: .*/g) ?? []);
    expect(set.length).toBeGreaterThan(0);
    expect(new Set(set)).toEqual(new Set(["node-version-file: .node-version"]));
  });
});

test("documents and comments name no other version", () => {
  const files = [...tracked("*.md"), ...tracked("*.ts"), ...tracked("*.mjs"), ".ci/run"].filter(
    (file) => file !== "test/docs/node-versions.test.ts",
  );
  const others = files.flatMap((file) =>
    [...read(file).matchAll(/\bNode(?:\.js)? ?(?:>=|≥)? ?(\d+(?:\.\d+)*)/g)]
      .filter(([, version]) => ![minimum, pinned, major].includes(version!))
      .map(([text]) => `${file}: ${text}`),
  );
  expect(others).toEqual([]);
});
