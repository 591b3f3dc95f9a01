/** Finds lines of the running workflow in its file. Pure. */
import type { Env } from "../provenance.js";

/** Largest workflow file in bytes. */
export const MAX_WORKFLOW_BYTES = 1_048_576;

/** Path of the file in the workspace; undefined if the workflow belongs to another repository or is unknown. */
export function workflowFile(env: Env): string | undefined {
  const [, repository, file] =
    /^([\w.-]+\/[\w.-]+)\/(\.github\/workflows\/[^/@\p{Cc}]+\.ya?ml)@/u.exec(env["GITHUB_WORKFLOW_REF"]?.slice(0, 1000) ?? "") ?? [];
  return repository !== undefined && repository === env["GITHUB_REPOSITORY"] ? file : undefined;
}

/** The line that contains a gate of the input `gates`, counted from 1; undefined unless exactly one does. */
export function lineOf(workflow: string, gate: string): number | undefined {
  const found = workflow.split(/\r?\n/).flatMap((line, index) => (containsGate(line, gate) ? [index + 1] : []));
  return found.length === 1 ? found[0] : undefined;
}

/** Whether a line contains a gate: alone in a block or after its key, with or without quotes. */
function containsGate(line: string, gate: string): boolean {
  const value = line.trim().replace(/^gates:\s*/, "");
  const [, , quoted] = /^(["'])(.*)\1$/.exec(value) ?? [];
  return value === gate || quoted === gate;
}
