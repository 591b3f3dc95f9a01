/** `lobreg show`: everything about one version. */
import stringWidth from "string-width";
import { parseS3Uri } from "../layout.js";
import { targetWords } from "../registry/alias-rows.js";
import { show, type Shown } from "../read/show.js";
import type { Lob, Version } from "../types.js";
import { versionArgument, type Context } from "./command.js";
import { contentsRows } from "./contents.js";
import { counted, exactBytes, moment, printable, printableLines } from "../format.js";
import type { Output } from "./output.js";

/** @returns whether the object agrees with its row. */
export async function showCommand(context: Context, what: string): Promise<boolean> {
  const { lob: name, model, ref } = versionArgument(what, "show");
  const { aws, lob } = await context.lob(name);
  const shown = await show(aws, lob, model, ref, context.io.signal);
  const { output, io } = context;
  const { version, alias, object, contents } = shown;
  const latest = version.version === shown.model.latest;
  output.result(
    { version, latest, model: shown.model, ...(alias && { alias }), ...(object && { object }), ...(contents && { contents }) },
    () => `${lob.lob}/${model}@${version.version}`,
    () => describe(output, lob, shown, io.now()),
  );
  const problems = [...(object?.problems ?? []), ...(contents?.problems ?? [])].join("; ");
  if (problems === "") return true;
  output.warn({
    code: "LOB4001",
    message: object?.exists === false ? problems : `${version.url} is not what its row says: ${problems}`,
    hint: "Do not use it, and tell the owner of the LOB.",
  });
  return false;
}

type Row = readonly [name: string, value: string | undefined];

function describe(output: Output, lob: Lob, shown: Shown, now: number): string {
  const { version, model, alias } = shown;
  const name = `${version.lob}/${version.model}@${version.version}`;
  const newest = version.version === model.latest;
  const status = output.style(version.status === "READY" ? "green" : "yellow", version.status);
  const { provenance } = version;
  const sections: [title: string | undefined, rows: readonly Row[]][] = [
    [
      undefined,
      [
        ["description", version.description],
        ["alias", alias && `${alias.alias}: ${targetWords(alias)}`],
        ["published", time(version, now)],
        ["by", provenance.actor ?? (version.origin === "versioned" ? "the Python library" : undefined)],
        ["LATEST", newest ? "this version" : model.latest === 0 ? undefined : `${version.lob}/${version.model}@${model.latest}`],
      ],
    ],
    ["artifact", artifactRows(shown)],
    ["contents", contentsRows(shown.contents)],
    ["metrics", Object.entries(version.metrics).map(([metric, value]) => [metric, String(value)])],
    ["tags", Object.entries(version.tags)],
    [
      "made from",
      [
        ["repository", provenance.repository],
        ["commit", provenance.gitCommit],
        ["ref", provenance.gitRef],
        ["release", provenance.releaseTag],
        ["event", provenance.event],
        ["run", provenance.runUrl],
      ],
    ],
  ];
  const parts = sections.map(([title, rows]) => section(output, title, rows)).filter((text) => text !== "");
  const how = readable(version) ? [howToPull(output, version, name), howToRead(output, lob, version)] : [];
  return [`${output.style("bold", name)}  ${status}`, ...parts, ...how].join("\n\n");
}

function artifactRows({ version, object }: Shown): Row[] {
  const foreign = version.origin === "versioned";
  const s3 =
    object === undefined
      ? undefined
      : object.problems.length === 0
        ? "as its row says"
        : object.exists
          ? "NOT what its row says, see below"
          : "MISSING";
  return [
    ["size", exactBytes(version.size)],
    ["content", foreign ? "not known: there is no manifest" : `${counted(version.files, "file")}, ${exactBytes(version.contentBytes)}`],
    ["sha256", version.sha256],
    ["tree digest", version.treeDigest],
    ["manifest", version.manifestSha256],
    ["S3 URI", version.url],
    ["in S3", s3],
  ];
}

function time({ status, readyAt, reservedAt }: Version, now: number): string {
  if (readyAt !== undefined) return moment(readyAt, now);
  return `${status === "RESERVED" ? "being published since" : "never; begun"} ${moment(reservedAt, now)}`;
}

/** Names on the left, values on the right, none of them cut: they are there to be copied. */
function section(output: Output, title: string | undefined, rows: readonly Row[]): string {
  const given = rows.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[printable(name), value] as const]));
  if (given.length === 0) return "";
  const width = Math.min(32, Math.max(12, ...given.map(([name]) => stringWidth(name))));
  const lines = given.map(([name, value]) => {
    const left = name + " ".repeat(Math.max(0, width - stringWidth(name)));
    return `  ${output.style("dim", left)}  ${printableLines(value)
      .split("\n")
      .join(`\n${" ".repeat(width + 4)}`)}`;
  });
  return [...(title === undefined ? [] : [output.style("bold", title)]), ...lines].join("\n");
}

const readable = ({ status }: Version): boolean => status === "READY" || status === "YANKED";

function howToPull(output: Output, version: Version, name: string): string {
  const yanked = version.status === "YANKED" ? " --yanked" : "";
  const archive = version.manifestSha256 === undefined ? " --archive" : "";
  return `${output.style("bold", "pull it")}\n  lobreg pull ${name}${yanked}${archive}`;
}

/** The lines with which the Python library `versioned` reads this version. */
function howToRead(output: Output, lob: Lob, version: Version): string {
  const place = parseS3Uri(version.url);
  const text = (value: string): string => JSON.stringify(value);
  return [
    output.style("bold", "read it in Python (pip install versioned)"),
    "  from boto_session_manager import BotoSesManager",
    "  from versioned.api import s3_only_backend",
    "  repo = s3_only_backend.Repository(",
    `      aws_region=${text(lob.bucketRegion)},`,
    `      s3_bucket=${text(place?.bucket ?? lob.bucket)},`,
    `      s3_prefix=${text(`${lob.prefix}/${lob.lob}`)},`,
    `      suffix=${text(lob.suffix)},`,
    "  )",
    "  bsm = BotoSesManager()",
    `  artifact = repo.get_artifact_version(bsm, ${text(version.model)}, ${version.version})`,
    "  content = artifact.get_content(bsm)",
  ].join("\n");
}
