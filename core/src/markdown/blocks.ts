/** Fits Markdown into a length limit, as blocks of rows with the most important first. Pure. */
import { integer } from "../format.js";

/** A list, a table or a paragraph that stays valid Markdown if it is cut between rows. */
export interface Block {
  /** Name to print if the block has no room, in our words. */
  readonly name: string;
  readonly begin: string;
  readonly rows: readonly string[];
  /** Separator of the rows. Default: a line feed. */
  readonly between?: string;
  /** Text after the rows, before the number of further rows. */
  readonly end?: string;
  /** Text at the end of the block. */
  readonly close?: string;
  /** Number of further rows that are not in `rows`. */
  readonly more?: number;
}

/** Returns a block that cannot be cut. */
export const paragraph = (name: string, text: string): Block => ({ name, begin: "", rows: [text] });

export interface Fitted {
  readonly text: string;
  /** Names of the blocks that are omitted. Cut blocks state how many rows they lack. */
  readonly missing: readonly string[];
}

/** Joins blocks with empty lines into at most `room` UTF-16 code units, cutting blocks between rows. */
export function fit(blocks: readonly Block[], room: number): Fitted {
  const parts: string[] = [];
  const missing = new Set<string>();
  let left = room;
  /** Length of all remaining blocks. */
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

/** Renders as many rows as fit into `room`; undefined if none fits. */
function trimmed(block: Block, room: number): string | undefined {
  // A block without rows already prints how many there are.
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
