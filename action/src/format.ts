/** Makes untrusted text safe for the log and the summary. Pure. */

/** Characters that end a line, move the cursor or change the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Untrusted text on one line, cut to a length. */
export function oneLine(text: string, max = 1000): string {
  const printable = text.replace(UNPRINTABLE, " ").trim();
  // Never cuts a surrogate pair.
  return printable.length <= max ? printable : `${printable.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/**
 * A line for the log that the runner does not take for a command. It reads commands from the output of a step: `::name::` at the start of a
 * line, and the older `##[name]` anywhere.
 */
export function logLine(text: string): string {
  return withoutOldCommands(oneLine(text, 4000).replace(/^(\s*):(?=:)/, "$1: "));
}

export const withoutOldCommands = (text: string): string => text.replaceAll("##[", "## [");
