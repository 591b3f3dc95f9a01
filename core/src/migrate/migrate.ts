/** Takes a repository of the Python library `versioned` into a LOB. docs/migrate.md says what becomes of everything in it. */
import { LobError } from "../errors.js";
import { lobPrefix, s3Uri } from "../layout.js";
import { findLob } from "../registry/lob.js";
import type { Aws, Lob } from "../types.js";
import { migrateAliases } from "./aliases.js";
import { issueOf, type MigrationIssue } from "./issues.js";
import type { ModelInventory } from "./inventory.js";
import { copyDraft, followLatest } from "./latest.js";
import type { MigrateOptions, MigrationReport, MigrationSource } from "./options.js";
import { emptyIssues, isDone, isEmpty, planModel, UNPLANNED, type ModelPlan, type PlanContext } from "./plan.js";
import { migrationReport, modelReport, type ModelOutcome } from "./report.js";
import { asOneThing, isOfOneThing, type MigrationRun } from "./run.js";
import { modelNames, readSourceModel, type MigrationOrigin } from "./source.js";
import type { SourceNames } from "./names.js";
import { readSourceTable } from "./source-table.js";
import { checkTables } from "../registry/tables.js";
import { readTargetModel } from "./target.js";
import { claimNumbers, migrateVersions } from "./versions.js";
import { log } from "../registry/context.js";
import { SYSTEM } from "../environment.js";

/** The clients, where those of the source differ. */
export interface MigrateClients {
  /** Clients of the region of the source's bucket and table; by default those of the LOB. */
  readonly source?: Aws;
}

/**
 * Says what {@link migrate} would do, and writes nothing.
 *
 * @param aws clients of the LOB's region; the same credentials must be able to read the source
 * @returns per model what will be copied, indexed and left, and each issue; `problems` is how many need a person
 * @throws LobError LOB1001 and LOB1002 (names, options), LOB3001 (LOB), LOB3026 (nothing there), LOB4022 (table), LOB2xxx (AWS)
 */
export async function planMigration(aws: Aws, options: MigrateOptions, clients: MigrateClients = {}): Promise<MigrationReport> {
  const { context, source, issues, plans } = await plan(aws, options, clients);
  return migrationReport(
    context,
    place(source, options),
    false,
    plans.map(({ plan: one }) => modelReport(one)),
    issues,
  );
}

/**
 * Brings every version, alias and draft of a repository of the Python library into the LOB: indexes in place where the source is the
 * LOB's own folder, copies inside S3 otherwise. Each object's SHA-256 is verified on the way. Nothing that is there is overwritten, nothing
 * is deleted, and the source is not changed. It can be killed at any request and run again: it goes on, and does nothing twice. Others may
 * publish meanwhile, through this program or the library.
 *
 * What is wrong with one version, alias or model is a issue of the report, and the rest goes on.
 *
 * @throws LobError as {@link planMigration}, and LOB2010 or the signal's reason when it is interrupted
 */
export async function migrate(aws: Aws, options: MigrateOptions, clients: MigrateClients = {}): Promise<MigrationReport> {
  const { context, source, issues, plans } = await plan(aws, options, clients);
  const run: MigrationRun = {
    aws,
    lob: context.lob,
    source,
    context,
    options,
    environment: SYSTEM,
    onLog: options.onLog,
    signal: options.signal,
    verified: { done: 0, total: plans.reduce((sum, { plan: one }) => sum + modelReport(one).bytes, 0) },
  };
  const reports = [];
  for (const planned of plans) {
    const { plan: done, outcome } = isDone(planned.plan) ? { plan: planned.plan } : await migrateModel(run, planned);
    reports.push(modelReport(done, outcome));
  }
  return migrationReport(context, place(source, options), true, reports, issues);
}

const place = ({ bucket }: MigrationOrigin, { source }: MigrateOptions) => ({
  bucket: bucket.bucket,
  ...(source?.table !== undefined && { table: source.table }),
});

