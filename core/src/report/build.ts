/** Compares a built model with the version in use, and checks its gates. */
import { describe, diffModels, type MetricRules, type Side } from "../diff/index.js";
import { checkGates, type Gate } from "../gates/index.js";
import type { Compared } from "./types.js";

export interface CompareModelOptions {
  readonly lob: string;
  readonly model: string;
  /** The built model. */
  readonly candidate: Side;
  readonly base:
    | { readonly kind: "version"; readonly side: Side; readonly version: number; readonly ref: string }
    | { readonly kind: "none" }
    | { readonly kind: "unknown"; readonly reason: string };
  /** Default: no rules. */
  readonly rules?: MetricRules;
  /** Default: no gates. */
  readonly gates?: readonly Gate[];
}

/**
 * Compares a candidate with its base. Reads both sides once; the caller closes them.
 *
 * @throws every error from reading the entries of a side
 */
export async function compareModel({ lob, model, candidate, base, rules = {}, gates = [] }: CompareModelOptions): Promise<Compared> {
  if (base.kind !== "version") {
    const described = await describe(candidate);
    const results = checkGates(gates, { candidate: described, base: base.kind });
    return { kind: "compared", lob, model, base, candidate: described, gates: results };
  }
  const diff = await diffModels(base.side, candidate, rules);
  const results = checkGates(gates, { candidate: diff.after, base: diff.before, diff });
  const { version, ref } = base;
  return { kind: "compared", lob, model, base: { kind: "version", version, ref }, candidate: diff.after, diff, gates: results };
}
