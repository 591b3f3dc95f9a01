/** Numbers and texts as a person reads them in the log and in the summary. Pure. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `1.2 GiB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? ""}`;
}

/** `850 ms`, `12.3 s`, `4 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A metric, short: whole numbers as they are, others with four digits that count. */
export function metric(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** `1 model`, `2 models`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** Characters that end a line, move the cursor, or turn the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Text from outside on one line, within a length. */
export function oneLine(text: string, max = 1000): string {
  const printable = text.replace(UNPRINTABLE, " ").trim();
  // Cut between characters, never within a surrogate pair.
  return printable.length <= max ? printable : `${printable.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/**
 * A line for the log that the runner takes for nothing else. It reads commands from what a step prints: `::name::` at the start of
 * a line, and the older `##[name]` anywhere in it.
 */
export function logLine(text: string): string {
  return oneLine(text, 4000)
    .replace(/^(\s*):(?=:)/, "$1: ")
    .replaceAll("##[", "## [");
}