/** @returns what was done, and the plan that it was done by: others may have published since the first one */
async function migrateModel(run: MigrationRun, planned: PlannedModel): Promise<{ plan: ModelPlan; outcome: ModelOutcome }> {
  const issues: MigrationIssue[] = [];
  const found = (issue: MigrationIssue): void => void issues.push(issue);
  const versions = new Set<number>();
  const aliases = new Set<string>();
  const { model, latest } = planned.plan;
  const follow = async (): Promise<void> => {
    if (latest.do === "advance") await asOneThing(found, { model }, () => followLatest(run, model));
  };
  let one = planned.plan;
  await asOneThing(found, { model }, async () => {
    await copyDraft(run, model, latest, found);
    if (one.versions.some((step) => step.do === "copy" || step.do === "index")) {
      await claimNumbers(run, one);
      // Whoever published before the numbers were kept is seen now, and whoever comes later gets a higher one.
      one = await planAgain(run, planned);
    }
    await migrateVersions(run, one, found, follow, versions);
    // Again, or for the first time where nothing was indexed: what became the newest may have come in any batch.
    await follow();
    for (const alias of await migrateAliases(run, one, found)) aliases.add(alias);
  });
  return { plan: one, outcome: { versions, aliases, issues } };
}

/** The plan against what the LOB has now. What was to be done with LATEST was begun already, and what was found is told all the same. */
async function planAgain({ aws, context, options }: MigrationRun, { inventory, plan: first }: PlannedModel): Promise<ModelPlan> {
  if (inventory === undefined) return first;
  const target = await readTargetModel(aws, context.lob, inventory, context.inPlace, options.signal);
  const now = planModel(context, { ...inventory, target });
  const told = new Set(first.issues.map(({ message }) => message));
  const news = now.issues.filter(({ code, message }) => !told.has(message) && code !== "LOB3021");
  return { ...now, latest: first.latest, issues: [...first.issues, ...news] };
}

/** A plan, and what it was made of; a model that could not be read has none. */
interface PlannedModel {
  readonly plan: ModelPlan;
  readonly inventory?: Omit<ModelInventory, "target">;
}

interface Planned {
  readonly context: PlanContext;
  readonly source: MigrationOrigin;
  readonly plans: readonly PlannedModel[];
  /** What concerns no model. */
  readonly issues: readonly MigrationIssue[];
}

async function plan(aws: Aws, options: MigrateOptions, clients: MigrateClients): Promise<Planned> {
  const { signal, catalogTable } = options;
  const lob = await findLob(aws, options.lob, catalogTable === undefined ? {} : { catalogTable });
  const { names, bucket, inPlace } = locate(lob, options.source ?? {});
  assertNoOtherSuffix(lob, names, bucket.bucket);
  const sourceAws = clients.source ?? aws;
  const table = options.source?.table === undefined ? undefined : await readSourceTable(sourceAws, options.source.table, signal);
  const source: MigrationOrigin = { aws: sourceAws, bucket, names, ...(table && { table }) };
  const context: PlanContext = { lob, names, inPlace };
  const plans: PlannedModel[] = [];
  const empty: MigrationIssue[] = [];
  for (const model of await wanted(source, options)) {
    signal?.throwIfAborted();
    const planned = await planOne(aws, context, source, model, signal);
    if ("empty" in planned) {
      empty.push(...emptyIssues(context, planned.empty));
      continue;
    }
    plans.push(planned);
    log(options, "migrate", `read ${model}: ${planned.inventory?.versions.length ?? 0} versions`);
  }
  if (plans.length === 0) throw nothingThere(source, empty[0]);
  const issues = [...(await checkTables(aws, lob)), ...(table?.issues ?? []), ...empty, ...suffixes(context)];
  return { context, source, plans, issues };
}

