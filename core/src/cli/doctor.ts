/** `lobreg doctor`: what S3 holds against what the tables say. */
import { doctorLob } from "../doctor/doctor.js";
import { FINDINGS, type Finding, type FindingKind, type Outcome } from "../doctor/findings.js";
import type { DoctorReport } from "../doctor/options.js";
import { counted, printable } from "../format.js";
import type { Context } from "./command.js";
import { listArgument, usage } from "./command.js";
import type { Output } from "./output.js";
import { fittedTable, type Column } from "./table.js";

export interface DoctorCommandOptions {
  readonly dryRun?: boolean;
  readonly clean?: boolean;
  readonly rebuild?: boolean;
  /** Minutes. */
  readonly busy?: string;
  /** Hours. */
  readonly age?: string;
}

/** @returns whether nothing needs a person */
export async function doctorCommand(context: Context, what: string, options: DoctorCommandOptions): Promise<boolean> {
  const { lob: name, model } = listArgument(what);
  const { dryRun = false, clean = false, rebuild = false } = options;
  if (dryRun && (clean || rebuild)) throw usage("--dry-run changes nothing, so that --clean and --rebuild do nothing beside it");
  const busySeconds = options.busy === undefined ? undefined : 60 * numberOf("--busy", "minutes", options.busy);
  const ageSeconds = options.age === undefined ? undefined : 3600 * numberOf("--age", "hours", options.age);
  const { aws, lob } = await context.lob(name);
  const { output, io } = context;
  const onProgress = output.progress();
  const soFar: Finding[] = [];
  const report = await doctorLob(aws, lob, {
    onFinding: (finding) => void soFar.push(finding),
    dryRun,
    clean,
    rebuild,
    signal: io.signal,
    onLog: ({ step, message }) => output.debug(`${step}: ${message}`),
    ...(model !== undefined && { model }),
    ...(busySeconds !== undefined && { busySeconds }),
    ...(ageSeconds !== undefined && { ageSeconds }),
    ...(onProgress && { onProgress }),
  }).catch((error: unknown) => {
    // What was mended by then must be told: the next run will not find it again.
    if (soFar.length > 0) output.note(`found before it stopped:\n${fittedTable(output, soFar, columns(output, { dryRun }))}`);
    throw error;
  });
  output.result(
    report,
    () => report.findings.map((finding) => [finding.outcome, finding.kind, subject(finding)].join(" ")).join("\n"),
    () => textOf(output, report, what),
  );
  return !report.needsPerson;
}

function numberOf(option: string, unit: string, text: string): number {
  if (/^\d{1,5}(\.\d{1,3})?$/.test(text)) return Number(text);
  throw usage(`${option} takes a number of ${unit}, and got ${JSON.stringify(text)}`);
}

function textOf(output: Output, report: DoctorReport, what: string): string {
  const looked = `looked at ${counted(report.versions, "version")} of ${counted(report.models, "model")}`;
  if (report.findings.length === 0) return `${output.style("green", "healthy")} ${what}: ${looked}, all is as it should be`;
  const findings = [...report.findings].sort((a, b) => RANK[a.outcome] - RANK[b.outcome]);
  const legend = [...new Set(findings.map(({ kind }) => kind))].map((kind) => explained(output, kind));
  return [fittedTable(output, findings, columns(output, report)), "", ...legend, "", `${looked}: ${summary(report)}`].join("\n");
}

/** What needs a person comes first. */
const RANK: Readonly<Record<Outcome, number>> = { person: 0, planned: 1, mended: 2, noted: 3 };
const WORDS: Readonly<Record<Outcome, string>> = { person: "needs you", planned: "to mend", mended: "mended", noted: "noted" };
const STYLES = { person: "red", planned: "yellow", mended: "green", noted: "dim" } as const;

const columns = (output: Output, { dryRun }: Pick<DoctorReport, "dryRun">): readonly Column<Finding>[] => [
  { title: "WHAT", rank: 0, value: ({ outcome }) => output.style(STYLES[outcome], WORDS[outcome]) },
  { title: "FINDING", rank: 0, value: ({ kind }) => kind },
  { title: "WHERE", rank: 0, atLeast: 12, value: (finding) => printable(subject(finding)) },
  { title: dryRun ? "FOUND" : "DETAILS", rank: 0, atLeast: 24, value: ({ message }) => printable(message) },
];

function subject({ lob, model, version }: Finding): string {
  return `${lob}${model === undefined ? "" : `/${model}`}${version === undefined ? "" : `@${version}`}`;
}

function explained(output: Output, kind: FindingKind): string {
  const { meaning, mend } = FINDINGS[kind];
  return `${output.style("bold", kind)}  ${meaning}\n  ${mend}`;
}

/** Only old uploads are left to mend when it was no dry run. */
function summary({ findings, dryRun }: DoctorReport): string {
  const count = (wanted: Outcome): number => findings.filter(({ outcome }) => outcome === wanted).length;
  const [person, planned, mended, noted] = [count("person"), count("planned"), count("mended"), count("noted")];
  const parts = [
    ...(mended > 0 ? [`${mended} mended`] : []),
    ...(planned > 0 ? [`${planned} to mend${dryRun ? "" : " with --clean"}`] : []),
    ...(person > 0 ? [`${person} that ${person === 1 ? "needs" : "need"} a person`] : []),
    ...(noted > 0 ? [`${noted} only noted`] : []),
  ];
  return parts.join(", ");
}
