/** A difference as tables for people; how they look is for the terminal, Markdown and HTML. Names are as they are in the models: who shows them escapes them. */
import { bytes, counted, integer, metricPair, metricValue } from "../format.js";
import type { GateResult } from "./gate-result.js";
import type { Code, Column } from "../findings/findings.js";
import { mayBeOtherCode } from "./code.js";
import type {
  Change,
  CodeChange,
  ColumnChange,
  Diff,
  ListedFile,
  BoundedList,
  MetricChange,
  NumericChange,
  PlacedTensor,
  TensorChange,
} from "./types.js";

/** What a row is about: something added, gone, another than before, under another name. */
export type ChangeMark = "+" | "-" | "~" | "→";
/** What a gate says: it passed, failed, could not be checked, was skipped. */
export type GateMark = "✓" | "✗" | "?" | "·";

export interface SectionRow {
  readonly mark: ChangeMark | GateMark;
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** By how much, with its sign. */
  readonly change?: string;
  /** A word of ours on it. */
  readonly note?: string;
  /** Names from the model that the note goes on with. */
  readonly names?: readonly string[];
  /** What a reader should be alarmed by. */
  readonly alarm?: string;
  /** Whether a reader should be pleased or alarmed. */
  readonly tone?: "good" | "bad";
}

export type SectionKind =
  "gates" | "metrics" | "signature" | "code" | "totals" | "tensors" | "numbers" | "requirements" | "files" | "facts" | "card";

export interface Section {
  readonly kind: SectionKind;
  /** Holds a name from the model where the kind is `card`. */
  readonly title: string;
  readonly rows: readonly SectionRow[];
  /** Rows that there would be besides these. */
  readonly more: number;
  /** How many of each kind, those that are no rows among them. */
  readonly tally: Readonly<Partial<Record<SectionRow["mark"], number>>>;
}

/** @param most rows of a section; what a reader should be alarmed by comes first */
export function sectionsOf(diff: Diff, most: number): Section[] {
  const { metrics, signature, tensors, files, requirements, properties } = diff;
  return [
    section("metrics", "metrics", rowsOf(metrics.filter(({ verdict }) => verdict !== "same").map(metricRow)), most),
    section("signature", "signature", rowsOf((signature?.columns ?? []).map(columnRow)), most),
    section("code", "code that loading can run", rowsOf(diff.code.map(codeRow)), most),
    section("totals", "totals", rowsOf(totals(diff)), most),
    section("tensors", "tensors", changesOf({ ...tensors, changed: furthestFirst(tensors) }, tensorName, tensorText, tensorNote), most),
    section("numbers", "numbers", rowsOf(leftOut(tensors)), most),
    section("requirements", "requirements", rowsOf(requirements.map((one) => ({ ...sides(one, (asked) => asked || "any"), name: one.name }))), most), // prettier-ignore
    section(
      "files",
      "files",
      changesOf(files, ({ path }) => path, fileText, fileNote),
      most,
    ),
    section("facts", "facts", { ...rowsOf(properties.items.map((one) => ({ ...sides(one, String), name: `${one.path}: ${one.property}` }))), count: properties.count }, most), // prettier-ignore
    ...diff.cards.map((card) => section("card", `text of ${card.path}`, cardRows(card), most)),
  ].filter(({ rows }) => rows.length > 0);
}

const GATES: Readonly<Record<GateResult["outcome"], Pick<SectionRow, "mark" | "tone">>> = {
  failed: { mark: "✗", tone: "bad" },
  unknown: { mark: "?", tone: "bad" },
  passed: { mark: "✓", tone: "good" },
  skipped: { mark: "·" },
};

/** What gates say, those that fail first; undefined where there are none. */
export function gateSection(results: readonly GateResult[], most = Infinity): Section | undefined {
  const rows = results.map(({ gate, outcome, reason }): SectionRow => ({ ...GATES[outcome], name: gate, before: "", after: "", note: reason }));
  return rows.length === 0 ? undefined : section("gates", "gates", rowsOf(rows), most);
}

interface SectionRows extends BoundedList<SectionRow> {
  readonly tally?: Section["tally"];
}

/** What is said of a row besides its values, in words. */
export const wordsOf = ({ change, note, names, alarm }: SectionRow): string =>
  [change, names === undefined ? note : `${note ?? ""} ${some(names)}`.trim(), alarm].filter((words) => words !== undefined).join(", ");

const rowsOf = (items: readonly SectionRow[]): SectionRows => ({ count: items.length, items });

