/**
 * Compares S3 with the tables, finishes interrupted publishes and restores deleted rows. Safe to run at any time, during publishes and in
 * parallel, because each step is conditional on the state that was read.
 */
import { defined } from "../defined.js";
import { LobError } from "../errors.js";
import { modelProblem, s3Uri, versionsPrefix } from "../layout.js";
import { checkTables } from "../registry/tables.js";
import { INDEXED_AT_ONCE } from "../registry/recover.js";
import { assertName, findLob } from "../registry/lob.js";
import type { Aws, Lob } from "../types.js";
import { diagnose } from "./diagnose.js";
import type { Diagnosis } from "./diagnosis.js";
import { ISSUES, type DoctorIssue, type IssueKind, type IssueOutcome } from "./issues.js";
import { issueOf, leftovers } from "./leftovers.js";
import { findModels } from "./models.js";
import { assertConcurrency, assertSeconds, DEFAULT_AGE, DEFAULT_BUSY, type DoctorOptions, type DoctorReport } from "./options.js";
import { carryOut, indexAll } from "./repair.js";
import { readModelState, type ModelState } from "./state.js";
import { isUnreadable } from "../registry/rows.js";
import { type Environment, SYSTEM } from "../environment.js";
import { type ProtocolContext, withoutContent } from "../publish/run.js";

/** Maximum number of passes over a model. A repair can reveal another issue, so each repair is followed by a pass. */
const MAX_PASSES = 8;

/**
 * Checks and repairs a LOB, or one model of it.
 * @param options `lob` is the LOB's name, `catalogTable` its catalog table (default `LOB-model-catalog`, then `model-catalog`); see
 *   {@link DoctorOptions} for the rest
 * @returns the issues with their outcomes
 * @throws LobError LOB1001, LOB1002 (options), LOB3001 (no such LOB), LOB2xxx (AWS)
 */
export async function doctor(
  aws: Aws,
  options: DoctorOptions & { readonly lob: string; readonly catalogTable?: string },
): Promise<DoctorReport> {
  if (options.model !== undefined) assertName(modelProblem(options.model));
  assertSeconds("busySeconds", options.busySeconds);
  assertSeconds("ageSeconds", options.ageSeconds);
  assertConcurrency(options.concurrency);
  const lob = await findLob(aws, options.lob, defined({ catalogTable: options.catalogTable }));
  return doctorLob(aws, lob, options);
}

/** Checks and repairs a LOB whose row was read already. */
export async function doctorLob(aws: Aws, lob: Lob, options: DoctorOptions = {}, environment: Environment = SYSTEM): Promise<DoctorReport> {
  const issues: DoctorIssue[] = [];
  const report = (issue: DoctorIssue): void => {
    issues.push(issue);
    options.onIssue?.(issue);
  };
  const lacking = (await checkTables(aws, lob)).filter(({ level }) => level === "problem");
  for (const { message, hint } of lacking)
    report({ kind: "no-index", outcome: "manual", lob: lob.lob, message: `${message} ${hint ?? ""}` });
  const { names, hints, elsewhere, problems } = await findModels(aws, lob, options);
  if (lacking.length === 0) problems.forEach(report);
  /** Staging keys that RESERVED rows name. */
  const needed = new Set<string>();
  /** Models with rows that could not be read. */
  const unclear = new Set<string>();
  let versions = 0;
  for (const [done, model] of names.entries()) {
    const other = elsewhere.get(model);
    await orFailed(report, { lob: lob.lob, model }, options.signal, async () => {
      unclear.add(model);
      if (other !== undefined) {
        // A repair would begin a second history at the place that the LOB's row names.
        const here = `${s3Uri(lob.bucket, versionsPrefix(lob, model))}*${lob.suffix}`;
        report({
          kind: "elsewhere",
          outcome: "manual",
          lob: lob.lob,
          model,
          message: `versions are at ${other}, but the LOB's row says ${here}`,
        });
        return;
      }
      const state = await new Examination(aws, lob, model, options, environment, report).run(hints.get(model) ?? []);
      versions += state.numbers.length;
      for (const { row } of state.numbers) {
        if (row && !isUnreadable(row) && row.status === "RESERVED" && row.stagingKey !== undefined) needed.add(row.stagingKey);
      }
      if (!state.numbers.some(({ row }) => isUnreadable(row))) unclear.delete(model);
    });
    options.onModel?.(model, done + 1, names.length);
  }
  await orFailed(report, { lob: lob.lob }, options.signal, () => cleanUp(aws, lob, { needed, unclear }, options, environment, report));
  return {
    lob: lob.lob,
    dryRun: options.dryRun ?? false,
    models: names.length,
    versions,
    issues,
    needsManualAction: issues.some(({ outcome }) => outcome === "manual"),
  };
}

