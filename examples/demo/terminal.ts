/** How the demo tells its story: plain lines, coloured on a terminal that takes colours, and tables that fit. */
import Table from "cli-table3";
import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Colours a text, unless the output is no terminal or NO_COLOR is set. */
export const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

export function say(text = ""): void {
  process.stdout.write(`${text}\n`);
}

let steps = 0;

/** Begins the next step of the story. */
export function step(title: string): void {
  say(`\n${paint("bold", `${++steps}. ${title}`)}`);
}

/** Width of the text in columns: that of the terminal, within readable limits. */
const width = Math.min(process.stdout.columns || 100, 120);
const INDENT = "   ";

/** Something that the reader should know about the step. */
export function note(text: string): void {
  for (const line of wrap(text, width - INDENT.length)) say(INDENT + line);
}

/** Prints a command that the reader could type. */
export function command(text: string): void {
  for (const line of wrap(text, width - INDENT.length)) say(INDENT + paint("cyan", line));
}

/** Names and values below each other. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): void {
  const first = Math.max(...pairs.map(([name]) => name.length)) + 2;
  for (const [name, value] of pairs) {
    const [head = "", ...rest] = wrap(value, width - INDENT.length - first);
    say(INDENT + paint("dim", name.padEnd(first)) + head);
    for (const line of rest) say(INDENT + " ".repeat(first) + line);
  }
}

/** Prints the output of another program. */
export function quote(text: string): void {
  for (const line of text.split("\n")) {
    for (const [i, part] of wrap(line, width - INDENT.length - 4).entries())
      say(INDENT + paint("dim", `${i === 0 ? "|" : "| "} ${part}`.trimEnd()));
  }
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  // Its own colours are off: it asks neither for a terminal nor for NO_COLOR.
  const drawn = new Table({ head: head.map((cell) => paint("bold", cell)), style: { head: [], border: [], compact: true } });
  drawn.push(...rows.map((row) => [...row]));
  for (const line of drawn.toString().split("\n")) say(INDENT + line);
}

/** Breaks a text between words. A word that is longer than a line stays whole: it may be a name to copy. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
