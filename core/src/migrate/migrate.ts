/** Migrates a repository of the Python library `versioned` to a LOB. docs/migrate.md describes the results. */
import { defined } from "../defined.js";
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
import { isReportable, reportIssues, type MigrationRun } from "./run.js";
import { modelNames, readSourceModel, type MigrationOrigin } from "./source.js";
import type { SourceNames } from "./names.js";
import { readSourceTable } from "./source-table.js";
import { checkTables } from "../registry/tables.js";
import { readTargetModel } from "./target.js";
import { claimNumbers, migrateVersions } from "./versions.js";
import { log } from "../registry/context.js";
import { SYSTEM } from "../environment.js";

/** Clients for a source in another region. */
export interface MigrateClients {
  /** Clients for the region of the source's bucket and table. Default: those of the LOB. */
  readonly source?: Aws | undefined;
}

/**
 * Returns what {@link migrate} would do. Writes nothing.
 *
 * @param aws clients of the LOB's region; the same credentials must be able to read the source
 * @returns per model what will be copied, indexed and left, and all issues; `problems` is the number of issues that need manual action
 * @throws LobError LOB1001 and LOB1002 (names, options), LOB3001 (LOB), LOB3026 (nothing there), LOB4022 (table), LOB2xxx (AWS)
 */
export async function planMigration(aws: Aws, options: MigrateOptions, clients: MigrateClients = {}): Promise<MigrationReport> {
  const { context, source, issues, plans } = await plan(aws, options, clients);
  return migrationReport(
    context,
    locationOf(source, options),
    false,
    plans.map(({ plan: one }) => modelReport(one)),
    issues,
  );
}

/**
 * Migrates every version, alias and draft of a repository of the Python library to the LOB. Indexes in place if the source is the LOB's own
 * folder, and copies inside S3 otherwise. Verifies each object's SHA-256. Overwrites and deletes nothing, and does not change the source.
 * A killed migration resumes when run again. Safe during publishes by this program or the library.
 *
 * Problems with one version, alias or model are issues in the report, and do not stop the rest.
 *
 * @param aws as for {@link planMigration}
 * @throws LobError as {@link planMigration}, and LOB2010 or the signal's reason if it is interrupted
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
  return migrationReport(context, locationOf(source, options), true, reports, issues);
}

const locationOf = ({ bucket }: MigrationOrigin, { source }: MigrateOptions) => ({ bucket: bucket.bucket, table: source?.table });

/** @returns the outcome, and the plan that was carried out, which differs from the first one after publishes in the meantime */
async function migrateModel(run: MigrationRun, planned: PlannedModel): Promise<{ plan: ModelPlan; outcome: ModelOutcome }> {
  const issues: MigrationIssue[] = [];
  const onIssue = (issue: MigrationIssue): void => void issues.push(issue);
  const versions = new Set<number>();
  const aliases = new Set<string>();
  const { model, latest } = planned.plan;
  const follow = async (): Promise<void> => {
    if (latest.do === "advance") await reportIssues(onIssue, { model }, () => followLatest(run, model));
  };
  let one = planned.plan;
  await reportIssues(onIssue, { model }, async () => {
    await copyDraft(run, model, latest, onIssue);
    if (one.versions.some((step) => step.do === "copy" || step.do === "index")) {
      await claimNumbers(run, one);
      // The new plan includes publishes before the reservation of the numbers. Later publishes get higher numbers.
      one = await planAgain(run, planned);
    }
    await migrateVersions(run, one, onIssue, follow, versions);
    // Needed even after the call for the first batch, because any batch may contain the version that became the newest.
    await follow();
    for (const alias of await migrateAliases(run, one, onIssue)) aliases.add(alias);
  });
  return { plan: one, outcome: { versions, aliases, issues } };
}

