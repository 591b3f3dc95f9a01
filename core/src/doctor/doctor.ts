/**
 * Doctor: compares what S3 holds with what the tables say, finishes what publishers left, and makes rows anew that were deleted. Anybody may
 * run it, at any time, also beside publishers and beside itself: each step is conditional on what was read.
 */
import { LobError } from "../errors.js";
import { modelProblem } from "../layout.js";
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

/** Looks at the model again after repairing, this often at most: a repair can bring another one to light. */
const LOOKS = 8;

/**
 * Checks and fixes a LOB, or one model of it.
 * @param options `lob` its name; see {@link DoctorOptions} for the rest
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
  const lob = await findLob(aws, options.lob, options.catalogTable === undefined ? {} : { catalogTable: options.catalogTable });
  return doctorLob(aws, lob, options);
}

/** Doctor on a LOB that was found already. */
export async function doctorLob(aws: Aws, lob: Lob, options: DoctorOptions = {}, environment: Environment = SYSTEM): Promise<DoctorReport> {
  const issues: DoctorIssue[] = [];
  const tell = (issue: DoctorIssue): void => {
    issues.push(issue);
    options.onIssue?.(issue);
  };
  const lacking = (await checkTables(aws, lob)).filter(({ level }) => level === "problem");
  for (const { message, hint } of lacking) tell({ kind: "no-index", outcome: "manual", lob: lob.lob, message: `${message} ${hint ?? ""}` });
  const { names, hints, problems } = await findModels(aws, lob, options);
  if (lacking.length === 0) problems.forEach(tell);
  /** Staging keys that RESERVED rows name, and models of whose rows not all could be read. */
  const needed = new Set<string>();
  const unclear = new Set<string>();
  let versions = 0;
  for (const [done, model] of names.entries()) {
    await orFailed(tell, { lob: lob.lob, model }, options.signal, async () => {
      unclear.add(model);
      const state = await new Examination(aws, lob, model, options, environment, tell).run(hints.get(model) ?? []);
      versions += state.numbers.length;
      for (const { row } of state.numbers) {
        if (row && !isUnreadable(row) && row.status === "RESERVED" && row.stagingKey !== undefined) needed.add(row.stagingKey);
      }
      if (!state.numbers.some(({ row }) => isUnreadable(row))) unclear.delete(model);
    });
    options.onModel?.(model, done + 1, names.length);
  }
  await orFailed(tell, { lob: lob.lob }, options.signal, () => cleanUp(aws, lob, { needed, unclear }, options, environment, tell));
  return {
    lob: lob.lob,
    dryRun: options.dryRun ?? false,
    models: names.length,
    versions,
    issues,
    needsManualAction: issues.some(({ outcome }) => outcome === "manual"),
  };
}

/** What goes wrong with one thing does not keep doctor from the others. Credentials, the network and an interruption do. */
async function orFailed(
  tell: (issue: DoctorIssue) => void,
  where: Pick<DoctorIssue, "lob" | "model">,
  signal: AbortSignal | undefined,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isFatal(error, signal)) throw error;
    tell({ ...where, kind: "failed", outcome: "manual", message: wordsOf(error) });
  }
}

