// Copies the folder that stands for the commit of the event. As on GitHub: after `workflow_run` that is the default branch's.
import { cpSync } from "node:fs";

if (process.env["INPUT_REF"]) throw new Error("this stand-in knows no ref");
// A private repository's files need it.
if (!JSON.parse(process.env["STAND_IN_PERMISSIONS"] ?? "{}")[process.env["GITHUB_JOB"] ?? ""]?.contents)
  throw new Error("the job has no permission contents: read");
const { STAND_IN_COMMIT: commit, GITHUB_WORKSPACE: workspace } = process.env;
if (!commit || !workspace) throw new Error("STAND_IN_COMMIT and GITHUB_WORKSPACE are needed");
cpSync(commit, workspace, { recursive: true });
console.log(`copied the commit ${process.env["GITHUB_SHA"] ?? ""}`);
