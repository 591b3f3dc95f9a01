// Writes schema.golden.json: the schema that Pulumi infers from src/, which is what the other languages see. Needs a built dist/.
// A unit test compares the two, so that a change of the interface is seen in review.
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
delete schema.version; // of each release: no change of the interface
const wanted = `${JSON.stringify(schema, undefined, 2)}\n`;
if ((await readFile(golden, "utf8").catch(() => "")) !== wanted) {
  await writeFile(golden, wanted);
  console.log("wrote schema.golden.json");
}
