/** A difference as tables for people; how they look is for the terminal and for Markdown. Names are as they are in the models: who shows them escapes them. */
import { bytes, counted, integer, metric } from "../format.js";
import type { Code, Column } from "../inspect/findings.js";
import { mayBeOtherCode } from "./code.js";
import type { Change, CodeChange, Diff, FileFacts, Listed, MetricChange, NumericChange, PlacedTensor, TensorChange } from "./types.js";

/** What a row is about: something added, gone, another than before, under another name. */
export type Mark = "+" | "-" | "~" | "→";

export interface Row {
  readonly mark: Mark;
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** A word of ours on it. */
  readonly note?: string;
  /** Whether a reader should be pleased or alarmed. */
  readonly tone?: "good" | "bad";
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Rows that there would be besides these. */
  readonly more: number;
}

/** The most important thing first, in one line without any name from a model. */
export function verdict(diff: Diff): string {
  if (!diff.different) return "no difference";
  const { files, tensors } = diff;
  const count = (verdict: MetricChange["verdict"]): number => diff.metrics.filter((one) => one.verdict === verdict).length;
  const parts: [number, string][] = [
    [count("worse"), `${counted(count("worse"), "metric")} worse`],
    [count("better"), `${counted(count("better"), "metric")} better`],
    [
      diff.signature ? 1 : 0,
      diff.signature?.breaking === true ? "the signature breaks callers" : "the signature changed, and breaks no caller",
    ],
    [diff.code.length, `what ${diff.code.length === 1 ? "1 file runs" : `${diff.code.length} files run`} when it is loaded changed`],
    [tensors.changed.count, `${counted(tensors.changed.count, "tensor")} changed`],
    [tensors.added.count, `${counted(tensors.added.count, "tensor")} added`],
    [tensors.removed.count, `${counted(tensors.removed.count, "tensor")} removed`],
    [files.changed.count, `${counted(files.changed.count, "file")} changed`],
    [files.added.count, `${counted(files.added.count, "file")} added`],
    [files.removed.count, `${counted(files.removed.count, "file")} removed`],
    [files.renamed.count, `${counted(files.renamed.count, "file")} renamed`],
  ];
  return parts.flatMap(([number, text]) => (number > 0 ? [text] : [])).join(", ") || "different";
}

/** @param most rows of a section */
export function sectionsOf(diff: Diff, most: number): Section[] {
  return [
    section("metrics", rowsOf(diff.metrics.filter(({ verdict }) => verdict !== "same")), metricRow, most),
    section("signature", rowsOf(diff.signature?.columns ?? []), (one) => ({ ...sides(one, columnText), name: `${one.part} ${one.column}`, note: `${one.what}${one.breaking ? ": breaks callers" : ""}`, ...(one.breaking && { tone: "bad" as const }) }), most), // prettier-ignore
    section("code that loading can run", rowsOf(diff.code), codeRow, most),
    totals(diff),
    section("tensors", ...changesOf(diff.tensors, tensorName, tensorText, tensorNote), most),
    leftOut(diff.tensors),
    section("requirements", rowsOf(diff.requirements), (one) => ({ ...sides(one, (asked) => asked || "any"), name: one.name }), most),
    section("files", ...changesOf(diff.files, ({ path }) => path, fileText, fileNote), most),
    section("facts", diff.properties, (one) => ({ ...sides(one, String), name: `${one.path}: ${one.property}` }), most),
    ...diff.cards.map((card) => section(`text of ${card.path}`, { count: card.removed.count + card.added.count, items: cardRows(card) }, (row) => row, most)), // prettier-ignore
  ].filter(({ rows }) => rows.length > 0);
}

const rowsOf = <T>(items: readonly T[]): Listed<T> => ({ count: items.length, items });

function section<T>(title: string, { count, items }: Listed<T>, rowOf: (item: T) => Row, most: number): Section {
  const rows = items.slice(0, most).map(rowOf);
  return { title, rows, more: count - rows.length };
}

/** Mark and texts of something that is there before, after, or both times. */
function sides<T>({ before, after }: { before?: T; after?: T }, textOf: (value: T) => string): Pick<Row, "mark" | "before" | "after"> {
  return {
    mark: before === undefined ? "+" : after === undefined ? "-" : "~",
    before: before === undefined ? "" : textOf(before),
    after: after === undefined ? "" : textOf(after),
  };
}

function codeRow(one: CodeChange): Row {
  const row = { ...sides(one, codeText), name: one.path };
  if (one.newImports.length > 0) return { ...row, note: `now imports ${some(one.newImports)}`, tone: "bad" };
  return mayBeOtherCode(one) ? { ...row, note: "its content changed and may be other code", tone: "bad" } : row;
}

