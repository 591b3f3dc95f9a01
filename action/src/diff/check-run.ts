/** The check run on the pull request's newest commit. It shows the job summary, if the job may write checks. */
import { z } from "zod";
import { defined, LobError, reportVerdict } from "lob-registry-core";
import { oneLine } from "../format.js";
import type { GitHub } from "../github.js";
import type { Annotation, Log } from "../log.js";
import { mostImportant } from "./annotations.js";
import { gatesPassed, hasFailed, type DiffOutcome } from "./outcome.js";

export interface CheckRun {
  /** `owner/name`. */
  readonly repository: string;
  readonly headSha: string;
  readonly name: string;
  readonly conclusion: "success" | "failure" | "neutral";
  readonly title: string;
  /** Markdown of at most {@link MAX_CHECK_SUMMARY} bytes. */
  readonly summary: string;
  /** URL of the workflow run. */
  readonly detailsUrl?: string | undefined;
  readonly annotations: readonly Annotation[];
}

/** Largest summary of a check run in bytes. GitHub's documentation says characters, but it counts bytes. */
export const MAX_CHECK_SUMMARY = 65_535;
/** Maximum number of annotations in one request. */
const ANNOTATIONS = 50;
/** Maximum number of annotations of a check run, to limit the requests. */
const MOST_ANNOTATIONS = 500;
const LEVELS = { error: "failure", warning: "warning", notice: "notice" } as const;

const PERMISSION = { permission: "checks: write" } as const;

/** Red if a model failed, or a gate unless the workflow ignores them; grey if something is unknown. */
export function conclusionOf({ report, failOnGates }: Pick<DiffOutcome, "report" | "failOnGates">): Pick<CheckRun, "conclusion" | "title"> {
  const title = reportVerdict(report).words;
  if (hasFailed({ report, failOnGates })) return { conclusion: "failure", title };
  const isSettled = report.models.every((model) => model.kind === "compared" && model.base.kind !== "unknown");
  return { conclusion: isSettled && gatesPassed(report) === "true" ? "success" : "neutral", title };
}

/** Creates the check run. Without the permission it only logs a line, because comparing needs no permission on the repository. */
export async function createCheckRun(
  connect: () => Promise<Pick<GitHub, "rest">>,
  run: CheckRun,
  log: Pick<Log, "info" | "warn">,
): Promise<void> {
  try {
    await create(await connect(), run);
    log.info(`Check run "${run.name}" of commit ${run.headSha.slice(0, 12)}: ${run.conclusion}`);
  } catch (error) {
    if (!(error instanceof LobError)) throw error;
    const { status } = error.details;
    if (status === 401 || status === 403 || status === 404)
      log.info(`No check run: the job may not write checks (${PERMISSION.permission})`);
    else log.warn(`No check run: ${error.message}`);
  }
}

async function create(api: Pick<GitHub, "rest">, run: CheckRun): Promise<void> {
  const [owner, repo] = run.repository.split("/") as [string, string];
  const output = { title: oneLine(run.title, 250), summary: run.summary };
  const annotations = mostImportant(run.annotations).flatMap(placed).slice(0, MOST_ANNOTATIONS);
  const { id } = await api.rest(
    "POST /repos/{owner}/{repo}/check-runs",
    {
      owner,
      repo,
      name: run.name,
      head_sha: run.headSha,
      status: "completed",
      conclusion: run.conclusion,
      ...defined({ details_url: run.detailsUrl }),
      output: { ...output, annotations: annotations.slice(0, ANNOTATIONS) },
    },
    { what: "creating the check run", ...PERMISSION, answer: z.object({ id: z.int() }) },
  );
  // Each request adds annotations to the existing ones.
  for (let from = ANNOTATIONS; from < annotations.length; from += ANNOTATIONS) {
    await api.rest(
      "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
      { owner, repo, check_run_id: id, output: { ...output, annotations: annotations.slice(from, from + ANNOTATIONS) } },
      { what: "adding annotations to the check run", ...PERMISSION, answer: z.unknown() },
    );
  }
}

/**
 * The longest summary that GitHub accepts.
 *
 * @param write writes at most this many UTF-16 code units, each of at most three bytes
 */
export function checkSummary(write: (budget: number) => string): string {
  for (let budget = MAX_CHECK_SUMMARY; ;) {
    const text = write(budget);
    const bytes = Buffer.byteLength(text);
    if (bytes <= MAX_CHECK_SUMMARY) return text;
    budget = Math.floor((text.length * MAX_CHECK_SUMMARY) / bytes);
  }
}

interface CheckRunAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: (typeof LEVELS)[Annotation["level"]];
  readonly title: string;
  readonly message: string;
}

/** A check run shows annotations only at lines of files in the repository; the summary has the others. */
function placed({ level, title, message, file, line }: Annotation): CheckRunAnnotation[] {
  if (file === undefined || line === undefined || file.startsWith("/") || file.startsWith("../")) return [];
  return [
    {
      path: file,
      start_line: line,
      end_line: line,
      annotation_level: LEVELS[level],
      title: oneLine(title, 250),
      message: oneLine(message, 4000),
    },
  ];
}
