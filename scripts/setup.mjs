// Set-up of a clone: the locked dependencies, and the Node that everything else runs on. Runs on any Node that npm runs on, without dependencies.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
import { run } from "./spawn.mjs";

/**
 * Installs what is missing in the clone: the locked dependencies, and the pinned Node.
 *
 * @param {string} root the clone
 */
export async function ensureInstalled(root) {
  await ensureDependencies(root);
  if (pinnedPath(root) === undefined) await withLock(join(root, "build", "setup.lock"), () => fetchNode(root));
}

/**
 * Installs the dependencies of `package-lock.json` if `node_modules` differs from it.
 * If two commands run in one clone, the second waits, then finds everything done.
 *
 * @param {string} root the clone
 */
async function ensureDependencies(root) {
  if (await isInstalled(root)) return;
  await withLock(
    join(root, "build", "setup.lock"),
    async () => {
      if (await isInstalled(root)) return;
      say("installing the locked dependencies (npm ci) …");
      const [command, ...args] = findNpm();
      // --include: an environment that says "production" would leave out what builds and tests need.
      const code = await run(command, [...args, "ci", ...QUIETLY, "--include=dev", "--include=optional"], { cwd: root });
      if (code !== 0) throw new SetupError("npm ci failed; its messages are above. Fix what they name and run the command again.");
      await writeFile(stampPath(root), await stampOf(root));
    },
    (holder) => {
      say(`another command${holder === undefined ? "" : ` (process ${holder})`} is setting this clone up; waiting for it …`);
    },
  );
}

/** No install scripts, and only errors: npm would warn about the Node that runs it, which the packages do not run on. */
const QUIETLY = ["--ignore-scripts", "--no-engine-strict", "--no-audit", "--no-fund", "--loglevel=error"];

/** A set-up that cannot go on: the message says why and what to do. */
export class SetupError extends Error {}

/** @param {string} root */
const stampPath = (root) => join(root, "node_modules", ".lob-registry-stamp");

/**
 * Key of the installed tree. It leaves out the version of Node: nothing is compiled, and two terminals with
 * different Nodes would undo each other's work.
 *
 * @param {string} root
 */
async function stampOf(root) {
  const lock = await readFile(join(root, "package-lock.json"));
  return `${createHash("sha256").update(lock).digest("hex")} ${process.platform}-${process.arch}\n`;
}

/**
 * Whether the installed tree matches the lock file, by our stamp or by npm's record of what it installed, so that somebody
 * who uses plain `npm install` need not install again.
 *
 * @param {string} root
 */
async function isInstalled(root) {
  const [found, wanted] = await Promise.all([readFile(stampPath(root), "utf8").catch(() => ""), stampOf(root)]);
  if (found === wanted) return true;
  const record = await readFile(join(root, "node_modules", ".package-lock.json"), "utf8").catch(() => undefined);
  if (record === undefined) return false;
  const lock = await readFile(join(root, "package-lock.json"), "utf8");
  if (!agree(JSON.parse(lock).packages, JSON.parse(record).packages)) return false;
  await writeFile(stampPath(root), wanted).catch(() => undefined);
  return true;
}

/**
 * @typedef {object} LockedPackage an entry under `packages` of a lock file
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [link]
 * @property {boolean} [optional]
 * @property {string | string[]} [os]
 * @property {string | string[]} [cpu]
 */

/**
 * Whether each package of the lock is installed as locked. Optional ones may be missing, except the Node of this platform.
 *
 * @param {Record<string, LockedPackage>} locked
 * @param {Record<string, LockedPackage>} installed
 */
export function agree(locked, installed) {
  return Object.entries(locked).every(([path, wanted]) => {
    if (!path.includes("node_modules/") || wanted.link) return true;
    const found = installed[path];
    if (found) return found.version === wanted.version && found.integrity === wanted.integrity;
    return wanted.optional === true && !(isNodePackage(path) && fits(wanted.os, process.platform) && fits(wanted.cpu, process.arch));
  });
}

