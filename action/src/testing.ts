/** Helpers for the tests of every action. Not in the bundle. */
import type { WorkspaceFiles } from "./reading.js";

/** The inputs of a workflow that sets none. */
export const emptyInputs = <Name extends string>(specs: Readonly<Record<Name, unknown>>): Record<Name, string> =>
  Object.fromEntries(Object.keys(specs).map((name) => [name, ""])) as Record<Name, string>;

/** A file system of texts by path; every other path is missing. */
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
