/**
 * The file of the input `config`: several models of one LOB. Pure: the text comes in, what is wrong comes out with its line.
 */
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { LobError, metricsOf, parseDescription, tagsOf, type Metrics, type Tags } from "lob-registry-core";
import { lobProblem, modelProblem } from "lob-registry-core/layout";
import { ProblemList, type FilePosition, type ActionProblem } from "./problem.js";
import { MAX_GATES, placedGates, readBase, type ComparisonRules } from "./rules.js";
import { nameOf, offsetOf, valueAt, type YamlPath } from "./yaml-path.js";

/** Most models of one file, so that the outputs and the summary stay within GitHub's bounds. */
export const MAX_MODELS = 100;
/** Most bytes of the file. */
export const MAX_CONFIG_BYTES = 262_144;

/** One entry of the list, as far as it could be understood. */
export interface ConfigModel {
  readonly model: string;
  readonly path: string;
  readonly metrics?: Metrics;
  /** Path of a metrics file, where the numbers are not in this file. */
  readonly metricsFile?: string;
  readonly description?: string;
  readonly tags?: Tags;
  /** How it is compared with what is in use. */
  readonly rules: ComparisonRules;
  /** Where keys stand, for problems that show only later. */
  readonly lines: Readonly<Record<"path" | "metrics" | "tags", number>>;
}

export interface Config {
  readonly lob?: string;
  /** For every model, beside its own. */
  readonly rules: ComparisonRules;
  readonly models: readonly ConfigModel[];
}

const text = z.string("must be text").trim().min(1, "must not be empty");
const named = (problem: (value: unknown) => string | undefined) =>
  z.string("must be text").superRefine((value, context) => {
    const message = problem(value);
    if (message !== undefined) context.addIssue(message);
  });

/** A gate; `- signature: compatible` without quotes is a map of one key in YAML, and means the same. */
const GATE = z.preprocess((value) => {
  const [pair, ...more] = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return pair && more.length === 0 && typeof pair[1] === "string" ? `${pair[0]}: ${pair[1]}` : value;
}, z.string("must be text, such as auc >= base - 0.005"));

const RULES = {
  gates: z
    .array(GATE, "must be a list of gates, such as - auc >= base - 0.005")
    .max(MAX_GATES, `must list at most ${MAX_GATES} gates`)
    .optional(),
  better: z
    .record(z.string(), z.literal(["higher", "lower"], "must be higher or lower"), "must be names of metrics, each with higher or lower")
    .optional(),
  tolerance: z.number("must be a number from 0").min(0, "must be a number from 0").optional(),
  base: z.union([z.string(), z.int()], "must be LATEST, an alias or a version number").optional(),
};

const MODEL = z.strictObject(
  {
    model: named(modelProblem),
    path: text,
    metrics: z.union([text, z.record(z.string(), z.unknown())], "must be the path of a JSON file, or names with their numbers").optional(),
    description: z.string("must be text").optional(),
    tags: z.record(z.string(), z.unknown(), "must be names with their values").optional(),
    ...RULES,
  },
  "must be a model: model, path, and perhaps metrics, description, tags, gates, better, tolerance, base",
);

const FILE = z.strictObject(
  {
    lob: named(lobProblem).optional(),
    ...RULES,
    models: z
      .array(MODEL, "must be a list, one entry for each model")
      .min(1, "must list at least one model")
      .max(MAX_MODELS, `must list at most ${MAX_MODELS} models`),
  },
  "must hold the key models, with a list",
);

/** Where the value at a path stands; where it is missing, what should hold it. */
type Locate = (path: YamlPath) => Required<FilePosition>;

/**
 * Reads the file of the input `config`.
 *
 * @param source Its text.
 * @param file Its path relative to the workspace, for the annotations.
 * @returns The configuration, or everything that is wrong with it.
 */
export function parseConfig(source: string, file: string): { config: Config } | { problems: readonly ActionProblem[] } {
  const lines = new LineCounter();
  const lineAt = (offset: number): Required<FilePosition> => ({ file, line: lines.linePos(offset).line });
  const document = parseDocument(source.replace(/^\uFEFF/, ""), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return { problems: document.errors.map(({ message, pos }) => ({ ...wrong(`this is not valid YAML: ${message}`), ...lineAt(pos[0]) })) };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // An alias that is named nowhere, or aliases that would grow beyond all bounds.
    return {
      problems: [{ ...wrong(`this YAML cannot be read: ${error instanceof Error ? error.message : String(error)}`), ...lineAt(0) }],
    };
  }
  const locate: Locate = (path) => lineAt(offsetOf(document, path));
  const parsed = FILE.safeParse(value);
  return parsed.success
    ? checkFacts(parsed.data, locate)
    : { problems: parsed.error.issues.flatMap((issue) => shapeProblems(issue, value, locate)) };
}

