/** What a short text that goes into a row may hold; shared by metrics, tags and description. */

/**
 * Control and format characters (among them terminal escapes and bidirectional overrides, but not the two joiners that
 * scripts and emoji need), halves of surrogate pairs, line and paragraph separators.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;

export interface TextRules {
  /** Most characters (UTF-16 code units) that are allowed. */
  readonly max: number;
  readonly allowEmpty?: boolean;
  /** Whether line feeds and tabs are allowed. */
  readonly multiline?: boolean;
}

/** What is wrong with a text, as the end of a sentence that begins with its name; undefined when it is fine. */
export function textProblem(text: string, rules: TextRules): string | undefined {
  if (text === "" && rules.allowEmpty !== true) return "is empty";
  if (text.length > rules.max) return `has ${text.length} characters; at most ${rules.max} are allowed`;
  if (UNPRINTABLE.test(rules.multiline === true ? text.replace(/[\n\t]/g, "") : text)) {
    return "holds a character that cannot be printed";
  }
  return text.trim() === text ? undefined : "begins or ends with a space";
}

/** A name as it was given, short and on one line, for a message. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length > 80 ? `${quoted.slice(0, 77)}…"` : quoted;
}

/** The two sides of `name=value`, split at the first "="; undefined when there is none. */
export function splitPair(pair: string): { name: string; value: string } | undefined {
  const at = pair.indexOf("=");
  return at < 0 ? undefined : { name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() };
}
