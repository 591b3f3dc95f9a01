import { join } from "node:path";
import { ROOT } from "../sandbox/python.ts";

/**
 * Environment of a Node program that a test starts: of this process's variables only the PATH. Compiled code is kept between
 * programs, because a short one spends half of its time on compiling.
 */
export const PROGRAM_ENV: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  NODE_COMPILE_CACHE: join(ROOT, "build", "compile-cache"),
};
