/**
 * The Action's inputs: strings from the workflow in, one typed object out, or everything that is wrong with them at once.
 * Reads files only through what is handed in.
 */
import { parseDescription, parseTags, tagsOf, type Metrics, type Tags } from "lob-registry-core";
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
import type { ConfigModel } from "../config.js";
import { ProblemList, type FilePosition, type ActionProblem } from "../problem.js";
import { linesOf, metricsOfFile, metricsOfLines, quote, type ReadingContext, type WorkspaceFiles } from "../reading.js";

/** Every input of action.yml; a test keeps the two equal. */
export const INPUT_NAMES = [
  "lob",
  "model",
  "path",
  "config",
  "region",
  "catalog-table",
  "metrics",
  "description",
  "tags",
  "dry-run",
  "follow-links",
  "idempotency-key",
  "take-over",
] as const;
export type InputName = (typeof INPUT_NAMES)[number];
/** The inputs as the runner gives them: trimmed text, empty where the workflow gives none. */
export type RawInputs = Readonly<Record<InputName, string>>;

/** One model to publish. What is absent is left as it is in the registry. */
export interface ModelToPublish {
  readonly model: string;
  readonly path: string;
  readonly metrics?: Metrics;
  readonly description?: string;
  readonly tags?: Tags;
}

export interface PublishInputs {
  readonly lob: string;
  readonly models: readonly ModelToPublish[];
  /** Whether the models come from the file of the input `config`. */
  readonly fromConfig: boolean;
  readonly region?: string;
  readonly catalogTable?: string;
  readonly idempotencyKey?: string;
  readonly dryRun: boolean;
  readonly followLinks: boolean;
  readonly takeOver: boolean;
}

type Descriptors = Pick<ModelToPublish, "metrics" | "description" | "tags">;

/**
 * Reads the inputs, with the files that they name.
 *
 * @param warn Is told what is odd but harmless.
 * @returns The inputs, or everything that is wrong with them.
 */
export async function readInputs(
  raw: RawInputs,
  files: WorkspaceFiles,
  warn: (message: string) => void,
): Promise<{ inputs: PublishInputs } | { problems: readonly ActionProblem[] }> {
  const problems = new ProblemList();
  const context = { files, problems, warn };
  const flags = {
    dryRun: readFlag(raw, "dry-run", problems),
    followLinks: readFlag(raw, "follow-links", problems),
    takeOver: readFlag(raw, "take-over", problems),
  };
  const facts = readDescriptors(raw, problems);
  const catalogTable = readCatalogTable(raw, problems);
  if (raw["idempotency-key"] !== "" && !/^[\x21-\x7e]{1,512}$/.test(raw["idempotency-key"])) {
    problems.add(
      "LOB1002",
      `the input "idempotency-key" is ${quote(raw["idempotency-key"])}`,
      "Give 1 to 512 printable ASCII characters without spaces.",
    );
  }
  const config = raw.config === "" ? undefined : await readConfig(raw.config, context);
  const lob = readLob(raw, config, problems);
  const models = raw.config === "" ? await singleModel(raw, facts, context) : await listedModels(raw, config?.models ?? [], facts, context);

  if (problems.all.length > 0) return { problems: problems.all };
  return {
    inputs: {
      lob,
      models,
      fromConfig: raw.config !== "",
      ...flags,
      ...(raw.region !== "" && { region: raw.region }),
      ...(catalogTable !== undefined && { catalogTable }),
      ...(raw["idempotency-key"] !== "" && { idempotencyKey: raw["idempotency-key"] }),
    },
  };
}

function readDescriptors(raw: RawInputs, problems: ProblemList): Descriptors {
  const lines = linesOf(raw.tags);
  const tags = lines.length === 0 ? undefined : problems.attempt(() => parseTags(lines, 'the input "tags"'));
  const description = problems.attempt(() => parseDescription(raw.description, 'the input "description"'));
  return { ...(tags && { tags }), ...(description !== undefined && { description }) };
}

async function singleModel(raw: RawInputs, facts: Descriptors, context: ReadingContext): Promise<ModelToPublish[]> {
  const needed = [["model", "churn"], ["path", "build/churn"]] as const; // prettier-ignore
  checkModel(raw, needed, context.problems);
  if (raw.path !== "") await checkPath(raw.path, {}, context);
  const lines = linesOf(raw.metrics);
  const metrics = lines.length === 0 ? undefined : await metricsOfLines(lines, context);
  return [{ model: raw.model, path: raw.path, ...(metrics && { metrics }), ...facts }];
}

/** The models of the file; tags and the description of the inputs stand for each that has none of its own. */
async function listedModels(
  raw: RawInputs,
  listed: readonly ConfigModel[],
  facts: Descriptors,
  context: ReadingContext,
): Promise<ModelToPublish[]> {
  refuseBesideConfig(raw, ["model", "path", "metrics"], context.problems);
  const models: ModelToPublish[] = [];
  const at = (line: number): FilePosition => configPlace(raw, line);
  for (const { model, path, lines, ...own } of listed) {
    await checkPath(path, at(lines.path), context);
    const metrics = own.metricsFile === undefined ? own.metrics : await metricsOfFile(own.metricsFile, context, at(lines.metrics));
    const tags =
      facts.tags && own.tags
        ? context.problems.attempt(() => tagsOf({ ...facts.tags, ...own.tags }, `model ${model}`), at(lines.tags))
        : (own.tags ?? facts.tags);
    const description = own.description ?? facts.description;
    models.push({ model, path, ...(metrics && { metrics }), ...(tags && { tags }), ...(description !== undefined && { description }) });
  }
  return models;
}
