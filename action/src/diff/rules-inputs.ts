/** The inputs that say how models are compared: gates, which way a metric is better, tolerance, base. They stand for every model. */
import { LobError, type Direction } from "lob-registry-core";
import type { FilePosition } from "../problem.js";
import { linesOf, quote, type ReadingContext } from "../reading.js";
import { MAX_GATES, placedGates, readBase, type ComparisonRules } from "../rules.js";
import type { RawInputs } from "./inputs.js";
import { lineOf, MAX_WORKFLOW_BYTES } from "./workflow.js";

/**
 * The rules of the inputs; what is wrong with them is noted.
 *
 * @param workflow Path of the workflow's file, where the gates stand; undefined where it is not known.
 */
export async function readRules(
  raw: RawInputs,
  workflow: string | undefined,
  { files, problems }: ReadingContext,
): Promise<ComparisonRules> {
  const gates = linesOf(raw.gates);
  if (gates.length > MAX_GATES)
    problems.add(
      "LOB1002",
      `the input "gates" has ${gates.length} gates`,
      `Give at most ${MAX_GATES}; more may stand in the file of config.`,
    );
  const text =
    gates.length === 0 || workflow === undefined ? undefined : await files.read(workflow, MAX_WORKFLOW_BYTES).catch(() => undefined);
  const place = (gate: string): FilePosition => {
    const line = text === undefined ? undefined : lineOf(text, gate);
    return line === undefined ? {} : { file: workflow!, line };
  };
  const name = 'the input "gates"';
  const better = problems.attempt(() => directions(linesOf(raw.better)));
  const tolerance = problems.attempt(() => readTolerance(raw.tolerance));
  const base = raw.base === "" ? undefined : problems.attempt(() => readBase(raw.base, 'the input "base"'));
  return {
    gates: placedGates(
      gates.map((gate) => ({ gate, name, place: place(gate) })),
      problems,
    ),
    ...(better && { better }),
    ...(tolerance !== undefined && { tolerance }),
    ...(base && { base }),
  };
}

function directions(lines: readonly string[]): Record<string, Direction> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, direction] = /^(.*\S)\s*=\s*(higher|lower)$/.exec(line) ?? [];
      if (name === undefined)
        throw new LobError("LOB1002", `the input "better" has the line ${quote(line)}`, {
          hint: "Each line is name=higher or name=lower, such as latency=lower.",
        });
      return [name, direction as Direction];
    }),
  );
}

function readTolerance(text: string): number | undefined {
  if (text === "") return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0)
    throw new LobError("LOB1002", `the input "tolerance" is ${quote(text)}`, { hint: "Give a number from 0, such as 0.001." });
  return value;
}
