/** Suggests names that an author may have meant. */
import { closestMatch } from "leven";

/** Limits for the names to compare, because a model may have thousands of any length. */
const MOST = 1_000;
const LONGEST = 120;

/** Returns the most similar name if it is similar enough for a typo. Prefers a name that differs only in case. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const few = names.slice(0, MOST).filter(({ length }) => length <= LONGEST);
  if (name.length > LONGEST) return undefined;
  const folded = few.find((one) => one.toLowerCase() === name.toLowerCase());
  if (folded !== undefined) return folded;
  return closestMatch(name, few, { maxDistance: name.length < 3 ? 1 : name.length < 8 ? 2 : 3 });
}

/** Returns at most three suggestions: the most similar name, and names that end with the given one (`val.auc` for `auc`). */
export function near(name: string, names: readonly string[]): string[] {
  const ending = names.filter((one) => one.endsWith(name) && /[./_-]/.test(one.at(-name.length - 1) ?? ""));
  const slip = nearest(name, names);
  return [...new Set([...(slip === undefined ? [] : [slip]), ...ending])].slice(0, 3);
}
