// Finds the prose in a source file: its comments, its messages and help texts, and the descriptions of an action.
import ts from "typescript";
import { isScalar, LineCounter, parseDocument, visit } from "yaml";

/**
 * @typedef {object} Piece a stretch of prose on one line of the source
 * @property {string} text with code replaced by `X`
 * @property {number} line in the source, from 1
 *
 * @typedef {"comment" | "message" | "hint" | "help" | "flag" | "text"} Kind
 * @typedef {{ kind: Kind, pieces: Piece[] }} Block a paragraph, a list item or one message
 */

/** Comments for programs, and lines that only divide a file. */
const NOT_PROSE = /^\s*(?:eslint|prettier-ignore|istanbul|@ts-|#region|#endregion|-{4,}|={4,})/;
/** A string with fewer words is a name, a key or a label. */
const FEWEST_WORDS = 3;

/**
 * @param {string} path decides how the source is read
 * @param {string} source
 * @returns {Block[]}
 */
export function blocksOf(path, source) {
  if (/\.ya?ml$/.test(path)) return descriptionsOf(source);
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  return [...commentsOf(file), ...stringsOf(file)];
}

/** @param {string} text */
const withoutCode = (text) =>
  text
    .replace(/`[^`]*`/g, "X")
    .replace(/\{@link(?:code|plain)?\s+([^}]*)\}/g, "X")
    .replace(/https?:\/\/\S+/g, "X")
    .replace(/@(?:param|typedef|property|template|type)\b\s*(?:\{[^}]*\})?\s*(?:\[?[\w$.]+(?:=[^\]]*)?\]?)?\s*-?\s*/g, "")
    .replace(/@(?:returns|throws|remarks|deprecated|default|see)\b\s*(?:\{[^}]*\})?\s*/g, "")
    .replace(/\*\*|__/g, "");

/**
 * Comments as paragraphs. Line comments on consecutive lines are one paragraph.
 *
 * @param {ts.SourceFile} file
 * @returns {Block[]}
 */
function commentsOf(file) {
  /** @type {Map<number, ts.CommentRange>} */
  const ranges = new Map();
  /** @param {ts.Node} node */
  const visitToken = (node) => {
    const children = node.getChildren(file);
    // The text of a template may look like a comment.
    if (children.length === 0 && node.kind !== ts.SyntaxKind.JsxText) {
      const found = [
        ...(ts.getLeadingCommentRanges(file.text, node.pos) ?? []),
        ...(ts.getTrailingCommentRanges(file.text, node.end) ?? []),
      ];
      for (const range of found) ranges.set(range.pos, range);
    }
    children.forEach(visitToken);
  };
  visitToken(file);

  /** @type {Block[]} */
  const blocks = [];
  /** @type {{ line: number, column: number } | undefined} */
  let previous;
  for (const { pos, end, kind } of [...ranges.values()].sort((a, b) => a.pos - b.pos)) {
    const { line, character: column } = file.getLineAndCharacterOfPosition(pos);
    const source = file.text.slice(pos, end);
    if (kind === ts.SyntaxKind.MultiLineCommentTrivia) {
      blocks.push(...paragraphs(source.replace(/^\/\*+/, "").replace(/\*+\/$/, ""), line + 1));
      previous = undefined;
      continue;
    }
    const continues = previous?.line === line - 1 && previous.column === column;
    const [block] = paragraphs(source.replace(/^\/\/+/, ""), line + 1);
    const last = blocks.at(-1);
    if (block && continues && last) last.pieces.push(...block.pieces);
    else if (block) blocks.push(block);
    previous = block && { line, column };
  }
  return blocks;
}

/**
 * @param {string} comment without its delimiters
 * @param {number} firstLine
 * @returns {Block[]}
 */
function paragraphs(comment, firstLine) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {Piece[]} */
  let pieces = [];
  for (const [index, raw] of comment.split("\n").entries()) {
    const line = raw.replace(/^\s*\*? ?/, "").trimEnd();
    if (line === "" || /^(?:@\w|[-*] |\d+\. )/.test(line)) pieces = [];
    if (line === "" || NOT_PROSE.test(line)) continue;
    const text = withoutCode(line.replace(/^(?:[-*] |\d+\. )/, "")).trim();
    if (text === "") continue;
    if (pieces.length === 0) blocks.push({ kind: "comment", pieces });
    pieces.push({ text, line: firstLine + index });
  }
  return blocks;
}

/**
 * Strings that a person reads. Strings joined by `+` are one.
 *
 * @param {ts.SourceFile} file
 * @returns {Block[]}
 */
function stringsOf(file) {
  /** @type {Block[]} */
  const blocks = [];
  /** @param {ts.Node} node */
  const visitNode = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    const text = ts.isExpression(node) ? literalText(node) : undefined;
    if (text === undefined) {
      ts.forEachChild(node, visitNode);
      return;
    }
    // Templates hold expressions, and these hold strings.
    ts.forEachChild(node, function inner(child) {
      if (ts.isTemplateSpan(child)) visitNode(child.expression);
      else ts.forEachChild(child, inner);
    });
    const kind = kindOf(node, file.fileName);
    const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    const lines = text.split("\n").map((line, index) => ({ text: withoutCode(line).trim(), line: first + index }));
    for (const piece of lines) {
      const words = piece.text.split(/\s+/).filter((word) => /[a-z]{2}|^(?:a|I|X)$/i.test(word));
      if (words.length >= FEWEST_WORDS) blocks.push({ kind, pieces: [piece] });
    }
  };
  visitNode(file);
  return blocks;
}

/**
 * The text of a string, a template or several joined by `+`, with `X` for what is computed; nothing for other expressions.
 *
 * @param {ts.Expression} node
 * @returns {string | undefined}
 */
function literalText(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => `X${literal.text}`).join("");
  if (ts.isParenthesizedExpression(node)) return literalText(node.expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const sides = [literalText(node.left), literalText(node.right)];
    return sides.every((side) => side === undefined) ? undefined : sides.map((side) => side ?? "X").join("");
  }
  return undefined;
}

/**
 * @param {ts.Node} node
 * @param {string} path
 * @returns {Kind}
 */
function kindOf(node, path) {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) {
    const name = parent.name.getText();
    if (/^hint$|_HINT$/.test(name)) return "hint";
    if (name === "description" && path.includes("/cli/")) return "help";
  }
  if (ts.isNewExpression(parent)) {
    const [, second] = parent.arguments ?? [];
    const name = parent.expression.getText();
    if (name === "LobError" && second === node) return "message";
    if (name === "Option" && second === node) return "flag";
  }
  if (ts.isCallExpression(parent) && ts.isPropertyAccessExpression(parent.expression)) {
    const name = parent.expression.name.text;
    if (name === "description") return "help";
    if ((name === "option" || name === "argument" || name === "requiredOption") && parent.arguments[1] === node) return "flag";
  }
  return "text";
}

/**
 * Descriptions in an action's file: of the action, its inputs and its outputs.
 *
 * @param {string} source
 * @returns {Block[]}
 */
function descriptionsOf(source) {
  const lineCounter = new LineCounter();
  /** @type {Block[]} */
  const blocks = [];
  visit(parseDocument(source, { lineCounter }), {
    Pair(_key, { key, value }) {
      if (!isScalar(key) || !isScalar(value) || typeof value.value !== "string" || !value.range) return;
      if (key.value !== "description" && key.value !== "deprecationMessage") return;
      const { line } = lineCounter.linePos(value.range[0]);
      blocks.push({
        kind: "text",
        pieces: [
          {
            text: withoutCode(value.value)
              .replace(/\s*\n\s*/g, " ")
              .trim(),
            line,
          },
        ],
      });
    },
  });
  return blocks;
}
