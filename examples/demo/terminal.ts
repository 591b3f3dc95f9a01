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

/** Something that the reader should know about the step. */
export function note(text: string): void {
  say(`   ${text}`);
}

/** Names and values below each other. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): void {
  const width = Math.max(...pairs.map(([name]) => name.length));
  for (const [name, value] of pairs) note(`${paint("dim", name.padEnd(width))}  ${value}`);
}

/** What another program printed. */
export function quote(text: string): void {
  for (const line of text.split("\n")) note(paint("dim", `| ${line}`.trimEnd()));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  // Its own colours are off: it asks neither for a terminal nor for NO_COLOR.
  const drawn = new Table({ head: head.map((cell) => paint("bold", cell)), style: { head: [], border: [], compact: true } });
  drawn.push(...rows.map((row) => [...row]));
  say(
    drawn
      .toString()
      .split("\n")
      .map((line) => `   ${line}`)
      .join("\n"),
  );
}
