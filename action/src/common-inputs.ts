/** Inputs that several actions share, and checks across inputs. */
import { posix } from "node:path";
import { lobProblem, modelProblem } from "lob-registry-core/layout";
import { MAX_CONFIG_BYTES, parseConfig, type Config } from "./config.js";
import { flag, lines, matching, optionalText, text } from "./inputs.js";
import type { FilePosition, ProblemList } from "./problem.js";
import { readText, type ReadingContext } from "./reading.js";

/** The inputs that name what to work on. */
export const MODEL_INPUTS = { lob: text(), model: text(), path: text(), config: text() };

/** The inputs that locate the LOB. */
export const REGISTRY_INPUTS = {
  region: optionalText(),
  "catalog-table": matching(/^[A-Za-z0-9_.-]{3,255}$/, 'Use the name of a DynamoDB table: 3 to 255 letters, digits, "_", "." and "-".'),
};

/** How symbolic links in a model's folder are read. */
export const LINK_INPUTS = { "follow-links": flag(), "follow-links-to": lines() };

type GivenInputs<Name extends string> = Readonly<Record<Name, string>>;

/** The LOB, from the input or the config file. */
export function readLob(given: GivenInputs<"lob" | "config">, config: Config | undefined, problems: ProblemList): string {
  const lob = given.lob || config?.lob || "";
  if (lob === "") {
    // An invalid file may well name the LOB.
    if (given.config === "" || config)
      problems.add("LOB1002", 'the input "lob" is missing', "Set it to the line of business, e.g. lob: fraud.");
    return lob;
  }
  const problem = lobProblem(lob);
  if (problem !== undefined) {
    problems.add("LOB1001", `the input "lob": ${problem}`);
  } else if (config?.lob !== undefined && config.lob !== lob) {
    problems.add(
      "LOB1002",
      `the input "lob" is ${lob}, but ${given.config} says ${config.lob}`,
      "Set the LOB in only one of the two places.",
    );
  }
  return lob;
}

/** The file of the input `config`, or undefined after noting what is wrong with it. */
export async function readConfig(file: string, context: ReadingContext): Promise<Config | undefined> {
  const what = 'the file of the input "config"';
  const hint = "Paths are relative to the workspace: check the path, and that an earlier step checks out the repository.";
  const source = await readText({ file, maxBytes: MAX_CONFIG_BYTES, what, hint }, context);
  if (source === undefined) return undefined;
  const result = parseConfig(source, relativeToWorkspace(file));
  if ("config" in result) return result.config;
  context.problems.all.push(...result.problems);
  return undefined;
}

/** Which inputs a single model needs, each with an example. */
export type NeededInputs<Name extends string> = readonly (readonly [name: Name, example: string])[];

/** Checks that each input that a single model needs is set, and that the model's name is valid. */
export function checkModel<Name extends string>(
  given: GivenInputs<Name | "model">,
  needed: NeededInputs<Name | "model">,
  problems: ProblemList,
): void {
  for (const [name, example] of needed) {
    if (given[name] === "") {
      problems.add(
        "LOB1002",
        `the input "${name}" is missing`,
        `Set it, e.g. ${name}: ${example}, or list several models in a file and set config.`,
      );
    }
  }
  const problem = given.model === "" ? undefined : modelProblem(given.model);
  if (problem !== undefined) {
    problems.add(
      "LOB1001",
      `the input "model": ${problem}`,
      "The LOB is a separate input: lob: fraud and model: churn, not model: fraud/churn.",
    );
  }
}

/** Refuses the inputs of a single model beside a file that lists models. */
export function refuseBesideConfig(
  config: string,
  given: Readonly<Record<string, string | readonly string[]>>,
  problems: ProblemList,
): void {
  const names = Object.keys(given).filter((name) => given[name]!.length > 0);
  if (names.length > 0) {
    problems.add(
      "LOB1002",
      `${names.map((name) => `"${name}"`).join(" and ")} cannot be combined with the input "config"`,
      `Write ${names.length === 1 ? "it" : "them"} into ${config} for each model.`,
    );
  }
}

/** A line of the file of the input `config`. */
export const configPosition = (config: string, line: number): FilePosition => ({ file: relativeToWorkspace(config), line });

/** GitHub shows an annotation at models.yml but not at ./models.yml; a step runs in the workspace. */
const relativeToWorkspace = (file: string): string => posix.relative("", file);

export async function checkPath(path: string, position: FilePosition, { files, problems }: ReadingContext): Promise<void> {
  const absent = await files.absent(path);
  if (absent) problems.add("LOB1004", absent.message, absent.hint, position);
}
