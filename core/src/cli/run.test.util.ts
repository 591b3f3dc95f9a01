/** Runs the command line against a fake AWS, for tests. */
import { PassThrough } from "node:stream";
import { TIME, type FakeAws } from "../read/fakes.test.util.js";
import { run } from "./run.js";

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliSurroundings {
  readonly fake: FakeAws;
  readonly cwd: string;
  /** Collects the options of each connection. */
  readonly connects: object[];
  readonly signal: AbortSignal;
}

/** @param terminal width of the terminal; undefined for pipes */
export async function runLobreg(
  { fake, cwd, connects, signal }: CliSurroundings,
  args: readonly string[],
  terminal?: number,
  env: Record<string, string> = {},
): Promise<CliRun> {
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
