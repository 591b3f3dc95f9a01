// What every npm script runs: sets the clone up when needed, then runs a job on the Node that the lock file pins.
// Works from a fresh clone, with any Node that npm runs on and nothing installed.
import { dirname, delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled, findNode, SetupError } from "./setup.mjs";
import { exitAs, run } from "./spawn.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  await ensureInstalled(root);
  const node = findNode(root);
  const bin = join(root, "node_modules", ".bin");
  const env = { ...process.env, PATH: [bin, dirname(node), process.env["PATH"]].filter(Boolean).join(delimiter) };
  exitAs(await run(node, ["--disable-warning=ExperimentalWarning", join(root, "scripts", "jobs.mjs"), ...process.argv.slice(2)], { env }));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}
