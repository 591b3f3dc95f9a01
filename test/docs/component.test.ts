/** Checks texts about the Pulumi component against its schema and its code. */
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { referencePage } from "../../provider/scripts/reference.mjs";
import { inferSchema } from "../../provider/scripts/schema.mjs";

const ROOT = join(import.meta.dirname, "..", "..");
const page = (...path: string[]): string => readFileSync(join(ROOT, ...path), "utf8");
interface Schema {
  resources: Record<string, { inputProperties: Record<string, unknown>; properties: Record<string, unknown> }>;
  types: Record<string, { properties: Record<string, unknown> }>;
}
const schema = JSON.parse(page("provider", "schema.json")) as Schema;

test("the committed schema is the one that Pulumi infers from the sources (npm run generate)", async () => {
  expect(JSON.parse(JSON.stringify(await inferSchema()))).toEqual(schema);
});

test("docs/component.md matches the schema (npm run generate)", () => {
  expect(page("docs", "component.md")).toBe(referencePage());
});

test("it has every component, argument, output, type and property", () => {
  const text = page("docs", "component.md");
  const names = [
    ...Object.values(schema.resources).flatMap((one) => [...Object.keys(one.inputProperties), ...Object.keys(one.properties)]),
    ...Object.values(schema.types).flatMap(({ properties }) => Object.keys(properties)),
  ];
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([]);
  const titles = [...Object.keys(schema.resources), ...Object.keys(schema.types)].map((token) => token.split(":")[2]!);
  expect(titles.filter((title) => !text.includes(`\n## ${title}\n`))).toEqual([]);
});

test("docs/changing-arguments.md says for each argument what a change does to published models, and names a test", () => {
  const rows = [...page("docs", "changing-arguments.md").matchAll(/^\| (`.+)$/gm)].map(([, row]) => row!.split(" | "));
  const all = new Set(Object.values(schema.resources).flatMap(({ inputProperties }) => Object.keys(inputProperties)));
  const named = rows.flatMap(([first]) => [...first!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
  expect([...new Set(named)].sort()).toEqual([...all].sort());
  for (const [, refused, effect, tests] of rows) {
    expect([refused, effect]).toEqual([expect.stringMatching(/^(refused|warning|none)/), expect.stringMatching(/.{4}/)]);
    expect(tests).toMatch(/\]\(\S+\.ts\) "/);
  }
});

test("each topology has a page with a picture, the costs and the permissions", async () => {
  const pages = (await readdir(join(ROOT, "docs", "topologies"))).filter((name) => name !== "README.md");
  expect(pages.sort()).toEqual(["existing.md", "own.md", "shared.md"]);
  const overview = page("docs", "topologies", "README.md");
  for (const name of pages) {
    const text = page("docs", "topologies", name);
    expect(overview).toContain(`](${name})`);
    expect(text).toContain("```mermaid\n");
    expect(text).toContain("(README.md#what-it-costs-when-nobody-uses-it)");
    expect(text).toContain("(../permissions.md)");
  }
});

test("arguments named on the pages exist", async () => {
  const known = new Set([
    ...Object.values(schema.resources).flatMap((one) => [...Object.keys(one.inputProperties), ...Object.keys(one.properties)]),
    ...Object.values(schema.types).flatMap(({ properties }) => Object.keys(properties)),
  ]);
  const folder = join(ROOT, "docs", "topologies");
  const pages = [
    ...(await readdir(folder)).map((name) => join("docs", "topologies", name)),
    join("docs", "permissions.md"),
    join("provider", "README.md"),
  ];
  for (const path of pages) {
    // In programs of TypeScript on these pages, what stands before a colon at the start of a line or after "{" is an argument.
    const programs = [...page(path).matchAll(/^```ts\n([^]*?)^```/gm)].map(([, code]) => code!.replaceAll(/\/\/.*$/gm, ""));
    const named = programs.flatMap((code) => [...code.matchAll(/(?:^\s*|\{ |, )([a-z]\w+): /gm)].map(([, name]) => name!));
    const others = new Set(["transform", "provider", "role", "policy", "forceDetachPolicies"]);
    expect([path, named.filter((name) => !known.has(name) && !others.has(name))]).toEqual([path, []]);
  }
});
