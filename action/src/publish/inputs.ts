/**
 * The inputs of the action that publishes: texts from the workflow in, one typed object out, or everything that is wrong with them. Reads
 * files only through its arguments.
 */
import { defined, parseDescription, parseTags, tagsOf, type Metrics, type Tags } from "lob-registry-core";
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
import { choice, flag, lines, matching, parsed, parsedLines, parseInputs, type InputValues, type RawInputs } from "../inputs.js";
import { ProblemList, type ActionProblem, type FilePosition } from "../problem.js";
import { metricsOfFile, metricsOfLines, type ReadingContext, type WorkspaceFiles } from "../reading.js";

/** The inputs of action.yml, in its order. */
export const PUBLISH_INPUTS = {
  ...MODEL_INPUTS,
  ...REGISTRY_INPUTS,
  metrics: lines(),
  description: parsed(parseDescription),
  tags: parsedLines(parseTags),
  "dry-run": flag(),
  ...LINK_INPUTS,
  "idempotency-key": matching(/^[\x21-\x7e]{1,512}$/, "Use 1 to 512 printable ASCII characters without spaces."),
  "if-key-used": choice("keep", "fail"),
  "allow-pull-request": flag(),
  "take-over": flag(),
  "fail-on": choice("nothing", "warnings"),
};

export type RawPublishInputs = RawInputs<typeof PUBLISH_INPUTS>;
type PublishInputValues = InputValues<typeof PUBLISH_INPUTS>;

/** One model to publish. A missing field keeps its value in the registry. */
export interface ModelToPublish {
  readonly model: string;
  readonly path: string;
  readonly metrics?: Metrics;
  readonly description?: string;
  readonly tags?: Tags;
}

export interface PublishInputs extends Omit<PublishInputValues, keyof ModelToPublish | "config"> {
  readonly models: readonly ModelToPublish[];
  /** Whether the models come from the file of the input `config`. */
  readonly fromConfig: boolean;
}

/**
 * Reads the inputs and the files that they name.
 *
 * @param warn gets what is odd but harmless
 * @returns the inputs, or everything that is wrong with them
 */
export async function readInputs(
  raw: RawPublishInputs,
  files: WorkspaceFiles,
  warn: (message: string) => void,
): Promise<{ inputs: PublishInputs } | { problems: readonly ActionProblem[] }> {
  const problems = new ProblemList();
  const context = { files, problems, warn };
  const values = parseInputs(PUBLISH_INPUTS, raw, problems);
  const { model, path, config: file, metrics, description, tags, ...settings } = values;
  const fromConfig = file !== "";
  const config = fromConfig ? await readConfig(file, context) : undefined;
  const lob = readLob(values, config, problems);
  const models = fromConfig ? await listedModels(values, config?.models ?? [], context) : [await singleModel(values, context)];
  return problems.all.length > 0 ? { problems: problems.all } : { inputs: { ...settings, lob, models, fromConfig } };
}

async function singleModel(values: PublishInputValues, context: ReadingContext): Promise<ModelToPublish> {
  const { model, path, description, tags } = values;
  const needed = [["model", "churn"], ["path", "build/churn"]] as const; // prettier-ignore
  checkModel(values, needed, context.problems);
  if (path !== "") await checkPath(path, {}, context);
  const metrics = await metricsOfLines(values.metrics, context);
  return defined({ model, path, metrics, description, tags });
}

/** The models of the file. Tags and description of the inputs apply to each model without its own. */
async function listedModels(
  { config, model, path, metrics, ...shared }: PublishInputValues,
  listed: readonly ConfigModel[],
  context: ReadingContext,
): Promise<ModelToPublish[]> {
  refuseBesideConfig(config, { model, path, metrics }, context.problems);
  const at = (line: number): FilePosition => configPosition(config, line);
  const models: ModelToPublish[] = [];
  for (const { model, path, lines: position, ...own } of listed) {
    await checkPath(path, at(position.path), context);
    const numbers = own.metricsFile === undefined ? own.metrics : await metricsOfFile(own.metricsFile, context, at(position.metrics));
    const tags =
      shared.tags && own.tags
        ? context.problems.attempt(() => tagsOf({ ...shared.tags, ...own.tags }, `model ${model}`), at(position.tags))
        : (own.tags ?? shared.tags);
    models.push(defined({ model, path, metrics: numbers, tags, description: own.description ?? shared.description }));
  }
  return models;
}
