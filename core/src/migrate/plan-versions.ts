/** What will be done with each version of a model. Pure. */
import { isSha256, METADATA } from "../layout.js";
import { isOwnNumber } from "../registry/objects.js";
import { objectProblems } from "../registry/agreement.js";
import type { ObjectHead } from "../transfer/object.js";
import { type MigrationIssue, numberRuns } from "./issues.js";
import type { ModelInventory, SourceVersion, TargetVersion } from "./inventory.js";
import type { PlanContext } from "./plan.js";
import { isReadable } from "../registry/status.js";

/** `copy` it and index it; `index` what stands at its place; `there`: it is migrated; `left`: it is not migrated, and a issue says why. */
export type VersionWork = "copy" | "index" | "there" | "left";

export interface VersionStep {
  readonly version: number;
  readonly do: VersionWork;
  /** The object in the source; absent where there is none. */
  readonly object?: ObjectHead;
  /** SHA-256 that its bytes must have; absent where nothing says it. */
  readonly sha256?: string;
  /** Whether another number of the model has the same bytes. */
  readonly twin: boolean;
}

interface Decided {
  readonly do: VersionWork;
  readonly sha256?: string;
  readonly issues: readonly MigrationIssue[];
  /** Whether the LOB has something else at this number. */
  readonly parted?: boolean;
}

/** Numbers that may be missing below one: more are no purge but a file with a wrong name, which would use up the model's numbers. */
const LARGEST_GAP = 1000;

/**
 * The steps, newest first. Nothing is migrated from the first number on at which the LOB has something else, or that stands far above all
 * others.
 * @returns the steps, and the first of these numbers: they and those above are not kept for the migration either
 */
export function planVersions(
  context: PlanContext,
  inventory: ModelInventory,
): { steps: VersionStep[]; end: number; issues: MigrationIssue[] } {
  const { model, target } = inventory;
  const issues: MigrationIssue[] = [];
  const decided = inventory.versions
    .toSorted((a, b) => b.version - a.version)
    .map((source) => ({ source, decision: decide(context, model, source, target.versions.get(source.version) ?? {}) }));
  const parted = Math.min(
    target.ownGap ?? Infinity,
    ...decided.flatMap(({ source, decision }) => (decision.parted ? [source.version] : [])),
  );
  const astray = farAbove(context, inventory);
  const end = Math.min(parted, astray);
  const withheld: number[] = [];
  const times = new Map<string, number>();
  for (const { decision } of decided) if (decision.sha256 !== undefined) times.set(decision.sha256, (times.get(decision.sha256) ?? 0) + 1);
  const deleted: number[] = [];
  const steps = decided.map(({ source, decision }): VersionStep => {
    issues.push(...decision.issues);
    if (source.record?.deleted === true) deleted.push(source.version);
    const waits = decision.do === "copy" || decision.do === "index";
    if (waits && source.version > parted && source.version < astray) withheld.push(source.version);
    return {
      version: source.version,
      do: waits && source.version >= end ? "left" : decision.do,
      ...(source.object && { object: source.object }),
      ...(decision.sha256 !== undefined && { sha256: decision.sha256 }),
      twin: decision.sha256 !== undefined && times.get(decision.sha256)! > 1,
    };
  });
  if (withheld.length > 0) {
    issues.push({
      level: "problem",
      code: "LOB3020",
      message: `${model}: the histories of source and LOB part at version ${parted}; not migrated: ${numberRuns(withheld)}`,
      hint: "Nothing is mixed and nothing overwritten. Give one of the two another model name.",
      model,
    });
  }
  if (astray !== Infinity) {
    const above = inventory.versions.map(({ version }) => version).filter((n) => n >= astray);
    issues.push({
      level: "problem",
      code: "LOB3027",
      message: `${model}: more than ${LARGEST_GAP} numbers are missing below version ${astray}; not migrated: ${numberRuns(above)}`,
      hint: "It would make every later version get a higher number, and there are only 999999. If its name is a mistake, take it away in the source, and migrate again.",
      model,
    });
  }
  if (deleted.length > 0) {
    issues.push({
      level: "note",
      code: "LOB3028",
      message: `${model}: deleted in the source's table, and left there: ${numberRuns(deleted)}`,
      model,
    });
  }
  return { steps, end, issues };
}

/** The first number that is far above the one below it; Infinity where there is none. Numbers that the LOB has given are none. */
export function farAbove(context: PlanContext, { versions, target }: ModelInventory): number {
  const numbers = versions
    .filter((one) => isKnown(context, one))
    .map(({ version }) => version)
    .sort((a, b) => a - b);
  const next = target.row?.next ?? 1;
  return numbers.find((n, index) => index > 0 && n > next && n - Math.max(numbers[index - 1]!, next - 1) - 1 > LARGEST_GAP) ?? Infinity;
}

