// Writes src/generated/layout.ts, a copy of core's layout, so that the installed component does not need core.
// Prints nothing if the copy is up to date. A unit test compares the two.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const room = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(room, "..", "core", "src", "layout.ts");
const copy = join(room, "src", "generated", "layout.ts");

const marker = "// Generated from core/src/layout.ts by `npm run generate`. Do not edit.\n";
const wanted = marker + (await readFile(source, "utf8"));
if ((await readFile(copy, "utf8").catch(() => "")) !== wanted) {
  await mkdir(dirname(copy), { recursive: true });
  await writeFile(copy, wanted);
  console.log("wrote src/generated/layout.ts");
}
