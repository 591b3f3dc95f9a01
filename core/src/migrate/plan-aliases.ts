/** Plans the aliases of a model. Pure. */
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
  /** `point`: write the row, the history and, if missing, the file; `file`: write only the file; `there`, `left`: as for versions. */
  readonly do: "point" | "file" | "there" | "left";
  /** Absent if the source's alias cannot be parsed. */
  readonly file?: AliasFile | undefined;
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
    step: { alias, do: "left" as const, file: "file" in source ? source.file : undefined },
    issues: [{ level, code, message, hint, ...about }],
  });
  const problem = aliasProblem(alias);
  if (problem !== undefined) {
    return left(
      "problem",
      "LOB3024",
      `${name}: ${problem}`,
      "Create the alias under another name with the Python library, and migrate again.",
    );
  }
  if ("problem" in source) {
    return left("problem", "LOB4023", `${name} cannot be parsed: ${source.problem}`, "Write it again with the library's `put_alias`.");
  }
  const { file } = source;
  const numbers = [file.version, file.secondaryVersion].filter((one) => typeof one === "number");
  const missing = numbers.filter((one) => !migrated.has(one));
  if (missing.length > 0) {
    const words = `${name} points to ${targetWords(file)}, but version ${missing.join(" and ")} is not migrated`;
    return left("problem", "LOB3025", words, "Move it with the library's `put_alias`, and migrate again.");
  }
  const there = target.aliases.get(alias);
  const stays = (row: Alias) => {
    const words = `${name} points to ${targetWords(file)} in the source, but to ${targetWords(row)} in the LOB; it stays`;
    // An alias that was moved after its migration is correct.
    return left(row.revision > 1 ? "note" : "problem", "LOB3020", words, "The alias in the LOB takes precedence.");
  };
  if (there?.row !== undefined && pointsToNumbers(file) && !sameTarget(there.row, file)) return stays(there.row);
  if (there?.file !== undefined && !saysSame(there.file, file)) {
    const says = typeof there.file === "string" ? `cannot be parsed (${there.file})` : `points to ${targetWords(there.file)}`;
    const words = `${name} points to ${targetWords(file)} in the source, but its file in the LOB ${says}; both stay`;
    return left("problem", "LOB3020", words, otherFileHint(inPlace));
  }
  if (!pointsToNumbers(file)) {
    const issue: MigrationIssue = {
      level: "note",
      code: "LOB3025",
      message: `${name} follows ${LATEST}: the Python library keeps reading its file, and the registry gets no row`,
      hint: "An alias of the registry points to a number. Readers of the newest version need no alias.",
      ...about,
    };
    return { step: { alias, do: inPlace || there?.file !== undefined ? "there" : "file", file }, issues: [issue] };
  }
  if (there?.row === undefined) return { step: { alias, do: "point", file }, issues: [] };
  return { step: { alias, do: there.history && there.file !== undefined ? "there" : "point", file }, issues: [] };
}

/** Returns the hint for an alias file in the LOB with another target. In place, the file is the source, which has changed. */
export const otherFileHint = (inPlace: boolean): string =>
  inPlace
    ? "Someone moved the alias in the meantime. Migrate again."
    : "Readers with the Python library use the file in the LOB. Move one of the two aliases with the library's `put_alias`, and migrate again.";

/** Whether an alias points only to numbers, as its row must. */
export function pointsToNumbers(file: AliasFile): file is AliasFile & AliasTarget {
  return file.version !== LATEST && file.secondaryVersion !== LATEST;
}
