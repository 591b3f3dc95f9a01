/** Packages that a model needs, by their name. */
import type { RequirementChange } from "./types.js";

export function compareRequirements(before: readonly string[], after: readonly string[]): RequirementChange[] {
  const [left, right] = [byName(before), byName(after)];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((name) => {
    const [from, to] = [left.get(name), right.get(name)];
    return from === to ? [] : [{ name, ...(from !== undefined && { before: from }), ...(to !== undefined && { after: to }) }];
  });
}

/** What is asked of a package, such as `==2.4.6`; of one that comes several times all of it. */
function byName(requirements: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const requirement of requirements) {
    const [, written = requirement, rest = ""] = /^([A-Za-z0-9][A-Za-z0-9._-]*)(.*)$/s.exec(requirement) ?? [];
    // Two spellings of one name, as PEP 503 has it.
    const name = written.toLowerCase().replaceAll(/[-_.]+/g, "-");
    const asked = rest.trim().replace(/^=(?!=)/, "=="); // conda's way
    const earlier = found.get(name);
    found.set(name, earlier === undefined ? asked : `${earlier}, ${asked}`);
  }
  return found;
}
