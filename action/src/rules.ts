/** How a model is compared with the one in use: gates, which direction of a metric is better, and which version is the base. Pure. */
import { defined, LobError, parseGate, parseRef, type Direction, type Gate, type VersionRef } from "lob-registry-core";
import type { FilePosition, ProblemList } from "./problem.js";
import { quote } from "./reading.js";

/** Maximum number of gates in one list. */
export const MAX_GATES = 100;

/** A gate and its position in a file, where its annotation is shown. */
export interface PlacedGate extends FilePosition {
  readonly gate: Gate;
}

export interface RequestedBase {
  /** As requested: LATEST, an alias or a number. */
  readonly text: string;
  readonly ref: VersionRef;
}

export interface ComparisonRules {
  readonly gates: readonly PlacedGate[];
  readonly better?: Readonly<Record<string, Direction>> | undefined;
  /** Largest difference at which two metrics count as equal, at least 0. */
  readonly tolerance?: number | undefined;
  readonly base?: RequestedBase | undefined;
}

export const LATEST: RequestedBase = { text: "LATEST", ref: { latest: true } };

/** Parses gates, each with the name that messages use. Notes what is wrong with one at its position. */
export function placedGates(
  given: readonly { readonly gate: string; readonly name: string; readonly position: FilePosition }[],
  problems: ProblemList,
): PlacedGate[] {
  return given.flatMap(({ gate, name, position }) => {
    const parsed = problems.attempt(() => namedAs(name, () => parseGate(gate)), position);
    return parsed ? [{ gate: parsed, ...position }] : [];
  });
}

/** @throws LobError LOB1002 if it is not LATEST, an alias or a number */
export function readBase(text: string, name: string): RequestedBase {
  try {
    // Core defines how a version is written; LOB and model only complete the reference.
    const { ref } = parseRef(`lob/model@${text}`);
    if (ref && ("latest" in ref || "version" in ref || "alias" in ref)) return { text: "latest" in ref ? "LATEST" : text, ref };
  } catch (error) {
    if (!(error instanceof LobError)) throw error;
  }
  throw new LobError("LOB1002", `${name}: ${quote(text)} is not LATEST, an alias or a version number`, {
    hint: "Use e.g. LATEST, prod or 7.",
  });
}

/** The rules for a model, from the most general to the model's own. All gates apply; of repeated gates and other rules, the last one wins. */
export function merged(...all: readonly (ComparisonRules | undefined)[]): ComparisonRules {
  const rules = all.filter((each) => each !== undefined);
  return {
    gates: distinct(rules.flatMap(({ gates }) => gates)),
    better: Object.assign({}, ...rules.map(({ better }) => better)) as Record<string, Direction>,
    tolerance: rules.findLast((each) => each.tolerance !== undefined)?.tolerance,
    base: rules.findLast((each) => each.base !== undefined)?.base,
  };
}

const distinct = (gates: readonly PlacedGate[]): PlacedGate[] => [...new Map(gates.map((placed) => [placed.gate.text, placed])).values()];

/** Runs core's parser and puts the name of the value in front of its error. */
function namedAs<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LobError)) throw error;
    const { code, message, hint, details } = error;
    throw new LobError(code, `${name}: ${message}`, defined({ hint, details, cause: error }));
  }
}
