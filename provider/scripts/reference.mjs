// Builds docs/component.md, with every argument, output and type of the component, from schema.json.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ type?: string, $ref?: string, plain?: boolean, optional?: boolean, description?: string, items?: Property, additionalProperties?: Property }} Property
 * @typedef {Record<string, Property>} Properties
 */

const room = dirname(dirname(fileURLToPath(import.meta.url)));
const PACKAGE = "lob-registry:index:";
const ANCHOR = (/** @type {string} */ name) => `#${name.toLowerCase()}`;

/** @param {Property} property @returns {string} */
function typeOf({ type, $ref, items, additionalProperties }) {
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf(":") + 1);
    return `[${name}](${ANCHOR(name)})`;
  }
  if (type === "array") return `list of ${typeOf(items ?? {})}`;
  if (type === "object") return `map of ${typeOf(additionalProperties ?? {})}`;
  return type ?? "any";
}

/** Escapes text for a table cell. @param {string} text */
const cell = (text) => text.replaceAll("\n", " ").replaceAll("|", "\\|");

/** @param {Properties} properties @param {"argument" | "property"} kind @param {readonly string[]} required */
function inputs(properties, kind, required) {
  const rows = Object.entries(properties).map(([name, property]) => {
    const [text = "", fallback] = (property.description ?? "").split(/\s*Default: /);
    const byDefault = required.includes(name) ? "required" : (fallback ?? "").replace(/\.$/, "") || "none";
    const known = property.plain ? ", plain" : "";
    return `| \`${name}\` | ${typeOf(property)}${known} | ${cell(byDefault)} | ${cell(text)} |`;
  });
  return [`| ${kind} | type | default | |`, "|---|---|---|---|", ...rows].join("\n");
}

/** @param {Properties} properties */
function outputs(properties) {
  const rows = Object.entries(properties).map(
    ([name, property]) => `| \`${name}\` | ${typeOf(property)} | ${cell(property.description ?? "")} |`,
  );
  return ["| output | type | |", "|---|---|---|", ...rows].join("\n");
}

/** Returns the whole page. */
export function referencePage() {
  const schema = JSON.parse(readFileSync(join(room, "schema.json"), "utf8"));
  const nameOf = (/** @type {string} */ token) => token.slice(PACKAGE.length);
  const resources = Object.entries(schema.resources).map(([token, resource]) =>
    [
      `## ${nameOf(token)}`,
      `Token \`${token}\`.`,
      resource.description.replaceAll("\n", " "),
      "### Arguments of " + nameOf(token),
      inputs(resource.inputProperties, "argument", resource.requiredInputs ?? []),
      "### Outputs of " + nameOf(token),
      outputs(resource.properties),
    ].join("\n\n"),
  );
  const types = Object.entries(schema.types)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([token, type]) =>
      [`## ${nameOf(token)}`, type.description.replaceAll("\n", " "), inputs(type.properties, "property", type.required ?? [])].join(
        "\n\n",
      ),
    );
  return `${[
    "[Documentation](README.md)",
    "# Arguments and outputs of the component",
    "<!-- Written by provider/scripts/generate-docs.mjs from provider/schema.json. Do not edit. -->",
    "All arguments and outputs of the Pulumi components, in every language. [Guide](../provider/README.md), [topologies](topologies/README.md).",
    "A type that is *plain* must be known while the program runs; every other value may be an output of another resource, and is checked once it is known. Names follow each language's convention (`bucket_name` in Python, `BucketName` in Go), and type names end in `Args`.",
    ...resources,
    ...types,
  ].join("\n\n")}\n`;
}