/** @param {string} path */
const isNodePackage = (path) => /^node_modules\/node-(bin-)?(linux|darwin|win)-/.test(path);

/**
 * @param {string | string[] | undefined} wanted
 * @param {string} here
 */
const fits = (wanted, here) => wanted === undefined || [wanted].flat().includes(here);

/**
 * Returns the command that starts npm: the npm that runs us, else the one that came with this Node, else the first on the PATH.
 *
 * @returns {[string, ...string[]]}
 */
function findNpm() {
  const bin = dirname(process.execPath);
  const own = process.env["npm_execpath"];
  const candidates = [
    ...(own !== undefined && /npm-cli\.c?js$/.test(own) ? [own] : []),
    join(bin, "node_modules", "npm", "bin", "npm-cli.js"),
    join(bin, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
  ];
  const script = candidates.find((path) => existsSync(path));
  return script === undefined ? ["npm"] : [process.execPath, script];
}

/**
 * The version of Node that everything in the clone runs on: the one in `.node-version`.
 *
 * @param {string} root
 */
export const pinnedNode = (root) => readFileSync(join(root, ".node-version"), "utf8").trim();

/**
 * Path of the Node to run on: the installed one, or this one if it has the pinned version.
 *
 * @param {string} root
 */
export function findNode(root) {
  const found = pinnedPath(root);
  if (found !== undefined) return found;
  const pinned = pinnedNode(root);
  throw new SetupError(
    `this is Node ${process.version.slice(1)} (${process.execPath}), but this repository needs Node ${pinned}, and npm has no package of it for ` +
      `${process.platform}-${process.arch}. Install Node ${pinned} (nvm, fnm, mise and asdf read .node-version) and run the command again.`,
  );
}

/**
 * Path of a Node with the pinned version; undefined if no Node here has it.
 *
 * @param {string} root
 */
function pinnedPath(root) {
  return [...nodePaths(root), process.execPath].find((path) => versionOf(path) === `v${pinnedNode(root)}`);
}

/** npm packages that contain a Node for this platform. npm gave one of the usual names to somebody else. */
const NODE_PACKAGES = [
  `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`,
  `node-bin-${process.platform}-${process.arch}`,
];

/** @param {string} root */
function nodePaths(root) {
  const file = join("bin", process.platform === "win32" ? "node.exe" : "node");
  return [root, fetchedFolder(root)].flatMap((folder) => NODE_PACKAGES.map((name) => join(folder, "node_modules", name, file)));
}

/** @param {string} root */
const fetchedFolder = (root) => join(root, "node_modules", ".lob-registry-node");

/**
 * Fetches the pinned Node from npm if the lock file has no package of it for this platform. npm verifies what it downloads, but no hash is locked.
 * On failure {@link findNode} says what to do.
 *
 * @param {string} root
 */
async function fetchNode(root) {
  if (pinnedPath(root) !== undefined) return;
  const pinned = pinnedNode(root);
  const folder = fetchedFolder(root);
  const [command, ...args] = findNpm();
  for (const name of NODE_PACKAGES) {
    say(`fetching Node ${pinned} for ${process.platform}-${process.arch} (npm install ${name}) …`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), "{}");
    await run(command, [...args, "install", ...QUIETLY, "--no-save", "--no-package-lock", `${name}@${pinned}`], { cwd: folder });
    const path = nodePaths(root).find((candidate) => versionOf(candidate) === `v${pinned}`);
    if (path === undefined) continue;
    // `npx` and npm scripts look there.
    if (process.platform !== "win32") await symlink(path, join(root, "node_modules", ".bin", "node")).catch(() => undefined);
    return;
  }
}

/**
 * Version that a Node reports; empty if it does not start, e.g. because it is built for another C library.
 *
 * @param {string} path
 */
function versionOf(path) {
  if (path === process.execPath) return process.version;
  if (!existsSync(path)) return "";
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });
  return status === 0 ? stdout.trim() : "";
}

/** @param {string} message */
function say(message) {
  process.stderr.write(`set-up: ${message}\n`);
}
