// A lock between processes on one machine: a directory that exists while somebody holds it, with the holder's pid inside.
// Plain Node, no dependency: it guards the very installation of the dependencies.
import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How often the holder shows that it is alive, in milliseconds. */
const HEARTBEAT = 5_000;
/** A lock without a heartbeat for this long is dead, even if a process with its pid exists: another program may have that pid now. */
const STALE = 60_000;
/** Breaking a dead lock takes microseconds; a breaker that has not finished after this long was killed. */
const STALE_BREAKER = 10_000;
const POLL = 200;

/**
 * Runs `work` while no other process runs under the same lock. Waits for as long as the holder lives.
 *
 * @template T
 * @param {string} path directory that is the lock; its parent is created if missing
 * @param {() => Promise<T>} work
 * @param {(holder: number | undefined) => void} [onWait] called once when another process, with this pid, holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  while (!(await tryMkdir(path))) {
    const holder = await readPid(path);
    if (await isDead(path, holder)) {
      await breakLock(path);
      continue;
    }
    if (!told) onWait?.(holder);
    told = true;
    await sleep(POLL);
  }
  await writeFile(join(path, "pid"), `${process.pid}\n`);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { recursive: true, force: true });
  }
}

/** @param {string} path */
async function tryMkdir(path) {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} path */
async function readPid(path) {
  const text = await readFile(join(path, "pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/**
 * @param {string} path
 * @param {number | undefined} holder absent for the moment between mkdir and the pid file
 */
async function isDead(path, holder) {
  if (holder !== undefined && !isAlive(holder)) return true;
  return (await ageOf(path)) > STALE;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

/**
 * Removes a dead lock. Two waiters may see the same dead lock; only one may remove it, and only if it is still the dead one:
 * otherwise the slower would remove the lock that the quicker has taken meanwhile.
 *
 * @param {string} path
 */
async function breakLock(path) {
  const breaker = `${path}.break`;
  if (!(await tryMkdir(breaker))) {
    if ((await ageOf(breaker)) > STALE_BREAKER) await rm(breaker, { recursive: true, force: true });
    else await sleep(POLL);
    return;
  }
  try {
    if (await isDead(path, await readPid(path))) await rm(path, { recursive: true, force: true });
  } finally {
    await rm(breaker, { recursive: true, force: true });
  }
}

/** @param {string} path */
async function ageOf(path) {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