/** Reports an error as an issue, so that doctor continues. Rethrows errors of credentials, network and interruption. */
async function orFailed(
  report: (issue: DoctorIssue) => void,
  where: Pick<DoctorIssue, "lob" | "model">,
  signal: AbortSignal | undefined,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isFatal(error, signal)) throw error;
    report({ ...where, kind: "failed", outcome: "manual", message: wordsOf(error) });
  }
}

const FATAL = new Set(["LOB2001", "LOB2002", "LOB2004", "LOB2005", "LOB2010"]);
const isFatal = (error: unknown, signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true || (error instanceof LobError && FATAL.has(error.code));
const wordsOf = (error: unknown): string =>
  error instanceof LobError ? `${error.code}: ${error.message}` : `LOB9001: ${error instanceof Error ? error.message : String(error)}`;

/** Checks and repairs one model until nothing is left that doctor may repair. */
class Examination {
  readonly #options: DoctorOptions;
  readonly #context: ProtocolContext;
  readonly #onIssue: (issue: DoctorIssue) => void;
  /** Repaired issues. They are not repaired again. */
  readonly #repaired = new Set<string>();
  /** Issues whose repair failed. They are retried only after another repair. */
  #failed = new Map<string, { diagnosis: Diagnosis; error: unknown }>();

  constructor(aws: Aws, lob: Lob, model: string, options: DoctorOptions, environment: Environment, onIssue: (issue: DoctorIssue) => void) {
    const { signal, onProgress, onLog } = options;
    this.#options = options;
    this.#onIssue = onIssue;
    this.#context = withoutContent({ aws, lob, model, environment, signal, onProgress, onLog });
  }

  /** @returns the model's state at the last pass */
  async run(hints: readonly number[]): Promise<ModelState> {
    const { lob, environment } = this.#context;
    for (let pass = 1; ; pass++) {
      const state = await this.#read(hints);
      const diagnoses = diagnose(state, circumstancesOf(lob, this.#options, environment));
      const repairs = diagnoses.filter((diagnosis) => this.#mayRepair(diagnosis));
      if (repairs.length === 0 || pass === MAX_PASSES) {
        for (const diagnosis of diagnoses) this.#report(diagnosis, this.#outcomeOf(diagnosis));
        for (const { diagnosis, error } of this.#failed.values())
          this.#report({ ...diagnosis, message: wordsOf(error) }, "manual", "failed");
        return state;
      }
      if (await this.#repair(repairs)) this.#failed = new Map();
    }
  }

  #read(hints: readonly number[]): Promise<ModelState> {
    const { aws, lob, model, environment, signal, onProgress } = this.#context;
    const { concurrency = 16 } = this.#options;
    return readModelState(aws, lob, model, {
      concurrency,
      hints,
      environment,
      signal,
      onNumbers: (done, total) => onProgress?.({ phase: "check", done, total, item: model, unit: "versions" }),
    });
  }

  /** @returns whether anything was repaired */
  async #repair(repairs: readonly Diagnosis[]): Promise<boolean> {
    let repaired = false;
    for (const group of together(repairs)) {
      this.#context.signal?.throwIfAborted();
      try {
        const [{ repair }] = group;
        const found = group.flatMap(({ repair: one }) => (one?.do === "index" ? [one] : []));
        // If another process was first, the next pass finds out.
        if (!(found.length > 1 ? await indexAll(this.#context, found) : await carryOut(this.#context, repair!))) continue;
        repaired = true;
        for (const diagnosis of group) {
          this.#repaired.add(idOf(diagnosis));
          // Marking a row as MISSING does not bring its object back: a person must act.
          this.#report(diagnosis, ISSUES[diagnosis.kind].fixedBy === "manual" ? "manual" : "repaired");
        }
      } catch (error) {
        if (isFatal(error, this.#context.signal)) throw error;
        for (const diagnosis of group) this.#failed.set(idOf(diagnosis), { diagnosis, error });
      }
    }
    return repaired;
  }

  #mayRepair(diagnosis: Diagnosis): boolean {
    const { dryRun = false, rebuild = false } = this.#options;
    const id = idOf(diagnosis);
    if (dryRun || diagnosis.repair === undefined || this.#repaired.has(id) || this.#failed.has(id)) return false;
    return ISSUES[diagnosis.kind].fixedBy !== "rebuild" || rebuild;
  }

  #outcomeOf(diagnosis: Diagnosis): IssueOutcome {
    const { dryRun = false, rebuild = false } = this.#options;
    const { fixedBy } = ISSUES[diagnosis.kind];
    if (fixedBy === "none") return "noted";
    if (fixedBy === "manual" || diagnosis.repair === undefined) return "manual";
    // An issue that came back after its repair, or whose repair failed, needs a person.
    return dryRun && (fixedBy !== "rebuild" || rebuild) ? "planned" : "manual";
  }

  #report({ kind, version, key, message }: Diagnosis, outcome: IssueOutcome, as: IssueKind = kind): void {
    const { lob, model } = this.#context;
    this.#onIssue(defined({ kind: as, outcome, lob: lob.lob, model, version, key, message }));
  }
}

/** Groups numbers to index, which share transactions. Every other repair is a group of one. */
function* together(repairs: readonly Diagnosis[]): Generator<[Diagnosis, ...Diagnosis[]]> {
  let group: Diagnosis[] = [];
  for (const diagnosis of repairs) {
    if (diagnosis.repair?.do === "index" && group.length < INDEXED_AT_ONCE) {
      group.push(diagnosis);
      continue;
    }
    if (group.length > 0) yield group as [Diagnosis];
    group = [];
    if (diagnosis.repair?.do === "index") group.push(diagnosis);
    else yield [diagnosis];
  }
  if (group.length > 0) yield group as [Diagnosis];
}

const idOf = ({ kind, version, key, message }: Diagnosis): string => JSON.stringify([kind, version, key, message]);

function circumstancesOf(lob: Lob, options: DoctorOptions, environment: Environment) {
  const { busySeconds = DEFAULT_BUSY, ageSeconds = DEFAULT_AGE } = options;
  return { lob, now: environment.now(), busyMs: busySeconds * 1000, abandonMs: ageSeconds * 1000 };
}

async function cleanUp(
  aws: Aws,
  lob: Lob,
  { needed, unclear }: { readonly needed: ReadonlySet<string>; readonly unclear: ReadonlySet<string> },
  options: DoctorOptions,
  environment: Environment,
  report: (issue: DoctorIssue) => void,
): Promise<void> {
  const { now, abandonMs } = circumstancesOf(lob, options, environment);
  const { model, signal, clean = false, dryRun = false } = options;
  const before = new Date(now.getTime() - abandonMs);
  const { found, notListed } = await leftovers(aws, lob, {
    needed,
    before,
    model,
    signal,
  });
  for (const leftover of found) {
    // A row that cannot be read may need this upload.
    const remove = clean && !dryRun && !unclear.has(leftover.model);
    if (remove) await leftover.remove();
    report(issueOf(lob, leftover, remove ? "repaired" : "planned"));
  }
  if (notListed !== undefined) report({ kind: "not-listed", outcome: "noted", lob: lob.lob, message: notListed });
}
