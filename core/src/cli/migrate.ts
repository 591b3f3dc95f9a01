/** `lobreg migrate`: what the Python library stored comes into a LOB. */
import { parseS3Uri, modelProblem, LATEST } from "../layout.js";
import { migrate, planMigration } from "../migrate/migrate.js";
import type { MigrateOptions, MigrationReport, MigrationSource, ModelReport } from "../migrate/options.js";
import { parseRef } from "../read/ref.js";
import { RELEASE } from "../release.js";
import { bytes, counted, duration, integer, printable } from "../format.js";
import type { Context } from "./command.js";
import { usage } from "./command.js";
import { systemUser } from "./git.js";
import { fittedTable, type Column } from "./table.js";
import type { Finding } from "../migrate/findings.js";

export interface MigrateCommandOptions {
  readonly from?: string;
  readonly suffix?: string;
  readonly table?: string;
  readonly fromRegion?: string;
  readonly fromAccount?: string;
  readonly models?: readonly string[];
  readonly apply?: boolean;
}

/** @returns whether nothing of what was found needs a person */
export async function migrateCommand(context: Context, what: string, options: MigrateCommandOptions): Promise<boolean> {
  const { io, output } = context;
  const lob = lobArgument(what);
  const source = sourceOf(options);
  const models = options.models === undefined ? undefined : modelsOf(options.models);
  const aws = await context.aws();
  const { fromRegion } = options;
  const sourceAws =
    fromRegion === undefined || fromRegion === aws.region
      ? undefined
      : await io.connect({ region: fromRegion, userAgent: `lobreg/${RELEASE}` });
  try {
    const started = io.now();
    const onProgress = output.progress();
    const { catalogTable } = context.options;
    const actor = systemUser();
    const migration: MigrateOptions = {
      lob,
      source,
      signal: io.signal,
      onLog: ({ message }) => output.debug(message),
      ...(models && { models }),
      ...(actor !== undefined && { actor }),
      ...(catalogTable !== undefined && { catalogTable }),
      ...(onProgress && { onProgress }),
    };
    const clients = sourceAws === undefined ? {} : { source: sourceAws };
    const report = await (options.apply === true ? migrate : planMigration)(aws, migration, clients);
    output.result(
      report,
      () => shortly(report),
      () => describe(context, report, io.now() - started),
    );
    return report.problems === 0;
  } finally {
    sourceAws?.s3.destroy();
    sourceAws?.dynamodb.destroy();
  }
}

function lobArgument(text: string): string {
  const { lob, model } = parseRef(text);
  if (model === undefined) return lob;
  throw usage(`migrate takes a LOB, and got ${JSON.stringify(text)}`, {
    hint: `\`lobreg migrate ${lob} --models ${model}\` migrates one model.`,
  });
}

function sourceOf({ from, suffix, table, fromAccount, fromRegion }: MigrateCommandOptions): MigrationSource {
  if (suffix !== undefined && /[/\s]/.test(suffix))
    throw usage(`--suffix takes what file names end with, such as .tar.gz, and got ${JSON.stringify(suffix)}`);
  if (table === "") throw usage("--table takes the name or ARN of a table");
  if (fromAccount !== undefined && !/^\d{12}$/.test(fromAccount)) {
    throw usage(`--from-account takes an AWS account id of 12 digits, and got ${JSON.stringify(fromAccount)}`);
  }
  if (from === undefined && (fromRegion !== undefined || fromAccount !== undefined)) {
    throw usage("--from-region and --from-account belong to --from", { hint: "Without --from the source is the LOB's own bucket." });
  }
  return {
    ...(from !== undefined && repositoryOf(from)),
    ...(suffix !== undefined && { suffix }),
    ...(table !== undefined && { table }),
    ...(fromAccount !== undefined && { account: fromAccount }),
  };
}

