/** Checks those statements of the documents that a program can check. */
import { describe, expect, test } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { doctorPage } from "../../docs/doctor.mjs";
import { errorsPage } from "../../docs/errors.mjs";

const ROOT = join(import.meta.dirname, "..", "..");
const SKIPPED = new Set(["node_modules", "dist", "build", "coverage", ".sandbox", ".git"]);

/** Paths of all Markdown files of the project. */
async function documents(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await documents(path)));
    else if (entry.name.endsWith(".md")) found.push(path);
  }
  return found;
}

const DOCUMENTS = await documents(ROOT);
const textOf = (path: string): string => readFileSync(path, "utf8");
/** Text without code blocks, which hold examples. */
const proseOf = (path: string): string => textOf(path).replaceAll(/^( *)```[\s\S]*?^\1```/gm, "");

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(path: string): Set<string> {
  const headings = [...proseOf(path).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .replaceAll(/[^\p{L}\p{N}\- _]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Returns what is wrong with a link from a document into this repository, or undefined. */
function problemOf(from: string, link: string): string | undefined {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? from : join(dirname(from), decodeURIComponent(file));
  if (!existsSync(target)) return `there is no ${relative(ROOT, target)}`;
  if (anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).has(anchor)) {
    return `${relative(ROOT, target)} has no heading ${anchor}`;
  }
  return undefined;
}

test("docs/errors.md matches the codes (node docs/errors.mjs)", async () => {
  expect(await readFile(join(ROOT, "docs", "errors.md"), "utf8")).toBe(errorsPage());
});

test("docs/doctor.md matches the issues (node docs/doctor.mjs)", async () => {
  expect(await readFile(join(ROOT, "docs", "doctor.md"), "utf8")).toBe(doctorPage());
});

test("the licence of each package that is published is the repository's", () => {
  for (const room of ["core", "provider"]) expect(textOf(join(ROOT, room, "LICENSE"))).toBe(textOf(join(ROOT, "LICENSE")));
});

test("documents and examples take the component from the tag of this version", () => {
  const { version } = JSON.parse(textOf(join(ROOT, "provider", "package.json"))) as { version: string };
  const projects = ["python", "go", "yaml"].map((language) => join(ROOT, "examples", language, "Pulumi.yaml"));
  const files = [...DOCUMENTS, ...projects].filter((path) => textOf(path).includes("lob-registry/provider@"));
  expect(files.length).toBeGreaterThan(projects.length);
  const tags = files.flatMap((path) => [...textOf(path).matchAll(/lob-registry\/provider@(v[0-9][^\s`]*)/g)].map(([, tag]) => tag));
  expect([...new Set(tags)]).toEqual([`v${version}`]);
});

describe.each(DOCUMENTS.map((path) => [relative(ROOT, path), path]))("%s", (_, path) => {
  test("its links have targets", () => {
    const links = [...proseOf(path).matchAll(/(?:\]\(|\b(?:src|href)=")([^)\s"]+)/g)].map(([, link]) => link!);
    const inside = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(inside.flatMap((link) => problemOf(path, link) ?? [])).toEqual([]);
  });

  test("its JSON is valid", () => {
    const blocks = [...textOf(path).matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, json]) => json!);
    for (const json of blocks) expect(JSON.parse(json)).toBeInstanceOf(Object);
  });

  test("the npm scripts and error codes that it names exist", () => {
    const { scripts } = JSON.parse(textOf(join(ROOT, "package.json"))) as { scripts: Record<string, string> };
    const named = [...textOf(path).matchAll(/npm run ([a-z0-9:-]+)\b(?! -w)/g)].map(([, script]) => script!);
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
    const codes = [...textOf(path).matchAll(/\bLOB\d{4}\b/g)].map(([code]) => code);
    expect(codes.filter((code) => !errorsPage().includes(`### ${code}\n`))).toEqual([]);
  });
});