function shapeProblems(issue: z.core.$ZodIssue, value: unknown, locate: Locate): ActionProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      ...wrong(`${nameOf(issue.path)}: the key ${JSON.stringify(key)} is not known`),
      ...locate([...issue.path, key]),
    }));
  }
  const isMissing = issue.path.length > 0 && valueAt(value, issue.path) === undefined;
  return [{ ...wrong(`${nameOf(issue.path)}: ${isMissing ? "is missing" : issue.message}`), ...locate(issue.path) }];
}

/** What the shape cannot say: models listed twice, and core's rules for metrics, tags and descriptions. */
function checkFacts(
  { lob, models, ...shared }: z.infer<typeof FILE>,
  locate: Locate,
): { config: Config } | { problems: readonly ActionProblem[] } {
  const problems = new ProblemList();
  const rules = rulesOf(shared, [], locate, problems);
  const lineOf = new Map<string, number>();
  const checked = models.map(({ model, path, ...facts }, index): ConfigModel => {
    const at = (key: string): Required<FilePosition> => locate(["models", index, key]);
    const read = <T>(key: keyof typeof facts, of: (name: string) => T): T | undefined =>
      facts[key] === undefined ? undefined : problems.attempt(() => of(nameOf(["models", index, key])), at(key));

    const earlier = lineOf.get(model);
    if (earlier === undefined) lineOf.set(model, at("model").line);
    else problems.add("LOB1003", `models[${index}]: the model ${model} is listed already, in line ${earlier}`, HINT, at("model"));

    const metricsFile = typeof facts.metrics === "string" ? facts.metrics : undefined;
    const metrics = metricsFile === undefined ? read("metrics", (name) => numbersOnly(facts.metrics, name)) : undefined;
    const tags = read("tags", (name) => tagsOf(facts.tags, name));
    const description = read("description", (name) => parseDescription(facts.description ?? "", name));
    return {
      model,
      path,
      ...(metrics && { metrics }),
      ...(metricsFile !== undefined && { metricsFile }),
      ...(tags && { tags }),
      ...(description !== undefined && { description }),
      rules: rulesOf(facts, ["models", index], locate, problems),
      lines: { path: at("path").line, metrics: at("metrics").line, tags: at("tags").line },
    };
  });
  return problems.all.length > 0 ? { problems: problems.all } : { config: { ...(lob !== undefined && { lob }), rules, models: checked } };
}

/** The keys by which models are compared. Publishing has no use for them, and tells all the same what is wrong with one. */
function rulesOf(
  given: Pick<z.infer<typeof FILE>, keyof typeof RULES>,
  at: YamlPath,
  locate: Locate,
  problems: ProblemList,
): ComparisonRules {
  const { gates = [], better, tolerance, base } = given;
  const path = (...keys: YamlPath): YamlPath => [...at, ...keys];
  const parsed = placedGates(
    gates.map((gate, index) => ({ gate, name: nameOf(path("gates", index)), place: locate(path("gates", index)) })),
    problems,
  );
  const ref = base === undefined ? undefined : problems.attempt(() => readBase(String(base), nameOf(path("base"))), locate(path("base")));
  return {
    gates: parsed,
    ...(better && { better }),
    ...(tolerance !== undefined && { tolerance }),
    ...(ref !== undefined && { base: ref }),
  };
}

/** Metrics written into the file itself: a person put each there, so none is left out in silence as in a program's `metrics.json`. */
function numbersOnly(given: unknown, name: string): Metrics {
  return metricsOf(given, name, (ignored) => {
    throw new LobError("LOB1008", `${name}: ${ignored.map((key) => JSON.stringify(key)).join(", ")} must be a number`, {
      hint: "Write the number without quotes, like auc: 0.93.",
    });
  });
}

const HINT = "Mend the file; the Action's README shows one with every key.";

function wrong(message: string): ActionProblem {
  return { code: "LOB1003", message, hint: HINT };
}