function metricRow(one: MetricChange): Row {
  const { name, before, after, verdict } = one;
  const difference = before !== undefined && after !== undefined ? metric(after - before) : undefined;
  const signed = difference !== undefined && !difference.startsWith("-") ? `+${difference}` : difference;
  const note = signed === undefined ? undefined : verdict === "changed" ? signed : `${signed}, ${verdict}`;
  return {
    ...sides(one, (value) => String(value)),
    name,
    ...(note !== undefined && { note }),
    ...(verdict === "better" && { tone: "good" as const }),
    ...(verdict === "worse" && { tone: "bad" as const }),
  };
}

/** Changed, added, removed and renamed things of one kind, as one list of rows. */
function changesOf<T, C extends Change<T>>(
  diff: { added: Listed<T>; removed: Listed<T>; changed: Listed<C>; renamed: Listed<Change<T>> },
  nameOf: (item: T) => string,
  textOf: (item: T) => string,
  noteOf: (change: C) => string | undefined,
): [Listed<Row>, (row: Row) => Row] {
  const items: Row[] = [
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
  const count = diff.changed.count + diff.added.count + diff.removed.count + diff.renamed.count;
  return [{ count, items }, (row) => row];
}

function totals({ before, after, tensors }: Diff): Section {
  const facts: [string, Change<number>, (value: number) => string][] = [
    ["size", { before: before.contentBytes, after: after.contentBytes }, bytes],
    ["files", { before: before.files, after: after.files }, integer],
    ["tensors", tensors.tensorCount, integer],
    ["parameters", tensors.parameters, integer],
  ];
  const rows = facts.flatMap(([name, change, textOf]): Row[] => {
    const difference = change.after - change.before;
    if (difference === 0) return [];
    const sign = difference > 0 ? "+" : "-";
    return [{ ...sides(change, textOf), name, note: `${sign}${textOf(Math.abs(difference))}` }];
  });
  return { title: "totals", rows, more: 0 };
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
function numericNote({ relative, l2, maxAbs, cosine, nonFinite, examined, elements }: NumericChange): string {
  const parts = [
    relative === undefined ? `moved by ${digits(l2)}` : `relative ${digits(100 * relative, 2)} %`,
    `max ${digits(maxAbs, 2)}`,
    ...(cosine === undefined ? [] : [`cosine ${digits(cosine, 6)}`]),
    ...(nonFinite > 0 ? [`${integer(nonFinite)} not finite`] : []),
    ...(examined < elements ? [`sampled`] : []),
  ];
  return parts.join(", ");
}

const digits = (value: number, precision = 4): string => String(Number(value.toPrecision(precision)));

/** Tensors that were to be compared by number, and were not. */
function leftOut({ numeric }: Diff["tensors"]): Section {
  const reasons: [number, string][] = [
    [numeric?.outOfTime ?? 0, "no time was left"],
    [numeric?.unread ?? 0, "their numbers are not to hand"],
  ];
  const rows = reasons.flatMap(([count, note]): Row[] =>
    count === 0 ? [] : [{ mark: "~", name: `${counted(count, "tensor")} without numbers`, before: "", after: "", note }],
  );
  return { title: "numbers", rows, more: 0 };
}

const fileText = ({ size }: FileFacts): string => bytes(size);

function fileNote({ before, after }: Change<FileFacts>): string | undefined {
  const modes = before.mode === after.mode ? undefined : after.mode === 0o755 ? "made executable" : "no longer executable";
  if (before.sha256 === after.sha256) return modes;
  return modes === undefined ? "content" : `content, ${modes}`;
}

function codeText({ kind, unknown, whole }: Code): string {
  const imports = unknown.length === 0 ? "" : ` that imports ${some(unknown)}`;
  return `${kind}${imports}${whole || kind !== "pickle" ? "" : ", not followed to its end"}`;
}

function columnText({ type, required, shape, default: preset }: Column): string {
  const parts = [
    shape ? `${type} [${shape.join(", ")}]` : type,
    ...(required ? [] : ["optional"]),
    ...(preset === undefined ? [] : [`default ${preset}`]),
  ];
  return parts.join(", ");
}

const cardRows = ({ removed, added }: Diff["cards"][number]): Row[] => [
  ...removed.items.map((line): Row => ({ mark: "-", name: "", before: line, after: "" })),
  ...added.items.map((line): Row => ({ mark: "+", name: "", before: "", after: line })),
];

function some(names: readonly string[]): string {
  const rest = names.length - 3;
  return rest > 0 ? `${names.slice(0, 3).join(", ")} and ${rest} more` : names.join(", ");
}
