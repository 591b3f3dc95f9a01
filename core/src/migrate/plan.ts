/** Plans the migration of one model from its inventory. Pure. */
import { modelProblem } from "../layout.js";
import type { Lob } from "../types.js";
import type { MigrationIssue } from "./issues.js";
import { numberRuns } from "./issues.js";
import type { ModelInventory } from "./inventory.js";
import { suffixIn, type SourceNames } from "./names.js";
import { planAliases, type AliasStep } from "./plan-aliases.js";
import { planLatest, type LatestStep } from "./plan-latest.js";
import { isKnown, planVersions, type VersionStep } from "./plan-versions.js";

/** Values that all models of a migration share. */
export interface PlanContext {
  readonly lob: Lob;
  readonly names: SourceNames;
  /** Whether the source is the LOB's own folder with the LOB's suffix, so that only rows are written. */
  readonly inPlace: boolean;
}

/** Plan for one model. */
export interface ModelPlan {
  readonly model: string;
  /** Newest first. */
  readonly versions: readonly VersionStep[];
  /** Lowest number for the next new version. */
  readonly next: number;
  readonly latest: LatestStep;
  readonly aliases: readonly AliasStep[];
  readonly issues: readonly MigrationIssue[];
}

/** Empty plan, for a model that cannot be migrated at all. */
export const UNPLANNED = { versions: [], next: 1, latest: { do: "nothing", is: "absent" }, aliases: [] } as const;

/** Plans one model. */
export function planModel(context: PlanContext, inventory: ModelInventory): ModelPlan {
  const { model } = inventory;
  const problem = modelProblem(model);
  if (problem !== undefined) {
    const issue: MigrationIssue = {
      level: "problem",
      code: "LOB3024",
      message: `${JSON.stringify(model)} is not a valid model name: ${problem}`,
      hint: "Publish the model under another name with the Python library, and migrate again.",
      model,
    };
    return { ...UNPLANNED, model, issues: [issue] };
  }
  const versions = planVersions(context, inventory);
  const numbers = inventory.versions.flatMap((one) => (isKnown(context, one) && one.version < versions.end ? [one.version] : []));
  const latest = planLatest(context, inventory, versions.steps);
  const aliases = planAliases(context, inventory, versions.steps);
  return {
    model,
    versions: versions.steps,
    next: 1 + numbers.reduce((highest, n) => Math.max(highest, n), 0),
    latest: latest.step,
    aliases: aliases.steps,
    issues: [
      ...modelRow(context, inventory),
      ...strangers(context, inventory),
      ...gaps(model, numbers),
      ...versions.issues,
      ...latest.issues,
      ...aliases.issues,
    ],
  };
}

/** Whether nothing is left to do for a model. */
export function isDone({ versions, latest, aliases }: ModelPlan): boolean {
  return (
    versions.every((step) => step.do === "there" || step.do === "left") &&
    latest.do === "nothing" &&
    aliases.every((step) => step.do === "there" || step.do === "left")
  );
}

/** Whether a folder has neither a version nor LATEST, so that it is not a model. */
export function isEmpty({ versions, latest }: Omit<ModelInventory, "target">): boolean {
  return versions.length === 0 && latest === undefined;
}

/** Returns the issue for a folder that is not a model; none if nothing in it looks like a model. */
export function emptyIssues(
  { names }: PlanContext,
  { model, strangers: found, aliases }: Omit<ModelInventory, "target">,
): MigrationIssue[] {
  if (found.length === 0 && aliases.length === 0) return [];
  const shown = found.length > 0 ? `its files, e.g. ${JSON.stringify(found[0])}, are not versions` : "it has aliases but no version";
  const suffix = suffixIn(names, found);
  return [
    {
      level: names.backEnd === "s3" ? "problem" : "note",
      code: "LOB3026",
      message: `${model} is not a model of the Python library with the suffix ${JSON.stringify(names.suffix)}: ${shown}`,
      hint:
        suffix === undefined
          ? "If it is a model, its Repository has another prefix."
          : `Migrate it with --suffix ${JSON.stringify(suffix)}.`,
      model,
    },
  ];
}

/** Reports a missing model row beside version rows, because a migration must not guess which version is the newest. */
function modelRow({ lob }: PlanContext, { model, target }: ModelInventory): MigrationIssue[] {
  if (target.row !== undefined || [...target.versions.values()].every(({ row }) => row === undefined)) return [];
  const message = `${model} has versions in ${lob.lob}, but the model's row is missing`;
  return [{ level: "problem", code: "LOB3029", message, hint: `\`lobreg doctor ${lob.lob}/${model}\` restores it.`, model }];
}

function strangers({ names, inPlace }: PlanContext, { model, strangers: found }: ModelInventory): MigrationIssue[] {
  if (found.length === 0) return [];
  const some = found
    .slice(0, 5)
    .map((name) => JSON.stringify(name))
    .join(", ");
  const shown = found.length > 5 ? `${some} and ${found.length - 5} more` : some;
  if (names.backEnd !== "s3") {
    return [{ level: "note", code: "LOB3022", message: `${model} has files that are not versions, which are not copied: ${shown}`, model }];
  }
  return [
    {
      level: inPlace ? "problem" : "note",
      code: "LOB3022",
      message: `the Python library calls ${model} contaminated because its versions/ folder contains ${shown}`,
      hint: inPlace
        ? "Move these files to another folder. Until then the library neither lists nor publishes this model. Its versions are indexed anyway."
        : "They are not copied, so the model in the LOB is not contaminated.",
      model,
    },
  ];
}

function gaps(model: string, numbers: readonly number[]): MigrationIssue[] {
  const there = new Set(numbers);
  const newest = numbers.reduce((highest, n) => Math.max(highest, n), 0);
  const missing = Array.from({ length: newest }, (_, index) => index + 1).filter((n) => !there.has(n));
  if (missing.length === 0) return [];
  return [
    {
      level: "note",
      code: "LOB3027",
      message: `${model} has no ${missing.length === 1 ? "version" : "versions"} ${numberRuns(missing)}: deleted in the source, so the gap stays`,
      model,
    },
  ];
}
