/** Names that somebody may have meant. */
import { closestMatch } from "leven";

/** Names that are looked at, and their length: a model may have thousands, of any kind. */
const MOST = 1_000;
const LONGEST = 120;

/** The most alike of some names, when it is alike enough to be a slip; the same with other capitals comes first. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const few = names.slice(0, MOST).filter(({ length }) => length <= LONGEST);
  if (name.length > LONGEST) return undefined;
  const folded = few.find((one) => one.toLowerCase() === name.toLowerCase());
  if (folded !== undefined) return folded;
  return closestMatch(name, few, { maxDistance: name.length < 3 ? 1 : name.length < 8 ? 2 : 3 });
}

/** Names of which a name is the last word, `val.auc` of `auc`, or the most alike; three at most. */
export function near(name: string, names: readonly string[]): string[] {
  const ending = names.filter((one) => one.endsWith(name) && /[./_-]/.test(one.at(-name.length - 1) ?? ""));
  const slip = nearest(name, names);
  return [...new Set([...(slip === undefined ? [] : [slip]), ...ending])].slice(0, 3);
}
