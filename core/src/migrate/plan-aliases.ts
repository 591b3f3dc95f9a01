/** What will be done with the aliases of a model. Pure. */
import { aliasProblem, LATEST } from "../layout.js";
import { sameTarget, targetWords, type AliasFile } from "../registry/alias-rows.js";
import type { Alias, AliasTarget } from "../types.js";
import { saysSame } from "../aliases/file.js";
import type { MigrationIssue } from "./issues.js";
import type { ModelInventory, SourceAlias } from "./inventory.js";
import type { PlanContext } from "./plan.js";
import type { VersionStep } from "./plan-versions.js";

export interface AliasStep {
  readonly alias: string;
  /** `point`: its row, its history and, where it is missing, its file; `file`: only that; `there`, `left`: as for versions. */
  readonly do: "point" | "file" | "there" | "left";
  /** Absent where the source's cannot be understood. */
  readonly file?: AliasFile;
}

export function planAliases(
  context: PlanContext,
  inventory: ModelInventory,
  steps: readonly VersionStep[],
): { steps: AliasStep[]; issues: MigrationIssue[] } {
  const migrated = new Set(steps.flatMap((step) => (step.do === "left" ? [] : [step.version])));
  const decided = inventory.aliases.map((source) => decide(context, inventory, source, migrated));
  return { steps: decided.map(({ step }) => step), issues: decided.flatMap(({ issues }) => issues) };
}

function decide(
  { inPlace }: PlanContext,
  { model, target }: ModelInventory,
  source: SourceAlias,
  migrated: ReadonlySet<number>,
): { step: AliasStep; issues: MigrationIssue[] } {
  const { alias } = source;
  const name = `${model}@${alias}`;
  const about = { model, alias };
  const left = (level: MigrationIssue["level"], code: MigrationIssue["code"], message: string, hint: string) => ({
    step: { alias, do: "left" as const, ...("file" in source && { file: source.file }) },
    issues: [{ level, code, message, hint, ...about }],
  });
  const problem = aliasProblem(alias);
  if (problem !== undefined) {
    return left(
      "problem",
      "LOB3024",
      `${name}: ${problem}`,
      "Make the alias under another name with the Python library, and migrate again.",
    );
  }
  if ("problem" in source) {
    return left("problem", "LOB4023", `${name} cannot be understood: ${source.problem}`, "Make it anew with the library's `put_alias`.");
  }
  const { file } = source;
  const numbers = [file.version, file.secondaryVersion].filter((one) => typeof one === "number");
  const missing = numbers.filter((one) => !migrated.has(one));
  if (missing.length > 0) {
    const words = `${name} points to ${targetWords(file)}, and version ${missing.join(" and ")} is not migrated`;
    return left("problem", "LOB3025", words, "Move it with the library's `put_alias`, and migrate again.");
  }
  const there = target.aliases.get(alias);
  const stays = (row: Alias) => {
    const words = `${name} points to ${targetWords(file)} in the source, and to ${targetWords(row)} in the LOB, which stays`;
    // One that was moved since it was migrated is what it should be.
    return left(row.revision > 1 ? "note" : "problem", "LOB3020", words, "The alias of the LOB counts.");
  };
  if (there?.row !== undefined && pointsToNumbers(file) && !sameTarget(there.row, file)) return stays(there.row);
  if (there?.file !== undefined && !saysSame(there.file, file)) {
    const says = typeof there.file === "string" ? `cannot be understood (${there.file})` : `points to ${targetWords(there.file)}`;
    const words = `${name} points to ${targetWords(file)} in the source, and its file in the LOB ${says}; both stay`;
    return left("problem", "LOB3020", words, otherFileHint(inPlace));
  }
  if (!pointsToNumbers(file)) {
    const issue: MigrationIssue = {
      level: "note",
      code: "LOB3025",
      message: `${name} follows ${LATEST}: the Python library goes on reading its file, and the registry has no row of it`,
      hint: "An alias of the registry points to a number; a reader who wants the newest version needs no alias.",
      ...about,
    };
    return { step: { alias, do: inPlace || there?.file !== undefined ? "there" : "file", file }, issues: [issue] };
  }
  if (there?.row === undefined) return { step: { alias, do: "point", file }, issues: [] };
  return { step: { alias, do: there.history && there.file !== undefined ? "there" : "point", file }, issues: [] };
}

/** What to do where the file of an alias in the LOB says something else. In place that is the source itself, which was moved meanwhile. */
export const otherFileHint = (inPlace: boolean): string =>
  inPlace
    ? "Somebody moved it meanwhile. Migrate again."
    : "Readers by the Python library follow the file in the LOB. Move one of the two aliases with the library's `put_alias`, and migrate again.";

/** Whether an alias points to numbers only, as its row must. */
export function pointsToNumbers(file: AliasFile): file is AliasFile & AliasTarget {
  return file.version !== LATEST && file.secondaryVersion !== LATEST;
}
