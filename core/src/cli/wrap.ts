/** Wraps text to the width of a terminal. Pure. */
import stringWidth from "string-width";

/** Text that people copy is never broken: everything between backticks, and every word. */
const PIECES = /(?:`[^`]*`|[^\s`])+|`/g;

/**
 * Breaks each line between words so that it is at most `width` wide, unless one word is wider. Every line but the first starts with
 * `indent`.
 *
 * @param width in characters; undefined for no limit
 * @param used characters before the text in its first line
 */
export function wrap(text: string, width: number | undefined, indent: string, used = 0): string {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (width === undefined) {
      lines.push(line);
      continue;
    }
    // List items keep their indentation.
    let current = /^ */.exec(line)![0];
    let empty = true;
    for (const piece of line.match(PIECES) ?? []) {
      const before = lines.length === 0 ? used : indent.length;
      if (!empty && before + stringWidth(current) + 1 + stringWidth(piece) > width) {
        lines.push(current);
        current = piece;
      } else {
        current += (empty ? "" : " ") + piece;
      }
      empty = false;
    }
    lines.push(current);
  }
  return lines.join(`\n${indent}`);
}

/** Cuts a line in the middle so that it is at most `width` columns wide; undefined for no limit. */
export function cutMiddle(line: string, width: number | undefined): string {
  if (width === undefined || stringWidth(line) <= width) return line;
  const characters = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(line)].map(({ segment }) => segment);
  const room = Math.max(0, width - 1);
  const end = upTo(characters.toReversed(), Math.floor(room / 2)).toReversed();
  return `${upTo(characters, room - stringWidth(end.join(""))).join("")}…${end.join("")}`;
}

/** The longest start of the characters that is at most `width` wide. */
function upTo(characters: readonly string[], width: number): string[] {
  let left = width;
  const end = characters.findIndex((character) => (left -= stringWidth(character)) < 0);
  return end === -1 ? [...characters] : characters.slice(0, end);
}
