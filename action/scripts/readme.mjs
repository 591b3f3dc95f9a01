// Writes the tables of inputs and outputs in each action's README from its action.yml.
// With --check, it writes nothing and fails if a README is out of date.
import { glob, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";

/** @typedef {{ description: string, default?: string }} Entry */

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * The README with the tables of action.yml.
 *
 * @param {string} readme
 * @param {{ inputs: Record<string, Entry>, outputs: Record<string, Entry> }} action
 */
function withTables(readme, { inputs, outputs }) {
  const tables = {
    inputs: table(
      ["Input", "Description", "Default"],
      Object.entries(inputs).map(([name, entry]) => [
        `\`${name}\``,
        entry.description,
        entry.default === undefined ? "" : `\`${entry.default}\``,
      ]),
    ),
    outputs: table(
      ["Output", "Description"],
      Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
  };
  return Object.entries(tables).reduce((text, [name, lines]) => {
    const [begin, end] = [`<!-- ${name}: written by action/scripts/readme.mjs -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the README lacks the markers of the ${name}: ${begin} … ${end}`);
    return `${text.slice(0, from)}${begin}\n${lines}\n${text.slice(to)}`;
  }, readme);
}

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: { check: { type: "boolean", default: false }, root: { type: "string", default: resolve(here, "..", "..") } },
});
/** action/README.md describes the root's action.yml; every other action has both files in its own folder. */
const actions = [["action.yml", "action/README.md"]];
for await (const file of glob("action/*/action.yml", { cwd: values.root })) actions.push([file, join(dirname(file), "README.md")]);

for (const [file, path] of actions) {
  const [readme, action] = await Promise.all([readFile(join(values.root, path), "utf8"), readFile(join(values.root, file), "utf8")]);
  const wanted = withTables(readme, parse(action));
  if (readme === wanted) {
    process.stdout.write(`${path} matches ${file}\n`);
  } else if (values.check) {
    process.stderr.write(`error: ${path} does not match ${file}\nRun "node action/scripts/readme.mjs" and commit the result.\n`);
    process.exitCode = 1;
  } else {
    await writeFile(join(values.root, path), wanted);
    process.stdout.write(`updated the tables of ${path}\n`);
  }
}
