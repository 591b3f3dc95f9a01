#!/usr/bin/env node
/** `lobreg`: the edge where the process is. Everything else is handed its surroundings. */
import { constants } from "node:os";
import { connect } from "../aws/connect.js";
import { LobError } from "../errors.js";
import { run } from "./run.js";

const controller = new AbortController();
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

// `lobreg list fraud | head -1`: who reads us has what it wanted. There is nobody to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const code = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  connect,
  signal: controller.signal,
  now: Date.now,
});
process.exitCode = signalled === undefined || code === 0 ? code : 128 + constants.signals[signalled];
