/** Runs an action: reads what the runner provides, handles cancellation, writes outputs and the summary. */
import { appendFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import * as core from "@actions/core";
import { LobError } from "lob-registry-core";
import { readText } from "./files.js";
import { runnerLog, type Log } from "./log.js";
import { problemOf, tracesOf, type ActionProblem } from "./problem.js";
import { MAX_PAYLOAD_BYTES, readRun, type Env, type WorkflowRun } from "./provenance.js";

/** The surroundings of a running action. */
export interface ActionStep {
  readonly env: Env;
  /** The event's payload as parsed JSON, or undefined. Untrusted. */
  readonly payload: unknown;
  readonly run: WorkflowRun;
  readonly log: Log;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Aborted when the run is cancelled, with the LobError to report. */
  readonly signal: AbortSignal;
}

/** The result of an action. */
export interface ActionResult {
  /** Whether the step fails. */
  readonly failed: boolean;
  /** All outputs of its action.yml by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown for the job summary. */
  readonly summary: string;
}

export interface ActionDefinition<Inputs> {
  /** The inputs, or everything that is wrong with them. */
  readInputs(step: ActionStep): Promise<{ readonly inputs: Inputs } | { readonly problems: readonly ActionProblem[] }>;
  run(inputs: Inputs, step: ActionStep): Promise<ActionResult>;
  /**
   * The result without a run.
   *
   * @param run undefined if an unexpected error ended the work, else the inputs are wrong
   */
  failed(problems: readonly ActionProblem[], run: WorkflowRun | undefined): ActionResult;
}

/** Runs an action to its end and sets the process's exit code. */
export async function start<Inputs>(action: ActionDefinition<Inputs>): Promise<void> {
  let errorsPage: string | undefined;
  const log = runnerLog(() => errorsPage);
  const reportInternal = (error: unknown): ActionProblem => {
    const problem = problemOf(error);
    log.debug(tracesOf(error));
    log.problem(problem);
    return problem;
  };
  process.on("uncaughtException", (error) => {
    reportInternal(error);
    process.exit(1);
  });
  const signal = cancellation();
  try {
    const payload = await readPayload(process.env["GITHUB_EVENT_PATH"], log);
    const run = readRun(process.env, payload, (message) => log.warn(message));
    errorsPage = run.errorsPage;
    const step = { env: process.env, payload, run, log, now: () => performance.now(), signal };
    const read = await action.readInputs(step);
    if ("problems" in read) for (const problem of read.problems) log.problem(problem);
    await finish("inputs" in read ? await action.run(read.inputs, step) : action.failed(read.problems, run), log);
  } catch (error) {
    await finish(action.failed([reportInternal(error)], undefined), log);
  }
}

/** Aborted by the signals that the runner sends when a run is cancelled; it kills the process seconds later. */
function cancellation(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      abort.abort(new LobError("LOB2010", `the run was cancelled (${signal})`, { hint: "Run it again to resume." }));
    });
  }
  return abort.signal;
}

async function finish({ failed, outputs, summary }: ActionResult, log: Log): Promise<void> {
  if (failed) process.exitCode = 1;
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  const path = process.env["GITHUB_STEP_SUMMARY"];
  if (path) await appendFile(path, summary).catch((error: unknown) => log.warn(`cannot write the job summary: ${String(error)}`));
}

/** The event's payload. Without it, the action continues with less provenance. */
async function readPayload(path: string | undefined, log: Log): Promise<unknown> {
  if (!path) return undefined;
  try {
    return JSON.parse(await readText(path, MAX_PAYLOAD_BYTES));
  } catch (error) {
    log.warn(`cannot read the event's payload: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
