/** The main job: each model's build beside the version in use. Nothing is written to AWS. What it needs is handed in. */
import {
  LobError,
  progressLines,
  RELEASE,
  type Aws,
  type Compared,
  type FilesSide,
  type Lob,
  type Metrics,
  type ModelDifference,
  type ModelSummary,
  type OnProgress,
  type OpenSide,
  type Report,
  type Side,
  type VersionRef,
  type VersionSide,
} from "lob-registry-core";
import { explain, type Situation } from "../advice.js";
import { oneLine } from "../format.js";
import type { Log } from "../log.js";
import { tracesOf, type ActionProblem } from "../problem.js";
import { LATEST, type ComparisonRules } from "../rules.js";
import type { ReviewedCommit } from "./event.js";
import { givenManifest, manifestTarget } from "./folder.js";
import type { DiffInputs, ModelToCompare } from "./inputs.js";
import { isStranger, openRegistry, type RegistryAccess } from "./registry.js";

/** What a build is compared with, opened. */
export type OpenBase =
  | { readonly kind: "version"; readonly version: number; readonly ref: string; readonly side: OpenSide }
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly reason: string };

export interface DiffDeps {
  connect(region: string | undefined): Promise<Aws>;
  /** Whether the job has no AWS credentials at all. */
  credentialsAbsent(): Promise<boolean>;
  findLob(aws: Aws, lob: string, catalogTable: string | undefined): Promise<Lob>;
  readModel(aws: Aws, lob: Lob, model: string): Promise<ModelSummary | undefined>;
  versionSide(aws: Aws, lob: Lob, model: string, ref: VersionRef, signal: AbortSignal): Promise<VersionSide>;
  folderSide(
    path: string,
    metrics: Metrics | undefined,
    options: { follow: boolean; onProgress: OnProgress; signal: AbortSignal },
  ): Promise<OpenSide & Pick<FilesSide, "writeManifest">>;
  manifestSide(path: string): Promise<OpenSide & { readonly of: { readonly lob: string; readonly model: string } }>;
  /** Reads both sides to their end. */
  compare(
    names: { readonly lob: string; readonly model: string },
    candidate: Side,
    base: OpenBase,
    rules: ComparisonRules,
  ): Promise<Compared>;
  readonly log: Pick<Log, "info" | "debug" | "warn" | "problem" | "group">;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** What the comparisons of one run share. */
export interface DiffJob {
  readonly inputs: DiffInputs;
  /** The folder of the report. */
  readonly folder: string;
  readonly source: ReviewedCommit;
  readonly situation: Situation;
  readonly deps: DiffDeps;
}

/** Errors that every further model would meet as well. */
const CONCERNS_ALL: ReadonlySet<string> = new Set(["LOB2001", "LOB2004", "LOB2009", "LOB3001", "LOB3004"]);

/** Compares the models one after another: the log stays readable, and memory is that of one, with what is told of the others. */
export async function run(job: DiffJob): Promise<Report> {
  const { inputs, source, deps } = job;
  const models: ModelDifference[] = [];
  let registry = await openRegistry(job);
  for (const model of inputs.models) {
    const names = { lob: inputs.lob, model: model.model };
    if (registry.kind === "failed") {
      models.push(failed(names, registry.problem));
      continue;
    }
    const open = registry;
    try {
      const title = `Compare ${inputs.lob}/${model.model}${model.build.kind === "path" ? ` from ${model.build.path}` : ""}`;
      models.push(await deps.log.group(title, () => compareOne(names, model, open, job)));
    } catch (error) {
      const problem = explain(error, job.situation);
      deps.log.debug(tracesOf(error));
      deps.log.problem({ ...problem, message: `${inputs.lob}/${model.model}: ${problem.message}` });
      models.push(failed(names, problem));
      if (deps.signal.aborted || CONCERNS_ALL.has(problem.code)) registry = { kind: "failed", problem };
    }
  }
  return { schema: 1, createdBy: CREATED_BY, ...(source.headSha !== undefined && { commit: source.headSha }), models };
}

const CREATED_BY = `lob-registry-action ${RELEASE}`;

function failed(names: { lob: string; model: string }, { code, message, hint }: ActionProblem): ModelDifference {
  return { kind: "failed", ...names, code, message: oneLine(message, 10_000), ...(hint !== undefined && { hint: oneLine(hint, 10_000) }) };
}

async function compareOne(
  names: { lob: string; model: string },
  { build, rules }: ModelToCompare,
  registry: Exclude<RegistryAccess, { kind: "failed" }>,
  job: DiffJob,
): Promise<Compared> {
  const { deps } = job;
  const candidate = await (build.kind === "path" ? built(names, build, job) : claimed(names, build.folder, deps));
  try {
    const base = await openBase(names.model, rules, registry, job);
    try {
      const compared = await deps.compare(names, candidate, base, rules);
      deps.log.info(sentenceOf(compared));
      return compared;
    } finally {
      if (base.kind === "version") await base.side.close();
    }
  } finally {
    await candidate.close();
  }
}

/** The build on this disk; its manifest goes into the report's folder, for a job that may read the registry. */
async function built(
  names: { lob: string; model: string },
  { path, metrics }: { path: string; metrics?: Metrics },
  { inputs, folder, deps }: DiffJob,
): Promise<OpenSide> {
  const onProgress = progressLines((line) => deps.log.info(line), deps.now);
  // Before the build is read: of one that cannot be, no manifest of an earlier run may be left for the job after this one.
  const target = await manifestTarget(folder, names.model);
  const side = await deps.folderSide(path, metrics, { follow: inputs.followLinks, onProgress, signal: deps.signal });
  try {
    await side.writeManifest(target, { ...names, createdBy: CREATED_BY });
    return side;
  } catch (error) {
    await side.close();
    throw error;
  }
}

/** What another job says that it built. */
async function claimed({ lob, model }: { lob: string; model: string }, folder: string, deps: DiffDeps): Promise<OpenSide> {
  const side = await deps.manifestSide(await givenManifest(folder, model));
  if (side.of.lob !== lob || side.of.model !== model) {
    await side.close();
    throw new LobError(
      "LOB4003",
      `the manifest that was given for ${lob}/${model} says that it is one of ${side.of.lob}/${side.of.model}`,
      {
        hint: "The job before this one has to compare the same models of the same LOB: give both jobs the same file of config.",
      },
    );
  }
  return { ...side, name: "the build of the pull request", close: () => side.close() };
}

async function openBase(
  model: string,
  { base = LATEST }: ComparisonRules,
  registry: Exclude<RegistryAccess, { kind: "failed" }>,
  { source, deps }: DiffJob,
): Promise<OpenBase> {
  if (registry.kind === "unknown") return registry;
  const { aws, lob } = registry;
  try {
    const row = await deps.readModel(aws, lob, model);
    if (row === undefined || row.latest === 0) return { kind: "none" };
    const side = await deps.versionSide(aws, lob, model, base.ref, deps.signal);
    return { kind: "version", version: side.version, ref: base.text, side };
  } catch (error) {
    if (source.isFork && isStranger(error)) return { kind: "unknown", reason: oneLine(error.message, 4_000) };
    if (!(error instanceof LobError) || error.code !== "LOB3010") throw error;
    // What the Python library published says nothing of what is in it. The next version, published from here, will.
    deps.log.warn(`${lob.lob}/${model} is not compared: ${error.message}`);
    return { kind: "unknown", reason: oneLine(error.message, 4_000) };
  }
}

/** What came of a model, in one sentence for the log. */
export function sentenceOf({ lob, model, base, diff, gates }: Compared): string {
  const name = `${lob}/${model}`;
  const count = (outcome: string): number => gates.filter((gate) => gate.outcome === outcome).length;
  const said =
    base.kind === "none"
      ? "would be its first version"
      : base.kind === "unknown"
        ? "is not compared"
        : `${diff?.different === true ? "differs from" : "is the same as"} version ${base.version}${base.ref === String(base.version) ? "" : ` (${base.ref})`}`;
  const outcomes = (["failed", "unknown", "skipped", "passed"] as const).flatMap((outcome) => {
    const number = count(outcome);
    return number === 0 ? [] : [`${number} ${outcome}`];
  });
  return `${name} ${said}${gates.length === 0 ? "" : `; gates: ${outcomes.join(", ")}`}`;
}
