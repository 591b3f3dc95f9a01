/** The inputs that say how models are compared. They apply to every model. */
import { LobError, type Direction } from "lob-registry-core";
import { lines, parsed, parsedLines, type InputValues } from "../inputs.js";
import type { FilePosition } from "../problem.js";
import { inputName, quote, type ReadingContext } from "../reading.js";
import { MAX_GATES, placedGates, readBase, type ComparisonRules } from "../rules.js";
import { lineOf, MAX_WORKFLOW_BYTES } from "./workflow.js";

export const RULE_INPUTS = {
  base: parsed(readBase),
  gates: lines(),
  better: parsedLines(directions),
  tolerance: parsed(readTolerance),
};

/**
 * The rules of the inputs. Notes what is wrong with the gates.
 *
 * @param workflow path of the workflow file, which contains the gates; undefined if it is unknown
 */
export async function readRules(
  { gates, ...rest }: InputValues<typeof RULE_INPUTS>,
  workflow: string | undefined,
  { files, problems }: ReadingContext,
): Promise<ComparisonRules> {
  const name = inputName("gates");
  if (gates.length > MAX_GATES)
    problems.add("LOB1002", `${name} has ${gates.length} gates`, `Use at most ${MAX_GATES}; the file of config can contain more.`);
  const text =
    gates.length === 0 || workflow === undefined ? undefined : await files.read(workflow, MAX_WORKFLOW_BYTES).catch(() => undefined);
  const positionOf = (gate: string): FilePosition => {
    const line = text === undefined ? undefined : lineOf(text, gate);
    return line === undefined ? {} : { file: workflow!, line };
  };
  const placed = placedGates(
    gates.map((gate) => ({ gate, name, position: positionOf(gate) })),
    problems,
  );
  return { ...rest, gates: placed };
}

function directions(pairs: readonly string[], name: string): Record<string, Direction> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, metric, direction] = /^(.*\S)\s*=\s*(higher|lower)$/.exec(pair) ?? [];
      if (metric === undefined)
        throw new LobError("LOB1002", `${name} has the line ${quote(pair)}`, {
          hint: "Write each line as name=higher or name=lower, e.g. latency=lower.",
        });
      return [metric, direction as Direction];
    }),
  );
}

function readTolerance(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0)
    throw new LobError("LOB1002", `${name} is ${quote(text)}`, { hint: "Use a number, 0 or more, e.g. 0.001." });
  return value;
}
