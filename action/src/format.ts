/** Text from outside, as the log and the summary take it. Pure. */

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
  return withoutOldCommands(oneLine(text, 4000).replace(/^(\s*):(?=:)/, "$1: "));
}

export const withoutOldCommands = (text: string): string => text.replaceAll("##[", "## [");
