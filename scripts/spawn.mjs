// Runs a program in this terminal: passes signals on to it, and exits like it.
import { spawn } from "node:child_process";

const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Runs a program and waits for it. Passes on signals that this process receives meanwhile.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdio?: import("node:child_process").StdioOptions }} [options]
 * @returns {Promise<number | NodeJS.Signals>} its exit code, or the signal that ended it
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    // In a terminal, Ctrl-C also reaches the child directly, so the child must cope with receiving a signal twice.
    const forwards = SIGNALS.map((signal) => /** @type {const} */ ([signal, () => child.kill(signal)]));
    for (const [signal, forward] of forwards) process.on(signal, forward);
    const settle = () => {
      for (const [signal, forward] of forwards) process.off(signal, forward);
    };
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      settle();
      resolve(code ?? signal ?? 1);
    });
  });
}

/**
 * Ends this process with the child's exit code or signal.
 *
 * @param {number | NodeJS.Signals} end
 */
export function exitAs(end) {
  if (typeof end === "number") process.exitCode = end;
  else process.kill(process.pid, end);
}
