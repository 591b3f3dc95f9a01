/** Turns a diff into sections of rows, which the terminal, Markdown and HTML render. Names from models are not escaped here. */
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

/** Marks something added, removed, changed or renamed. */
export type ChangeMark = "+" | "-" | "~" | "→";
/** Marks a gate that passed, failed, could not be checked or was skipped. */
export type GateMark = "✓" | "✗" | "?" | "·";

export interface SectionRow {
  readonly mark: ChangeMark | GateMark;
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** Signed difference. */
  readonly change?: string | undefined;
  /** Comment in our words, without any name from a model. */
  readonly note?: string | undefined;
  /** Names from the model that complete the note. */
  readonly names?: readonly string[] | undefined;
  /** Warning for the reader, e.g. `breaks callers`. */
  readonly alarm?: string | undefined;
  /** Judgement, if the row has one. */
  readonly tone?: "good" | "bad" | undefined;
}

export type SectionKind =
  "gates" | "metrics" | "signature" | "code" | "totals" | "tensors" | "numbers" | "requirements" | "files" | "properties" | "card";

export interface Section {
  readonly kind: SectionKind;
  /** Contains a path from the model if the kind is `card`. */
  readonly title: string;
  readonly rows: readonly SectionRow[];
  /** Number of further rows that are not listed. */
  readonly more: number;
  /** Number of changes by mark, including unlisted ones. */
  readonly tally: Readonly<Partial<Record<SectionRow["mark"], number>>>;
}

/** Returns the sections that have rows. Alarming rows come first. @param most rows of a section */
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
    section("properties", "properties", { ...rowsOf(properties.items.map((one) => ({ ...sides(one, String), name: `${one.path}: ${one.property}` }))), count: properties.count }, most), // prettier-ignore
    ...diff.cards.map((card) => section("card", `text of ${card.path}`, cardRows(card), most)),
  ].filter(({ rows }) => rows.length > 0);
}

const GATES: Readonly<Record<GateResult["outcome"], Pick<SectionRow, "mark" | "tone">>> = {
  failed: { mark: "✗", tone: "bad" },
  unknown: { mark: "?", tone: "bad" },
  passed: { mark: "✓", tone: "good" },
  skipped: { mark: "·" },
};

/** Returns the results of gates, failing gates first; undefined if there are no gates. */
export function gateSection(results: readonly GateResult[], most = Infinity): Section | undefined {
  const rows = results.map(({ gate, outcome, reason }): SectionRow => ({
    ...GATES[outcome],
    name: gate,
    before: "",
    after: "",
    note: reason,
  }));
  return rows.length === 0 ? undefined : section("gates", "gates", rowsOf(rows), most);
}

interface SectionRows extends BoundedList<SectionRow> {
  readonly tally?: Section["tally"];
}

/** Returns all words of a row besides its values. */
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

/** Returns the values of a row on one line: `0.91 → 0.92`. */
export const valuesOf = ({ mark, before, after }: SectionRow): string =>
  mark === "→" ? `was ${before}` : mark === "~" && before !== after ? `${before} → ${after}` : after || before;

/** Returns the mark and the texts of something that exists before, after, or both. */
function sides<T>(
  { before, after }: { before?: T; after?: T },
  textOf: (value: T) => string,
): Pick<SectionRow, "mark" | "before" | "after"> {
  return {
    mark: before === undefined ? "+" : after === undefined ? "-" : "~",
    before: before === undefined ? "" : textOf(before),
    after: after === undefined ? "" : textOf(after),
  };
}

function codeRow(one: CodeChange): SectionRow {
  const row = { ...sides(one, codeText), name: one.path };
  if (one.newImports.length > 0) return { ...row, note: "now imports", names: one.newImports, tone: "bad" };
  return mayBeOtherCode(one) ? { ...row, note: "its content changed and may be different code", tone: "bad" } : row;
}

