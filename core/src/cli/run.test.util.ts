/** Runs the command line on the fake of AWS. Shared by tests. */
import { PassThrough } from "node:stream";
import type { FakeAws } from "../read/fakes.test.util.js";
import { TIME } from "../read/fakes.test.util.js";
import { run } from "./run.js";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Environment {
  readonly fake: FakeAws;
  readonly cwd: string;
  /** Takes the options of each connection. */
  readonly connects: object[];
  readonly signal: AbortSignal;
}

/** @param terminal its columns; without it, output goes into pipes */
export async function runLobreg(
  { fake, cwd, connects, signal }: Environment,
  args: readonly string[],
  terminal?: number,
  env: Record<string, string> = {},
): Promise<Ran> {
  const streams = { out: new PassThrough(), err: new PassThrough() };
  const text = { out: "", err: "" };
  for (const name of ["out", "err"] as const) {
    streams[name].on("data", (chunk: Buffer) => (text[name] += chunk.toString()));
    if (terminal !== undefined) Object.assign(streams[name], { isTTY: true, columns: terminal });
  }
  const code = await run(args, {
    stdout: streams.out,
    stderr: streams.err,
    env,
    cwd,
    connect: (options) => {
      connects.push(options ?? {});
      return Promise.resolve(fake.aws);
    },
    signal,
    now: () => Date.parse(TIME) + 7_200_000,
  });
  await new Promise(setImmediate);
  return { code, ...text };
}