function decide(context: PlanContext, model: string, source: SourceVersion, target: TargetVersion): Decided {
  const { version, object, record } = source;
  const name = `${model}@${version}`;
  const problem = (code: MigrationIssue["code"], message: string, hint?: string, parted = false): Decided => ({
    do: "left",
    issues: [{ level: "problem", code, message, ...(hint !== undefined && { hint }), model, version }],
    ...(parted && { parted }),
  });
  if (record?.deleted === true) return { do: "left", issues: [] }; // told once for all
  if (object === undefined) {
    return problem("LOB4022", `${name}: the table has a record, and S3 has no object`, "Restore the object, or delete the record.");
  }
  if (!isKnown(context, source)) {
    return problem(
      "LOB4022",
      `${name}: S3 has ${object.key}, and the table has no record of it: the library does not know this version`,
      "Publish it again with the library, or delete the object. If this is told of every version, the table is another one's.",
    );
  }
  const stated = shaOf(object);
  if (record?.sha256 !== undefined && stated !== undefined && record.sha256 !== stated) {
    return problem("LOB4022", `${name}: the table says sha256 ${record.sha256}, the object ${stated}`, "See which of the two is right.");
  }
  if (target.problem !== undefined)
    return problem("LOB4004", `${name}: ${target.problem}`, "`lobreg doctor --rebuild` makes the row anew.");
  const sha256 = record?.sha256 ?? stated;
  return context.inPlace
    ? inPlace(name, model, version, object, sha256, target, problem)
    : elsewhere(name, model, version, object, sha256, target, problem);
}

type ReportProblem = (code: MigrationIssue["code"], message: string, hint?: string, parted?: boolean) => Decided;

function inPlace(
  name: string,
  model: string,
  version: number,
  object: ObjectHead,
  sha256: string | undefined,
  { row }: TargetVersion,
  problem: ReportProblem,
): Decided {
  if (row !== undefined) {
    if (row.status === "RESERVED") return { do: "left", issues: [] }; // it is being published right now
    const problems = isReadable(row) ? objectProblems(row, object) : [`the row is ${row.status}`];
    if (problems.length === 0) return { do: "there", sha256: row.sha256, issues: [] };
    return problem("LOB3020", `${name} is not what its row says: ${problems.join("; ")}`, "`lobreg doctor` tells more.");
  }
  const { metadata } = object;
  if (isOwnNumber(version, object)) {
    return problem("LOB3029", `${name} was published by this program, and its row is gone`, "`lobreg doctor` makes it anew.");
  }
  if (sha256 === undefined || metadata[METADATA.artifactName] !== model) {
    const lacks =
      sha256 === undefined
        ? `no ${METADATA.artifactSha256}`
        : `${METADATA.artifactName} ${JSON.stringify(metadata[METADATA.artifactName] ?? "")} instead of ${JSON.stringify(model)}`;
    return problem(
      "LOB4021",
      `${name}: its object has ${lacks} in its metadata`,
      "Copy the object over itself with the metadata that the Python library writes, and migrate again.",
    );
  }
  return { do: "index", sha256, issues: [] };
}

function elsewhere(
  name: string,
  model: string,
  version: number,
  object: ObjectHead,
  sha256: string | undefined,
  { object: copy, row }: TargetVersion,
  problem: ReportProblem,
): Decided {
  const other = (what: string): Decided =>
    problem("LOB3020", `${name}: ${what}`, "Nothing is overwritten. Give one of the two models another name.", true);
  if (row !== undefined) {
    if (!isReadable(row)) return other(`the LOB gave this number to a version that is ${row.status}`);
    if (copy === undefined) return problem("LOB3020", `${name}: the LOB has a row, and no object`, "`lobreg doctor` tells more.");
    // Without a checksum in the source, the one that the first run computed is in the row.
    const same = row.size === object.size && (sha256 === undefined || row.sha256 === sha256);
    return same ? { do: "there", sha256: row.sha256, issues: [] } : other("the LOB has another version of this number");
  }
  if (copy !== undefined) {
    const same = copy.size === object.size && shaOf(copy) !== undefined && (sha256 === undefined || shaOf(copy) === sha256);
    if (!same || copy.metadata[METADATA.artifactName] !== model) return other("the LOB has another object at this number");
    return { do: "index", sha256: shaOf(copy)!, issues: [] };
  }
  const unknown: MigrationIssue = {
    level: "note",
    code: "LOB4021",
    message: `${name}: nothing says which sha256 it must have; the one of its bytes is taken`,
    model,
    version,
  };
  return sha256 === undefined ? { do: "copy", issues: [unknown] } : { do: "copy", sha256, issues: [] };
}

/** Whether the library knows a version: where there is a table, that decides. */
export const isKnown = ({ names }: PlanContext, { record }: SourceVersion): boolean => names.backEnd === "s3" || record !== undefined;

/** The SHA-256 that an object's metadata states. */
export function shaOf(object: ObjectHead | undefined): string | undefined {
  const stated = object?.metadata[METADATA.artifactSha256];
  return isSha256(stated) ? stated : undefined;
}
