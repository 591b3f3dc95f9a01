// Writes manifest.schema.json from core/src/manifest/schema.ts. A test fails when it is stale.
//   npm run build && node docs/manifest-schema.mjs
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { manifestJsonSchema } from "../core/dist/manifest/schema.js";

await writeFile(join(import.meta.dirname, "manifest.schema.json"), `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`);
