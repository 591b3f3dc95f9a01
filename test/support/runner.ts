/**
 * Runs the Action like GitHub's runner: the bundle in a separate process, inputs and details of the run in its environment,
 * outputs and summary in files.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../sandbox/python.ts";
import { PROGRAM_ENV } from "./program.ts";

/** The facts of a workflow run that started for a release. */
export interface Run {
  /** Number of the run; the same for each attempt. */
  readonly id: number;
  /** Default 1. */
  readonly attempt?: number;
  /** Commit, 40 hexadecimal characters. */
  readonly sha: string;
  /** Tag of the release. */
  readonly tag: string;
}

/** Event that started the workflow. */
export interface Event {
  /** Such as `pull_request`. */
  readonly name: string;
  /** The webhook's body. */
  readonly payload: unknown;
  readonly ref: string;
}

export interface StepOptions {
  /** Folder of the action.yml, relative to the repository; default the root, which publishes. */
  readonly action?: string;
  /** Default: the release of the run's tag. */
  readonly event?: Event;
  /** By the names of action.yml; what is left out has its default. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly run: Run;
  /** Folder that the repository is checked out to. */
  readonly workspace: string;
  /** AWS: credentials, region, endpoint. Nothing of this process's own AWS variables is passed on. */
  readonly env: Readonly<Record<string, string>>;
  /** Told the process when it has started, so that a test can end it. */
  readonly onStart?: (child: ChildHandle) => void;
}

export interface ChildHandle {
  readonly pid: number;
  /** Ends it at once and resolves when it is gone. */
  kill(): Promise<void>;
}

export interface StepResult {
  /** Exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown of the job summary. */
  readonly summary: string;
  /** Output, including commands for the runner, e.g. `::group::`. */
  readonly log: string;
}

/** The job's token. */
export const TOKEN = "ghs_a-job-s-token";
const REPOSITORY = "acme/fraud-models";
const REPOSITORY_ID = "700100200";

/**
 * Runs one step that uses the Action.
 *
 * @throws Error only when the process cannot be started; a step that fails is a result
 */
export async function runStep({ action = ".", event, inputs, run, workspace, env, onStart }: StepOptions): Promise<StepResult> {
  const work = await mkdtemp(join(tmpdir(), "runner-"));
  try {
    const { main, defaults } = await readAction(join(ROOT, action));
    const files = {
      output: join(work, "output"),
      summary: join(work, "summary.md"),
      event: join(work, "event.json"),
      temp: join(work, "temp"),
    };
    await Promise.all([
      writeFile(files.output, ""),
      writeFile(files.summary, ""),
      writeFile(files.event, JSON.stringify(event ? event.payload : releaseEvent(run.tag))),
      mkdir(files.temp),
    ]);
    const { code, log } = await execute(
      main,
      workspace,
      { ...runnerEnvironment(run, workspace, files), ...eventVariables(event), ...env, ...inputVariables({ ...defaults, ...inputs }) },
      onStart,
    );
    const [output, summary] = await Promise.all([readFile(files.output, "utf8"), readFile(files.summary, "utf8")]);
    return { code, outputs: parseCommandFile(output), summary, log };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Content of action.yml for the runner: the file to run, and the inputs' defaults. */
async function readAction(folder: string): Promise<{ main: string; defaults: Record<string, string> }> {
  const action = parse(await readFile(join(folder, "action.yml"), "utf8")) as {
    inputs: Record<string, { default?: string }>;
    runs: { main: string };
  };
  // An input without a default is set too, to nothing.
  const defaults = Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, expanded(input.default ?? "")]));
  return { main: join(folder, action.runs.main), defaults };
}

/** The one expression that a default of ours has. */
const expanded = (value: string): string => (value === "${{ github.token }}" ? TOKEN : value);

function eventVariables(event: Event | undefined): Record<string, string> {
  return event ? { GITHUB_EVENT_NAME: event.name, GITHUB_REF: event.ref, GITHUB_REF_NAME: event.ref.replace(/^refs\/\w+\//, ""), GITHUB_REF_TYPE: "branch" } : {}; // prettier-ignore
}

function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`, value]));
}

function runnerEnvironment(
  { id, attempt = 1, sha, tag }: Run,
  workspace: string,
  files: { output: string; summary: string; event: string; temp: string },
): Record<string, string> {
  return {
    ...PROGRAM_ENV,
    HOME: homedir(),
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION: "publish",
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_REPOSITORY_ID: REPOSITORY_ID,
    GITHUB_REPOSITORY_OWNER: "acme",
    GITHUB_WORKFLOW: "Release",
    GITHUB_JOB: "publish",
    GITHUB_RUN_ID: String(id),
    GITHUB_RUN_NUMBER: "1",
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_SHA: sha,
    GITHUB_REF: `refs/tags/${tag}`,
    GITHUB_REF_NAME: tag,
    GITHUB_REF_TYPE: "tag",
    GITHUB_EVENT_NAME: "release",
    GITHUB_EVENT_PATH: files.event,
    GITHUB_ACTOR: "octocat",
    GITHUB_TRIGGERING_ACTOR: "octocat",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_API_URL: "https://api.github.com",
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    RUNNER_OS: { darwin: "macOS", win32: "Windows" }[process.platform as string] ?? "Linux",
    RUNNER_TEMP: files.temp,
    TMPDIR: files.temp,
  };
}

/** The parts of a release's webhook that tell which release and whose. */
function releaseEvent(tag: string): object {
  return {
    action: "published",
    release: { tag_name: tag, name: tag, draft: false, prerelease: false },
    repository: { id: Number(REPOSITORY_ID), full_name: REPOSITORY },
    sender: { login: "octocat" },
  };
}

function execute(
  main: string,
  cwd: string,
  env: Record<string, string>,
  onStart: StepOptions["onStart"],
): Promise<{ code: number | undefined; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (log += text));
    const gone = new Promise<void>((done) => child.once("exit", () => done()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? undefined, log }));
    if (child.pid === undefined) return;
    onStart?.({
      pid: child.pid,
      kill: () => {
        child.kill("SIGKILL");
        return gone;
      },
    });
  });
}

/** Reads the file behind GITHUB_OUTPUT: `name=value`, or `name<<END`, lines, `END`. */
export function parseCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const [, multi, end] = /^([^=<]+)<<(.+)$/.exec(line) ?? [];
    const [, single, value] = /^([^=<]+)=(.*)$/.exec(line) ?? [];
    if (multi !== undefined && end !== undefined) {
      const last = lines.indexOf(end, i + 1);
      if (last < 0) throw new Error(`the output ${JSON.stringify(multi)} has no end ${JSON.stringify(end)}`);
      values[multi] = lines.slice(i + 1, last).join("\n");
      i = last;
    } else if (single !== undefined) {
      values[single] = value!;
    } else if (line !== "") {
      throw new Error(`the output file has a line that is none of a value's: ${JSON.stringify(line)}`);
    }
  }
  return values;
}

/** A run that no other has the number of. */
export function newRun(tag: string): Run {
  const id = Number.parseInt(randomUUID().replaceAll("-", "").slice(0, 10), 16);
  return { id, tag, sha: randomUUID().replaceAll("-", "").padEnd(40, "0") };
}
