// Entry point of every npm script: sets the clone up if needed, then runs a job on the pinned Node.
// Works in a fresh clone with nothing installed, on any Node that npm supports.
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
