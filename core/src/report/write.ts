/**
 * Writes a report, so that it can always be read back.
 *
 * A report has up to 1,000 models and an end at 16 MiB, and one model alone may have more to tell than that. So each model has a share of the
 * room: the small ones are whole, and what they leave is shared evenly by the large ones. A model that is larger than its share has its lists
 * and texts shortened, all of them to the same length, step by step until it fits. Lists with a count keep it; of the others `shortened` says
 * which are not whole. A text that was cut ends in "…". Outcomes of gates are kept to the last: where there is no room to list them,
 * the worst of them stands for all.
 */
import { internalError, LobError } from "../errors.js";
import { printable, printableLines } from "../format.js";
import type { GateResult } from "../diff/gate-result.js";
import { firstProblem } from "./check.js";
import { REPORT_LIMITS, type ReportLimits } from "./limits.js";
import { parseReport } from "./read.js";
import { clip, type Cut, shortened, STEPS } from "./shorten.js";
import { type Compared, comparedSchema, type Failed, type ModelReport, type Report } from "./types.js";

/** Bytes for what is not of a model. */
const ENVELOPE = 4_096;

/**
 * @param limits of a report; {@link REPORT_LIMITS} by default
 * @returns JSON of at most 16 MiB, which {@link parseReport} reads
 * @throws LobError LOB9001 for what no report can be: more than 1,000 models, or one twice
 */
export function reportText(report: Report, limits: ReportLimits = REPORT_LIMITS): string {
  const models = share(report.models, limits.bytes - ENVELOPE);
  const { schema, createdBy, commit } = report;
  const text = JSON.stringify({ schema, createdBy: printable(clip(createdBy, 200)), ...(commit !== undefined && { commit }), models });
  try {
    parseReport(text, limits);
    return text;
  } catch (error) {
    throw internalError(`a report was made that cannot be read: ${error instanceof LobError ? error.message : String(error)}`, error);
  }
}

/** How often it is looked whether more models are small, when the first have left their room. */
const ROUNDS = 8;

/** The models in their order, each as long as its share allows. No model is looked at for longer than its share is. */
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

/** The longest form that has room. Most are whole; else from the shortest on, so that the work grows with the room, and not with the model. */
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
  return { ...rest, message: text(message), ...(hint !== undefined && { hint: text(hint) }) };
}

function cutCompared({ kind, lob, model, base, candidate, diff, gates }: Compared, step: Cut): Compared {
  const notWhole = new Set<string>();
  const described = <T>(value: T): T => shortened(value, step, () => notWhole.add("summary"));
  const parts = diff && {
    ...Object.fromEntries(Object.entries(diff).map(([part, value]) => [part, shortened(value, step, () => notWhole.add(part))])),
    before: described(diff.before),
    after: described(diff.after),
    tensors: shortened(counted(diff.tensors), step, () => notWhole.add("tensors")),
  };
  return {
    kind,
    lob,
    model,
    base: base.kind === "version" ? { ...base, ref: printable(clip(base.ref, 200)) } : base.kind === "none" ? base : { ...base, reason: printable(clip(base.reason, Math.min(4_000, Math.max(200, step.chars)))) },
    candidate: described(candidate),
    ...(parts && { diff: parts as NonNullable<Compared["diff"]> }),
    gates: cutGates(gates, step),
    ...(notWhole.size > 0 && { shortened: [...notWhole].sort() }),
  };
} // prettier-ignore

/** Sums that are too large to be exact. */
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
  const reason = `there is no room to list them: ${words.join(", ")}`;
  return [...sorted.slice(0, listed).map(short), { gate: `${rest.length} more gates`, outcome: rest[0]!.outcome, reason }];
}

/**
 * Bytes of a value as JSON, at most 16 too many for each value in it: so that what fits into the bytes has not too many values, either.
 * What is above `most` is not looked at further.
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