function section(kind: SectionKind, title: string, { count, items, tally }: SectionRows, most: number): Section {
  const order = (tone: SectionRow["tone"]): number => (tone === "bad" ? 0 : tone === "good" ? 1 : 2);
  const rows = kind === "card" ? items : [...items].sort((a, b) => order(a.tone) - order(b.tone));
  return { kind, title, rows: rows.slice(0, most), more: count - Math.min(rows.length, most), tally: tally ?? tallied(items) };
}

export function tallied(rows: readonly SectionRow[]): Section["tally"] {
  const tally: Partial<Record<SectionRow["mark"], number>> = {};
  for (const { mark } of rows) tally[mark] = (tally[mark] ?? 0) + 1;
  return tally;
}

/** Values and what they say, in one line: `0.91 → 0.92`. */
export const valuesOf = ({ mark, before, after }: SectionRow): string =>
  mark === "→" ? `was ${before}` : mark === "~" && before !== after ? `${before} → ${after}` : after || before;

/** Mark and texts of something that is there before, after, or both times. */
function sides<T>({ before, after }: { before?: T; after?: T }, textOf: (value: T) => string): Pick<SectionRow, "mark" | "before" | "after"> {
  return {
    mark: before === undefined ? "+" : after === undefined ? "-" : "~",
    before: before === undefined ? "" : textOf(before),
    after: after === undefined ? "" : textOf(after),
  };
}

function codeRow(one: CodeChange): SectionRow {
  const row = { ...sides(one, codeText), name: one.path };
  if (one.newImports.length > 0) return { ...row, note: "now imports", names: one.newImports, tone: "bad" };
  return mayBeOtherCode(one) ? { ...row, note: "its content changed and may be other code", tone: "bad" } : row;
}

function metricRow(one: MetricChange): SectionRow {
  const { name, before, after, verdict } = one;
  const tone = { ...(verdict === "better" && { tone: "good" as const }), ...(verdict === "worse" && { tone: "bad" as const }) };
  if (before === undefined || after === undefined) return { ...sides(one, metricValue), name, ...tone };
  const words = verdict === "better" || verdict === "worse" ? { note: verdict } : {};
  return { mark: "~", name, ...metricPair(before, after), ...words, ...tone };
}

const columnRow = (one: ColumnChange): SectionRow => ({
  ...sides(one, columnText),
  name: `${one.part} ${one.column}`,
  note: one.what,
  ...(one.breaking && { alarm: "breaks callers", tone: "bad" as const }),
});

/** Changed, added, removed and renamed things of one kind, as one list of rows. */
function changesOf<T, C extends Change<T>>(
  diff: { added: BoundedList<T>; removed: BoundedList<T>; changed: BoundedList<C>; renamed: BoundedList<Change<T>> },
  nameOf: (item: T) => string,
  textOf: (item: T) => string,
  noteOf: (change: C) => string | undefined,
): SectionRows {
  const items: SectionRow[] = [
    ...diff.changed.items.map((change) => {
      const note = noteOf(change);
      return { ...sides<T>(change, textOf), name: nameOf(change.after), ...(note !== undefined && { note }) };
    }),
    ...diff.added.items.map((after) => ({ ...sides<T>({ after }, textOf), name: nameOf(after) })),
    ...diff.removed.items.map((before) => ({ ...sides<T>({ before }, textOf), name: nameOf(before) })),
    ...diff.renamed.items.map(({ before, after }) => ({
      mark: "→" as const,
      name: nameOf(after),
      before: nameOf(before),
      after: nameOf(after),
      note: "renamed",
    })),
  ];
  const tally = { "~": diff.changed.count, "+": diff.added.count, "-": diff.removed.count, "→": diff.renamed.count };
  return { count: Object.values(tally).reduce((sum, one) => sum + one, 0), items, tally };
}

function totals({ before, after, tensors }: Diff): SectionRow[] {
  const facts: [string, Change<number>, (value: number) => string][] = [
    ["size", { before: before.contentBytes, after: after.contentBytes }, bytes],
    ["files", { before: before.files, after: after.files }, integer],
    ["tensors", tensors.tensorCount, integer],
    ["parameters", tensors.parameters, integer],
  ];
  return facts.flatMap(([name, change, textOf]): SectionRow[] => {
    const difference = change.after - change.before;
    if (difference === 0) return [];
    return [{ ...sides(change, textOf), name, change: `${difference > 0 ? "+" : "-"}${textOf(Math.abs(difference))}` }];
  });
}

/** Where numbers were asked for: tensors of another shape, then those with numbers, the furthest moved first; the others stay as they are. */
function furthestFirst({ changed, numeric }: Diff["tensors"]): BoundedList<TensorChange> {
  if (numeric === undefined) return changed;
  const items = changed.items.map((item) => ({ item, far: distance(item) }));
  // Two that moved infinitely far have a difference that is no number.
  return { count: changed.count, items: items.sort((a, b) => (a.far === b.far ? 0 : b.far - a.far)).map(({ item }) => item) };
}

