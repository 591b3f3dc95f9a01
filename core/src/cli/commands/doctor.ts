/** `lobreg doctor`: checks S3 against the tables and repairs what it can. */
import type { LogLine } from "../../registry/context.js";
import { defined } from "../../defined.js";
import { doctorLob } from "../../doctor/doctor.js";
import { ISSUES, type DoctorIssue, type IssueKind, type IssueOutcome } from "../../doctor/issues.js";
import type { DoctorReport } from "../../doctor/options.js";
import { counted, printable } from "../../format.js";
import { listArgument, usage } from "../arguments.js";
import { command, flag, value } from "../command.js";
import type { Output } from "../output.js";
import { fittedTable, type TableColumn } from "../table.js";

export const doctor = command({
  name: "doctor",
  description: "Check S3 against the tables, finish interrupted publishes and restore deleted rows",
  arguments: [["<lob[/model]>", "e.g. fraud or fraud/churn"]],
  options: {
    dryRun: flag("--dry-run", "only print what would be repaired"),
    clean: flag("--clean", "delete old uploads that no version needs"),
    rebuild: flag("--rebuild", "rewrite rows that disagree with their object or cannot be parsed"),
    busy: value("--busy <minutes>", "how long to treat an unfinished publish as still running (default: 15)"),
    age: value("--age <hours>", "when to treat unfinished work as abandoned (default: 24)"),
  },
  examples: ["lobreg doctor fraud --dry-run", "lobreg doctor fraud", "lobreg doctor fraud/churn --rebuild"],
  notes: "Safe to run during publishes and in parallel. Exits 1 if something needs manual action.",
  async run(context, [what], { dryRun = false, clean = false, rebuild = false, busy, age }) {
    const { lob: name, model } = listArgument(what);
    if (dryRun && (clean || rebuild)) throw usage("--dry-run changes nothing, so --clean and --rebuild have no effect with it");
    const busySeconds = busy === undefined ? undefined : 60 * numberOf("--busy", "minutes", busy);
    const ageSeconds = age === undefined ? undefined : 3600 * numberOf("--age", "hours", age);
    const { aws, lob } = await context.lob(name);
    const { output, io } = context;
    const soFar: DoctorIssue[] = [];
    const options = {
      model,
      dryRun,
      clean,
      rebuild,
      busySeconds,
      ageSeconds,
      signal: io.signal,
      onIssue: (issue: DoctorIssue) => void soFar.push(issue),
      onLog: ({ step, message }: LogLine) => output.debug(`${step}: ${message}`),
      onProgress: output.progress(),
    };
    const report = await doctorLob(aws, lob, defined(options)).catch((error: unknown) => {
      // Printed before the error: the next run does not find again what this one has repaired.
      if (soFar.length > 0) output.note(`found before the error:\n${fittedTable(output, soFar, columns(output, { dryRun }))}`);
      throw error;
    });
    output.result(
      report,
      () => report.issues.map((issue) => [issue.outcome, issue.kind, subject(issue)].join(" ")).join("\n"),
      () => textOf(output, report, what),
    );
    return report.needsManualAction ? "failed" : "ok";
  },
});

function numberOf(option: string, unit: string, text: string): number {
  if (/^\d{1,5}(\.\d{1,3})?$/.test(text)) return Number(text);
  throw usage(`${option} takes a number of ${unit}, but got ${JSON.stringify(text)}`);
}

function textOf(output: Output, report: DoctorReport, what: string): string {
  const checked = `checked ${counted(report.versions, "version")} of ${counted(report.models, "model")}`;
  if (report.issues.length === 0) return `${output.style("green", "healthy")} ${what}: ${checked}, no problems found`;
  const issues = [...report.issues].sort((a, b) => RANK[a.outcome] - RANK[b.outcome]);
  const legend = [...new Set(issues.map(({ kind }) => kind))].map((kind) => explained(output, kind));
  return [fittedTable(output, issues, columns(output, report)), "", ...legend, "", `${checked}: ${summary(report)}`].join("\n");
}

/** Issues that need manual action come first. */
const RANK: Readonly<Record<IssueOutcome, number>> = { manual: 0, planned: 1, repaired: 2, noted: 3 };
const WORDS: Readonly<Record<IssueOutcome, string>> = { manual: "needs you", planned: "to repair", repaired: "repaired", noted: "noted" };
const STYLES = { manual: "red", planned: "yellow", repaired: "green", noted: "dim" } as const;

const columns = (output: Output, { dryRun }: Pick<DoctorReport, "dryRun">): readonly TableColumn<DoctorIssue>[] => [
  { title: "STATUS", rank: 0, value: ({ outcome }) => output.style(STYLES[outcome], WORDS[outcome]) },
  { title: "ISSUE", rank: 0, value: ({ kind }) => kind },
  { title: "WHERE", rank: 0, atLeast: 12, value: (issue) => printable(subject(issue)) },
  { title: dryRun ? "FOUND" : "DETAILS", rank: 0, atLeast: 24, value: ({ message }) => printable(message) },
];

function subject({ lob, model, version }: DoctorIssue): string {
  return `${lob}${model === undefined ? "" : `/${model}`}${version === undefined ? "" : `@${version}`}`;
}

function explained(output: Output, kind: IssueKind): string {
  const { meaning, fix } = ISSUES[kind];
  return `${output.style("bold", kind)}  ${meaning}\n  ${fix}`;
}

/** After a real run, only old uploads are left to repair. */
function summary({ issues, dryRun }: DoctorReport): string {
  const count = (wanted: IssueOutcome): number => issues.filter(({ outcome }) => outcome === wanted).length;
  const [person, planned, repaired, noted] = [count("manual"), count("planned"), count("repaired"), count("noted")];
  const parts = [
    ...(repaired > 0 ? [`${repaired} repaired`] : []),
    ...(planned > 0 ? [`${planned} to repair${dryRun ? "" : " with --clean"}`] : []),
    ...(person > 0 ? [`${person} ${person === 1 ? "needs" : "need"} manual action`] : []),
    ...(noted > 0 ? [`${noted} noted`] : []),
  ];
  return parts.join(", ");
}
