/** Numbers, times and texts as a person reads them at a terminal. Pure. */

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `1.2 GiB`; below a KiB the exact number. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  // 1023.95 would be rounded to 1024.0
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

/** A metric, short: whole numbers as they are, others with four digits that count. */
export function metric(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** `850 ms`, `12.3 s`, `4 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A row's time to the minute, `2026-11-23 14:05`, in UTC; as it is when it is no time. */
export function minute(time: string): string {
  return isTime(time) ? new Date(time).toISOString().slice(0, 16).replace("T", " ") : printable(time);
}

/** A row's time to the second, with how long ago it was: `2026-11-23 14:05:09 UTC (2 hours ago)`. */
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
 * Text from outside on one line and without anything that a terminal would obey: escape sequences, carriage returns,
 * bidirectional overrides.
 */
export function printable(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu, "\ufffd");
}

/** The same, keeping line feeds. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
