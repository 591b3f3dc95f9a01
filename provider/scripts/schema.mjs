// Infers the schema of the package with Pulumi, and adds what Pulumi does not infer: about the package from package.json, the comments on types, and
// which numbers are integers. It has no version: the plugin adds the one of package.json.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/**
 * @typedef {{ type?: string, description?: string, items?: Property, additionalProperties?: Property }} Property
 * @typedef {{ description?: string, properties: Record<string, Property> }} Type
 * @typedef {{ version?: string, language: object, types: Record<string, Type>, resources: Record<string, Type & { inputProperties: Record<string, Property> }> }} Schema
 */

const require = createRequire(import.meta.url);
const room = dirname(dirname(fileURLToPath(import.meta.url)));

/** The languages that tests cover: test/engine brings up an example in each. YAML needs no SDK. */
const LANGUAGES = ["nodejs", "python", "go"];

/** Returns the comments of the interfaces in src/args by name. */
function textsOfTypes() {
  /** @type {Map<string, string>} */
  const texts = new Map();
  const folder = join(room, "src", "args");
  for (const name of readdirSync(folder)) {
    const source = ts.createSourceFile(name, readFileSync(join(folder, name), "utf8"), ts.ScriptTarget.Latest, true);
    source.forEachChild((node) => {
      if (!ts.isInterfaceDeclaration(node)) return;
      const comments = ts.getJSDocCommentsAndTags(node).map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "");
      texts.set(node.name.text, comments.join("\n"));
    });
  }
  return texts;
}

/** Every number of the component counts something. JavaScript has one type of number, and other languages have two. @param {Property} property */
function countIn(property) {
  if (property.type === "number") property.type = "integer";
  for (const inner of [property.items, property.additionalProperties]) if (inner) countIn(inner);
}

/** @param {Schema} schema */
function addToTypes({ types, resources }) {
  const texts = textsOfTypes();
  for (const [token, type] of Object.entries(types)) {
    const text = texts.get(token.slice(token.lastIndexOf(":") + 1));
    if (!text) throw new Error(`src/args has no comment on ${token}`);
    types[token] = { description: text, ...type };
  }
  const all = [...Object.values(types), ...Object.values(resources)];
  for (const { properties } of all) Object.values(properties).forEach(countIn);
  for (const { inputProperties } of Object.values(resources)) Object.values(inputProperties).forEach(countIn);
}

/** Returns the whole schema, without a version. */
export async function inferSchema() {
  const { ComponentProvider, getPulumiComponents } = require("@pulumi/pulumi/provider/experimental/provider");
  const components = getPulumiComponents(require("../dist/index.js"));
  /** @type {Schema} */
  const inferred = JSON.parse(await new ComponentProvider({ name: "lob-registry", dirname: room, components }).getSchema());
  delete inferred.version;
  addToTypes(inferred);
  const { name, description, keywords, homepage, license, repository } = JSON.parse(readFileSync(join(room, "package.json"), "utf8"));
  const language = Object.fromEntries(LANGUAGES.map((key) => [key, { respectSchemaVersion: true }]));
  const about = {
    displayName: "LOB Registry",
    description,
    keywords,
    homepage,
    repository: repository.url.replace(/^git\+|\.git$/g, ""),
    license,
  };
  return { name, ...about, ...inferred, ...about, language };
}
