// Draws what a terminal showed as docs/demo.svg, for the README. The picture is of a real run:
//   script -qec "stty cols 100; npm run demo" demo.log    (Linux; records the terminal)
//   node docs/picture.mjs demo.log
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The parts that are shown, by how their first line begins, each with the further lines that are kept of it.
 *
 * @type {[string, RegExp][]}
 */
const SHOWN = [
  ["2. Declare", /by examples|made|bucket/],
  ["4. Publish it", /uses:|metrics\.json }|Published/],
  ["5. Publish the same", /Unchanged/],
  ["6. Change one", /train\.mjs|auc |action\/diff|gates:|comment begins/],
  ["7. Publish the change", /Published/],
  ["8. Ask the command line", /npx lobreg|^VERSION|^\d/],
  ["9. Read it in Python", /read_back|lists|LATEST/],
  ["Done in", /^$/],
];

const ESCAPE = "\u001b";
/** Matches a sequence that sets a style, and any other sequence. */
const STYLE = new RegExp(`(${ESCAPE}\\[\\d+m)`, "g");
const OTHER = new RegExp(`${ESCAPE}\\[[0-9;?]*[A-HJKSThl]`, "g");

const CELL = { width: 8.2, height: 18 };
const MARGIN = 16;
/** Colours by the number of the ANSI sequence that begins them. */
const STYLES = { 1: 'font-weight="bold" fill="#f0f6fc"', 2: 'fill="#8b949e"', 32: 'fill="#3fb950"', 36: 'fill="#79c0ff"' };

/** @typedef {{ text: string, style: string }} Run a piece of a line in one style */

/** @param {string} recording */
function linesOf(recording) {
  const text = recording.replaceAll("\r", "").replaceAll(OTHER, "");
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.includes("lob-registry: declare"));
  if (start < 0) throw new Error("this is no recording of the demo");
  return [`${ESCAPE}[2m$ ${ESCAPE}[22mnpm run demo`, ...lines.slice(start)];
}

/** @param {string} line */
const plain = (line) => line.replaceAll(STYLE, "");

/** @param {readonly string[]} lines */
function excerpt([command = "", ...lines]) {
  const shown = [command];
  /** @type {RegExp | undefined} */
  let kept;
  for (const line of lines) {
    const words = plain(line);
    if (/^(\d+\. |Done in)/.test(words)) {
      kept = SHOWN.find(([start]) => words.startsWith(start))?.[1];
      if (kept) shown.push("", line.replace(/ fraud\/churn:$/, "")); // a table follows it, which is left out
    } else if (words === "") {
      kept = undefined;
    } else if (kept?.test(words)) {
      shown.push(line);
    }
  }
  return shown;
}

/**
 * A line as pieces of one style each.
 *
 * @param {string} line
 * @returns {Run[]}
 */
function runsOf(line) {
  /** @type {Run[]} */
  const runs = [];
  /** @type {Set<keyof STYLES>} */
  const on = new Set();
  for (const part of line.split(STYLE)) {
    const code = part.startsWith(ESCAPE) ? Number(part.slice(2, -1)) : 0;
    if (code in STYLES) on.add(/** @type {keyof STYLES} */ (code));
    else if (code === 22) for (const style of /** @type {const} */ ([1, 2])) on.delete(style);
    else if (code === 39) for (const style of /** @type {const} */ ([32, 36])) on.delete(style);
    else if (part !== "") runs.push({ text: part, style: [...on].map((style) => STYLES[style]).at(-1) ?? "" });
  }
  return runs;
}

/** @param {string} text */
const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** @param {readonly string[]} lines */
function draw(lines) {
  const columns = Math.max(...lines.map((line) => plain(line).length));
  const [width, height] = [Math.ceil(columns * CELL.width) + 2 * MARGIN, lines.length * CELL.height + 2 * MARGIN];
  const texts = lines.flatMap((line, row) => {
    let column = 0;
    return runsOf(line).flatMap(({ text, style }) => {
      const start = column;
      column += text.length;
      // Each word has its place and its length: a reader's font may have other widths, and columns must not break.
      return [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: words, index }) => {
        const x = (MARGIN + (start + index) * CELL.width).toFixed(1);
        const length = (words.length * CELL.width).toFixed(1);
        return `<text x="${x}" y="${MARGIN + 13 + row * CELL.height}" textLength="${length}" ${style}>${escape(words)}</text>`;
      });
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>npm run demo at a terminal</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13.6" fill="#c9d1d9">
${texts.join("\n")}
</g>
</svg>
`;
}

const [recording] = process.argv.slice(2);
if (recording === undefined) throw new Error("say which recording: see the head of this file");
const picture = join(dirname(fileURLToPath(import.meta.url)), "demo.svg");
await writeFile(picture, draw(excerpt(linesOf(await readFile(recording, "utf8")))));
