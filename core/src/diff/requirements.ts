/** Compares the packages that two models require, by name. */
import { defined } from "../defined.js";
import type { RequirementChange } from "./types.js";

export function compareRequirements(before: readonly string[], after: readonly string[]): RequirementChange[] {
  const [left, right] = [byName(before), byName(after)];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((name) => {
    const [from, to] = [left.get(name), right.get(name)];
    return from === to ? [] : [defined({ name, before: from, after: to })];
  });
}

/** Maps each package to its version specifier, e.g. `==2.4.6`. Joins the specifiers of a package that is listed several times. */
function byName(requirements: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const requirement of requirements) {
    const [, written = requirement, rest = ""] = /^([A-Za-z0-9][A-Za-z0-9._-]*)(.*)$/s.exec(requirement) ?? [];
    // Normalizes the spelling of a name as PEP 503 does.
    const name = written.toLowerCase().replaceAll(/[-_.]+/g, "-");
    const asked = rest.trim().replace(/^=(?!=)/, "=="); // conda writes a single =
    const earlier = found.get(name);
    found.set(name, earlier === undefined ? asked : `${earlier}, ${asked}`);
  }
  return found;
}
