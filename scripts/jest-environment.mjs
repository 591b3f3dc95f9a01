// Jest environment of every room: a test file fails if it leaves a FileHandle open, or if Node prints a warning while it runs.
// Node warns about an open handle only when it collects garbage, often during a later file. Tracking each handle names the right file.
import fs from "node:fs";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { TestEnvironment } from "jest-environment-node";

/** Time for a `close()` that nobody awaited. */
const CLOSE_MS = 5_000;

/** @typedef {{ path: string, openedBy: string, stack: Error, handle: fs.promises.FileHandle }} Opened */

/** Each worker runs one test file at a time, and all of them share the worker's `fs` and `process`. */
const worker = {
  test: "",
  /** @type {Set<Opened>} */
  opened: new Set(),
  /** @type {Error[]} */
  warnings: [],
};

const { open } = fs.promises;

fs.promises.open = async function openTracked(path, ...rest) {
  const stack = new Error();
  Error.captureStackTrace(stack, openTracked);
  const openedBy = worker.test;
  const handle = await open.call(this, path, ...rest);
  const opened = { path: String(path), openedBy, stack, handle };
  worker.opened.add(opened);
  /** @type {import("node:events").EventEmitter} */ (/** @type {unknown} */ (handle)).on("close", () => worker.opened.delete(opened));
  return handle;
};

process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning") worker.warnings.push(warning);
});

export default class LeakCheckingEnvironment extends TestEnvironment {
  /**
   * @param {{ name: string, test?: { name: string } }} event
   * @param {{ unhandledErrors: unknown[] }} state
   */
  async handleTestEvent(event, state) {
    if (event.name === "test_start") worker.test = event.test?.name ?? "";
    if (event.name === "run_finish") state.unhandledErrors.push(...(await leaks()));
  }

  /** @override */
  async teardown() {
    worker.test = "";
    worker.opened.clear();
    await super.teardown();
  }
}

async function leaks() {
  await setImmediate(); // Node emits warnings in the next turn.
  for (let waited = 0; waited < CLOSE_MS && stillOpen().length > 0; waited += 50) await sleep(50);
  const errors = [...stillOpen().map(leakError), ...worker.warnings.map(warningError)];
  worker.warnings = [];
  return errors;
}

const stillOpen = () => [...worker.opened].filter(({ handle }) => handle.fd !== -1);

/** @param {Opened} opened */
function leakError({ path, openedBy, stack }) {
  const by = openedBy === "" ? "outside of a test" : `by the test ${JSON.stringify(openedBy)}`;
  return withStack(`Left open: ${path}, opened ${by}`, stack);
}

/** @param {Error} warning */
const warningError = (warning) => withStack(`Node printed a warning: ${warning.name}: ${warning.message}`, warning);

/**
 * @param {string} message
 * @param {Error} from
 */
function withStack(message, from) {
  const error = new Error(message);
  error.stack = [`Error: ${message}`, ...(from.stack ?? "").split("\n").filter((line) => line.startsWith("    at "))].join("\n");
  return error;
}
