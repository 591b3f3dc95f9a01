#!/usr/bin/env node
// The command `lobreg`. Committed and not compiled, so that npm links it in a clone before the first build.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(fileURLToPath(program))) {
  // First, and alone: everything else may not even parse on an old Node.
  await import("../dist/cli/require-node.js");
  await import(program.href);
} else {
  process.stderr.write("lobreg: this clone is not built\n  Run `npm run build` in it, then the same command again.\n");
  process.exitCode = 1;
}