/** Plans again with the LOB's current state. Keeps the first plan for LATEST, which has already begun, and all issues of the first plan. */
async function planAgain({ aws, context, options }: MigrationRun, { inventory, plan: first }: PlannedModel): Promise<ModelPlan> {
  if (inventory === undefined) return first;
  const target = await readTargetModel(aws, context.lob, inventory, context.inPlace, options.signal);
  const now = planModel(context, { ...inventory, target });
  const reported = new Set(first.issues.map(({ message }) => message));
  const news = now.issues.filter(({ code, message }) => !reported.has(message) && code !== "LOB3021");
  return { ...now, latest: first.latest, issues: [...first.issues, ...news] };
}

/** A plan and its inventory. A model that could not be read has no inventory. */
interface PlannedModel {
  readonly plan: ModelPlan;
  readonly inventory?: Omit<ModelInventory, "target">;
}

interface Planned {
  readonly context: PlanContext;
  readonly source: MigrationOrigin;
  readonly plans: readonly PlannedModel[];
  /** Issues that concern no single model. */
  readonly issues: readonly MigrationIssue[];
}

async function plan(aws: Aws, options: MigrateOptions, clients: MigrateClients): Promise<Planned> {
  const { signal, catalogTable } = options;
  const lob = await findLob(aws, options.lob, defined({ catalogTable }));
  const { names, bucket, inPlace } = locate(lob, options.source ?? {});
  assertNoOtherSuffix(lob, names, bucket.bucket);
  const sourceAws = clients.source ?? aws;
  const table = options.source?.table === undefined ? undefined : await readSourceTable(sourceAws, options.source.table, signal);
  const source: MigrationOrigin = { aws: sourceAws, bucket, names, table };
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

/** Plans one model. A model that cannot be read, in the source or in the LOB, gets a plan with only an issue. */
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
    if (!isReportable(error)) throw error;
    return { plan: { ...UNPLANNED, model, issues: [issueOf(error, { model })] } };
  }
}

/** Resolves the location of the source, and whether it is the LOB's own folder. */
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
 * Refuses a source with another suffix in the LOB's own folder. Copies beside their originals would give each versions folder two suffixes,
 * and the library neither lists nor publishes such a contaminated model.
 * @throws LobError LOB1002
 */
function assertNoOtherSuffix(lob: Lob, { backEnd, prefix, suffix }: SourceNames, bucket: string): void {
  const own = lobPrefix(lob).slice(0, -1);
  if (backEnd !== "s3" || bucket !== lob.bucket || prefix !== own || suffix === lob.suffix) return;
  throw new LobError(
    "LOB1002",
    `${s3Uri(bucket, prefix)} is the folder of ${lob.lob}, whose files end in ${lob.suffix}: files that end in ${JSON.stringify(suffix)} cannot be migrated inside it`,
    {
      hint: "The copies would be beside their originals, and the Python library refuses a folder with two suffixes. Copy the originals to another prefix (`aws s3 cp --recursive`), delete them here, and migrate with --from that prefix.",
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
      hint:
        names.length === 0
          ? "The source has no models. Check the bucket and the prefix."
          : `The source has ${names.slice(0, 20).join(", ")}.`,
    });
  }
  return models;
}

function nothingThere({ bucket, names }: MigrationOrigin, seen: MigrationIssue | undefined): LobError {
  const where = s3Uri(bucket.bucket, names.prefix);
  const look =
    "Check that bucket, prefix and suffix are those of the library's Repository. The S3 and DynamoDB back end also needs its table (--table).";
  return new LobError("LOB3026", `no models of the Python library at ${where} with the suffix ${JSON.stringify(names.suffix)}`, {
    hint: seen === undefined ? look : `${look} ${seen.message}. ${seen.hint}`,
    details: { bucket: bucket.bucket, prefix: names.prefix, suffix: names.suffix },
  });
}

/** Notes that copies get the LOB's suffix, although their bytes stay the same. */
function suffixes({ names, lob }: PlanContext): MigrationIssue[] {
  if (names.suffix === lob.suffix) return [];
  return [
    {
      level: "note",
      code: "LOB3024",
      message: `the source's files end in ${JSON.stringify(names.suffix)}, the LOB's in ${lob.suffix}: the copies get the LOB's suffix, and their bytes stay the same`,
    },
  ];
}
