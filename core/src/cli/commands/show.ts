/** `lobreg show`: prints everything about one version. */
import { isReadable } from "../../registry/status.js";
import stringWidth from "string-width";
import { counted, exactBytes, moment, printable, printableLines } from "../../format.js";
import { parseS3Uri } from "../../layout.js";
import { show as showVersion, type ShownVersion } from "../../read/show.js";
import { targetWords } from "../../registry/alias-rows.js";
import type { Lob, Version } from "../../types.js";
import { VERSION_HELP, versionArgument } from "../arguments.js";
import { command } from "../command.js";
import type { Output } from "../output.js";
import { contentsRows, type DetailRow } from "../version-contents.js";

export const show = command({
  name: "show",
  description: "Show everything about one version (default: LATEST)",
  arguments: [["<lob/model[@version]>", VERSION_HELP]],
  options: {},
  examples: ["lobreg show fraud/churn", "lobreg show fraud/churn@7 --json"],
  async run(context, [what]) {
    const { lob: name, model, ref } = versionArgument(what, "show");
    const { aws, lob } = await context.lob(name);
    const shown = await showVersion(aws, lob, model, ref, context.io.signal);
    const { output, io } = context;
    const { version, object, contents } = shown;
    output.result(
      { latest: version.version === shown.model.latest, ...shown },
      () => `${lob.lob}/${model}@${version.version}`,
      () => describe(output, lob, shown, io.now()),
    );
    const problems = [...(object?.problems ?? []), ...(contents?.problems ?? [])].join("; ");
    if (problems === "") return "ok";
    output.warn({
      code: "LOB4001",
      message: object?.exists === false ? problems : `${version.url} does not match its row: ${problems}`,
      hint: "Do not use this version, and inform the owner of the LOB.",
    });
    return "failed";
  },
});

function describe(output: Output, lob: Lob, shown: ShownVersion, now: number): string {
  const { version, model, alias } = shown;
  const name = `${version.lob}/${version.model}@${version.version}`;
  const newest = version.version === model.latest;
  const status = output.style(version.status === "READY" ? "green" : "yellow", version.status);
  const { provenance } = version;
  const sections: [title: string | undefined, rows: readonly DetailRow[]][] = [
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
      "built from",
      [
        ["repository", provenance.repository],
        [
          "commit",
          provenance.gitCommit && `${provenance.gitCommit}${provenance.gitStatus === "modified" ? " with uncommitted changes" : ""}`,
        ],
        ["ref", provenance.gitRef],
        ["release", provenance.releaseTag],
        ["event", provenance.event],
        ["run", provenance.runUrl],
      ],
    ],
  ];
  const parts = sections.map(([title, rows]) => section(output, title, rows)).filter((text) => text !== "");
  const how = isReadable(version) ? [howToPull(output, version, name), howToRead(output, lob, version)] : [];
  return [`${output.style("bold", name)}  ${status}`, ...parts, ...how].join("\n\n");
}

function artifactRows({ version, object }: ShownVersion): DetailRow[] {
  const foreign = version.origin === "versioned";
  const s3 =
    object === undefined
      ? undefined
      : object.problems.length === 0
        ? "matches its row"
        : object.exists
          ? "does NOT match its row, see below"
          : "MISSING";
  return [
    ["size", exactBytes(version.size)],
    ["content", foreign ? "unknown: there is no manifest" : `${counted(version.files, "file")}, ${exactBytes(version.contentBytes)}`],
    ["sha256", version.sha256],
    ["tree digest", version.treeDigest],
    ["manifest", version.manifestSha256],
    ["S3 URI", version.url],
    ["in S3", s3],
  ];
}

function time({ status, readyAt, reservedAt }: Version, now: number): string {
  if (readyAt !== undefined) return moment(readyAt, now);
  return `${status === "RESERVED" ? "being published since" : "never; started"} ${moment(reservedAt, now)}`;
}

/** Names on the left, values on the right. No value is cut, because people copy them. */
function section(output: Output, title: string | undefined, rows: readonly DetailRow[]): string {
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
