// Writes _index.md, the page of the Pulumi Registry, with the programs of examples/.
//   node docs/registry-page.mjs           writes the page
//   node docs/registry-page.mjs --check   fails if the page is stale
// Runs on the pinned Node, without dependencies.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const docs = dirname(fileURLToPath(import.meta.url));
const path = join(docs, "_index.md");

/** The example program of each language that the registry lets readers choose. */
export const EXAMPLES = {
  typescript: "examples/typescript/index.ts",
  python: "examples/python/__main__.py",
  go: "examples/go/main.go",
  yaml: "examples/yaml/Pulumi.yaml",
};

const INTRODUCTION = `---
title: LOB Registry
meta_desc: Declares an ML model registry for each line of business on your own AWS account, with no server to run.
layout: package
---

<!-- Written by docs/registry-page.mjs from the programs of examples. Change it there. -->

LOB Registry declares an ML model registry for each line of business (LOB) on your own AWS account.
\`LineOfBusiness\` creates an S3 bucket, two DynamoDB tables and one role each for publishers, promoters and readers. \`SharedRegistry\` creates a bucket and tables that several LOBs share.
A GitHub Action and the command line \`lobreg\` publish models as numbered versions that are never overwritten. There is no server.

## Example
`;

const END = `\`pulumi package add\` generates the Python and Go SDKs; the page Installation & Configuration has the command.
The source, with examples to copy and a GitHub Action, is on [GitHub](https://github.com/acme/lob-registry).
`;

/** Returns the whole page. */
export function registryPage() {
  const programs = Object.entries(EXAMPLES).map(([language, file]) => {
    const program = readFileSync(join(docs, "..", file), "utf8").trimEnd();
    return `{{% choosable language ${language} %}}\n\n\`\`\`${language}\n${program}\n\`\`\`\n\n{{% /choosable %}}`;
  });
  const languages = Object.keys(EXAMPLES).join(",");
  return `${INTRODUCTION}\n{{< chooser language "${languages}" >}}\n\n${programs.join("\n")}\n\n{{< /chooser >}}\n\n${END}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const page = registryPage();
  if (!process.argv.includes("--check")) {
    writeFileSync(path, page);
  } else if (readFileSync(path, "utf8") !== page) {
    process.stderr.write("error: docs/_index.md is stale: run `node docs/registry-page.mjs` and commit it\n");
    process.exitCode = 1;
  }
}
