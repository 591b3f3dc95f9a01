/** `lobreg migrate`: imports versions that the Python library `versioned` stored. */
import type { LogLine } from "../../registry/context.js";
import { defined } from "../../defined.js";
import { bytes, counted, duration, integer, printable } from "../../format.js";
import { LATEST, modelProblem, parseS3Uri } from "../../layout.js";
import type { Finding } from "../../migrate/findings.js";
import { migrate as applyMigration, planMigration } from "../../migrate/migrate.js";
import type { MigrationReport, MigrationSource, ModelMigration } from "../../migrate/options.js";
import { parseRef } from "../../read/ref.js";
import { usage } from "../arguments.js";
import { command, flag, value, values } from "../command.js";
import { systemUser } from "../git.js";
import type { Output } from "../output.js";
import { fittedTable, type TableColumn } from "../table.js";

export const migrate = command({
  name: "migrate",
  description: "Import what the Python library `versioned` stored: print the plan, or apply it with --apply",
  arguments: [["<lob>", "e.g. fraud"]],
  options: {
    from: value("--from <s3 uri>", "bucket and prefix of the library's Repository (default: where the LOB keeps its models)"),
    suffix: value("--suffix <suffix>", 'suffix of the Repository, "" for none (default: the LOB\'s)'),
    table: value("--table <name>", "DynamoDB table of the Repository, if it uses the S3 and DynamoDB backend"),
    fromRegion: value("--from-region <region>", "region of the Repository's bucket and table (default: the LOB's)"),
    fromAccount: value("--from-account <id>", "account that owns the Repository's bucket (default: the LOB's)"),
    models: values("--models <names>", "only these models, separated by commas"),
    apply: flag("--apply", "apply the plan instead of only printing it"),
  },
  examples: ["lobreg migrate fraud", "lobreg migrate fraud --from s3://old-bucket/versioned-artifacts --suffix .zip --apply"],
  async run(context, [what], options) {
    const { io, output } = context;
    const lob = lobArgument(what);
    const source = sourceOf(options);
    const models = options.models && modelsOf(options.models);
    const aws = await context.aws();
    const { fromRegion } = options;
    const sourceAws = fromRegion === undefined || fromRegion === aws.region ? undefined : await context.connect(fromRegion);
    try {
      const started = io.now();
      const migration = defined({
        lob,
        source,
        models,
        actor: systemUser(),
        catalogTable: context.options.catalogTable,
        signal: io.signal,
        onLog: ({ message }: LogLine) => output.debug(message),
        onProgress: output.progress(),
      });
      const report = await (options.apply === true ? applyMigration : planMigration)(aws, migration, defined({ source: sourceAws }));
      output.result(
        report,
        () => namesToMigrate(report),
        () => describe(output, report, io.now() - started),
      );
      return report.problems === 0 ? "ok" : "failed";
    } finally {
      sourceAws?.s3.destroy();
      sourceAws?.dynamodb.destroy();
    }
  },
});

interface SourceOptions {
  readonly from?: string;
  readonly suffix?: string;
  readonly table?: string;
  readonly fromRegion?: string;
  readonly fromAccount?: string;
}

function lobArgument(text: string): string {
  const { lob, model } = parseRef(text);
  if (model === undefined) return lob;
  throw usage(`migrate takes a LOB, but got ${JSON.stringify(text)}`, {
    hint: `\`lobreg migrate ${lob} --models ${model}\` migrates one model.`,
  });
}

function sourceOf({ from, suffix, table, fromAccount, fromRegion }: SourceOptions): MigrationSource {
  if (suffix !== undefined && /[/\s]/.test(suffix))
    throw usage(`--suffix takes the end of a file name, e.g. .tar.gz, but got ${JSON.stringify(suffix)}`);
  if (table === "") throw usage("--table takes the name or ARN of a table");
  if (fromAccount !== undefined && !/^\d{12}$/.test(fromAccount)) {
    throw usage(`--from-account takes an AWS account id of 12 digits, but got ${JSON.stringify(fromAccount)}`);
  }
  if (from === undefined && (fromRegion !== undefined || fromAccount !== undefined)) {
    throw usage("--from-region and --from-account require --from", { hint: "Without --from, the source is the LOB's own bucket." });
  }
  return defined({ ...(from === undefined ? {} : repositoryOf(from)), suffix, table, account: fromAccount });
}

