/**
 * Doctor: compares what S3 holds with what the tables say, finishes what publishers left, and makes rows anew that were deleted. Anybody may
 * run it, at any time, also beside publishers and beside itself: each step is conditional on what was read.
 */
import { LobError } from "../errors.js";
import { modelProblem } from "../layout.js";
import type { Steps } from "../publish/run.js";
import { SURROUNDINGS, type Surroundings } from "../publish/surroundings.js";
import { assertName, findLob } from "../registry/lob.js";
import type { Aws, Lob } from "../types.js";
import { diagnose, type Diagnosis } from "./diagnose.js";
import { FINDINGS, type Finding, type Outcome } from "./findings.js";
import { findingOf, leftovers } from "./leftovers.js";
import { findModels } from "./models.js";
import { assertSeconds, DEFAULT_AGE, DEFAULT_BUSY, type DoctorOptions, type DoctorReport } from "./options.js";
import { carryOut } from "./repair.js";
import { isUnreadable, readModelState, type ModelState } from "./state.js";

type Around = Pick<Surroundings, "sleep" | "random" | "now">;

/** Looks at the model again after mending, this often at most: a repair can bring another one to light. */
const LOOKS = 8;

/**
 * Checks and mends a LOB, or one model of it.
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
  const lob = await findLob(aws, options.lob, options.catalogTable === undefined ? {} : { catalogTable: options.catalogTable });
  return doctorLob(aws, lob, options);
}

/** Doctor on a LOB that was found already. */
export async function doctorLob(aws: Aws, lob: Lob, options: DoctorOptions = {}, around: Around = SURROUNDINGS): Promise<DoctorReport> {
  const models = await findModels(aws, lob, options);
  const findings: Finding[] = [...models.problems];
  const needed = new Set<string>();
  let versions = 0;
  for (const [done, model] of models.names.entries()) {
    const checked = await checkModel(aws, lob, model, models.hints.get(model) ?? [], options, around);
    findings.push(...checked.findings);
    for (const key of checked.needed) needed.add(key);
    versions += checked.versions;
    options.onModel?.(model, done + 1, models.names.length);
  }
  findings.push(...(await cleanUp(aws, lob, needed, options, around)));
  return {
    lob: lob.lob,
    dryRun: options.dryRun ?? false,
    models: models.names.length,
    versions,
    findings,
    needsPerson: findings.some(({ outcome }) => outcome === "person"),
  };
}

interface Checked {
  readonly findings: readonly Finding[];
  readonly versions: number;
  /** Staging keys that RESERVED rows name. */
  readonly needed: readonly string[];
}

/** Looks, mends and looks again, until nothing is left that doctor may mend. */
async function checkModel(
  aws: Aws,
  lob: Lob,
  model: string,
  hints: readonly number[],
  options: DoctorOptions,
  around: Around,
): Promise<Checked> {
  const { signal, onProgress, onEvent, concurrency = 16 } = options;
  const steps: Steps = {
    aws,
    lob,
    model,
    around,
    takeOver: false,
    ownTokens: new Set(),
    publishedLatest: new Map(),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
    ...(onEvent && { onEvent }),
  };
  const found = (diagnosis: Diagnosis, outcome: Outcome): Finding => ({
    kind: diagnosis.kind,
    outcome,
    lob: lob.lob,
    model,
    ...(diagnosis.version !== undefined && { version: diagnosis.version }),
    ...(diagnosis.key !== undefined && { key: diagnosis.key }),
    message: diagnosis.message,
  });
  const findings: Finding[] = [];
  /** What was tried and threw: named once, and not tried again. */
  const failed = new Set<string>();
  for (let look = 1; ; look++) {
    const state = await readModelState(aws, lob, model, {
      concurrency,
      hints,
      ...(signal && { signal }),
      ...(onProgress && { onNumbers: (done, total) => onProgress({ phase: "check", done, total, item: model, unit: "versions" }) }),
    });
    const diagnoses = diagnose(state, circumstancesOf(lob, options, around)).filter((diagnosis) => !failed.has(idOf(diagnosis)));
    const repairs = options.dryRun === true ? [] : diagnoses.filter((diagnosis) => mayMend(diagnosis, options));
    if (repairs.length === 0 || look === LOOKS) {
      findings.push(...diagnoses.map((diagnosis) => found(diagnosis, outcomeOf(diagnosis, options))));
      return { findings, versions: state.numbers.length, needed: neededBy(state) };
    }
    for (const diagnosis of repairs) {
      signal?.throwIfAborted();
      try {
        if (!(await carryOut(steps, diagnosis.repair!))) continue; // somebody was first: the next look tells
        // What needs a person needs one also after the row says so.
        findings.push(found(diagnosis, FINDINGS[diagnosis.kind].mender === "person" ? "person" : "mended"));
      } catch (error) {
        if (!(error instanceof LobError) || !isAboutThis(error)) throw error;
        failed.add(idOf(diagnosis));
        findings.push(found(diagnosis, "person"), {
          ...found(diagnosis, "person"),
          kind: "failed",
          message: `${error.code}: ${error.message}`,
        });
      }
    }
  }
}

/** An error that concerns one thing, and does not keep doctor from the others. AWS that cannot be reached does. */
const isAboutThis = ({ code }: LobError): boolean => code.startsWith("LOB4") || code.startsWith("LOB3");

const idOf = ({ kind, version, key }: Diagnosis): string => [kind, version, key].join(" ");

function circumstancesOf(lob: Lob, options: DoctorOptions, around: Around) {
  const { busySeconds = DEFAULT_BUSY, ageSeconds = DEFAULT_AGE } = options;
  return { lob, now: new Date(around.now()), busyMs: busySeconds * 1000, abandonMs: ageSeconds * 1000 };
}

function mayMend({ kind, repair }: Diagnosis, options: DoctorOptions): boolean {
  if (repair === undefined) return false;
  return FINDINGS[kind].mender === "rebuild" ? options.rebuild === true : true;
}

function outcomeOf(diagnosis: Diagnosis, options: DoctorOptions): Outcome {
  const { mender } = FINDINGS[diagnosis.kind];
  if (mender === "nobody") return "noted";
  if (mender === "person" || diagnosis.repair === undefined) return "person";
  if (mender === "rebuild") return options.rebuild === true ? "planned" : "person";
  return "planned";
}

function neededBy({ numbers }: ModelState): string[] {
  return numbers.flatMap(({ row }) =>
    row && !isUnreadable(row) && row.status === "RESERVED" && row.stagingKey !== undefined ? row.stagingKey : [],
  );
}

async function cleanUp(aws: Aws, lob: Lob, needed: ReadonlySet<string>, options: DoctorOptions, around: Around): Promise<Finding[]> {
  const { now, abandonMs } = circumstancesOf(lob, options, around);
  const { model, signal } = options;
  const left = await leftovers(aws, lob, {
    needed,
    before: new Date(now.getTime() - abandonMs),
    ...(model !== undefined && { model }),
    ...(signal && { signal }),
  });
  const findings: Finding[] = [];
  for (const leftover of left) {
    const remove = options.clean === true && options.dryRun !== true;
    if (remove) await leftover.remove();
    findings.push(findingOf(lob, leftover, remove ? "mended" : "planned"));
  }
  return findings;
}
