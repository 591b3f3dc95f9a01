/** Parses Markdown like GitHub, for tests. Not in the bundle. */
import { marked, type Token } from "marked";

/** All tokens of a text in order, including nested ones. */
export function tokensOf(markdown: string): Token[] {
  const found: Token[] = [];
  void marked.walkTokens(marked.lexer(markdown, { gfm: true }), (token) => {
    found.push(token);
  });
  return found;
}

/** The kinds of the tokens of a text: equal for two texts that differ only in words. */
export function kindsOf(markdown: string): string[] {
  return tokensOf(markdown)
    .filter(({ type }) => type !== "escape")
    .map(({ type, raw }) => (type === "html" ? `html ${raw.match(/<[^>]*>?/g)?.join("") ?? ""}` : type))
    .filter((kind, index, all) => kind !== "text" || all[index - 1] !== "text");
}
