/** From what is there to what will be done: pure, one model at a time. */
import { modelProblem } from "../layout.js";
import type { Lob } from "../types.js";
import type { MigrationIssue } from "./issues.js";
import { numberRuns } from "./issues.js";
import type { ModelInventory } from "./inventory.js";
import { suffixIn, type SourceNames } from "./names.js";
import { planAliases, type AliasStep } from "./plan-aliases.js";
import { planLatest, type LatestStep } from "./plan-latest.js";
import { isKnown, planVersions, type VersionStep } from "./plan-versions.js";

/** What holds for every model of a migration. */
export interface PlanContext {
  readonly lob: Lob;
  readonly names: SourceNames;
  /** Whether the source is the LOB's own folder in the layout that it must have: then only rows are written. */
  readonly inPlace: boolean;
}

/** What will be done for one model. */
export interface ModelPlan {
  readonly model: string;
  /** Newest first. */
  readonly versions: readonly VersionStep[];
  /** The number that the next new version gets at least. */
  readonly next: number;
  readonly latest: LatestStep;
  readonly aliases: readonly AliasStep[];
  readonly issues: readonly MigrationIssue[];
}

/** Nothing is done for a model about which something is wrong as a whole. */
export const UNPLANNED = { versions: [], next: 1, latest: { do: "nothing", is: "absent" }, aliases: [] } as const;

/** Plans one model. */
export function planModel(context: PlanContext, inventory: ModelInventory): ModelPlan {
  const { model } = inventory;
  const problem = modelProblem(model);
  if (problem !== undefined) {
    const issue: MigrationIssue = {
      level: "problem",
      code: "LOB3024",
      message: `${JSON.stringify(model)} cannot be a model's name: ${problem}`,
      hint: "Put it under another name with the Python library, and migrate again.",
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

/** Whether nothing of a model is left to do. */
export function isDone({ versions, latest, aliases }: ModelPlan): boolean {
  return (
    versions.every((step) => step.do === "there" || step.do === "left") &&
    latest.do === "nothing" &&
    aliases.every((step) => step.do === "there" || step.do === "left")
  );
}

/** Whether there is neither a version nor a LATEST: then it is no model. */
export function isEmpty({ versions, latest }: Omit<ModelInventory, "target">): boolean {
  return versions.length === 0 && latest === undefined;
}

/** What is told of a folder that is no model; nothing where nothing in it looks like one. */
export function emptyIssues(
  { names }: PlanContext,
  { model, strangers: found, aliases }: Omit<ModelInventory, "target">,
): MigrationIssue[] {
  if (found.length === 0 && aliases.length === 0) return [];
  const shown = found.length > 0 ? `its files, such as ${JSON.stringify(found[0])}, are no versions` : "it has aliases, and no version";
  const suffix = suffixIn(names, found);
  return [
    {
      level: names.backEnd === "s3" ? "problem" : "note",
      code: "LOB3026",
      message: `${model} is no model of the Python library with the suffix ${JSON.stringify(names.suffix)}: ${shown}`,
      hint:
        suffix === undefined
          ? "If it is one all the same, its Repository has another prefix."
          : `Migrate it with --suffix ${JSON.stringify(suffix)}.`,
      model,
    },
  ];
}

/** Versions have rows, and the model's is gone: what is the newest is not for a migration to guess. */
function modelRow({ lob }: PlanContext, { model, target }: ModelInventory): MigrationIssue[] {
  if (target.row !== undefined || [...target.versions.values()].every(({ row }) => row === undefined)) return [];
  const message = `${model} has versions in ${lob.lob}, and its own row is gone`;
  return [{ level: "problem", code: "LOB3029", message, hint: `\`lobreg doctor ${lob.lob}/${model}\` makes it anew.`, model }];
}

function strangers({ names, inPlace }: PlanContext, { model, strangers: found }: ModelInventory): MigrationIssue[] {
  if (found.length === 0) return [];
  const some = found
    .slice(0, 5)
    .map((name) => JSON.stringify(name))
    .join(", ");
  const shown = found.length > 5 ? `${some} and ${found.length - 5} more` : some;
  if (names.backEnd !== "s3") {
    return [{ level: "note", code: "LOB3022", message: `${model} has files that are no versions, which stay behind: ${shown}`, model }];
  }
  return [
    {
      level: inPlace ? "problem" : "note",
      code: "LOB3022",
      message: `the Python library calls ${model} contaminated: its versions/ holds ${shown}`,
      hint: inPlace
        ? "Move them away: until then the library neither lists nor publishes this model. Its numbers are indexed all the same."
        : "They stay behind; the LOB's copy of the model is clean.",
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
      message: `${model} has no ${missing.length === 1 ? "version" : "versions"} ${numberRuns(missing)}: deleted in the source, and not filled`,
      model,
    },
  ];
}
