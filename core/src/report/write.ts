/**
 * Writes reports that can always be read back.
 *
 * A report has up to 1,000 models in at most 16 MiB, but a single model may need more than that. Small models are written whole, and the
 * large ones share the remaining room evenly. A model that exceeds its share gets its lists and texts shortened in steps until it fits.
 * Counted lists keep their count; `shortened` names the other lists that lost entries. A shortened text ends in "…". Outcomes of gates
 * survive longest: if there is no room to list them, the worst outcome stands for all.
 */
import { defined } from "../defined.js";
import { internalError, LobError } from "../errors.js";
import { printable, printableLines } from "../format.js";
import type { GateResult } from "../diff/gate-result.js";
import { firstProblem } from "./check.js";
import { REPORT_LIMITS, type ReportLimits } from "./limits.js";
import { parseReport } from "./read.js";
import { clip, type Cut, shortened, STEPS } from "./shorten.js";
import { type Compared, comparedSchema, type Failed, type ModelReport, type Report } from "./types.js";

/** Bytes for everything outside of the models. */
const ENVELOPE = 4_096;

/**
 * Serializes a report, shortened to fit.
 *
 * @param limits default {@link REPORT_LIMITS}
 * @returns JSON of at most 16 MiB, which {@link parseReport} reads
 * @throws LobError LOB9001 (internal error) for more than 1,000 models, or for a model that is listed twice
 */
export function reportText(report: Report, limits: ReportLimits = REPORT_LIMITS): string {
  const models = share(report.models, limits.bytes - ENVELOPE);
  const { schema, createdBy, commit } = report;
  const text = JSON.stringify({ schema, createdBy: printable(clip(createdBy, 200)), commit, models });
  try {
    parseReport(text, limits);
    return text;
  } catch (error) {
    throw internalError(`wrote a report that cannot be read back: ${error instanceof LobError ? error.message : String(error)}`, error);
  }
}

/** Rounds of handing the room that small models leave to the others. */
const ROUNDS = 8;

/** Fits the models into the room, in their order. The work per model is bounded by its share. */
function share(models: readonly ModelReport[], room: number): ModelReport[] {
  const fitted: ModelReport[] = [];
  let waiting = models.map((model, place) => ({ model, place }));
  let left = room;
  const write = (all: typeof waiting): void => {
    for (const { model, place } of all) {
      const [form, size] = fit(model, Math.floor(left / waiting.length));
      fitted[place] = form;
      left -= size;
      waiting = waiting.filter((one) => one.place !== place);
    }
  };
  for (let round = 0; round < ROUNDS; round++) {
    const each = Math.floor(left / waiting.length);
    write(waiting.filter(({ model }) => weigh(model, each) <= each));
  }
  write(waiting);
  return fitted;
}

/** Returns the longest form that fits. Tries the whole, then starts from the shortest, so that the work grows with the room, not with the model. */
function fit(model: ModelReport, room: number): [model: ModelReport, size: number] {
  const [whole, ...steps] = STEPS;
  const form = (step: Cut): [ModelReport, number] | undefined => {
    const form = cut(model, step);
    const size = weigh(form, room);
    return size > room || (form.kind === "compared" && firstProblem(comparedSchema, form) !== undefined) ? undefined : [form, size];
  };
  let fitting = weigh(model, room) > room ? undefined : form(whole);
  if (fitting !== undefined) return fitting;
  for (const step of steps.toReversed()) {
    const longer = form(step);
    if (longer === undefined) break;
    fitting = longer;
  }
  if (fitting === undefined) throw internalError(`${model.lob}/${model.model} cannot be written into a report`);
  return fitting;
}

const cut = (model: ModelReport, step: Cut): ModelReport => (model.kind === "failed" ? cutFailed(model, step) : cutCompared(model, step));

function cutFailed({ message, hint, ...rest }: Failed, { chars }: Cut): Failed {
  const text = (one: string): string => printableLines(clip(one, Math.min(10_000, Math.max(200, chars))));
  return defined({ ...rest, message: text(message), hint: hint === undefined ? undefined : text(hint) });
}

function cutCompared({ kind, lob, model, base, candidate, diff, gates }: Compared, step: Cut): Compared {
  const cutParts = new Set<string>();
  const described = <T>(value: T): T => shortened(value, step, () => cutParts.add("summary"));
  const parts = diff && {
    ...Object.fromEntries(Object.entries(diff).map(([part, value]) => [part, shortened(value, step, () => cutParts.add(part))])),
    before: described(diff.before),
    after: described(diff.after),
    tensors: shortened(counted(diff.tensors), step, () => cutParts.add("tensors")),
  };
  return defined({
    kind,
    lob,
    model,
    base: base.kind === "version" ? { ...base, ref: printable(clip(base.ref, 200)) } : base.kind === "none" ? base : { ...base, reason: printable(clip(base.reason, Math.min(4_000, Math.max(200, step.chars)))) },
    candidate: described(candidate),
    diff: parts as Compared["diff"],
    gates: cutGates(gates, step),
    shortened: cutParts.size > 0 ? [...cutParts].sort() : undefined,
  });
} // prettier-ignore

/** Clamps sums that are too large to be exact. */
function counted(tensors: NonNullable<Compared["diff"]>["tensors"]): typeof tensors {
  const exact = (count: number): number => Math.min(count, Number.MAX_SAFE_INTEGER);
  const sums = ({ before, after }: { before: number; after: number }) => ({ before: exact(before), after: exact(after) });
  return { ...tensors, tensorCount: sums(tensors.tensorCount), parameters: sums(tensors.parameters) };
}

const WORST_FIRST = ["failed", "unknown", "skipped", "passed"] as const;

function cutGates(gates: readonly GateResult[], { chars, gates: most }: Cut): GateResult[] {
  const short = ({ gate, reason, ...rest }: GateResult): GateResult => ({
    gate: printable(clip(gate, Math.min(1_000, Math.max(100, chars)))),
    reason: printable(clip(reason, Math.min(4_000, Math.max(200, chars)))),
    ...rest,
  });
  if (gates.length <= most) return gates.map(short);
  const sorted = WORST_FIRST.flatMap((outcome) => gates.filter((one) => one.outcome === outcome));
  const listed = Math.max(0, most - 1);
  const rest = sorted.slice(listed);
  const counts = WORST_FIRST.map((outcome) => [rest.filter((one) => one.outcome === outcome).length, outcome] as const);
  const words = counts.filter(([count]) => count > 0).map(([count, outcome]) => `${count} ${outcome}`);
  const reason = `omitted for lack of room: ${words.join(", ")}`;
  return [...sorted.slice(0, listed).map(short), { gate: `${rest.length} more gates`, outcome: rest[0]!.outcome, reason }];
}

/**
 * Returns the bytes of a value as JSON, counting at least 16 for each value in it, so that the limit of bytes also limits the number of
 * values. Stops above `most`.
 */
function weigh(value: unknown, most: number): number {
  if (typeof value === "string") return Math.max(LEAST, Buffer.byteLength(JSON.stringify(value)));
  if (typeof value !== "object" || value === null) return Math.max(LEAST, String(value).length);
  let sum = 2 * LEAST;
  for (const [key, one] of Object.entries(value)) {
    sum += Array.isArray(value) ? 1 : 2 + Buffer.byteLength(JSON.stringify(key));
    sum += weigh(one, most - sum);
    if (sum > most) return most + 1;
  }
  return sum;
}

const LEAST = REPORT_LIMITS.bytes / REPORT_LIMITS.values;
