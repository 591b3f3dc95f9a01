// Bundles the compiled actions into action/dist, which is committed because GitHub runs it from the repository.
// With --check, it writes nothing and fails if action/dist (or the folder of --dist) is out of date.
// Needs a previous `tsc -b`.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { run } from "../../scripts/spawn.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The functions that action/src/index.ts exports. Each gets an entry of that name, to which its action.yml refers. */
const ACTIONS = ["publish", "diff", "comment"];

/** @param {string} target */
async function bundle(target) {
  const ncc = join(root, "node_modules", "@vercel", "ncc", "dist", "ncc", "cli.js");
  const entry = join(root, "action", "build", "index.js");
  // A cache would hide changes of the sources.
  const args = ["build", entry, "--out", target, "--license", "licenses.txt", "--target", "es2022", "--no-cache", "--quiet"];
  const end = await run(process.execPath, [ncc, ...args], { cwd: root });
  if (end !== 0) throw new Error(`ncc ended with ${end}`);
  for (const name of ACTIONS) await writeFile(join(target, `${name}.js`), `import { ${name} } from "./index.js";\n\nawait ${name}();\n`);
}

/**
 * @param {string} folder
 * @returns {Promise<Map<string, Buffer>>} its files by name
 */
async function filesOf(folder) {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.sort().map(async (file) => /** @type {const} */ ([relative(folder, file), await readFile(file)]))),
  );
}

const { values } = parseArgs({
  options: { check: { type: "boolean", default: false }, dist: { type: "string", default: join(root, "action", "dist") } },
});
const committed = resolve(values.dist);
await mkdir(join(root, "build"), { recursive: true });
const work = await mkdtemp(join(root, "build", "bundle-"));
try {
  const fresh = join(work, "dist");
  await bundle(fresh);
  const [before, after] = await Promise.all([filesOf(committed), filesOf(fresh)]);
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    return !old || !now || !old.equals(now);
  });
  const size = [...after.values()].reduce((sum, file) => sum + file.length, 0);
  if (differing.length === 0) {
    process.stdout.write(`action/dist is up to date (${after.size} files, ${(size / 1e6).toFixed(1)} MB)\n`);
  } else if (values.check) {
    process.stderr.write(
      `error: action/dist is out of date: ${differing.join(", ")}\nRun "npm run build" and commit action/dist with the change.\n`,
    );
    process.exitCode = 1;
  } else {
    await rm(committed, { recursive: true, force: true });
    await rename(fresh, committed);
    process.stdout.write(`bundled into action/dist: ${differing.join(", ")} (${after.size} files, ${(size / 1e6).toFixed(1)} MB)\n`);
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
