// Keeps every core of this machine busy while something else runs, to show that it does not depend on a fast machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

const LOOPS_PER_CORE = 2;
/** Program that runs until this process ends, even if this process is killed. */
const LOOP = `for (let i = 1; i % 1e7 !== 0 || process.ppid === ${process.pid}; i++);`;

/**
 * @template T
 * @param {(pids: number[]) => Promise<T>} work receives the ids of the busy processes
 */
export async function underLoad(work) {
  const count = LOOPS_PER_CORE * availableParallelism();
  const loops = Array.from({ length: count }, () => spawn(process.execPath, ["-e", LOOP], { stdio: "ignore" }));
  const ends = loops.map((loop) => once(loop, "exit"));
  try {
    return await work(loops.map(({ pid }) => /** @type {number} */ (pid)));
  } finally {
    for (const loop of loops) loop.kill("SIGKILL");
    await Promise.all(ends);
  }
}
