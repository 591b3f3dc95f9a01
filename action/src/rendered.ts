/** Markdown as GitHub reads it, for tests; no part of the bundle. */
import { marked, type Token } from "marked";

/** All tokens of a text, in their order, those inside others among them. */
export function tokensOf(markdown: string): Token[] {
  const found: Token[] = [];
  void marked.walkTokens(marked.lexer(markdown, { gfm: true }), (token) => {
    found.push(token);
  });
  return found;
}

/** What kinds of things a text holds: equal for two texts that differ only in their words. */
export function kindsOf(markdown: string): string[] {
  return tokensOf(markdown)
    .filter(({ type }) => type !== "escape")
    .map(({ type, raw }) => (type === "html" ? `html ${raw.match(/<[^>]*>?/g)?.join("") ?? ""}` : type))
    .filter((kind, index, all) => kind !== "text" || all[index - 1] !== "text");
}
