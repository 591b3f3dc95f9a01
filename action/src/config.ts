/**
 * Parses the file of the input `config`, which lists several models of one LOB. Pure. Problems have the line that they concern.
 */
import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { z } from "zod";
import { LobError, metricsOf, parseDescription, tagsOf, type Metrics, type Tags } from "lob-registry-core";
import { lobProblem, modelProblem } from "lob-registry-core/layout";
import { ProblemList, type ActionProblem } from "./problem.js";
import { MAX_GATES, placedGates, readBase, type ComparisonRules } from "./rules.js";
import { nameOf, offsetOf, valueAt, type YamlPath } from "./yaml-path.js";

/** Maximum number of models in one file, so that the outputs and the summary stay within GitHub's limits. */
export const MAX_MODELS = 100;
/** Largest file in bytes. */
export const MAX_CONFIG_BYTES = 262_144;

/** One entry of the list. */
export interface ConfigModel {
  readonly model: string;
  readonly path: string;
  readonly metrics?: Metrics | undefined;
  /** Path of a metrics file, if the metrics are not in this file. */
  readonly metricsFile?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: Tags | undefined;
  /** How the model is compared with the one in use. */
  readonly rules: ComparisonRules;
  /** Lines of keys, for problems that are found later. */
  readonly lines: Readonly<Record<"path" | "metrics" | "tags", number>>;
}

export interface Config {
  readonly lob?: string | undefined;
  /** For every model, in addition to its own. */
  readonly rules: ComparisonRules;
  readonly models: readonly ConfigModel[];
}

const text = z.string("must be text").trim().min(1, "must not be empty");
const named = (problem: (value: unknown) => string | undefined) =>
  z.string("must be text").superRefine((value, context) => {
    const message = problem(value);
    if (message !== undefined) context.addIssue(message);
  });

/** A gate. Without quotes, `- signature: compatible` is a map with one key in YAML and means the same. */
const GATE = z.preprocess((value) => {
  const [pair, ...more] = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return pair && more.length === 0 && typeof pair[1] === "string" ? `${pair[0]}: ${pair[1]}` : value;
}, z.string("must be text, e.g. auc >= base - 0.005"));

const RULES = {
  gates: z
    .array(GATE, "must be a list of gates, e.g. - auc >= base - 0.005")
    .max(MAX_GATES, `must list at most ${MAX_GATES} gates`)
    .optional(),
  better: z
    .record(z.string(), z.literal(["higher", "lower"], "must be higher or lower"), "must map names of metrics to higher or lower")
    .optional(),
  tolerance: z.number("must be a number, 0 or more").min(0, "must be a number, 0 or more").optional(),
  base: z.union([z.string(), z.int()], "must be LATEST, an alias or a version number").optional(),
};

const MODEL = z.strictObject(
  {
    model: named(modelProblem),
    path: text,
    metrics: z.union([text, z.record(z.string(), z.unknown())], "must be the path of a JSON file, or map names to numbers").optional(),
    description: z.string("must be text").optional(),
    tags: z.record(z.string(), z.unknown(), "must map names to values").optional(),
    ...RULES,
  },
  "must be a model with the keys model, path, and optionally metrics, description, tags, gates, better, tolerance, base",
);

const FILE = z.strictObject(
  {
    lob: named(lobProblem).optional(),
    ...RULES,
    models: z
      .array(MODEL, "must be a list with one entry per model")
      .min(1, "must list at least one model")
      .max(MAX_MODELS, `must list at most ${MAX_MODELS} models`),
  },
  "must have the key models with a list",
);

/** Finds the line of the value at a path, or of its parent if the value is missing. */
type Locate = (path: YamlPath) => ConfigPosition;

interface ConfigPosition {
  readonly file: string;
  readonly line: number;
}

/**
 * Reads the file of the input `config`.
 *
 * @param source its text
 * @param file its path relative to the workspace, for annotations
 * @returns the configuration, or everything that is wrong with it
 */
export function parseConfig(source: string, file: string): { config: Config } | { problems: readonly ActionProblem[] } {
  const lines = new LineCounter();
  const lineAt = (offset: number): ConfigPosition => ({ file, line: lines.linePos(offset).line });
  const document = parseDocument(source.replace(/^\uFEFF/, ""), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return { problems: document.errors.map(({ message, pos }) => ({ ...wrong(`invalid YAML: ${message}`), ...lineAt(pos[0]) })) };
  }
  keepTexts(document);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // An undefined alias, or aliases that expand without limit.
    return {
      problems: [{ ...wrong(`cannot read this YAML: ${error instanceof Error ? error.message : String(error)}`), ...lineAt(0) }],
    };
  }
  const locate: Locate = (path) => lineAt(offsetOf(document, path));
  const parsed = FILE.safeParse(value);
  return parsed.success
    ? checkModels(parsed.data, locate)
    : { problems: parsed.error.issues.flatMap((issue) => shapeProblems(issue, value, locate)) };
}

