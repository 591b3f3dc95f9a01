/** The two pages for the Pulumi Registry have the form that it needs and show the examples unchanged. */
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { EXAMPLES, registryPage } from "../../docs/registry-page.mjs";

const ROOT = join(import.meta.dirname, "..", "..");
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), "utf8");

const { version } = JSON.parse(read("provider", "package.json")) as { version: string };

test.each(["_index.md", "installation-configuration.md"])("%s has the front matter of a package's page", (page) => {
  const [, matter, text] = /^---\n(.*?)\n---\n(.*)$/s.exec(read("docs", page))!;
  const { title, meta_desc, layout, ...others } = parse(matter!) as Record<string, string>;
  expect(layout).toBe("package");
  expect(title).toMatch(/^LOB Registry/);
  expect(meta_desc!.length).toBeLessThanOrEqual(160);
  expect(others).toEqual({});
  // The registry shows the title itself.
  expect(text!.replaceAll(/^```.*?^```/gms, "")).not.toMatch(/^# /m);
});

test("docs/_index.md is what its generator writes (node docs/registry-page.mjs)", () => {
  expect(read("docs", "_index.md")).toBe(registryPage());
});

test.each(Object.entries(EXAMPLES))("the page shows the example in %s", (language, file) => {
  expect(read("docs", "_index.md")).toContain(`\`\`\`${language}\n${read(file).trimEnd()}\n\`\`\`\n`);
});

test("the pages name this version's tag", () => {
  expect(read("docs", "installation-configuration.md")).toContain(`pulumi package add github.com/acme/lob-registry/provider@v${version}\n`);
});