function repositoryOf(uri: string): { bucket: string; prefix: string } {
  const found = parseS3Uri(uri.replace(/\/*$/, "/"));
  const bucket = found?.bucket ?? /^s3:\/\/([^/]+)\/*$/.exec(uri)?.[1];
  if (bucket === undefined) {
    throw usage(`--from takes s3://BUCKET/PREFIX, and got ${JSON.stringify(uri)}`, {
      hint: "These are `s3_bucket` and `s3_prefix` of the library's Repository.",
    });
  }
  return { bucket, prefix: (found?.key ?? "").replaceAll(/^\/+|\/+$/g, "") };
}

function modelsOf(lists: readonly string[]): string[] {
  const names = lists.flatMap((list) => list.split(",").map((name) => name.trim())).filter((name) => name !== "");
  if (names.length === 0) throw usage("--models takes names of models, by comma");
  const problem = names.map(modelProblem).find((one) => one !== undefined);
  if (problem !== undefined) throw usage(`--models: ${problem}`);
  return [...new Set(names)];
}

const shortly = ({ lob, models }: MigrationReport): string =>
  models
    .filter(({ state }) => state !== "nothing-to-do")
    .map(({ model }) => `${lob}/${model}`)
    .join("\n");

function describe(context: Context, report: MigrationReport, took: number): string {
  const { output } = context;
  const table = fittedTable(output, report.models, columns(report));
  return [heading(report), "", table, ...findingLines(context, report), "", ending(context, report, took)].join("\n");
}

function heading({ lob, source, sourceTable, inPlace, applied }: MigrationReport): string {
  const from = sourceTable === undefined ? source : `${source} with table ${sourceTable}`;
  const verb = applied ? "migration" : "plan of a migration";
  return inPlace ? `${verb} of ${lob}, in place: ${from}` : `${verb} to ${lob} from ${from}`;
}

function columns({ applied, inPlace }: MigrationReport): readonly Column<ModelReport>[] {
  return [
    { title: "MODEL", rank: 0, value: ({ model }) => printable(model) },
    {
      title: "VERSIONS",
      rank: 0,
      align: "right",
      value: ({ versions: { copied, indexed, there, left } }) => integer(copied + indexed + there + left),
    },
    { title: "NEXT", rank: 5, align: "right", value: ({ next }) => integer(next) },
    { title: "BYTES", rank: 3, align: "right", value: (model) => bytes(model.bytes) },
    {
      title: "ALIASES",
      rank: 2,
      atLeast: 8,
      value: ({ aliases }) => printable([...aliases.migrated, ...aliases.there, ...aliases.left].join(" ")),
    },
    { title: LATEST, rank: 4, value: ({ latest }) => (latest === "published" ? "" : latest) },
    { title: applied ? "WHAT WAS DONE" : "WHAT WILL BE DONE", rank: 0, atLeast: 20, value: (model) => whatOf(model, inPlace) },
    { title: "FINDINGS", rank: 1, value: ({ findings }) => countOf(findings) },
  ];
}

function whatOf({ versions: { copied, indexed, there, left }, aliases, latest, latestWork, state }: ModelReport, inPlace: boolean): string {
  const words = [
    copied > 0 && `copy ${integer(copied)}`,
    indexed > 0 && `index ${integer(indexed)}${inPlace ? "" : " that are there"}`,
    aliases.migrated.length > 0 && (aliases.migrated.length === 1 ? "1 alias" : `${aliases.migrated.length} aliases`),
    latestWork === "copy-draft" && "the draft",
    latestWork === "advance" && latest === "absent" && `make ${LATEST}`,
    there > 0 && `${integer(there)} there already`,
    left > 0 && `leave ${integer(left)}`,
    state === "failed" && "see the findings",
  ].filter((part) => part !== false);
  return words.length === 0 ? "nothing" : words.join(", ");
}

function countOf(findings: readonly Finding[]): string {
  const problems = findings.filter(({ level }) => level === "problem").length;
  const notes = findings.length - problems;
  return [problems > 0 && counted(problems, "problem"), notes > 0 && counted(notes, "note")].filter((part) => part !== false).join(", ");
}

function findingLines({ output }: Context, { findings, models }: MigrationReport): string[] {
  const all = [...findings, ...models.flatMap((model) => model.findings)];
  if (all.length === 0) return [];
  const lines = all.flatMap(({ level, code, message, hint }) => [
    `${output.style(level === "problem" ? "red" : "dim", level)} ${printable(message)} [${code}]`,
    ...(hint === undefined ? [] : hint.split("\n").map((line) => `  ${printable(line)}`)),
  ]);
  return ["", ...lines];
}

/** The last line. */
export function ending({ output }: { readonly output: Pick<Context["output"], "style"> }, report: MigrationReport, took: number): string {
  const { models, applied, problems } = report;
  const sum = (of: (model: ModelReport) => number): number => models.reduce((total, model) => total + of(model), 0);
  const versions = sum(({ versions: { copied, indexed } }) => copied + indexed);
  const trouble = problems > 0 ? ` ${counted(problems, "problem")} ${problems === 1 ? "needs" : "need"} a person.` : "";
  const size = bytes(sum((model) => model.bytes));
  const todo = models.some(({ state }) => state !== "nothing-to-do");
  if (!todo) return `Nothing is left to do.${trouble}`;
  if (applied) {
    const failed = models.filter(({ state }) => state === "failed").length;
    const done = `${counted(versions, "version")}, ${size}, verified, in ${duration(took)}`;
    if (failed === 0) return `${output.style("green", "migrated")} ${done}.${trouble}`;
    return `${output.style("red", `not all is migrated: ${counted(failed, "model")} failed`)}; ${done}.${trouble}`;
  }
  const reads = `Reads ${size} to verify ${counted(versions, "version")}`;
  return `${reads}. ${output.style("yellow", "Nothing was written")}: --apply does it.${trouble}`;
}
