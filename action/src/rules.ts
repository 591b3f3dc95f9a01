/** How a model is compared with the one in use: gates, which way a metric is better, and which version is the base. Pure. */
import { LobError, parseGate, parseRef, type Direction, type Gate, type VersionRef } from "lob-registry-core";
import type { FilePosition, ProblemList } from "./problem.js";
import { quote } from "./reading.js";

/** Most gates of one list. */
export const MAX_GATES = 100;

/** A gate, and where it is written: there an annotation stands. */
export interface PlacedGate extends FilePosition {
  readonly gate: Gate;
}

export interface RequestedBase {
  /** As it was asked for: LATEST, an alias, a number. */
  readonly text: string;
  readonly ref: VersionRef;
}

export interface ComparisonRules {
  readonly gates: readonly PlacedGate[];
  readonly better?: Readonly<Record<string, Direction>>;
  /** Difference up to which two metrics are the same; from 0. */
  readonly tolerance?: number;
  readonly base?: RequestedBase;
}

export const LATEST: RequestedBase = { text: "LATEST", ref: { latest: true } };

/** Gates as they are written, each with what a message calls it; what is wrong with one is noted at its place. */
export function placedGates(
  given: readonly { readonly gate: string; readonly name: string; readonly place: FilePosition }[],
  problems: ProblemList,
): PlacedGate[] {
  return given.flatMap(({ gate, name, place }) => {
    const parsed = problems.attempt(() => namedAs(name, () => parseGate(gate)), place);
    return parsed ? [{ gate: parsed, ...place }] : [];
  });
}

/** @throws LobError LOB1002 where it is none of LATEST, an alias and a number */
export function readBase(text: string, name: string): RequestedBase {
  try {
    // How a version is written is core's matter; LOB and model only make a whole of it.
    const { ref } = parseRef(`lob/model@${text}`);
    if (ref && ("latest" in ref || "version" in ref || "alias" in ref)) return { text: "latest" in ref ? "LATEST" : text, ref };
  } catch (error) {
    if (!(error instanceof LobError)) throw error;
  }
  throw new LobError("LOB1002", `${name}: ${quote(text)} is neither LATEST nor an alias nor a version number`, {
    hint: "Write it like LATEST, prod or 7.",
  });
}

/** The rules for a model: all gates, of those that are written twice the one nearest to the model; of what can be said once, the last that says it. */
export function merged(...rules: readonly ComparisonRules[]): ComparisonRules {
  const better = Object.assign({}, ...rules.map((each) => each.better ?? {})) as Record<string, Direction>;
  const tolerance = rules.findLast((each) => each.tolerance !== undefined)?.tolerance;
  const base = rules.findLast((each) => each.base !== undefined)?.base;
  return {
    gates: distinct(rules.flatMap(({ gates }) => gates)),
    better,
    ...(tolerance !== undefined && { tolerance }),
    ...(base && { base }),
  };
}

const distinct = (gates: readonly PlacedGate[]): PlacedGate[] => [...new Map(gates.map((placed) => [placed.gate.text, placed])).values()];

/** An error of core about a value, with the name under which it was given. */
function namedAs<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LobError)) throw error;
    const { code, message, hint, details } = error;
    throw new LobError(code, `${name}: ${message}`, { ...(hint !== undefined && { hint }), details, cause: error });
  }
}
