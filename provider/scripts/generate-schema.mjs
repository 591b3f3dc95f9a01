// Writes schema.json, which the plugin answers and the SDKs of other languages are generated from. Needs a built dist/.
// A unit test compares the two, so that reviewers see every change of the interface.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inferSchema } from "./schema.mjs";

const path = join(dirname(dirname(fileURLToPath(import.meta.url))), "schema.json");

const wanted = `${JSON.stringify(await inferSchema(), undefined, 2)}\n`;
if ((await readFile(path, "utf8").catch(() => "")) !== wanted) {
  await writeFile(path, wanted);
  console.log("wrote schema.json");
}
