/** Publishes each model, logs what happens and returns every outcome. Gets everything it needs as arguments. */
import {
  counted,
  defined,
  keptWords,
  leftOutWords,
  progressLines,
  type Aws,
  type Lob,
  type ModelSummary,
  type PublishOptions,
  type PublishResult,
  warningWords,
} from "lob-registry-core";
import { explain, type Situation } from "../advice.js";
import type { PublishInputs, ModelToPublish } from "./inputs.js";
import type { Log } from "../log.js";
import { tracesOf, type ActionProblem } from "../problem.js";
import type { WorkflowRun } from "../provenance.js";

/** The outcome for one model. */
export type PublishOutcome =
  | {
      readonly kind: "done";
      readonly model: string;
      readonly result: PublishResult;
      /** The newest version before this publish; 0 for the first one. */
      readonly before: number;
      readonly milliseconds: number;
    }
  | { readonly kind: "failed"; readonly model: string; readonly problem: ActionProblem }
  /** An error that concerns every model came before its turn. */
  | { readonly kind: "not-tried"; readonly model: string };

export interface PublishReport {
  readonly lob: string;
  readonly dryRun: boolean;
  /** Whether the models come from a list, so that the output `json` is an array. */
  readonly several: boolean;
  readonly outcomes: readonly PublishOutcome[];
  /** Problems of all models, e.g. wrong inputs or missing credentials. */
  readonly problems: readonly ActionProblem[];
  readonly region?: string | undefined;
  /** The catalog table if the workflow names it. */
  readonly catalogTable?: string | undefined;
}

export interface PublishDeps {
  connect(region: string | undefined): Promise<Aws>;
  findLob(aws: Aws, lob: string, catalogTable: string | undefined): Promise<Lob>;
  readModel(aws: Aws, lob: Lob, model: string): Promise<ModelSummary | undefined>;
  publish(aws: Aws, options: PublishOptions): Promise<PublishResult>;
  readonly log: Pick<Log, "info" | "debug" | "problem" | "annotate" | "group">;
  /** Milliseconds of a clock that does not go back. */
  now(): number;
  readonly signal: AbortSignal;
}

/** Warnings that an annotation lists. */
const MOST_WARNINGS = 10;

/** Errors that every other model would meet too. */
const CONCERNS_ALL: ReadonlySet<string> = new Set(["LOB2001", "LOB2004", "LOB3001", "LOB3004"]);

/** Publishes the models one after another: one upload saturates the connection, and the log stays readable. */
export async function run(inputs: PublishInputs, workflowRun: WorkflowRun, deps: PublishDeps): Promise<PublishReport> {
  const situation: Situation = { mayHaveIdentity: workflowRun.mayHaveIdentity, ownKey: inputs.idempotencyKey !== undefined };
  const report = {
    lob: inputs.lob,
    dryRun: inputs.dryRun,
    several: inputs.fromConfig,
    catalogTable: inputs.catalogTable,
  };
  let aws: Aws;
  let lob: Lob;
  try {
    aws = await deps.connect(inputs.region);
    lob = await deps.findLob(aws, inputs.lob, inputs.catalogTable);
  } catch (error) {
    const problem = explain(error, situation);
    deps.log.debug(tracesOf(error));
    deps.log.problem(problem);
    return { ...report, outcomes: inputs.models.map(({ model }) => ({ kind: "not-tried", model })), problems: [problem] };
  }
  deps.log.info(`LOB ${lob.lob}: bucket ${lob.bucket} in ${lob.bucketRegion}, tables ${lob.catalogTable} and ${lob.registryTable}`);

  const outcomes: PublishOutcome[] = [];
  let hopeless = false;
  for (const model of inputs.models) {
    if (hopeless) {
      outcomes.push({ kind: "not-tried", model: model.model });
      continue;
    }
    const outcome = await deps.log.group(`${inputs.dryRun ? "Check" : "Publish"} ${inputs.lob}/${model.model} from ${model.path}`, () =>
      publishOne(model, { aws, lob, inputs, workflowRun, situation, deps }),
    );
    outcomes.push(outcome);
    // After the group, which GitHub shows collapsed.
    deps.log.info(sentenceOf(outcome, inputs.lob));
    if (outcome.kind === "done") reportFiles(outcome.result, deps.log);
    if (outcome.kind === "failed") {
      deps.log.problem(outcome.problem);
      hopeless = deps.signal.aborted || CONCERNS_ALL.has(outcome.problem.code);
    }
  }
  const untried = outcomes.filter(({ kind }) => kind === "not-tried").length;
  if (untried > 0) deps.log.info(`${counted(untried, "model")} skipped because the same error would happen again`);
  return { ...report, outcomes, problems: [], region: lob.bucketRegion };
}

