/** Formats numbers, times and texts for people. Pure. */

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `1.2 GiB`; below a KiB the exact number. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  // 1023.95 would round to 1024.0
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  if (unit === 0) return `${count} ${count === 1 ? "byte" : "bytes"}`;
  return `${value.toFixed(1)} ${UNITS[unit]!}`;
}

/** `1.2 GiB (1,288,490,189 bytes)`. */
export function exactBytes(count: number): string {
  return count < 1024 ? bytes(count) : `${bytes(count)} (${integer(count)} bytes)`;
}

/** `1,234,567`. */
export const integer = (count: number): string => count.toLocaleString("en-US");

/** `1 file`, `12 files`. */
export const counted = (count: number, noun: string): string => `${integer(count)} ${noun}${count === 1 ? "" : "s"}`;

/** A metric in short form: integers unchanged, other numbers with four significant digits. */
export function metric(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const short = Number(value.toPrecision(4));
  return isFalseBound(short, value) ? String(value) : String(short);
}

/** Whether rounding made 0 or 1 of another number: of a share or a probability, that would say something else. */
const isFalseBound = (rounded: number, value: number): boolean => rounded !== value && [0, 1].includes(Math.abs(rounded));

/**
 * Two values of a metric, with the same number of decimals, enough to show the difference: `0.9132`, `0.9210`, `+0.0078`.
 */
export function metricPair(before: number, after: number): { readonly before: string; readonly after: string; readonly change: string } {
  const difference = after - before;
  const decimals = decimalsFor(before, after);
  const textOf = (value: number): string => (decimals === undefined ? metric(value) : fixed(value, decimals));
  return { before: textOf(before), after: textOf(after), change: signed(textOf(difference)) };
}

/** One value of a metric: `0.9132`, `12,345`. */
export function metricValue(value: number): string {
  const decimals = decimalsFor(value, value);
  return decimals === undefined ? metric(value) : fixed(value, decimals);
}

/** `+1.2`, `-1.2`. */
export const signed = (text: string): string => (text.startsWith("-") ? text : `+${text}`);

/** A share of 1 as `12.3%`; one that would round to 0 as `<0.01%`. */
export function percent(share: number): string {
  const value = share * 100;
  if (Math.abs(value) >= 1e6) return `${metric(value)}%`;
  if (value !== 0 && Math.abs(value) < 0.01) return value > 0 ? "<0.01%" : ">-0.01%";
  return `${fixed(value, Math.abs(value) < 1 ? 2 : Math.abs(value) < 100 ? 1 : 0)}%`;
}

const fixed = (value: number, decimals: number): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

const exponent = (value: number): number => Math.floor(Math.log10(Math.abs(value)));

/** Decimals that show four digits of the larger value and two of the difference, at most as many as exist; undefined if too large or small. */
function decimalsFor(before: number, after: number): number | undefined {
  const largest = Math.max(Math.abs(before), Math.abs(after));
  if (largest === 0) return 0;
  if (largest >= 1e12 || largest < 1e-4) return undefined;
  const needed = Math.max(3 - exponent(largest), before === after ? 0 : 1 - exponent(after - before));
  const decimals = Math.max(0, Math.min(needed, Math.max(decimalsOf(before), decimalsOf(after))));
  const rounded = (value: number, count: number): number => Number(value.toFixed(Math.min(count, 20)));
  const lost = [before, after].some((value) => value !== 0 && rounded(value, decimals) === 0);
  if (lost) return undefined;
  for (let count = decimals; count <= 8; count++) {
    if (![before, after].some((value) => isFalseBound(rounded(value, count), value))) return count;
  }
  return undefined;
}

const decimalsOf = (value: number): number => {
  const text = String(value);
  return text.includes("e") ? Infinity : (text.split(".")[1]?.length ?? 0);
};

/** `850 ms`, `12.3 s`, `4 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A row's time to the minute in UTC, `2026-11-23 14:05`; text that is not a time stays unchanged. */
export function minute(time: string): string {
  return isTime(time) ? new Date(time).toISOString().slice(0, 16).replace("T", " ") : printable(time);
}

/** A row's time to the second, with its age: `2026-11-23 14:05:09 UTC (2 hours ago)`. */
export function moment(time: string, now: number): string {
  if (!isTime(time)) return printable(time);
  return `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC (${ago(now - Date.parse(time))})`;
}

const AGES: readonly (readonly [noun: string, milliseconds: number])[] = [
  ["year", 31_557_600_000],
  ["month", 2_629_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

function ago(milliseconds: number): string {
  for (const [noun, length] of AGES) {
    if (milliseconds >= length) return `${counted(Math.floor(milliseconds / length), noun)} ago`;
  }
  return "just now";
}

const isTime = (time: string): boolean => !Number.isNaN(Date.parse(time));

/**
 * Untrusted text on one line, without anything that a terminal would obey: escape sequences, carriage returns, bidirectional
 * overrides.
 */
export function printable(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu, "\ufffd");
}

/** The same, but keeps line feeds. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** Cuts the end, between characters. @param max UTF-16 code units */
export const shorten = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;

/** Cuts the middle, which similar names share. @param max UTF-16 code units */
export function shortenMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const start = text.slice(0, Math.ceil((max - 1) / 2)).replace(/[\uD800-\uDBFF]$/, "");
  return `${start}…${text.slice(text.length - Math.floor((max - 1) / 2)).replace(/^[\uDC00-\uDFFF]/, "")}`;
}