/** What is no number any more, or was all 0 before, moved further than any share says. */
function distance({ shape, numeric }: TensorChange): number {
  if (shape) return Infinity;
  if (numeric === undefined) return -1;
  const { relative, l2, nonFinite } = numeric;
  return nonFinite > 0 || (relative === undefined && l2 > 0) ? Number.MAX_VALUE : (relative ?? 0);
}

const tensorName = ({ name, path }: PlacedTensor): string => (name === "" ? path : name);
const tensorText = ({ dtype, shape }: PlacedTensor): string => `${dtype} [${shape.join(", ")}]`;

function tensorNote(change: TensorChange): string | undefined {
  const [what, how] = [whatChanged(change), change.numeric && numericNote(change.numeric)];
  return how === undefined ? what : change.dtype ? `${what}; ${how}` : how;
}

function whatChanged({ shape, dtype, content }: TensorChange): string {
  if (shape || dtype) return [...(shape ? ["shape"] : []), ...(dtype ? ["type"] : [])].join(" and ");
  return content === undefined ? "content may have changed" : "content";
}

/** `relative 0.8 %, max 0.013, cosine 0.999968`: the first tells most, and is not there where all was 0 before. */
function numericNote(change: NumericChange): string {
  const { relative, l2, maxAbs, cosine, nonFinite, examined, elements } = change;
  const sample = `sample of ${digits((100 * examined) / elements, 2)} %`;
  // Nothing is known of how far it moved: what changed lies elsewhere, as in a few rows of many.
  if (missedIt(change)) return `same in a ${sample}`;
  const parts = [
    relative === undefined ? `moved by ${digits(l2)}` : `relative ${digits(100 * relative, 2)} %`,
    `max ${digits(maxAbs, 2)}`,
    ...(cosine === undefined ? [] : [`cosine ${digits(cosine, 6)}`]),
    ...(nonFinite > 0 ? [`${integer(nonFinite)} not finite`] : []),
    ...(examined < elements ? [sample] : []),
  ];
  return parts.join(", ");
}

/** Whether what changed in a tensor is not in the sample of it. */
export const missedIt = ({ l2, nonFinite, examined, elements }: NumericChange): boolean =>
  examined < elements && l2 === 0 && nonFinite === 0;

function digits(value: number, precision = 4): string {
  const rounded = Number(value.toPrecision(precision));
  return Number.isFinite(rounded) ? String(rounded) : "over 1e+308"; // As of the largest number there is.
}

/** Tensors that were to be compared by number, and were not. */
function leftOut({ numeric }: Diff["tensors"]): SectionRow[] {
  const reasons: [number, string][] = [
    [numeric?.outOfTime ?? 0, "no time was left"],
    [numeric?.unread ?? 0, "their numbers are not to hand"],
  ];
  return reasons.flatMap(([count, note]): SectionRow[] =>
    count === 0 ? [] : [{ mark: "~", name: `${counted(count, "tensor")} without numbers`, before: "", after: "", note }],
  );
}

const fileText = ({ size }: ListedFile): string => bytes(size);

function fileNote({ before, after }: Change<ListedFile>): string | undefined {
  const modes = before.mode === after.mode ? undefined : after.mode === 0o755 ? "made executable" : "no longer executable";
  if (before.sha256 === after.sha256) return modes;
  return modes === undefined ? "content" : `content, ${modes}`;
}

function codeText({ kind, unknown, whole }: Code): string {
  const imports = unknown.length === 0 ? "" : ` that imports ${some(unknown)}`;
  return `${kind}${imports}${whole || kind !== "pickle" ? "" : ", not followed to its end"}`;
}

export function columnText({ type, required, shape, default: preset }: Column): string {
  const parts = [
    shape ? `${type} [${shape.join(", ")}]` : type,
    ...(required ? [] : ["optional"]),
    ...(preset === undefined ? [] : [`default ${preset}`]),
  ];
  return parts.join(", ");
}

const cardRows = ({ removed, added }: Diff["cards"][number]): SectionRows => ({
  count: removed.count + added.count,
  items: [
    ...removed.items.map((line): SectionRow => ({ mark: "-", name: "", before: line, after: "" })),
    ...added.items.map((line): SectionRow => ({ mark: "+", name: "", before: "", after: line })),
  ],
  tally: { "-": removed.count, "+": added.count },
});

/** The first three of some names, and how many more there are. */
export function some(names: readonly string[]): string {
  const rest = names.length - 3;
  return rest > 0 ? `${names.slice(0, 3).join(", ")} and ${rest} more` : names.join(", ");
}
