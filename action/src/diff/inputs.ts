/** The inputs of the action that compares: strings from the workflow in, one typed object out, or everything that is wrong with them at once. */
import type { Metrics } from "lob-registry-core";
import {
  checkModel,
  checkPath,
  configPlace,
  readCatalogTable,
  readConfig,
  readFlag,
  readLob,
  refuseBesideConfig,
} from "../common-inputs.js";
import type { Config } from "../config.js";
import { ProblemList, type ActionProblem } from "../problem.js";
import { linesOf, metricsOfFile, metricsOfLines, quote, type ReadingContext, type WorkspaceFiles } from "../reading.js";
import { merged, type ComparisonRules } from "../rules.js";
import { readRules } from "./rules-inputs.js";

/** Every input of action/diff/action.yml; a test keeps the two equal. */
export const INPUT_NAMES = [
  "lob",
  "model",
  "path",
  "config",
  "manifests",
  "base",
  "metrics",
  "gates",
  "better",
  "tolerance",
  "fail-on-gates",
  "region",
  "catalog-table",
  "follow-links",
  "report-dir",
  "check-run",
  "check-name",
  "github-token",
] as const;
export type InputName = (typeof INPUT_NAMES)[number];
export type RawInputs = Readonly<Record<InputName, string>>;

/** Where the pull request's build of a model is. */
export type ModelBuild =
  | { readonly kind: "path"; readonly path: string; readonly metrics?: Metrics }
  /** A manifest that another job wrote, which is hostile. */
  | { readonly kind: "manifest"; readonly folder: string };

/** One model to compare. */
export interface ModelToCompare {
  readonly model: string;
  readonly build: ModelBuild;
  readonly rules: ComparisonRules;
}

export interface DiffInputs {
  readonly lob: string;
  readonly models: readonly ModelToCompare[];
  readonly region?: string;
  readonly catalogTable?: string;
  readonly followLinks: boolean;
  readonly failOnGates: boolean;
  /** Default: a new folder. */
  readonly reportDir?: string;
  readonly checkRun: "auto" | "never";
  readonly checkName: string;
  /** Empty where the workflow gives none. */
  readonly token: string;
}

/**
 * Reads the inputs, with the files that they name.
 *
 * @param workflow Path of the workflow's file, where the gates of the input stand; undefined where it is not known.
 * @param warn Is told what is odd but harmless.
 * @returns The inputs, or everything that is wrong with them.
 */
export async function readInputs(
  raw: RawInputs,
  files: WorkspaceFiles,
  workflow: string | undefined,
  warn: (message: string) => void,
): Promise<{ inputs: DiffInputs } | { problems: readonly ActionProblem[] }> {
  const problems = new ProblemList();
  const context = { files, problems, warn };
  const followLinks = readFlag(raw, "follow-links", problems);
  const failOnGates = readFlag(raw, "fail-on-gates", problems, true);
  const catalogTable = readCatalogTable(raw, problems);
  const rules = await readRules(raw, workflow, context);
  const config = raw.config === "" ? undefined : await readConfig(raw.config, context);
  const lob = readLob(raw, config, problems);
  const models = raw.config === "" ? await singleModel(raw, rules, context) : await listedModels(raw, config, rules, context);
  const checkRun = raw["check-run"] || "auto";
  if (checkRun !== "auto" && checkRun !== "never")
    problems.add("LOB1002", `the input "check-run" is ${quote(checkRun)}`, "Write auto or never.");
  if (!/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{0,100}$/u.test(raw["check-name"]))
    problems.add("LOB1002", `the input "check-name" is ${quote(raw["check-name"])}`, "Give one line of at most 100 characters.");

  if (problems.all.length > 0) return { problems: problems.all };
  return {
    inputs: {
      lob,
      models,
      ...(raw.region !== "" && { region: raw.region }),
      ...(catalogTable !== undefined && { catalogTable }),
      followLinks,
      failOnGates,
      ...(raw["report-dir"] !== "" && { reportDir: raw["report-dir"] }),
      checkRun: checkRun === "never" ? "never" : "auto",
      // Of two check runs of one name and commit, GitHub shows the later one: jobs of a matrix must not hide each other.
      checkName: raw["check-name"] || (raw.config === "" ? `Model ${lob}/${raw.model}` : `Models of ${lob}`),
      token: raw["github-token"],
    },
  };
}

async function singleModel(raw: RawInputs, rules: ComparisonRules, context: ReadingContext): Promise<ModelToCompare[]> {
  const { model } = raw;
  if (raw.manifests !== "") {
    checkModel(raw, [["model", "churn"]], context.problems);
    refuseBesideManifests(raw, context.problems);
    return [{ model, build: { kind: "manifest", folder: raw.manifests }, rules }];
  }
  const needed = [["model", "churn"], ["path", "build/churn"]] as const; // prettier-ignore
  checkModel(raw, needed, context.problems);
  if (raw.path !== "") await checkPath(raw.path, {}, context);
  const lines = linesOf(raw.metrics);
  const metrics = lines.length === 0 ? undefined : await metricsOfLines(lines, context);
  return [{ model, build: { kind: "path", path: raw.path, ...(metrics && { metrics }) }, rules }];
}

/** The models of the file. With manifests in their place, its paths and metrics are those of another checkout, and are not looked at. */
async function listedModels(
  raw: RawInputs,
  config: Config | undefined,
  rules: ComparisonRules,
  context: ReadingContext,
): Promise<ModelToCompare[]> {
  refuseBesideConfig(raw, ["model", "path", "metrics"], context.problems);
  if (!config) return [];
  const models: ModelToCompare[] = [];
  for (const { model, path, lines, ...own } of config.models) {
    const all = merged(rules, config.rules, own.rules);
    if (raw.manifests !== "") {
      models.push({ model, build: { kind: "manifest", folder: raw.manifests }, rules: all });
      continue;
    }
    await checkPath(path, configPlace(raw, lines.path), context);
    const metrics =
      own.metricsFile === undefined ? own.metrics : await metricsOfFile(own.metricsFile, context, configPlace(raw, lines.metrics));
    models.push({ model, build: { kind: "path", path, ...(metrics && { metrics }) }, rules: all });
  }
  return models;
}

function refuseBesideManifests(raw: RawInputs, problems: ProblemList): void {
  for (const name of ["path", "metrics"] as const) {
    if (raw[name] !== "")
      problems.add("LOB1002", `with the input "manifests", "${name}" cannot be given`, "The manifests have what the other job was given.");
  }
}