function repositoryOf(uri: string): { bucket: string; prefix: string } {
  const found = parseS3Uri(uri.replace(/\/*$/, "/"));
  const bucket = found?.bucket ?? /^s3:\/\/([^/]+)\/*$/.exec(uri)?.[1];
  if (bucket === undefined) {
    throw usage(`--from takes s3://BUCKET/PREFIX, but got ${JSON.stringify(uri)}`, {
      hint: "Use `s3_bucket` and `s3_prefix` of the library's Repository.",
    });
  }
  return { bucket, prefix: (found?.key ?? "").replaceAll(/^\/+|\/+$/g, "") };
}

function modelsOf(lists: readonly string[]): string[] {
  const names = lists.flatMap((list) => list.split(",").map((name) => name.trim())).filter((name) => name !== "");
  if (names.length === 0) throw usage("--models takes model names, separated by commas");
  const problem = names.map(modelProblem).find((one) => one !== undefined);
  if (problem !== undefined) throw usage(`--models: ${problem}`);
  return [...new Set(names)];
}

const namesToMigrate = ({ lob, models }: MigrationReport): string =>
  models
    .filter(({ state }) => state !== "nothing-to-do")
    .map(({ model }) => `${lob}/${model}`)
    .join("\n");

function describe(output: Output, report: MigrationReport, took: number): string {
  const table = fittedTable(output, report.models, columns(report));
  return [heading(report), "", table, ...findingLines(output, report), "", ending(output, report, took)].join("\n");
}

function heading({ lob, source, sourceTable, inPlace, applied }: MigrationReport): string {
  const from = sourceTable === undefined ? source : `${source} with table ${sourceTable}`;
  const verb = applied ? "migration" : "migration plan";
  return inPlace ? `${verb} of ${lob}, in place: ${from}` : `${verb} from ${from} to ${lob}`;
}

function columns({ applied, inPlace }: MigrationReport): readonly TableColumn<ModelMigration>[] {
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
    { title: applied ? "DONE" : "TO DO", rank: 0, atLeast: 20, value: (model) => whatOf(model, inPlace) },
    { title: "FINDINGS", rank: 1, value: ({ findings }) => countOf(findings) },
  ];
}

function whatOf(
  { versions: { copied, indexed, there, left }, aliases, latest, latestWork, state }: ModelMigration,
  inPlace: boolean,
): string {
  const words = [
    copied > 0 && `copy ${integer(copied)}`,
    indexed > 0 && `index ${integer(indexed)}${inPlace ? "" : " already copied"}`,
    aliases.migrated.length > 0 && (aliases.migrated.length === 1 ? "1 alias" : `${aliases.migrated.length} aliases`),
    latestWork === "copy-draft" && "copy the draft",
    latestWork === "advance" && latest === "absent" && `create ${LATEST}`,
    there > 0 && `${integer(there)} already there`,
    left > 0 && `skip ${integer(left)}`,
    state === "failed" && "see findings",
  ].filter((part) => part !== false);
  return words.length === 0 ? "nothing" : words.join(", ");
}

function countOf(findings: readonly Finding[]): string {
  const problems = findings.filter(({ level }) => level === "problem").length;
  const notes = findings.length - problems;
  return [problems > 0 && counted(problems, "problem"), notes > 0 && counted(notes, "note")].filter((part) => part !== false).join(", ");
}

function findingLines(output: Output, { findings, models }: MigrationReport): string[] {
  const all = [...findings, ...models.flatMap((model) => model.findings)];
  if (all.length === 0) return [];
  const lines = all.flatMap(({ level, code, message, hint }) => [
    `${output.style(level === "problem" ? "red" : "dim", level)} ${printable(message)} [${code}]`,
    ...(hint === undefined ? [] : hint.split("\n").map((line) => `  ${printable(line)}`)),
  ]);
  return ["", ...lines];
}

/** The last line. */
export function ending(output: Pick<Output, "style">, report: MigrationReport, took: number): string {
  const { models, applied, problems } = report;
  const sum = (of: (model: ModelMigration) => number): number => models.reduce((total, model) => total + of(model), 0);
  const versions = sum(({ versions: { copied, indexed } }) => copied + indexed);
  const trouble = problems > 0 ? ` ${counted(problems, "problem")} ${problems === 1 ? "needs" : "need"} manual action.` : "";
  const size = bytes(sum((model) => model.bytes));
  const todo = models.some(({ state }) => state !== "nothing-to-do");
  if (!todo) return `Nothing to do.${trouble}`;
  if (applied) {
    const failed = models.filter(({ state }) => state === "failed").length;
    const done = `${counted(versions, "version")}, ${size}, verified, in ${duration(took)}`;
    if (failed === 0) return `${output.style("green", "migrated")} ${done}.${trouble}`;
    return `${output.style("red", `migration incomplete: ${counted(failed, "model")} failed`)}; ${done}.${trouble}`;
  }
  const reads = `This reads ${size} to verify ${counted(versions, "version")}`;
  return `${reads}. ${output.style("yellow", "Nothing was written")}: use --apply to run it.${trouble}`;
}