/** A model that cannot be read, in the source or in the LOB, is told, and the others go on. */
async function planOne(
  aws: Aws,
  context: PlanContext,
  source: MigrationOrigin,
  model: string,
  signal?: AbortSignal,
): Promise<PlannedModel | { readonly empty: Omit<ModelInventory, "target"> }> {
  try {
    const inventory = await readSourceModel(source, model, signal);
    if (isEmpty(inventory)) return { empty: inventory };
    const target = await readTargetModel(aws, context.lob, inventory, context.inPlace, signal);
    return { plan: planModel(context, { ...inventory, target }), inventory };
  } catch (error) {
    if (!isOfOneThing(error)) throw error;
    return { plan: { ...UNPLANNED, model, issues: [issueOf(error, { model })] } };
  }
}

/** Where the source is, and whether that is the LOB's own place. */
export function locate(lob: Lob, given: MigrationSource): Pick<MigrationOrigin, "names" | "bucket"> & { inPlace: boolean } {
  const own = lobPrefix(lob).slice(0, -1);
  const bucket = given.bucket ?? lob.bucket;
  const elsewhere = given.bucket !== undefined && given.bucket !== lob.bucket;
  const prefix = (given.prefix ?? (elsewhere ? "" : own)).replaceAll(/^\/+|\/+$/g, "");
  const suffix = given.suffix ?? lob.suffix;
  const backEnd = given.table === undefined ? "s3" : "s3+dynamodb";
  return {
    names: { backEnd, prefix, suffix },
    bucket: { bucket, bucketOwner: given.account ?? lob.bucketOwner },
    inPlace: backEnd === "s3" && bucket === lob.bucket && prefix === own && suffix === lob.suffix,
  };
}

/**
 * Copies beside their originals would make every folder of versions hold two suffixes: the library calls such a model contaminated, and
 * neither lists nor publishes it.
 */
function assertNoOtherSuffix(lob: Lob, { backEnd, prefix, suffix }: SourceNames, bucket: string): void {
  const own = lobPrefix(lob).slice(0, -1);
  if (backEnd !== "s3" || bucket !== lob.bucket || prefix !== own || suffix === lob.suffix) return;
  throw new LobError(
    "LOB1002",
    `${s3Uri(bucket, prefix)} is where ${lob.lob} keeps its models, and their files end in ${lob.suffix}: what ends in ${JSON.stringify(suffix)} cannot be migrated within it`,
    {
      hint: "The copies would stand beside their originals, and the Python library stops on a folder that holds two suffixes. Copy the originals to another prefix (`aws s3 cp --recursive`), take them away here, and migrate with --from that prefix.",
      details: { bucket, prefix, suffix },
    },
  );
}

async function wanted(source: MigrationOrigin, { models, signal }: MigrateOptions): Promise<readonly string[]> {
  const names = await modelNames(source, signal);
  if (models === undefined) return names;
  const missing = models.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new LobError("LOB3026", `the source has no model ${missing.join(", ")}`, {
      hint: names.length === 0 ? "It has none at all: check bucket and prefix." : `It has ${names.slice(0, 20).join(", ")}.`,
    });
  }
  return models;
}

function nothingThere({ bucket, names }: MigrationOrigin, seen: MigrationIssue | undefined): LobError {
  const where = s3Uri(bucket.bucket, names.prefix);
  const look =
    "Check bucket, prefix and suffix: they are those of the library's Repository. Its S3 and DynamoDB back end needs its table, too (--table).";
  return new LobError("LOB3026", `there is nothing of the Python library at ${where} with the suffix ${JSON.stringify(names.suffix)}`, {
    hint: seen === undefined ? look : `${look} ${seen.message}. ${seen.hint}`,
    details: { bucket: bucket.bucket, prefix: names.prefix, suffix: names.suffix },
  });
}

/** The bytes of an artifact stay what they are, whatever their name ends with. */
function suffixes({ names, lob }: PlanContext): MigrationIssue[] {
  if (names.suffix === lob.suffix) return [];
  return [
    {
      level: "note",
      code: "LOB3024",
      message: `the files of the source end in ${JSON.stringify(names.suffix)}, those of the LOB in ${lob.suffix}: the copies get the LOB's ending, and their bytes stay what they are`,
    },
  ];
}
