/** The folder of the report, which a later and possibly trusted job reads. */
import { constants } from "node:fs";
import { lstat, mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LobError } from "lob-registry-core";

/** Largest manifest from another job in bytes, enough for millions of files. */
export const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

export const REPORT_FILES = { report: "report.json", markdown: "report.md", html: "report.html" } as const;
const MANIFESTS = "models";

/** Core's layout ensures that a model's name is a safe file name. */
const manifestName = (model: string): string => `${model}.manifest.json.gz`;

/** Creates the folder. @param given the folder that the workflow sets; undefined for a new one in `temp` */
export async function makeReportFolder(given: string | undefined, temp: string): Promise<string> {
  const folder = given ?? (await onDisk(temp, () => mkdtemp(join(temp, "lob-registry-diff-"))));
  await onDisk(folder, () => mkdir(join(folder, MANIFESTS), { recursive: true }));
  return folder;
}

/** An unused path for the manifest of a model: deletes what an earlier step left there. */
export async function manifestTarget(folder: string, model: string): Promise<string> {
  const path = join(folder, MANIFESTS, manifestName(model));
  await onDisk(path, () => rm(path, { force: true }));
  return path;
}

/** Writes a file of the report. Replaces a link in its place without following it. */
export async function writeReportFile(path: string, text: string): Promise<void> {
  await onDisk(path, async () => {
    await rm(path, { force: true });
    await writeFile(path, text, { flag: "wx" });
  });
}

/**
 * Path of a model's manifest in a folder that another job wrote. Ignores everything else there and follows no links.
 *
 * @throws LobError LOB1004 if it is missing, not a regular file, or too large for a manifest
 */
export async function givenManifest(folder: string, model: string): Promise<string> {
  const path = join(folder, MANIFESTS, manifestName(model));
  const refused = (reason: string): LobError =>
    new LobError("LOB1004", `cannot read the manifest of ${model}, ${JSON.stringify(path)}: ${reason}`, {
      hint: "The previous job writes it after reading the build: check its log. The input manifests must be the folder of its report.",
      details: { path },
    });
  try {
    // O_NOFOLLOW only protects the last part of a path.
    const parent = await lstat(join(folder, MANIFESTS));
    if (!parent.isDirectory()) throw refused(`${JSON.stringify(join(folder, MANIFESTS))} is not a folder`);
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw refused("it is not a file");
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
      `cannot write the report to ${JSON.stringify(path)}: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: "Check the input report-dir, and the free space on the runner's disk.",
        cause: error,
      },
    );
  }
}
