/** What a person names as one of the two models of a diff: something on the disk, or a version. */
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { showPath } from "../archive/index.js";
import { errnoOf } from "../archive/problems.js";
import type { OpenSide } from "../diff/index.js";
import { LobError } from "../errors.js";
import { artifactSide, folderSide } from "../sides/files.js";
import { manifestSide } from "../sides/manifest.js";
import type { OnProgress } from "../progress.js";
import { pulledSide, versionSide } from "../sides/version.js";
import { usage, versionArgument, type Context } from "./command.js";

/**
 * What is on the disk when there is something of that name, or when that cannot be told, else a version. What begins like a path (`/`, `./`,
 * `../`) is one, and what has an `@` else is not. A file is told by its name alone: `.tar.gz` and `.tgz` are artifacts, `manifest.json.gz` (also behind a dot) and
 * `<64 hex>.json.gz`, as in S3, are manifests; any other file is a model of one file. What is in it does not decide, so that a damaged
 * archive is an error, and never a model that differs in everything.
 *
 * @param other how the other side is written
 * @param numbers whether the numbers of tensors will be asked for, so that a version's files may be fetched
 * @returns opens the side: all that can be wrong with how it is written was found before.
 * @throws LobError LOB1001, LOB1002, LOB1011
 */
export async function opener(
  context: Context,
  what: string,
  { other, numbers, onProgress }: { other: string; numbers: boolean; onProgress: OnProgress | undefined },
): Promise<() => Promise<OpenSide>> {
  const { io, output } = context;
  // As a path it would be the current folder, and all of that be read because a variable was not set.
  if (what === "")
    throw usage("diff takes two models, and one of them is empty", { hint: "A variable may not be set. The current folder is `.`." });
  const path = resolve(io.cwd, what);
  const options = { signal: io.signal, ...(onProgress && { onProgress }) };
  const isPath = /^\.{0,2}\//.test(what) || what === "." || what === "..";
  if (isPath || (!what.includes("@") && (await exists(path)))) {
    if (other.startsWith(`${what}@`)) output.warn({ message: `${what} is what is here on the disk; the newest version is ${what}@LATEST` });
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

/** Whether there is something, also of what may not be looked at: to say so is for who opens it. */
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
      const message = "is neither a file or folder that is there, nor LOB/MODEL[@VERSION]";
      throw problem(message, `Check the spelling, and that the step that makes it ran.${ofLob}`);
    }
    if (!(await exists(path))) throw error;
    throw problem("is not LOB/MODEL@VERSION", `What has an @ is a version. The file or folder of this name is written ${showPath(`./${what}`)}.`); // prettier-ignore
  }
}
