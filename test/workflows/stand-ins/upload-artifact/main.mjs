// As the real one: the content of a folder is at the top of the artifact, and a name is taken once in a run.
import { cpSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const env = process.env;
const path = env["INPUT_PATH"]?.trim();
if (!path || path.includes("\n") || path.includes("*")) throw new Error(`this stand-in takes one path, not ${JSON.stringify(path)}`);
const from = resolve(env["GITHUB_WORKSPACE"] ?? "", path);
if (!existsSync(from)) {
  const message = `No files were found with the provided path: ${path}. No artifacts will be uploaded.`;
  if (env["INPUT_IF-NO-FILES-FOUND"] === "error") throw new Error(message);
  console.log(`::warning::${message}`);
} else {
  const artifact = join(env["STAND_IN_ARTIFACTS"] ?? "", env["GITHUB_RUN_ID"] ?? "", env["INPUT_NAME"] ?? "");
  if (env["INPUT_OVERWRITE"] === "true") rmSync(artifact, { recursive: true, force: true });
  if (existsSync(artifact)) throw new Error(`(409) Conflict: an artifact with this name already exists on the workflow run`);
  mkdirSync(artifact, { recursive: true });
  cpSync(from, statSync(from).isDirectory() ? artifact : join(artifact, basename(from)), { recursive: true, verbatimSymlinks: true });
}
