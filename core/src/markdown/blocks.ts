/** Markdown that has to fit: blocks of rows, of which the first are the most important. Pure. */
import { integer } from "../format.js";

/** A list, a table or a paragraph that can be cut between its rows, and is whole Markdown then. */
export interface Block {
  /** What it is called where it had no room; a word of ours. */
  readonly name: string;
  readonly begin: string;
  readonly rows: readonly string[];
  /** Between the rows; a line feed by default. */
  readonly between?: string;
  /** Ends the rows, before it is said how many more there are. */
  readonly end?: string;
  /** Ends the block. */
  readonly close?: string;
  /** Rows that there are besides these. */
  readonly more?: number;
}

/** Text of one piece. */
export const paragraph = (name: string, text: string): Block => ({ name, begin: "", rows: [text] });

export interface Fitted {
  readonly text: string;
  /** Names of the blocks of which nothing is there; the others say themselves how much is missing. */
  readonly missing: readonly string[];
}

/** Blocks with an empty line between them, no longer than `room` (UTF-16 code units): whole rows, as many as there are room for. */
export function fit(blocks: readonly Block[], room: number): Fitted {
  const parts: string[] = [];
  const missing = new Set<string>();
  let left = room;
  /** What all blocks from here on would take. */
  let rest = blocks.reduce((sum, one) => sum + length(one, one.rows.length) + GAP.length, 0);
  blocks.forEach((block, index) => {
    const gap = parts.length > 0 ? GAP.length : 0;
    // A long block leaves half of the room to those that come after it.
    const share = index === blocks.length - 1 ? left - gap : Math.floor((left - gap) / 2);
    const whole = length(block, block.rows.length);
    rest -= whole + GAP.length;
    const text = whole <= Math.max(share, left - gap - rest) ? render(block, block.rows.length) : trimmed(block, share);
    if (text === undefined) {
      missing.add(block.name);
      return;
    }
    parts.push(text);
    left -= text.length + gap;
  });
  return { text: parts.join(GAP), missing: [...missing] };
}

const GAP = "\n\n";

/** As many rows as `room` holds; undefined when it holds none. */
function trimmed(block: Block, room: number): string | undefined {
  // With none of its rows, it already says how many more there are.
  let used = length(block, 0);
  const fitting = block.rows.findIndex((row) => (used += row.length + between(block).length) > room);
  if (fitting <= 0) return undefined;
  return render(block, fitting);
}

const between = ({ between: text }: Block): string => text ?? "\n";
const more = (count: number): string => `\n\n… and ${integer(count)} more`;

function render(block: Block, rows: number): string {
  const { begin, end = "", close = "" } = block;
  const missing = block.rows.length - rows + (block.more ?? 0);
  return `${begin}${block.rows.slice(0, rows).join(between(block))}${end}${missing > 0 ? more(missing) : ""}${close}`;
}

function length(block: Block, rows: number): number {
  const { begin, end = "", close = "" } = block;
  const missing = block.rows.length - rows + (block.more ?? 0);
  const joined = block.rows.slice(0, rows).reduce((sum, row) => sum + row.length + between(block).length, -between(block).length);
  return begin.length + Math.max(0, joined) + end.length + (missing > 0 ? more(missing).length : 0) + close.length;
}
