/** Where the workflow that is running says something: its file in the workspace, when it is there. Pure. */
import type { Env } from "../provenance.js";

/** Most bytes of a workflow's file. */
export const MAX_WORKFLOW_BYTES = 1_048_576;

/** Path of the file in the workspace; undefined where the workflow is another repository's, or the runner names none. */
export function workflowFile(env: Env): string | undefined {
  const [, repository, file] =
    /^([\w.-]+\/[\w.-]+)\/(\.github\/workflows\/[^/@\p{Cc}]+\.ya?ml)@/u.exec(env["GITHUB_WORKFLOW_REF"]?.slice(0, 1000) ?? "") ?? [];
  return repository !== undefined && repository === env["GITHUB_REPOSITORY"] ? file : undefined;
}

/** The one line that holds a line of the input `gates`; undefined where none does, or several do. Counted from 1. */
export function lineOf(workflow: string, gate: string): number | undefined {
  const found = workflow.split(/\r?\n/).flatMap((line, index) => (saysGate(line, gate) ? [index + 1] : []));
  return found.length === 1 ? found[0] : undefined;
}

/** As a line of a block, or beside its key, with or without quotes. */
function saysGate(line: string, gate: string): boolean {
  const value = line.trim().replace(/^gates:\s*/, "");
  const [, , quoted] = /^(["'])(.*)\1$/.exec(value) ?? [];
  return value === gate || quoted === gate;
}
