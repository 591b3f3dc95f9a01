// As the real one: another run's artifact needs a token, and one that is not there is an error.
import { cpSync, existsSync } from "node:fs";
import { join, resolve } from "node:path";

const env = process.env;
const run = env["INPUT_RUN-ID"] || env["GITHUB_RUN_ID"];
if (run !== env["GITHUB_RUN_ID"]) {
  if (!env["INPUT_GITHUB-TOKEN"]) throw new Error("another run's artifact needs the input github-token");
  if (!JSON.parse(env["STAND_IN_PERMISSIONS"] ?? "{}")[env["GITHUB_JOB"] ?? ""]?.actions)
    throw new Error("another run's artifact needs the permission actions: read");
}
const artifact = join(env["STAND_IN_ARTIFACTS"] ?? "", run ?? "", env["INPUT_NAME"] ?? "");
if (!existsSync(artifact)) throw new Error(`Unable to download artifact(s): Artifact not found for name: ${env["INPUT_NAME"] ?? ""}`);
cpSync(artifact, resolve(env["GITHUB_WORKSPACE"] ?? "", env["INPUT_PATH"] ?? ""), { recursive: true, verbatimSymlinks: true });
