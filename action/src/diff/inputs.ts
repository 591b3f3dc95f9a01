/** The inputs of the action that compares: texts from the workflow in, one typed object out, or everything that is wrong with them. */
import { defined, type Metrics } from "lob-registry-core";
import {
  checkModel,
  checkPath,
  configPosition,
  LINK_INPUTS,
  MODEL_INPUTS,
  readConfig,
  readLob,
  refuseBesideConfig,
  REGISTRY_INPUTS,
} from "../common-inputs.js";
import type { ConfigModel } from "../config.js";
import { choice, flag, lines, matching, optionalText, parseInputs, text, token, type InputValues, type RawInputs } from "../inputs.js";
import { ProblemList, type ActionProblem } from "../problem.js";
import { metricsOfFile, metricsOfLines, type ReadingContext, type WorkspaceFiles } from "../reading.js";
import { merged, type ComparisonRules } from "../rules.js";
import { readRules, RULE_INPUTS } from "./rules-inputs.js";

const { lob, model, path, config } = MODEL_INPUTS;
const { base, gates, better, tolerance } = RULE_INPUTS;

/** The inputs of action/diff/action.yml, in its order. */
export const DIFF_INPUTS = {
  lob,
  model,
  path,
  config,
  manifests: text(),
  base,
  metrics: lines(),
  gates,
  better,
  tolerance,
  "fail-on-gates": flag(true),
  ...REGISTRY_INPUTS,
  ...LINK_INPUTS,
  /** A new folder if it is not set. */
  "report-dir": optionalText(),
  "check-run": choice("auto", "never"),
  "check-name": matching(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,100}$/u, "Use one line of at most 100 characters."),
  "github-token": token(),
};

export type RawDiffInputs = RawInputs<typeof DIFF_INPUTS>;
type DiffInputValues = InputValues<typeof DIFF_INPUTS>;

/** The pull request's build of a model. */
export type ModelBuild =
  | { readonly kind: "path"; readonly path: string; readonly metrics?: Metrics }
  /** A manifest that another job wrote, which is untrusted. */
  | { readonly kind: "manifest"; readonly folder: string };

/** One model to compare. */
export interface ModelToCompare {
  readonly model: string;
  readonly build: ModelBuild;
  readonly rules: ComparisonRules;
}

type Replaced = "model" | "path" | "config" | "manifests" | "base" | "metrics" | "gates" | "better" | "tolerance" | "checkName";

export interface DiffInputs extends Omit<DiffInputValues, Replaced> {
  readonly models: readonly ModelToCompare[];
  readonly checkName: string;
}

/**
 * Reads the inputs and the files that they name.
 *
 * @param workflow path of the workflow file, which contains the gates of the input; undefined if it is unknown
 * @param warn gets what is odd but harmless
 * @returns the inputs, or everything that is wrong with them
 */
export async function readInputs(
  raw: RawDiffInputs,
  files: WorkspaceFiles,
  workflow: string | undefined,
  warn: (message: string) => void,
): Promise<{ inputs: DiffInputs } | { problems: readonly ActionProblem[] }> {
  const problems = new ProblemList();
  const context = { files, problems, warn };
  const values = parseInputs(DIFF_INPUTS, raw, problems);
  const { model, path, config: file, manifests, base, metrics, gates, better, tolerance, ...settings } = values;
  const isSingle = file === "";
  const rules = await readRules({ base, gates, better, tolerance }, workflow, context);
  const config = isSingle ? undefined : await readConfig(file, context);
  const lob = readLob(values, config, problems);
  const models = isSingle
    ? [await singleModel(values, rules, context)]
    : await listedModels(values, config?.models ?? [], merged(rules, config?.rules), context);
  if (problems.all.length > 0) return { problems: problems.all };
  // GitHub shows only the newer of two check runs with one name on one commit; the jobs of a matrix need different names.
  const checkName = settings.checkName ?? (isSingle ? `Model ${lob}/${model}` : `Models of ${lob}`);
  return { inputs: { ...settings, lob, models, checkName } };
}

async function singleModel(values: DiffInputValues, rules: ComparisonRules, context: ReadingContext): Promise<ModelToCompare> {
  const { model, path, manifests } = values;
  if (manifests !== "") {
    checkModel(values, [["model", "churn"]], context.problems);
    refuseBesideManifests(values, context.problems);
    return { model, build: { kind: "manifest", folder: manifests }, rules };
  }
  const needed = [["model", "churn"], ["path", "build/churn"]] as const; // prettier-ignore
  checkModel(values, needed, context.problems);
  if (path !== "") await checkPath(path, {}, context);
  const metrics = await metricsOfLines(values.metrics, context);
  return { model, build: defined({ kind: "path" as const, path, metrics }), rules };
}

/** The models of the file. If manifests replace the build, the file's paths and metrics belong to another checkout and are ignored. */
async function listedModels(
  { config, manifests, model, path, metrics }: DiffInputValues,
  listed: readonly ConfigModel[],
  shared: ComparisonRules,
  context: ReadingContext,
): Promise<ModelToCompare[]> {
  refuseBesideConfig(config, { model, path, metrics }, context.problems);
  const models: ModelToCompare[] = [];
  for (const { model, path, lines: position, ...own } of listed) {
    const rules = merged(shared, own.rules);
    if (manifests !== "") {
      models.push({ model, build: { kind: "manifest", folder: manifests }, rules });
      continue;
    }
    await checkPath(path, configPosition(config, position.path), context);
    const numbers =
      own.metricsFile === undefined ? own.metrics : await metricsOfFile(own.metricsFile, context, configPosition(config, position.metrics));
    models.push({ model, build: defined({ kind: "path" as const, path, metrics: numbers }), rules });
  }
  return models;
}

function refuseBesideManifests({ path, metrics }: DiffInputValues, problems: ProblemList): void {
  for (const [name, given] of Object.entries({ path, metrics })) {
    if (given.length > 0)
      problems.add(
        "LOB1002",
        `"${name}" cannot be combined with the input "manifests"`,
        "The manifests contain what the other job was given.",
      );
  }
}
