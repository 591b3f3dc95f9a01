// Runs a program in this terminal: its output is ours, signals reach it, and its end becomes ours.
import { spawn } from "node:child_process";

const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Runs a program to its end. Signals that reach us are passed on to it meanwhile, and we wait for it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdio?: import("node:child_process").StdioOptions }} [options]
 * @returns {Promise<number | NodeJS.Signals>} its exit code, or the signal that ended it
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    // In a terminal Ctrl-C reaches the child as well: who runs under this must bear a signal twice.
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
 * Ends this process as the child ended.
 *
 * @param {number | NodeJS.Signals} end
 */
export function exitAs(end) {
  if (typeof end === "number") process.exitCode = end;
  else process.kill(process.pid, end);
}