const FATAL = new Set(["LOB2001", "LOB2002", "LOB2004", "LOB2005", "LOB2010"]);
const isFatal = (error: unknown, signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true || (error instanceof LobError && FATAL.has(error.code));
const wordsOf = (error: unknown): string =>
  error instanceof LobError ? `${error.code}: ${error.message}` : `LOB9001: ${error instanceof Error ? error.message : String(error)}`;

/** Looks at one model, fixes and looks again, until nothing is left that doctor may fix. */
class Examination {
  readonly #options: DoctorOptions;
  readonly #steps: ProtocolContext;
  readonly #tell: (issue: DoctorIssue) => void;
  /** What was repaired, and what could not be: in both cases it is not tried again, unless other things were repaired since. */
  readonly #repaired = new Set<string>();
  #failed = new Map<string, { diagnosis: Diagnosis; error: unknown }>();

  constructor(aws: Aws, lob: Lob, model: string, options: DoctorOptions, environment: Environment, tell: (issue: DoctorIssue) => void) {
    const { signal, onProgress, onLog } = options;
    this.#options = options;
    this.#tell = tell;
    this.#steps = withoutContent({ aws, lob, model, environment, signal, onProgress, onLog });
  }

  /** @returns the model as it was found last */
  async run(hints: readonly number[]): Promise<ModelState> {
    const { lob, environment } = this.#steps;
    for (let look = 1; ; look++) {
      const state = await this.#read(hints);
      const diagnoses = diagnose(state, circumstancesOf(lob, this.#options, environment));
      const repairs = diagnoses.filter((diagnosis) => this.#mayRepair(diagnosis));
      if (repairs.length === 0 || look === LOOKS) {
        for (const diagnosis of diagnoses) this.#report(diagnosis, this.#outcomeOf(diagnosis));
        for (const { diagnosis, error } of this.#failed.values())
          this.#report({ ...diagnosis, message: wordsOf(error) }, "manual", "failed");
        return state;
      }
      if (await this.#repair(repairs)) this.#failed = new Map();
    }
  }

  #read(hints: readonly number[]): Promise<ModelState> {
    const { aws, lob, model, signal, onProgress } = this.#steps;
    const { concurrency = 16 } = this.#options;
    return readModelState(aws, lob, model, {
      concurrency,
      hints,
      ...(signal && { signal }),
      ...(onProgress && { onNumbers: (done, total) => onProgress({ phase: "check", done, total, item: model, unit: "versions" }) }),
    });
  }

  /** @returns whether anything was repaired */
  async #repair(repairs: readonly Diagnosis[]): Promise<boolean> {
    let repaired = false;
    for (const group of together(repairs)) {
      this.#steps.signal?.throwIfAborted();
      try {
        const [{ repair }] = group;
        const found = group.flatMap(({ repair: one }) => (one?.do === "index" ? [one] : []));
        // Where somebody was first, the next look tells.
        if (!(found.length > 1 ? await indexAll(this.#steps, found) : await carryOut(this.#steps, repair!))) continue;
        repaired = true;
        for (const diagnosis of group) {
          this.#repaired.add(idOf(diagnosis));
          // What needs a person needs one also after the row says so.
          this.#report(diagnosis, ISSUES[diagnosis.kind].fixedBy === "manual" ? "manual" : "repaired");
        }
      } catch (error) {
        if (isFatal(error, this.#steps.signal)) throw error;
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
    // What is so again although it was repaired, or could not be, is for a person too.
    return dryRun && (fixedBy !== "rebuild" || rebuild) ? "planned" : "manual";
  }

  #report({ kind, version, key, message }: Diagnosis, outcome: IssueOutcome, as: IssueKind = kind): void {
    const { lob, model } = this.#steps;
    this.#tell({
      ...{ kind: as, outcome, lob: lob.lob, model },
      ...(version !== undefined && { version }),
      ...(key !== undefined && { key }),
      message,
    });
  }
}

/** Numbers without a row get theirs many at a time; everything else is a step of its own. */
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
  tell: (issue: DoctorIssue) => void,
): Promise<void> {
  const { now, abandonMs } = circumstancesOf(lob, options, environment);
  const { model, signal, clean = false, dryRun = false } = options;
  const before = new Date(now.getTime() - abandonMs);
  const { found, notListed } = await leftovers(aws, lob, {
    needed,
    before,
    ...(model !== undefined && { model }),
    ...(signal && { signal }),
  });
  for (const leftover of found) {
    // A row that cannot be read may wait for it.
    const remove = clean && !dryRun && !unclear.has(leftover.model);
    if (remove) await leftover.remove();
    tell(issueOf(lob, leftover, remove ? "repaired" : "planned"));
  }
  if (notListed !== undefined) tell({ kind: "not-listed", outcome: "noted", lob: lob.lob, message: notListed });
}