/** Tags are texts: those that YAML takes for numbers or booleans keep what the file says, e.g. `1.10` and `01234`. */
function keepTexts(document: Document): void {
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== "tags" || !isMap(value)) return undefined;
      for (const { value: tag } of value.items)
        if (isScalar(tag) && (typeof tag.value === "number" || typeof tag.value === "boolean")) tag.value = tag.source;
      return visit.SKIP;
    },
  });
}

function shapeProblems(issue: z.core.$ZodIssue, value: unknown, locate: Locate): ActionProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      ...wrong(`${nameOf(issue.path)}: unknown key ${JSON.stringify(key)}`),
      ...locate([...issue.path, key]),
    }));
  }
  const isMissing = issue.path.length > 0 && valueAt(value, issue.path) === undefined;
  return [{ ...wrong(`${nameOf(issue.path)}${isMissing ? " is missing" : `: ${issue.message}`}`), ...locate(issue.path) }];
}

/** Checks what the schema cannot: models listed twice, and core's rules for metrics, tags and descriptions. */
function checkModels(
  { lob, models, ...shared }: z.infer<typeof FILE>,
  locate: Locate,
): { config: Config } | { problems: readonly ActionProblem[] } {
  const problems = new ProblemList();
  const rules = rulesOf(shared, [], locate, problems);
  const lineOf = new Map<string, number>();
  const checked = models.map(({ model, path, ...entry }, index): ConfigModel => {
    const at = (key: string): ConfigPosition => locate(["models", index, key]);
    const read = <T>(key: keyof typeof entry, of: (name: string) => T): T | undefined =>
      entry[key] === undefined ? undefined : problems.attempt(() => of(nameOf(["models", index, key])), at(key));

    const earlier = lineOf.get(model);
    if (earlier === undefined) lineOf.set(model, at("model").line);
    else problems.add("LOB1003", `models[${index}]: the model ${model} is already listed in line ${earlier}`, HINT, at("model"));

    const metricsFile = typeof entry.metrics === "string" ? entry.metrics : undefined;
    const metrics = metricsFile === undefined ? read("metrics", (name) => numbersOnly(entry.metrics, name)) : undefined;
    const tags = read("tags", (name) => tagsOf(entry.tags, name));
    const description = read("description", (name) => parseDescription(entry.description ?? "", name));
    return {
      model,
      path,
      metrics,
      metricsFile,
      tags,
      description,
      rules: rulesOf(entry, ["models", index], locate, problems),
      lines: { path: at("path").line, metrics: at("metrics").line, tags: at("tags").line },
    };
  });
  return problems.all.length > 0 ? { problems: problems.all } : { config: { lob, rules, models: checked } };
}

/** The keys that say how models are compared. Publishing ignores them but still reports what is wrong with them. */
function rulesOf(
  given: Pick<z.infer<typeof FILE>, keyof typeof RULES>,
  at: YamlPath,
  locate: Locate,
  problems: ProblemList,
): ComparisonRules {
  const { gates = [], better, tolerance, base } = given;
  const path = (...keys: YamlPath): YamlPath => [...at, ...keys];
  const parsed = placedGates(
    gates.map((gate, index) => ({ gate, name: nameOf(path("gates", index)), position: locate(path("gates", index)) })),
    problems,
  );
  const ref = base === undefined ? undefined : problems.attempt(() => readBase(String(base), nameOf(path("base"))), locate(path("base")));
  return { gates: parsed, better, tolerance, base: ref };
}

/** Metrics in the file itself. A person wrote each of them, so none is skipped as in a program's `metrics.json`. */
function numbersOnly(given: unknown, name: string): Metrics {
  return metricsOf(given, name, ({ numbers, others }) => {
    const what = others.length > 0 ? `${others.map((key) => JSON.stringify(key)).join(", ")} must be a number` : numbers.join("; ");
    throw new LobError("LOB1008", `${name}: ${what}`, { hint: "Write a finite number without quotes, e.g. auc: 0.93." });
  });
}

const HINT = "Fix the file; the Action's README shows an example with every key.";

function wrong(message: string): ActionProblem {
  return { code: "LOB1003", message, hint: HINT };
}
