// Writes schema.golden.json, the schema that Pulumi infers from src/ for the other languages. Needs a built dist/.
// A unit test compares the two, so that reviewers see every change of the interface.
import { createRequire } from "node:module";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const { ComponentProvider, getPulumiComponents } = require("@pulumi/pulumi/provider/experimental/provider");

const room = dirname(dirname(fileURLToPath(import.meta.url)));
const golden = join(room, "schema.golden.json");

const components = getPulumiComponents(require(room));
const schema = JSON.parse(await new ComponentProvider({ name: "lob-registry", dirname: room, components }).getSchema());
delete schema.version; // differs in each release without a change of the interface
const wanted = `${JSON.stringify(schema, undefined, 2)}\n`;
if ((await readFile(golden, "utf8").catch(() => "")) !== wanted) {
  await writeFile(golden, wanted);
  console.log("wrote schema.golden.json");
}
