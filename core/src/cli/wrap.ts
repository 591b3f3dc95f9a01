/** Text in lines that fit a terminal. Pure. */
import stringWidth from "string-width";

/** What is typed or copied stays in one piece: text between backticks, and every word, however long. */
const PIECES = /(?:`[^`]*`|[^\s`])+|`/g;

/**
 * Each line of a text broken between words, so that it is no wider than `width` where that can be; every line but the first begins with
 * `indent`.
 *
 * @param width in characters; undefined breaks nothing
 * @param used characters that stand before the text in its first line
 */
export function wrap(text: string, width: number | undefined, indent: string, used = 0): string {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (width === undefined) {
      lines.push(line);
      continue;
    }
    // A line of a list keeps its own indentation.
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

/** A line cut in its middle, so that it is no wider than `width` columns; undefined cuts nothing. */
export function cutMiddle(line: string, width: number | undefined): string {
  if (width === undefined || stringWidth(line) <= width) return line;
  const characters = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(line)].map(({ segment }) => segment);
  const room = Math.max(0, width - 1);
  const end = upTo(characters.toReversed(), Math.floor(room / 2)).toReversed();
  return `${upTo(characters, room - stringWidth(end.join(""))).join("")}…${end.join("")}`;
}

/** The first of the characters that are together no wider than `width`. */
function upTo(characters: readonly string[], width: number): string[] {
  let left = width;
  const end = characters.findIndex((character) => (left -= stringWidth(character)) < 0);
  return end === -1 ? [...characters] : characters.slice(0, end);
}
