/** What the tests of every action need; no part of the bundle. */
import type { WorkspaceFiles } from "./reading.js";

/** Inputs of which the workflow gives none. */
export const emptyInputs = <Name extends string>(names: readonly Name[]): Record<Name, string> =>
  Object.fromEntries(names.map((name) => [name, ""])) as Record<Name, string>;

/** A file system of texts by path; every other path is absent. */
export function filesOf(texts: Readonly<Record<string, string>>): WorkspaceFiles {
  return {
    read(path, maxBytes) {
      const text = texts[path];
      if (text === undefined) return Promise.reject(new Error("it does not exist"));
      return Buffer.byteLength(text) > maxBytes ? Promise.reject(new Error("it is larger")) : Promise.resolve(text);
    },
    absent: (path) =>
      Promise.resolve(
        texts[path] === undefined ? { message: `there is nothing at "${path}": it does not exist`, hint: "Check it." } : undefined,
      ),
  };
}
