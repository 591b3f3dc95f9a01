/** Reads JSON as Python's json module writes it: with NaN, Infinity and -Infinity, which JSON does not have. Pure. */

/** Stands for such a word in the parsed value. A text of a file that equals it is taken for the word, which changes nothing: neither is a number. */
const MARK = "\u0000not JSON: ";

/**
 * Parses JSON in which numbers may be NaN, Infinity or -Infinity. {@link notJsonNumber} tells these in the value.
 *
 * @throws SyntaxError
 */
export function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // One pass over strings and words; an unclosed string extends to the end.
    const marked = text.replace(/"[^"\\]*(?:\\[^][^"\\]*)*(?:"|$)|-?\b(NaN|Infinity)\b/g, (match, word?: string) =>
      word === undefined ? match : JSON.stringify(`${MARK}${match}`),
    );
    if (marked === text) throw error;
    return JSON.parse(marked);
  }
}

/** `NaN`, `Infinity` or `-Infinity` if the value stands for it. */
export function notJsonNumber(value: unknown): string | undefined {
  return typeof value === "string" && value.startsWith(MARK) ? value.slice(MARK.length) : undefined;
}
