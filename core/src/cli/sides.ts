/** Opens the models that `lobreg diff` compares: files on the disk, or versions. */
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type ScanOptions, showPath } from "../archive/index.js";
import { errnoOf } from "../archive/problems.js";
import type { OpenSide } from "../diff/index.js";
import { defined } from "../defined.js";
import { LobError } from "../errors.js";
import { artifactSide, folderSide } from "../sides/files.js";
import { manifestSide } from "../sides/manifest.js";
import type { OnProgress } from "../progress.js";
import { pulledSide, versionSide } from "../sides/version.js";
import { usage, versionArgument } from "./arguments.js";
import type { CommandContext } from "./context.js";

interface OpeningOptions {
  /** The other argument. */
  readonly other: string;
  /** Whether the numbers of tensors will be compared, so that a version's files may be downloaded. */
  readonly numbers: boolean;
  /** How symbolic links in a folder are read. */
  readonly links: Pick<ScanOptions, "follow" | "followTo">;
  readonly onProgress: OnProgress | undefined;
}

/**
 * Decides whether an argument names a file or a version. Text that starts like a path (`/`, `./`, `../`) is a path; other text with an
 * `@` is a version; anything else is a path if it exists or if that cannot be checked, and otherwise a version.
 *
 * The name alone decides what a file is: `.tar.gz` and `.tgz` are artifacts; `manifest.json.gz` (also after a dot) and `<64 hex>.json.gz`,
 * as in S3, are manifests; any other file is a model of one file. The content does not decide, so a damaged archive is an error and not
 * a model that differs in everything.
 *
 * @returns opens the side; every error in the argument was found before
 * @throws LobError LOB1001, LOB1002, LOB1011
 */
export async function opener(
  context: CommandContext,
  what: string,
  { other, numbers, links, onProgress }: OpeningOptions,
): Promise<() => Promise<OpenSide>> {
  const { io, output } = context;
  // As a path, an empty text is the current folder, which nobody means who forgot to set a variable.
  if (what === "")
    throw usage("diff takes two models, but one of them is empty", { hint: "Is a variable not set? Write `.` for the current folder." });
  const path = resolve(io.cwd, what);
  const options = defined({ signal: io.signal, onProgress, ...links });
  const isPath = /^\.{0,2}\//.test(what) || what === "." || what === "..";
  if (isPath || (!what.includes("@") && (await exists(path)))) {
    if (other.startsWith(`${what}@`))
      output.warn({ message: `${what} means the files on this disk; write ${what}@LATEST for the newest version` });
    const open = { artifact: artifactSide, folder: folderSide, manifest: manifestSide }[await kindOf(path)];
    return async () => ({ ...(await open(path, undefined, options)), name: what });
  }
  const { lob: name, model, ref } = await version(what, path);
  return async () => {
    const { aws, lob } = await context.lob(name);
    if (!numbers) return versionSide(aws, lob, model, ref, io.signal);
    return pulledSide(aws, lob, model, ref, { ...options, onRetry: (message) => output.warn({ message }) });
  };
}

async function kindOf(path: string): Promise<"artifact" | "folder" | "manifest"> {
  const name = basename(path).toLowerCase();
  const isFile = (await stat(path).catch(() => undefined))?.isDirectory() === false;
  if (isFile && /\.(tar\.gz|tgz)$/.test(name)) return "artifact";
  return isFile && /(^|\.)manifest\.json\.gz$|^[0-9a-f]{64}\.json\.gz$/.test(name) ? "manifest" : "folder";
}

/** Whether a path exists. Permission errors count as existing: opening it reports them. */
const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => !["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(errnoOf(error) ?? ""),
  );

async function version(what: string, path: string): Promise<ReturnType<typeof versionArgument>> {
  try {
    return versionArgument(what, "diff");
  } catch (error) {
    if (!(error instanceof LobError)) throw error;
    const problem = (message: string, hint: string): LobError =>
      new LobError("LOB1011", `${showPath(what)} ${message}`, { hint, cause: error, details: { path: what } });
    if (!what.includes("@")) {
      const ofLob = error.code === "LOB1002" ? ` If it is a LOB, \`lobreg list ${what}\` shows its models.` : "";
      const message = "is neither an existing file or folder nor LOB/MODEL[@VERSION]";
      throw problem(message, `Check the spelling, and that the step that builds it ran.${ofLob}`);
    }
    if (!(await exists(path))) throw error;
    throw problem("is not LOB/MODEL@VERSION", `Text with an @ means a version. Write ${showPath(`./${what}`)} for the file or folder of this name.`); // prettier-ignore
  }
}