/** Says what publishing saw in the files: one annotation per model, because GitHub shows ten per step. */
function reportFiles(result: PublishResult, log: Pick<Log, "info" | "annotate">): void {
  const { lob, model, warnings = [], leftOut } = result;
  const kept = keptWords(result);
  if (kept !== undefined) log.annotate({ level: "warning", title: `${lob}/${model}: an earlier attempt is kept`, message: kept });
  const left = leftOutWords(leftOut);
  if (left !== undefined) log.info(left);
  if (warnings.length === 0) return;
  const shown = warnings.slice(0, MOST_WARNINGS).map(warningWords);
  if (warnings.length > shown.length) shown.push(`and ${warnings.length - shown.length} more; the output json has all of them`);
  log.annotate({
    level: "warning",
    title: `${lob}/${model}: ${counted(warnings.length, "warning")} about its files`,
    message: shown.join("\n"),
  });
}

/** State that all publishes of one run share. */
interface PublishJob {
  readonly aws: Aws;
  readonly lob: Lob;
  readonly inputs: PublishInputs;
  readonly workflowRun: WorkflowRun;
  readonly situation: Situation;
  readonly deps: PublishDeps;
}

async function publishOne(
  { model, ...build }: ModelToPublish,
  { aws, lob, inputs, workflowRun, situation, deps }: PublishJob,
): Promise<PublishOutcome> {
  const started = deps.now();
  const idempotencyKey = inputs.idempotencyKey ?? workflowRun.keyFor?.(model);
  try {
    const before = (await deps.readModel(aws, lob, model))?.latest ?? 0;
    const result = await deps.publish(aws, {
      lob: inputs.lob,
      catalogTable: lob.catalogTable,
      model,
      ...build,
      provenance: workflowRun.provenance,
      ...defined({ idempotencyKey }),
      ifKeyUsed: inputs.ifKeyUsed,
      takeOver: inputs.takeOver,
      dryRun: inputs.dryRun,
      follow: inputs.followLinks,
      followTo: inputs.followLinksTo,
      ...(inputs.failOn === "warnings" && { failOn: inputs.failOn }),
      onProgress: progressLines(
        (line) => deps.log.info(line),
        () => deps.now(),
      ),
      onLog: ({ message }) => deps.log.info(message),
      signal: deps.signal,
    });
    return { kind: "done", model, result, before, milliseconds: deps.now() - started };
  } catch (error) {
    deps.log.debug(tracesOf(error));
    return { kind: "failed", model, problem: explain(error, situation) };
  }
}

/** The outcome for a model as one sentence, for the log and the verdict about a single model. */
export function sentenceOf(outcome: PublishOutcome, lob: string): string {
  const name = `${lob}/${outcome.model}`;
  if (outcome.kind !== "done") return `${name} was not published`;
  const { result, before } = outcome;
  if (result.outcome === "kept") return `Kept version ${result.version} of ${name}: this run had published other content before`;
  if (result.changed) {
    const was = before === 0 ? "its first version" : `LATEST was ${before}`;
    return result.dryRun
      ? `Dry run: ${name} would become version ${result.version}; ${was}`
      : `Published ${name} version ${result.version}; ${was}`;
  }
  const same = `version ${result.version} of ${name} already has this content`;
  if (!result.descriptorsUpdated) return result.dryRun ? `Dry run: nothing would change; ${same}` : `Unchanged: ${same}`;
  return result.dryRun
    ? `Dry run: its metrics, tags or description would be updated; ${same}`
    : `Updated metrics, tags or description; ${same}`;
}
