#!/usr/bin/env node
/** `lobreg`: the edge where the process is. Everything else is handed its surroundings. */
import "./require-node.js"; // first: on an old Node nothing below it may run
import { constants } from "node:os";
import { connect } from "../aws/connect.js";
import { exitCodeOf, internalError, LobError } from "../errors.js";
import type { Io } from "./io.js";
import { Output } from "./output.js";
import { run } from "./run.js";

const controller = new AbortController();
const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  connect,
  signal: controller.signal,
  now: Date.now,
};
let signalled: "SIGINT" | "SIGTERM" | undefined;

for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    // The second one is for those who cannot wait for the tidying up.
    if (signalled !== undefined) process.exit(128 + constants.signals[name]);
    signalled = name;
    controller.abort(
      new LobError("LOB2010", "interrupted", { hint: "Run the same command again: what was begun is finished, or done anew." }),
    );
  });
}

/** Tells of an error that no command saw, and ends. */
function fail(error: LobError): never {
  new Output(io, { json: process.argv.includes("--json"), quiet: false, verbose: process.argv.includes("--verbose") }).error(error);
  process.exit(exitCodeOf(error));
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `lobreg list fraud | head -1`: who reads us has what it wanted. There is nobody to tell.
  if (error.code === "EPIPE") return;
  const hint = "Free some space where the output goes, and run the command again.";
  fail(new LobError("LOB2009", `the output cannot be written: ${error.message}`, { hint, cause: error }));
});
process.stderr.on("error", () => undefined); // nothing is left to tell it to
process.on("uncaughtException", (error) => fail(internalError(`an internal error: ${error.message}`, error)));

const code = await run(process.argv.slice(2), io);
process.exitCode = signalled === undefined || code === 0 ? code : 128 + constants.signals[signalled];
