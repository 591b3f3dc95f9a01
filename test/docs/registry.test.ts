/** The two pages that the Pulumi Registry takes from this repository have the form it needs, and show the examples as they are. */
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const ROOT = join(import.meta.dirname, "..", "..");
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), "utf8");

const EXAMPLES = {
  typescript: "examples/typescript/index.ts",
  python: "examples/python/__main__.py",
  go: "examples/go/main.go",
  yaml: "examples/yaml/Pulumi.yaml",
};
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

test.each(Object.entries(EXAMPLES))("the page shows the example in %s", (language, file) => {
  const [, block] = new RegExp(
    `{{% choosable language ${language} %}}\\n\\n\`\`\`${language}\\n(.*?)\\n\`\`\`\\n\\n{{% /choosable %}}`,
    "s",
  ).exec(read("docs", "_index.md"))!;
  expect(block).toBe(read(file).trimEnd());
});

test("the pages name this version's tag", () => {
  expect(read("docs", "installation-configuration.md")).toContain(`pulumi package add github.com/acme/lob-registry/provider@v${version}\n`);
});
