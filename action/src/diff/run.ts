/** Compares each model's build with the version in use. Writes nothing to AWS. Gets everything it needs as arguments. */
import {
  defined,
  LobError,
  progressLines,
  RELEASE,
  type Aws,
  type Compared,
  type FilesSide,
  type Lob,
  type Metrics,
  type ModelReport,
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

/** The version that a build is compared with, opened. */
export type OpenBase =
  | { readonly kind: "version"; readonly version: number; readonly ref: string; readonly side: OpenSide }
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly reason: string };

export interface DiffDeps {
  connect(region: string | undefined): Promise<Aws>;
  /** Whether the job has no AWS credentials. */
  credentialsAbsent(): Promise<boolean>;
  findLob(aws: Aws, lob: string, catalogTable: string | undefined): Promise<Lob>;
  readModel(aws: Aws, lob: Lob, model: string): Promise<ModelSummary | undefined>;
  versionSide(aws: Aws, lob: Lob, model: string, ref: VersionRef, signal: AbortSignal): Promise<VersionSide>;
  folderSide(
    path: string,
    metrics: Metrics | undefined,
    options: { follow: boolean; followTo: readonly string[]; onProgress: OnProgress; signal: AbortSignal },
  ): Promise<OpenSide & Pick<FilesSide, "writeManifest">>;
  manifestSide(path: string): Promise<OpenSide & { readonly of: { readonly lob: string; readonly model: string } }>;
  /** Reads both sides completely. */
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

/** State that all comparisons of one run share. */
export interface DiffJob {
  readonly inputs: DiffInputs;
  /** The folder of the report. */
  readonly folder: string;
  readonly source: ReviewedCommit;
  readonly situation: Situation;
  readonly deps: DiffDeps;
}

/** Errors that every other model would meet too. */
const CONCERNS_ALL: ReadonlySet<string> = new Set(["LOB2001", "LOB2004", "LOB2009", "LOB3001", "LOB3004"]);

/** Compares the models one after another, which keeps the log readable and the memory small. */
export async function run(job: DiffJob): Promise<Report> {
  const { inputs, source, deps } = job;
  const models: ModelReport[] = [];
  let registry = await openRegistry(job);
  for (const model of inputs.models) {
    const names = { lob: inputs.lob, model: model.model };
    if (registry.kind === "failed") {
      models.push(failedModel(names, registry.problem));
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
      models.push(failedModel(names, problem));
      if (deps.signal.aborted || CONCERNS_ALL.has(problem.code)) registry = { kind: "failed", problem };
    }
  }
  return { schema: 1, createdBy: CREATED_BY, ...defined({ commit: source.headSha }), models };
}

const CREATED_BY = `lob-registry-action ${RELEASE}`;

function failedModel(names: { lob: string; model: string }, { code, message, hint }: ActionProblem): ModelReport {
  const words = { message: oneLine(message, 10_000), hint: hint === undefined ? undefined : oneLine(hint, 10_000) };
  return { kind: "failed", ...names, code, ...defined(words) };
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

/** Opens the build on this disk. Writes its manifest into the report's folder, for a job that can read the registry. */
async function built(
  names: { lob: string; model: string },
  { path, metrics }: { path: string; metrics?: Metrics },
  { inputs, folder, deps }: DiffJob,
): Promise<OpenSide> {
  const onProgress = progressLines((line) => deps.log.info(line), deps.now);
  // First, so that an unreadable build leaves no manifest of an earlier run for the next job.
  const target = await manifestTarget(folder, names.model);
  const side = await deps.folderSide(path, metrics, {
    follow: inputs.followLinks,
    followTo: inputs.followLinksTo,
    onProgress,
    signal: deps.signal,
  });
  try {
    await side.writeManifest(target, { ...names, createdBy: CREATED_BY });
    return side;
  } catch (error) {
    await side.close();
    throw error;
  }
}

/** Opens the manifest of a build that another job claims. */
async function claimed({ lob, model }: { lob: string; model: string }, folder: string, deps: DiffDeps): Promise<OpenSide> {
  const side = await deps.manifestSide(await givenManifest(folder, model));
  if (side.of.lob !== lob || side.of.model !== model) {
    await side.close();
    throw new LobError("LOB4003", `the manifest for ${lob}/${model} says that it belongs to ${side.of.lob}/${side.of.model}`, {
      hint: "The previous job must compare the same models of the same LOB: use the same config file in both jobs.",
    });
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
    // Versions of the Python library have no manifest. The next version published from here will have one.
    deps.log.warn(`${lob.lob}/${model} is not compared: ${error.message}`);
    return { kind: "unknown", reason: oneLine(error.message, 4_000) };
  }
}

/** The result for a model as one sentence for the log. */
export function sentenceOf({ lob, model, base, diff, gates }: Compared): string {
  const name = `${lob}/${model}`;
  const count = (outcome: string): number => gates.filter((gate) => gate.outcome === outcome).length;
  const verdict =
    base.kind === "none"
      ? "would be its first version"
      : base.kind === "unknown"
        ? "is not compared"
        : `${diff?.different === true ? "differs from" : "is the same as"} version ${base.version}${base.ref === String(base.version) ? "" : ` (${base.ref})`}`;
  const outcomes = (["failed", "unknown", "skipped", "passed"] as const).flatMap((outcome) => {
    const number = count(outcome);
    return number === 0 ? [] : [`${number} ${outcome}`];
  });
  return `${name} ${verdict}${gates.length === 0 ? "" : `; gates: ${outcomes.join(", ")}`}`;
}
