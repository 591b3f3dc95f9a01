/** Rules for short texts in a row, shared by metrics, tags and description. */

/**
 * Control and format characters (e.g. terminal escapes and bidirectional overrides, but not the two joiners that scripts and emoji
 * need), unpaired surrogates, line and paragraph separators.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;

export interface TextRules {
  /** Maximum length in UTF-16 code units. */
  readonly max: number;
  readonly allowEmpty?: boolean;
  /** Whether line feeds and tabs are allowed. */
  readonly multiline?: boolean;
}

/** Returns what is wrong with a text, as the rest of a sentence that starts with its name; undefined if it is valid. */
export function textProblem(text: string, rules: TextRules): string | undefined {
  if (text === "" && rules.allowEmpty !== true) return "is empty";
  if (text.length > rules.max) return `has ${text.length} characters; at most ${rules.max} are allowed`;
  if (UNPRINTABLE.test(rules.multiline === true ? text.replace(/[\n\t]/g, "") : text)) {
    return "holds a character that cannot be printed";
  }
  return text.trim() === text ? undefined : "begins or ends with a space";
}

/** Quotes a name for a message, shortened and on one line. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length > 80 ? `${quoted.slice(0, 77)}…"` : quoted;
}

/** Splits `name=value` at the first "="; undefined without one. */
export function splitPair(pair: string): { name: string; value: string } | undefined {
  const at = pair.indexOf("=");
  return at < 0 ? undefined : { name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() };
}
