/** Creates the public report from a plan and its outcome. Pure. */
import { defined } from "../defined.js";
import { s3Uri } from "../layout.js";
import type { MigrationIssue } from "./issues.js";
import type { MigrationReport, ModelMigration } from "./options.js";
import { isDone, type ModelPlan, type PlanContext } from "./plan.js";
import type { VersionStep } from "./plan-versions.js";

/** Outcome of a model's plan. */
export interface ModelOutcome {
  readonly versions: ReadonlySet<number>;
  readonly aliases: ReadonlySet<string>;
  readonly issues: readonly MigrationIssue[];
}

/** @param outcome absent for a plan */
export function modelReport(plan: ModelPlan, outcome?: ModelOutcome): ModelMigration {
  const open = (work: "copy" | "index") => (step: VersionStep) => step.do === work && (outcome?.versions.has(step.version) ?? true);
  const copied = plan.versions.filter(open("copy"));
  const indexed = plan.versions.filter(open("index"));
  const there = plan.versions.filter((step) => step.do === "there").length;
  const pending = plan.aliases.filter((step) => step.do === "point" || step.do === "file").map(({ alias }) => alias);
  const migrated = pending.filter((alias) => outcome?.aliases.has(alias) ?? true);
  const thereAliases = plan.aliases.filter((step) => step.do === "there").map(({ alias }) => alias);
  const issues = [...plan.issues, ...(outcome?.issues ?? [])];
  const failed = outcome?.issues.some(({ level }) => level === "problem") ?? false;
  return {
    model: plan.model,
    state: isDone(plan) ? "nothing-to-do" : outcome === undefined ? "to-do" : failed ? "failed" : "done",
    versions: {
      copied: copied.length,
      indexed: indexed.length,
      there,
      left: plan.versions.length - copied.length - indexed.length - there,
    },
    bytes: [...copied, ...indexed].reduce((sum, { object }) => sum + (object?.size ?? 0), 0),
    next: plan.next,
    aliases: {
      migrated,
      there: thereAliases,
      left: plan.aliases.map(({ alias }) => alias).filter((alias) => !migrated.includes(alias) && !thereAliases.includes(alias)),
    },
    latest: plan.latest.is,
    latestWork: plan.latest.do,
    issues,
  };
}

export function migrationReport(
  context: PlanContext,
  source: { readonly bucket: string; readonly table?: string | undefined },
  applied: boolean,
  models: readonly ModelMigration[],
  issues: readonly MigrationIssue[],
): MigrationReport {
  const all = [...issues, ...models.flatMap((model) => model.issues)];
  return {
    lob: context.lob.lob,
    source: s3Uri(source.bucket, context.names.prefix),
    ...defined({ sourceTable: source.table }),
    inPlace: context.inPlace,
    applied,
    models,
    issues,
    problems: all.filter(({ level }) => level === "problem").length,
  };
}
