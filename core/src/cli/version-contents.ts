/** Summarizes the content of a version in a few lines. Pure. */
import { counted, integer } from "../format.js";
import type { Summary } from "../findings/findings.js";
import type { VersionContents } from "../read/contents.js";

/** A line of `lobreg show`; undefined hides it. */
export type DetailRow = readonly [name: string, value: string | undefined];

/** Names listed in one line; the rest are counted. */
const MOST_NAMES = 5;
const MOST_WARNINGS = 5;

export function contentsRows(contents: VersionContents | undefined): DetailRow[] {
  if (contents?.summary === undefined) return [["files", contents?.skipped]];
  const { summary } = contents;
  return [
    ["formats", formats(summary)],
    ["tensors", summary.tensorCount === 0 ? undefined : integer(summary.tensorCount)],
    ["parameters", summary.parameters === 0 ? undefined : integer(summary.parameters)],
    ["executable", summary.code.map(executable).join("\n")],
    ["flavors", summary.properties?.["flavors"]],
    ["signature", signature(summary)],
    ["requires", summary.requirements && some(summary.requirements)],
    ["warnings", warnings(summary)],
  ];
}

const formats = ({ formats }: Summary): string =>
  Object.entries(formats)
    .map(([format, files]) => (files === 1 ? format : `${format} (${counted(files, "file")})`))
    .join(", ");

/** Never claims that code is safe: says only what loading it would import, and whether that is everything. */
function executable({ kind, files, unknown, whole }: Summary["code"][number]): string {
  const imports =
    unknown.length > 0 ? `: imports ${some(unknown)}` : kind === "pickle" && whole ? ": imports only known harmless names" : "";
  const rest = whole || !ANALYZED.has(kind) ? "" : `${imports === "" ? ":" : ", and"} could not be fully analyzed and may do anything`;
  return `${kind} in ${counted(files, "file")}${imports}${rest}`;
}

/** Kinds whose instructions are analyzed; other kinds are plain code. */
const ANALYZED: ReadonlySet<string> = new Set(["pickle", "torchscript"]);

function signature({ signature: found }: Summary): string | undefined {
  if (found === undefined) return undefined;
  const { inputs, outputs, params } = found;
  const parts = [
    inputs && counted(inputs.length, "input"),
    outputs && counted(outputs.length, "output"),
    params && counted(params.length, "parameter"),
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function warnings({ warnings: all }: Summary): string | undefined {
  const lines = all.slice(0, MOST_WARNINGS).map(({ path, warning }) => (path === "" ? warning : `${path}: ${warning}`));
  if (all.length > MOST_WARNINGS) lines.push(`and ${all.length - MOST_WARNINGS} more`);
  return lines.join("\n");
}

function some(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return rest > 0 ? `${names.slice(0, MOST_NAMES).join(", ")} and ${rest} more` : names.join(", ");
}
