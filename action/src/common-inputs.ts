/** The inputs that actions have in common, and their checks. */
import { posix } from "node:path";
import { lobProblem, modelProblem } from "lob-registry-core/layout";
import { MAX_CONFIG_BYTES, parseConfig, type Config } from "./config.js";
import type { FilePosition, ProblemList } from "./problem.js";
import { quote, readText, type ReadingContext } from "./reading.js";

/** Inputs as the runner gives them: trimmed text, empty where the workflow gives none. */
type Raw<Name extends string> = Readonly<Record<Name, string>>;

/** `true` or `false`. @param otherwise where nothing is given */
export function readFlag<Name extends string>(raw: Raw<Name>, name: Name, problems: ProblemList, otherwise = false): boolean {
  const value = raw[name].toLowerCase();
  if (!["", "true", "false"].includes(value)) problems.add("LOB1002", `the input "${name}" is ${quote(raw[name])}`, "Write true or false.");
  return value === "" ? otherwise : value === "true";
}

export function readCatalogTable(raw: Raw<"catalog-table">, problems: ProblemList): string | undefined {
  const table = raw["catalog-table"];
  if (table === "") return undefined;
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(table)) {
    problems.add(
      "LOB1002",
      `the input "catalog-table" is ${quote(table)}`,
      'Give the name of a DynamoDB table: 3 to 255 letters, digits, "_", "." and "-".',
    );
  }
  return table;
}

/** The LOB, which the input or the file says. */
export function readLob(raw: Raw<"lob" | "config">, config: Config | undefined, problems: ProblemList): string {
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

/** The file of the input `config`, or undefined after noting what is wrong with it. */
export async function readConfig(file: string, context: ReadingContext): Promise<Config | undefined> {
  const what = 'the file of the input "config"';
  const hint = "Paths are taken from the workspace: check the path, and that a step before this one checks the repository out.";
  const text = await readText({ file, maxBytes: MAX_CONFIG_BYTES, what, hint }, context);
  if (text === undefined) return undefined;
  const parsed = parseConfig(text, placeOf(file));
  if ("config" in parsed) return parsed.config;
  context.problems.all.push(...parsed.problems);
  return undefined;
}

/** Which inputs one model needs, each with an example. */
export type Needed<Name extends string> = readonly (readonly [name: Name, example: string])[];

/** That each input which one model needs is there, and that its name is one. */
export function checkModel<Name extends string>(raw: Raw<Name | "model">, needed: Needed<Name | "model">, problems: ProblemList): void {
  for (const [name, example] of needed) {
    if (raw[name] === "") {
      problems.add(
        "LOB1002",
        `the input "${name}" is missing`,
        `Give it, such as ${name}: ${example}, or list several models in a file and give config.`,
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
}

/** Inputs of one model, which cannot be given beside a file that lists models. */
export function refuseBesideConfig<Name extends string>(raw: Raw<Name | "config">, names: readonly Name[], problems: ProblemList): void {
  const given = names.filter((name) => raw[name] !== "");
  if (given.length > 0) {
    problems.add(
      "LOB1002",
      `with the input "config", ${given.map((name) => `"${name}"`).join(" and ")} cannot be given`,
      `Write ${given.length === 1 ? "it" : "them"} into ${raw.config}, for each model.`,
    );
  }
}

/** A line of the file of the input `config`. */
export const configPlace = (raw: Raw<"config">, line: number): FilePosition => ({ file: placeOf(raw.config), line });

/** GitHub places an annotation at models.yml, and not at ./models.yml; a step runs in the workspace. */
const placeOf = (file: string): string => posix.relative("", file);

export async function checkPath(path: string, place: FilePosition, { files, problems }: ReadingContext): Promise<void> {
  const absent = await files.absent(path);
  if (absent) problems.add("LOB1004", absent.message, absent.hint, place);
}
