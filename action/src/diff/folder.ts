/** The folder of the report: what a later job, perhaps a trusted one, reads of this one. */
import { constants } from "node:fs";
import { lstat, mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LobError } from "lob-registry-core";

/** Most bytes of a manifest that another job wrote: some millions of files. */
export const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

export const REPORT_FILES = { report: "report.json", markdown: "report.md", html: "report.html" } as const;
const MANIFESTS = "models";

/** A model's name is a safe name of a file: core's layout sees to that. */
const manifestName = (model: string): string => `${model}.manifest.json.gz`;

/** Makes the folder. @param given where the workflow says where; else a new one in `temp` */
export async function makeReportFolder(given: string | undefined, temp: string): Promise<string> {
  const folder = given ?? (await onDisk(temp, () => mkdtemp(join(temp, "lob-registry-diff-"))));
  await onDisk(folder, () => mkdir(join(folder, MANIFESTS), { recursive: true }));
  return folder;
}

/** Path for the manifest of a model, where nothing is: what an earlier step left there is removed. */
export async function manifestTarget(folder: string, model: string): Promise<string> {
  const path = join(folder, MANIFESTS, manifestName(model));
  await onDisk(path, () => rm(path, { force: true }));
  return path;
}

/** Writes a file of the report; a link that stands in its place is replaced, not followed. */
export async function writeReportFile(path: string, text: string): Promise<void> {
  await onDisk(path, async () => {
    await rm(path, { force: true });
    await writeFile(path, text, { flag: "wx" });
  });
}

/**
 * Path of a model's manifest in a folder that another job wrote. Whatever else is in there is not looked at; links are not followed.
 *
 * @throws LobError LOB1004 where it is not there, or is no plain file, or too large for a manifest
 */
export async function givenManifest(folder: string, model: string): Promise<string> {
  const path = join(folder, MANIFESTS, manifestName(model));
  const refused = (reason: string): LobError =>
    new LobError("LOB1004", `the manifest of ${model}, ${JSON.stringify(path)}, cannot be read: ${reason}`, {
      hint: "The job before this one writes it where it could read the build: look at its log. The input manifests is the folder of its report.",
      details: { path },
    });
  try {
    // Of a path, only its end is not followed by O_NOFOLLOW.
    const parent = await lstat(join(folder, MANIFESTS));
    if (!parent.isDirectory()) throw refused(`${JSON.stringify(join(folder, MANIFESTS))} is no folder`);
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw refused("it is no file");
      if (stats.size > MAX_MANIFEST_BYTES) throw refused(`it is larger than ${MAX_MANIFEST_BYTES.toLocaleString("en-US")} bytes`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof LobError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw refused(code === "ENOENT" ? "it does not exist" : code === "ELOOP" ? "it is a link" : String(error));
  }
  return path;
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new LobError(
      "LOB2009",
      `the report cannot be written to ${JSON.stringify(path)}: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: "Check the input report-dir, and that the runner's disk has room.",
        cause: error,
      },
    );
  }
}
