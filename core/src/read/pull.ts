/** Pulls a version to the disk, verified as a whole or not at all. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { onDisk, unpackArchive } from "../archive/index.js";
import { defined } from "../defined.js";
import { LobError } from "../errors.js";
import { versionKey } from "../layout.js";
import type { OnProgress } from "../progress.js";
import { headObject } from "../transfer/object.js";
import type { Aws, Lob, Version } from "../types.js";
import { assertObject, assertReadable } from "./check.js";
import { download, type DownloadOptions, type DownloadSource } from "../transfer/download.js";
import { fetchManifest, manifestOf } from "./manifest.js";
import type { VersionRef } from "./ref.js";
import { resolve } from "./resolve.js";
import { checkTarget, Workspace } from "./target.js";

export interface PullOptions extends Pick<DownloadOptions, "signal" | "onRetry" | "retries" | "stallMs" | "environment"> {
  /** Target folder, or target file with `archive`. Must not exist, or be an empty folder. Missing parent folders are created. */
  readonly target: string;
  /** Pull the stored artifact file instead of its contents. Default: false. */
  readonly archive?: boolean | undefined;
  /** Replace an existing target. Default: false. */
  readonly force?: boolean | undefined;
  /** Also pull a withdrawn version. Default: false. */
  readonly yanked?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface PullResult {
  readonly lob: string;
  readonly model: string;
  readonly version: number;
  readonly status: Version["status"];
  /** Absolute path of the target. */
  readonly target: string;
  /** Whether the target is the artifact's file. */
  readonly archive: boolean;
  /** Number of files in the version; 0 if not known. */
  readonly files: number;
  /** Size of the target in bytes. */
  readonly bytes: number;
  /** Size of the artifact in bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly treeDigest?: string;
  readonly s3Uri: string;
}

/**
 * Pulls a version of a model. Checks the row (a consistent read) against the object, the bytes against the row's sha256, and the files
 * against the manifest. If all agree, one rename makes the target appear; after a failure or an abort the target is unchanged. A killed
 * process can leave a hidden folder `.NAME.lobreg-…` beside the target. It can be deleted, but with `force` it may hold the replaced
 * content. Broken connections resume.
 *
 * @throws LobError LOB1001/LOB1002 (arguments), LOB1009 (target), LOB2xxx (AWS, disk), LOB3002/LOB3003/LOB3030 (no such model, version or
 *   alias, or not readable), LOB3009 (withdrawn), LOB3010 (no manifest; use `archive`), LOB4xxx (damaged); the signal's reason if it is
 *   aborted
 */
export async function pull(aws: Aws, lob: Lob, model: string, ref: VersionRef, options: PullOptions): Promise<PullResult> {
  const kind = options.archive === true ? "file" : "folder";
  const place = { kind, force: options.force } as const;
  const target = await checkTarget(options.target, place);
  const { version } = await resolve(aws, lob, model, ref, options.signal);
  assertReadable(version, options.yanked);
  if (kind === "folder") manifestOf(version);
  const head = await headObject(aws, lob, versionKey(lob, model, version.version));
  assertObject(version, head, lob);

  const workspace = await Workspace.create(target, kind === "file" ? version.size : version.contentBytes, place);
  try {
    const artifact = new Artifact(aws, lob, version, head, options);
    await (kind === "file" ? artifact.save(workspace.content) : artifact.unpack(workspace));
    options.signal?.throwIfAborted();
    await workspace.place();
  } catch (error) {
    await workspace.dispose().catch(() => undefined); // the first error is the one to report
    throw error;
  }
  await workspace.dispose();
  return defined({
    lob: lob.lob,
    model,
    version: version.version,
    status: version.status,
    target,
    archive: kind === "file",
    files: version.files,
    bytes: kind === "file" ? version.size : version.contentBytes,
    size: version.size,
    sha256: version.sha256,
    treeDigest: version.treeDigest,
    s3Uri: version.url,
  });
}

/** Downloads one version to the disk, and hashes its bytes on the way. */
class Artifact {
  readonly #aws: Aws;
  readonly #lob: Lob;
  readonly #version: Version;
  readonly #source: DownloadSource;
  readonly #options: PullOptions;
  readonly #hash = createHash("sha256");

  constructor(aws: Aws, lob: Lob, version: Version, source: DownloadSource, options: PullOptions) {
    this.#aws = aws;
    this.#lob = lob;
    this.#version = version;
    this.#source = source;
    this.#options = options;
  }

  /** Writes the artifact itself to a new file. */
  async save(path: string): Promise<void> {
    const writing = { target: path, purpose: "to keep the artifact", needed: this.#source.size };
    const file = await onDisk(writing, () => open(path, "wx"));
    try {
      for await (const chunk of this.#bytes()) await onDisk(writing, () => file.writeFile(chunk));
    } finally {
      await file.close();
    }
    this.#verify();
  }

  /** Unpacks the artifact into a new folder, and checks every file against the manifest. */
  async unpack(workspace: Workspace): Promise<void> {
    const { signal } = this.#options;
    const bytes = this.#bytes();
    try {
      const expected = await fetchManifest(this.#aws, this.#lob, this.#version, join(workspace.folder, "manifest.json.gz"), this.#options);
      // The unpacker may stop at the end of the archive, but the checksum includes the bytes that follow.
      const untilDone: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => ({ next: () => bytes.next() }) };
      const unpacked = await unpackArchive(untilDone, workspace.content, defined({ expected, signal }));
      for await (const _rest of bytes);
      this.#verify();
      if (unpacked.treeDigest !== this.#version.treeDigest) throw this.#wrong("tree digest", unpacked.treeDigest);
    } catch (error) {
      throw named(error, this.#version);
    } finally {
      await bytes.return();
    }
  }

  async *#bytes(): AsyncGenerator<Buffer, void, undefined> {
    let done = 0;
    const report = (): void => this.#options.onProgress?.({ phase: "download", done, total: this.#source.size });
    report();
    for await (const chunk of download(this.#aws, this.#lob, this.#source, this.#options)) {
      this.#hash.update(chunk);
      done += chunk.length;
      yield chunk;
      report();
    }
  }

  #verify(): void {
    const sha256 = this.#hash.digest("hex");
    if (sha256 !== this.#version.sha256) throw this.#wrong("sha256", sha256);
  }

  #wrong(what: string, found: string): LobError {
    return new LobError("LOB4001", `the bytes of ${this.#version.url} differ from the published ones: their ${what} is ${found}`, {
      hint: "Do not use this version. Use another one, and contact the owner of the LOB: the object was changed.",
      details: { url: this.#version.url, found },
    });
  }
}

/** Adds the version's name to an error about its archive or manifest. */
function named(error: unknown, version: Version): unknown {
  if (!(error instanceof LobError) || !["LOB4002", "LOB4003"].includes(error.code)) return error;
  return new LobError(error.code, `${version.lob}/${version.model}@${version.version}: ${error.message}`, {
    hint: error.hint,
    cause: error,
    details: { ...error.details, url: version.url },
  });
}
