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