function metricRow(one: MetricChange): SectionRow {
  const { name, before, after, verdict } = one;
  const tone = verdict === "better" ? "good" : verdict === "worse" ? "bad" : undefined;
  if (before === undefined || after === undefined) return { ...sides(one, metricValue), name, tone };
  return { mark: "~", name, ...metricPair(before, after), note: tone && verdict, tone };
}

const columnRow = (one: ColumnChange): SectionRow => ({
  ...sides(one, columnText),
  name: `${one.part} ${one.column}`,
  note: one.what,
  alarm: one.breaking ? "breaks callers" : undefined,
  tone: one.breaking ? "bad" : undefined,
});

/** Joins the changed, added, removed and renamed items of one kind into one list of rows. */
function changesOf<T, C extends Change<T>>(
  diff: { added: BoundedList<T>; removed: BoundedList<T>; changed: BoundedList<C>; renamed: BoundedList<Change<T>> },
  nameOf: (item: T) => string,
  textOf: (item: T) => string,
  noteOf: (change: C) => string | undefined,
): SectionRows {
  const items: SectionRow[] = [
    ...diff.changed.items.map((change) => ({ ...sides<T>(change, textOf), name: nameOf(change.after), note: noteOf(change) })),
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
  const sums: [string, Change<number>, (value: number) => string][] = [
    ["size", { before: before.contentBytes, after: after.contentBytes }, bytes],
    ["files", { before: before.files, after: after.files }, integer],
    ["tensors", tensors.tensorCount, integer],
    ["parameters", tensors.parameters, integer],
  ];
  return sums.flatMap(([name, change, textOf]): SectionRow[] => {
    const difference = change.after - change.before;
    if (difference === 0) return [];
    return [{ ...sides(change, textOf), name, change: `${difference > 0 ? "+" : "-"}${textOf(Math.abs(difference))}` }];
  });
}

/** Sorts changed tensors after a numeric comparison: other shapes first, then by distance, then the rest. Keeps the order without one. */
function furthestFirst({ changed, numeric }: Diff["tensors"]): BoundedList<TensorChange> {
  if (numeric === undefined) return changed;
  const items = changed.items.map((item) => ({ item, far: distance(item) }));
  // Infinity minus Infinity is NaN, which sort cannot use.
  return { count: changed.count, items: items.sort((a, b) => (a.far === b.far ? 0 : b.far - a.far)).map(({ item }) => item) };
}

/** Ranks how far a tensor moved. Values that became NaN, or that were all 0 before, rank above every relative change. */
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

/** Returns `relative 0.8 %, max 0.013, cosine 0.999968`. The relative change comes first as the most telling; it is undefined if all was 0 before. */
function numericNote(change: NumericChange): string {
  const { relative, l2, maxAbs, cosine, nonFinite, examined, elements } = change;
  const sample = `sample of ${digits((100 * examined) / elements, 2)} %`;
  // The change lies outside of the sample, for example in a few of many rows, so its distance is unknown.
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

/** Whether the sample of a changed tensor contains no change. */
export const missedIt = ({ l2, nonFinite, examined, elements }: NumericChange): boolean =>
  examined < elements && l2 === 0 && nonFinite === 0;

function digits(value: number, precision = 4): string {
  const rounded = Number(value.toPrecision(precision));
  return Number.isFinite(rounded) ? String(rounded) : "over 1e+308"; // rounding the largest double overflows
}

/** Returns rows for the tensors that a numeric comparison did not reach. */
function leftOut({ numeric }: Diff["tensors"]): SectionRow[] {
  const reasons: [number, string][] = [
    [numeric?.outOfTime ?? 0, "the time limit was reached"],
    [numeric?.unread ?? 0, "their numbers are not available"],
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

/** Lists the first three names, and how many more there are. */
export function some(names: readonly string[]): string {
  const rest = names.length - 3;
  return rest > 0 ? `${names.slice(0, 3).join(", ")} and ${rest} more` : names.join(", ");
}
