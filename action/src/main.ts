/** The entry: reads what the runner gives, calls core through `run`, writes log, annotations, outputs and summary. */
import { appendFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import * as core from "@actions/core";
import { CODES, connect, findLob, LobError, publish, readModel, RELEASE, traceRequests } from "lob-registry-core";
import { readText, workspaceFiles } from "./files.js";
import { logLine } from "./format.js";
import { INPUT_NAMES, readInputs, type RawInputs } from "./inputs.js";
import { outputsOf } from "./outputs.js";
import { problemOf, tracesOf, wordsOf, type Problem } from "./problem.js";
import { MAX_PAYLOAD_BYTES, readRun, type RunFacts } from "./provenance.js";
import { run, type Log, type Report } from "./run.js";
import { renderSummary } from "./summary.js";

const now = (): number => performance.now();

/** Page that explains the errors, once it is known. */
let errorsPage: string | undefined;

const log: Log = {
  info: (line) => core.info(logLine(line)),
  debug: (text) => {
    if (core.isDebug()) core.debug(text); // its line feeds are escaped on the way to the runner
  },
  problem: ({ file, line, ...problem }) =>
    core.error(logLine(wordsOf(problem, errorsPage)), {
      title: `${problem.code}: ${CODES[problem.code]}`,
      ...(file !== undefined && { file }),
      ...(line !== undefined && { startLine: line }),
    }),
  group: (title, work) => core.group(logLine(title), work),
};
const warn = (message: string): void => core.warning(logLine(message));

async function main(signal: AbortSignal): Promise<void> {
  const runFacts = readRun(process.env, await readPayload(process.env["GITHUB_EVENT_PATH"]), warn);
  errorsPage = runFacts.errorsPage;
  const raw = Object.fromEntries(INPUT_NAMES.map((name) => [name, core.getInput(name)])) as RawInputs;
  const read = await readInputs(raw, workspaceFiles, warn);
  let report: Report;
  if ("problems" in read) {
    for (const problem of read.problems) log.problem(problem);
    report = { lob: raw.lob, dryRun: false, several: raw.config !== "", outcomes: [], problems: read.problems };
  } else {
    report = await run(read.inputs, runFacts, {
      connect: async (region) => {
        const aws = await connect({ ...(region !== undefined && { region }), userAgent: `lob-registry-action/${RELEASE}` });
        if (core.isDebug()) traceRequests(aws, (line) => log.debug(line), now);
        return aws;
      },
      findLob: (aws, lob, catalogTable) => findLob(aws, lob, catalogTable === undefined ? {} : { catalogTable }),
      readModel,
      publish,
      log,
      now,
      signal,
    });
  }
  await tell(report, runFacts);
}

async function tell(report: Report, runFacts: RunFacts): Promise<void> {
  if (report.problems.length > 0 || report.outcomes.some(({ kind }) => kind !== "done")) process.exitCode = 1;
  for (const [name, value] of Object.entries(outputsOf(report))) core.setOutput(name, value);
  const path = process.env["GITHUB_STEP_SUMMARY"];
  if (path) {
    await appendFile(path, renderSummary(report, runFacts)).catch((error: unknown) => {
      warn(`the job summary cannot be written: ${String(error)}`);
    });
  }
}

/** The event's payload; without it a publish goes on, and a release's tag is not recorded. */
async function readPayload(path: string | undefined): Promise<unknown> {
  if (!path) return undefined;
  try {
    return JSON.parse(await readText(path, MAX_PAYLOAD_BYTES));
  } catch (error) {
    warn(`the event's payload cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // The runner sends these when a run is cancelled, and kills some seconds later.
  process.once(signal, () => {
    abort.abort(new LobError("LOB2010", `the run was cancelled (${signal})`, { hint: "Run it again: it goes on where this one stopped." }));
  });
}
process.on("uncaughtException", (error) => {
  tellInternal(error);
  process.exit(1);
});
try {
  await main(abort.signal);
} catch (error) {
  const problem = tellInternal(error);
  await tell({ lob: "", dryRun: false, several: false, outcomes: [], problems: [problem] }, { provenance: {}, mayHaveIdentity: false });
}

/** Tells of an error that nobody foresaw. */
function tellInternal(error: unknown): Problem {
  const problem = problemOf(error);
  log.debug(tracesOf(error));
  log.problem(problem);
  return problem;
}
