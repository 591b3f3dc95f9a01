// Writes docs/component.md from the schema, and the policies in docs/permissions.md from the code that gives them to the roles. Needs a built
// dist/. Unit tests compare both.
import { createRequire } from "node:module";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { referencePage } from "./reference.mjs";

const require = createRequire(import.meta.url);
/** @type {{ examplePolicies(): Record<string, unknown> }} */
const { examplePolicies } = require("../dist/policies/examples.js");

const docs = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "docs");

/** A policy as a person would write it: short lists on one line. @param {unknown} policy */
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
await update("permissions.md", (old) => {
  let page = old;
  for (const [name, policy] of Object.entries(examplePolicies())) {
    const block = new RegExp(`(<!-- policy: ${name} -->\\n\`\`\`json\\n)[^]*?(\`\`\`\\n)`);
    if (!block.test(page)) throw new Error(`docs/permissions.md has no block for the policy ${name}`);
    page = page.replace(block, (_, start, end) => `${start}${readable(policy)}\n${end}`);
  }
  return page;
});
