// Compiles the component into provider/dist, which is committed without types and tests: the Pulumi CLI runs the component straight from a git
// tag and compiles nothing.
// With --check it writes nothing, and fails if provider/dist does not match the sources or is not committed.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../scripts/spawn.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const dist = join(root, "provider", "dist");

/**
 * @param {string} folder
 * @returns {Promise<Map<string, string>>} the text of each committed file, by path
 */
async function shippedOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const shipped = names.filter((name) => /(?<!\.test)\.js$/.test(name) && !/^testing[\\/]/.test(name));
  return new Map(
    await Promise.all(shipped.sort().map(async (name) => /** @type {const} */ ([name, await readFile(join(folder, name), "utf8")]))),
  );
}

/** @param {string} target */
async function compile(target) {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  // The types have been checked already. The other flags turn off the options of a build with references.
  const flags = ["--noCheck", "--composite", "false", "--incremental", "false", "--tsBuildInfoFile", "null", "--declaration", "false"];
  const end = await run(process.execPath, [tsc, "-p", join(root, "provider", "tsconfig.build.json"), "--outDir", target, ...flags]);
  if (end !== 0) throw new Error(`the compiler exited with ${end}`);
}

/** Removes files whose source is gone: Node would load an old `./args.js` instead of `./args/index.js`. */
async function removeOrphans() {
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
    const path = relative(dist, join(entry.parentPath, entry.name));
    const source = join(root, "provider", "src", path.replace(/(\.d\.ts|\.js)$/, ".ts"));
    if (entry.isFile() && source.endsWith(".ts") && !existsSync(source)) await rm(join(dist, path));
  }
}

/** Lists files of provider/dist that differ from the last commit: changed, missing or not added. */
function uncommitted() {
  const status = execFileSync("git", ["status", "--porcelain", "--untracked-files=all", "--", dist], { cwd: root, encoding: "utf8" });
  return status.split("\n").flatMap((line) => (line === "" ? [] : [`${line.slice(3)} is not committed`]));
}

await mkdir(join(root, "build"), { recursive: true });
const work = await mkdtemp(join(root, "build", "provider-"));
try {
  await compile(work);
  const [wanted, found] = await Promise.all([shippedOf(work), shippedOf(dist)]);
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  const stale = names.filter((name) => wanted.get(name) !== found.get(name));
  if (process.argv.includes("--check")) {
    const problems = [...stale.map((name) => `provider/dist/${name} does not match the sources`), ...uncommitted()];
    if (problems.length > 0) {
      process.stderr.write(`${problems.join("\n")}\nRun \`npm run build\` and commit provider/dist.\n`);
      process.exitCode = 1;
    } else process.stdout.write(`provider/dist matches the sources (${wanted.size} files)\n`);
  } else {
    for (const name of stale) if (wanted.has(name)) await cp(join(work, name), join(dist, name));
    await removeOrphans();
    process.stdout.write(`provider/dist matches the sources (${wanted.size} files)\n`);
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
