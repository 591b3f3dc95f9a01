// Set-up of a clone: the locked dependencies, and the Node that everything else runs on. Plain Node >= 18, no dependency.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
import { run } from "./spawn.mjs";

/** Oldest Node that runs TypeScript files as they are, without a flag. */
const NODE_MINIMUM = [22, 18];

/**
 * Makes `node_modules` what `package-lock.json` says, when it is not.
 * Two commands at once in one clone: the second waits, then finds everything done.
 *
 * @param {string} root the clone
 */
export async function ensureDependencies(root) {
  if (await isInstalled(root)) return;
  await withLock(
    join(root, "build", "setup.lock"),
    async () => {
      if (await isInstalled(root)) return;
      say("installing the locked dependencies (npm ci) …");
      const [command, ...args] = findNpm();
      // --include: an environment that says "production" would leave out what builds and tests need.
      const code = await run(
        command,
        [...args, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--include=dev", "--include=optional"],
        { cwd: root },
      );
      if (code !== 0) throw new SetupError("npm ci failed; its messages are above. Mend what it names and run the command again.");
      await writeFile(stampPath(root), await stampOf(root));
    },
    (holder) => {
      say(`another command${holder === undefined ? "" : ` (process ${holder})`} is setting this clone up; waiting for it …`);
    },
  );
}

/** A set-up that cannot go on: the message says why and what to do. */
export class SetupError extends Error {}

/** @param {string} root */
const stampPath = (root) => join(root, "node_modules", ".lob-registry-stamp");

/**
 * What the installed tree depends on. The version of Node is not in it: nothing is compiled, and two terminals with
 * different Nodes would undo each other's work.
 *
 * @param {string} root
 */
async function stampOf(root) {
  const lock = await readFile(join(root, "package-lock.json"));
  return `${createHash("sha256").update(lock).digest("hex")} ${process.platform}-${process.arch}\n`;
}

/**
 * Whether the tree is what the lock says: by our stamp, or else by npm's own record of what it installed, so that somebody
 * who works with plain `npm install` is not made to install again.
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
 * The command that is npm: the one that runs us, else the one that came with this Node, else the first on the PATH.
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
 * Path of the Node to run on: the locked Node 24, else this one when it is new enough.
 *
 * @param {string} root
 */
export function findNode(root) {
  const os = process.platform === "win32" ? "win" : process.platform;
  const file = process.platform === "win32" ? "node.exe" : "node";
  const locked = [`node-${os}-${process.arch}`, `node-bin-${os}-${process.arch}`].map((name) =>
    join(root, "node_modules", name, "bin", file),
  );
  for (const path of [...locked, process.execPath]) {
    if (existsSync(path) && isNewEnough(versionOf(path))) return path;
  }
  throw new SetupError(
    `Node ${NODE_MINIMUM.join(".")} or newer is needed. This is ${process.version} (${process.execPath}), and npm has no Node 24 for ` +
      `${process.platform}-${process.arch} that runs here. Install Node 24 from https://nodejs.org and run the command again.`,
  );
}

/**
 * What a Node says it is; it may be built for another C library than this machine's and not start at all.
 *
 * @param {string} path
 */
function versionOf(path) {
  if (path === process.execPath) return process.version;
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });
  return status === 0 ? stdout.trim() : "";
}

/** @param {string} version such as `v24.1.0` */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = NODE_MINIMUM;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** @param {string} message */
function say(message) {
  process.stderr.write(`set-up: ${message}\n`);
}
