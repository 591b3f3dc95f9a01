/**
 * The Action's inputs: strings from the workflow in, one typed object out, or everything that is wrong with them at once.
 * Reads files only through what is handed in.
 */
import { posix } from "node:path";
import { parseDescription, parseTags, tagsOf, type Metrics, type Tags } from "lob-registry-core";
import { lobProblem, modelProblem } from "lob-registry-core/layout";
import { MAX_CONFIG_BYTES, parseConfig, type Config, type ConfigModel } from "./config.js";
import { Problems, type Place, type Problem } from "./problem.js";
import { linesOf, metricsOfFile, metricsOfLines, quote, readText, type Context, type Files } from "./reading.js";

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
export interface ModelInput {
  readonly model: string;
  readonly path: string;
  readonly metrics?: Metrics;
  readonly description?: string;
  readonly tags?: Tags;
}

export interface Inputs {
  readonly lob: string;
  readonly models: readonly ModelInput[];
  /** Whether the models come from the file of the input `config`. */
  readonly fromConfig: boolean;
  readonly region?: string;
  readonly catalogTable?: string;
  readonly idempotencyKey?: string;
  readonly dryRun: boolean;
  readonly followLinks: boolean;
  readonly takeOver: boolean;
}

type Facts = Pick<ModelInput, "metrics" | "description" | "tags">;

/**
 * Reads the inputs, with the files that they name.
 *
 * @param warn Is told what is odd but harmless.
 * @returns The inputs, or everything that is wrong with them.
 */
export async function readInputs(
  raw: RawInputs,
  files: Files,
  warn: (message: string) => void,
): Promise<{ inputs: Inputs } | { problems: readonly Problem[] }> {
  const problems = new Problems();
  const context = { files, problems, warn };
  const flags = {
    dryRun: readFlag(raw, "dry-run", problems),
    followLinks: readFlag(raw, "follow-links", problems),
    takeOver: readFlag(raw, "take-over", problems),
  };
  const facts = readFacts(raw, problems);
  if (raw["catalog-table"] !== "" && !/^[A-Za-z0-9_.-]{3,255}$/.test(raw["catalog-table"])) {
    problems.add(
      "LOB1002",
      `the input "catalog-table" is ${quote(raw["catalog-table"])}`,
      'Give the name of a DynamoDB table: 3 to 255 letters, digits, "_", "." and "-".',
    );
  }
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
      ...(raw["catalog-table"] !== "" && { catalogTable: raw["catalog-table"] }),
      ...(raw["idempotency-key"] !== "" && { idempotencyKey: raw["idempotency-key"] }),
    },
  };
}

function readFlag(raw: RawInputs, name: InputName, problems: Problems): boolean {
  const value = raw[name].toLowerCase();
  if (!["", "true", "false"].includes(value)) problems.add("LOB1002", `the input "${name}" is ${quote(raw[name])}`, "Write true or false.");
  return value === "true";
}

function readFacts(raw: RawInputs, problems: Problems): Facts {
  const lines = linesOf(raw.tags);
  const tags = lines.length === 0 ? undefined : problems.attempt(() => parseTags(lines, 'the input "tags"'));
  const description = problems.attempt(() => parseDescription(raw.description, 'the input "description"'));
  return { ...(tags && { tags }), ...(description !== undefined && { description }) };
}

function readLob(raw: RawInputs, config: Config | undefined, problems: Problems): string {
  const lob = raw.lob || config?.lob || "";
  if (lob === "") {
    // A file that could not be understood may well name the LOB.
    if (raw.config === "" || config)
      problems.add("LOB1002", 'the input "lob" is missing', "Give the line of business, such as lob: fraud.");
    return lob;
  }
  const problem = lobProblem(lob);
  if (problem !== undefined) {
    problems.add("LOB1001", `the input "lob": ${problem}`);
  } else if (config?.lob !== undefined && config.lob !== lob) {
    problems.add(
      "LOB1002",
      `the input "lob" is ${lob}, but ${raw.config} says ${config.lob}`,
      "Give the LOB in one of the two places only.",
    );
  }
  return lob;
}

async function readConfig(file: string, context: Context): Promise<Config | undefined> {
  const what = 'the file of the input "config"';
  const hint = "Paths are taken from the workspace: check the path, and that a step before this one checks the repository out.";
  const text = await readText({ file, maxBytes: MAX_CONFIG_BYTES, what, hint }, context);
  if (text === undefined) return undefined;
  const parsed = parseConfig(text, posix.normalize(file)); // GitHub places an annotation at models.yml, and not at ./models.yml
  if ("config" in parsed) return parsed.config;
  context.problems.all.push(...parsed.problems);
  return undefined;
}

async function singleModel(raw: RawInputs, facts: Facts, context: Context): Promise<ModelInput[]> {
  const { problems } = context;
  for (const name of ["model", "path"] as const) {
    if (raw[name] === "") {
      const example = name === "model" ? "model: churn" : "path: build/churn";
      problems.add(
        "LOB1002",
        `the input "${name}" is missing`,
        `Give it, such as ${example}, or list several models in a file and give config.`,
      );
    }
  }
  const problem = raw.model === "" ? undefined : modelProblem(raw.model);
  if (problem !== undefined) {
    problems.add(
      "LOB1001",
      `the input "model": ${problem}`,
      "The LOB is an input of its own: lob: fraud and model: churn, not model: fraud/churn.",
    );
  }
  if (raw.path !== "") await checkPath(raw.path, {}, context);
  const lines = linesOf(raw.metrics);
  const metrics = lines.length === 0 ? undefined : await metricsOfLines(lines, context);
  return [{ model: raw.model, path: raw.path, ...(metrics && { metrics }), ...facts }];
}

/** The models of the file; tags and the description of the inputs stand for each that has none of its own. */
async function listedModels(raw: RawInputs, listed: readonly ConfigModel[], facts: Facts, context: Context): Promise<ModelInput[]> {
  const forOne = (["model", "path", "metrics"] as const).filter((name) => raw[name] !== "");
  if (forOne.length > 0) {
    context.problems.add(
      "LOB1002",
      `with the input "config", ${forOne.map((name) => `"${name}"`).join(" and ")} cannot be given`,
      `Write ${forOne.length === 1 ? "it" : "them"} into ${raw.config}, for each model.`,
    );
  }
  const models: ModelInput[] = [];
  const at = (line: number): Place => ({ file: posix.normalize(raw.config), line });
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

async function checkPath(path: string, place: Place, { files, problems }: Context): Promise<void> {
  const absent = await files.absent(path);
  if (absent) problems.add("LOB1004", absent.message, absent.hint, place);
}
