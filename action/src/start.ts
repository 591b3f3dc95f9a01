/** What every action does around its work: reads what the runner gives, hears when it is cancelled, writes outputs and summary. */
import { appendFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import * as core from "@actions/core";
import { LobError } from "lob-registry-core";
import { readText } from "./files.js";
import { runnerLog, type Log } from "./log.js";
import { problemOf, tracesOf, type ActionProblem } from "./problem.js";
import { MAX_PAYLOAD_BYTES, readRun, type Env, type WorkflowRun } from "./provenance.js";

/** What an action is given. */
export interface ActionStep {
  readonly env: Env;
  /** The event's payload as parsed JSON, hostile; undefined where there is none. */
  readonly payload: unknown;
  readonly run: WorkflowRun;
  readonly log: Log;
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number;
  /** Aborted when the run is cancelled, with the LobError to tell. */
  readonly signal: AbortSignal;
}

/** What an action leaves behind. */
export interface ActionResult {
  /** Whether the step fails. */
  readonly failed: boolean;
  /** By name: all outputs of its action.yml. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown for the job summary. */
  readonly summary: string;
}

export interface ActionDefinition {
  work(step: ActionStep): Promise<ActionResult>;
  /** What is told when the work ended by an error that nobody foresaw. */
  lost(problem: ActionProblem): ActionResult;
}

/** The inputs by their names: trimmed text, empty where the workflow gives none. */
export function rawInputs<Name extends string>(names: readonly Name[]): Readonly<Record<Name, string>> {
  return Object.fromEntries(names.map((name) => [name, core.getInput(name)])) as Record<Name, string>;
}

/** Runs an action to its end; sets the process's exit code. */
export async function start(action: ActionDefinition): Promise<void> {
  let errorsPage: string | undefined;
  const log = runnerLog(() => errorsPage);
  const tellInternal = (error: unknown): ActionProblem => {
    const problem = problemOf(error);
    log.debug(tracesOf(error));
    log.problem(problem);
    return problem;
  };
  process.on("uncaughtException", (error) => {
    tellInternal(error);
    process.exit(1);
  });
  const signal = cancelled();
  try {
    const payload = await readPayload(process.env["GITHUB_EVENT_PATH"], log);
    const run = readRun(process.env, payload, (message) => log.warn(message));
    errorsPage = run.errorsPage;
    await tell(await action.work({ env: process.env, payload, run, log, now: () => performance.now(), signal }), log);
  } catch (error) {
    await tell(action.lost(tellInternal(error)), log);
  }
}

/** Aborted by what the runner sends when a run is cancelled; it kills some seconds later. */
function cancelled(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      abort.abort(
        new LobError("LOB2010", `the run was cancelled (${signal})`, { hint: "Run it again: it goes on where this one stopped." }),
      );
    });
  }
  return abort.signal;
}

async function tell({ failed, outputs, summary }: ActionResult, log: Log): Promise<void> {
  if (failed) process.exitCode = 1;
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  const path = process.env["GITHUB_STEP_SUMMARY"];
  if (path) await appendFile(path, summary).catch((error: unknown) => log.warn(`the job summary cannot be written: ${String(error)}`));
}

/** The event's payload; without it the work goes on, and what it tells is not known. */
async function readPayload(path: string | undefined, log: Log): Promise<unknown> {
  if (!path) return undefined;
  try {
    return JSON.parse(await readText(path, MAX_PAYLOAD_BYTES));
  } catch (error) {
    log.warn(`the event's payload cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
