// Writes docs/component.md from the schema, and docs/policies.md from the code that builds the roles' policies. Needs a built dist/.
// Unit tests check that both are up to date.
import { createRequire } from "node:module";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { referencePage } from "./reference.mjs";

const require = createRequire(import.meta.url);
/** @type {{ examplePolicies(): Record<string, unknown> }} */
const { examplePolicies } = require("../dist/policies/examples.js");

const docs = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "docs");

/** Formats a policy with short lists on one line. @param {unknown} policy */
function readable(policy) {
  return JSON.stringify(policy, undefined, 2).replace(/\[\s+("[^[\]{}]*")\s+\]/g, (list, /** @type {string} */ items) => {
    const line = `[${items.split(/,\s+/).join(", ")}]`;
    return line.length <= 140 ? line : list;
  });
}

/** @param {string} name @param {(old: string) => string} change */
async function update(name, change) {
  const path = join(docs, name);
  const old = await readFile(path, "utf8").catch(() => "");
  const wanted = change(old);
  if (wanted === old) return;
  await writeFile(path, wanted);
  console.log(`wrote docs/${name}`);
}

await update("component.md", referencePage);
/** Renders a policy under a heading with its name. The comment lets a test find the block. @param {[name: string, policy: unknown]} entry */
const section = ([name, policy]) =>
  `## ${name.charAt(0).toUpperCase()}${name.slice(1)}\n\n<!-- policy: ${name} -->\n\`\`\`json\n${readable(policy)}\n\`\`\`\n`;

await update("policies.md", () =>
  [
    "[Documentation](README.md)\n",
    "# Policies\n",
    "<!-- Written by provider/scripts/generate-docs.mjs from provider/src/policies. Do not edit. -->\n",
    'The policies of LOB `fraud` with `protectedAliases: ["prod"]` in account 123456789012, region us-east-1. [Permissions](permissions.md) explains each statement.\n',
    ...Object.entries(examplePolicies()).map(section),
  ].join("\n"),
);
