/** Plans the versions of a model. Pure. */
import { defined } from "../defined.js";
import { isSha256, METADATA } from "../layout.js";
import { isOwnNumber } from "../registry/objects.js";
import { objectProblems } from "../registry/agreement.js";
import type { ObjectHead } from "../transfer/object.js";
import { type MigrationIssue, numberRuns } from "./issues.js";
import type { ModelInventory, SourceVersion, TargetVersion } from "./inventory.js";
import type { PlanContext } from "./plan.js";
import { isReadable } from "../registry/status.js";

/** `copy`: copy and index; `index`: index the existing object; `there`: already migrated; `left`: not migrated, and an issue says why. */
export type VersionWork = "copy" | "index" | "there" | "left";

export interface VersionStep {
  readonly version: number;
  readonly do: VersionWork;
  /** The object in the source, if it exists. */
  readonly object?: ObjectHead | undefined;
  /** Expected SHA-256 of the bytes, if known. */
  readonly sha256?: string | undefined;
  /** Whether another number of the model has the same bytes. */
  readonly twin: boolean;
}

interface Decided {
  readonly do: VersionWork;
  readonly sha256?: string | undefined;
  readonly issues: readonly MigrationIssue[];
  /** Whether the LOB has other content at this number. */
  readonly parted?: boolean;
}

/** Largest gap below a number. A larger one means a wrong file name, which would use up the model's numbers, not deleted versions. */
const LARGEST_GAP = 1000;

/**
 * Plans the versions, newest first. Stops at the first number with other content in the LOB, or far above all others.
 * @returns the steps, and in `end` that first number; it and higher numbers are not reserved either
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
      object: source.object,
      sha256: decision.sha256,
      twin: decision.sha256 !== undefined && times.get(decision.sha256)! > 1,
    };
  });
  if (withheld.length > 0) {
    issues.push({
      level: "problem",
      code: "LOB3020",
      message: `${model}: the histories of source and LOB diverge at version ${parted}; not migrated: ${numberRuns(withheld)}`,
      hint: "Nothing was overwritten. Give one of the two another model name.",
      model,
    });
  }
  if (astray !== Infinity) {
    const above = inventory.versions.map(({ version }) => version).filter((n) => n >= astray);
    issues.push({
      level: "problem",
      code: "LOB3027",
      message: `${model}: more than ${LARGEST_GAP} numbers are missing below version ${astray}; not migrated: ${numberRuns(above)}`,
      hint: "Every later version would get a higher number, and there are only 999,999. If the name is wrong, remove the object from the source, and migrate again.",
      model,
    });
  }
  if (deleted.length > 0) {
    issues.push({
      level: "note",
      code: "LOB3028",
      message: `${model}: deleted in the source's table, and not migrated: ${numberRuns(deleted)}`,
      model,
    });
  }
  return { steps, end, issues };
}

/** Returns the first number that is far above the previous one; Infinity if no number is. Skips numbers that the LOB has assigned. */
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
    issues: [{ level: "problem", ...defined({ code, message, hint, model, version }) }],
    parted,
  });
  if (record?.deleted === true) return { do: "left", issues: [] }; // reported once for all versions
  if (object === undefined) {
    return problem("LOB4022", `${name}: the table has a record, but S3 has no object`, "Restore the object, or delete the record.");
  }
  if (!isKnown(context, source)) {
    return problem(
      "LOB4022",
      `${name}: S3 has ${object.key}, but the table has no record, so the library does not know this version`,
      "Publish it again with the library, or delete the object. If this is reported for every version, the table is the wrong one.",
    );
  }
  const stated = shaOf(object);
  if (record?.sha256 !== undefined && stated !== undefined && record.sha256 !== stated) {
    return problem(
      "LOB4022",
      `${name}: the table has sha256 ${record.sha256}, the object has ${stated}`,
      "Find out which of the two is right, and correct the other.",
    );
  }
  if (target.problem !== undefined) return problem("LOB4004", `${name}: ${target.problem}`, "`lobreg doctor --rebuild` rebuilds the row.");
  const sha256 = record?.sha256 ?? stated;
  return context.inPlace
    ? inPlace(name, model, version, object, sha256, target, problem)
    : elsewhere(name, model, version, object, sha256, target, problem);
}

type ProblemReporter = (code: MigrationIssue["code"], message: string, hint?: string, parted?: boolean) => Decided;

function inPlace(
  name: string,
  model: string,
  version: number,
  object: ObjectHead,
  sha256: string | undefined,
  { row }: TargetVersion,
  problem: ProblemReporter,
): Decided {
  if (row !== undefined) {
    if (row.status === "RESERVED") return { do: "left", issues: [] }; // its publish is in progress
    const problems = isReadable(row) ? objectProblems(row, object) : [`the row is ${row.status}`];
    if (problems.length === 0) return { do: "there", sha256: row.sha256, issues: [] };
    return problem("LOB3020", `${name} does not match its row: ${problems.join("; ")}`, "Run `lobreg doctor` for details.");
  }
  const { metadata } = object;
  if (isOwnNumber(version, object)) {
    return problem("LOB3029", `${name} was published by this program, but its row is missing`, "`lobreg doctor` restores it.");
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
  problem: ProblemReporter,
): Decided {
  const other = (what: string): Decided =>
    problem("LOB3020", `${name}: ${what}`, "Nothing was overwritten. Give one of the two models another name.", true);
  if (row !== undefined) {
    if (!isReadable(row)) return other(`the LOB assigned this number to a version that is ${row.status}`);
    if (copy === undefined) return problem("LOB3020", `${name}: the LOB has a row, but no object`, "Run `lobreg doctor` for details.");
    // If the source has no checksum, the row has the one that the first run computed.
    const same = row.size === object.size && (sha256 === undefined || row.sha256 === sha256);
    return same ? { do: "there", sha256: row.sha256, issues: [] } : other("the LOB has another version at this number");
  }
  if (copy !== undefined) {
    const same = copy.size === object.size && shaOf(copy) !== undefined && (sha256 === undefined || shaOf(copy) === sha256);
    if (!same || copy.metadata[METADATA.artifactName] !== model) return other("the LOB has another object at this number");
    return { do: "index", sha256: shaOf(copy)!, issues: [] };
  }
  const unknown: MigrationIssue = {
    level: "note",
    code: "LOB4021",
    message: `${name}: there is no expected sha256; the one computed from its bytes is used`,
    model,
    version,
  };
  return sha256 === undefined ? { do: "copy", issues: [unknown] } : { do: "copy", sha256, issues: [] };
}

/** Whether the library knows a version. If there is a table, the table decides. */
export const isKnown = ({ names }: PlanContext, { record }: SourceVersion): boolean => names.backEnd === "s3" || record !== undefined;

/** Returns the SHA-256 in an object's metadata; undefined if it is missing or invalid. */
export function shaOf(object: ObjectHead | undefined): string | undefined {
  const stated = object?.metadata[METADATA.artifactSha256];
  return isSha256(stated) ? stated : undefined;
}
