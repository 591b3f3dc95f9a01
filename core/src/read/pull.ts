/** Brings a version to the disk: verified whole, or not at all. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { onDisk, unpackArchive } from "../archive/index.js";
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
  /** Where to put it: a folder, or with `archive` a file. Must not exist, or be an empty folder. Folders above it are made. */
  readonly target: string;
  /** The artifact's file as it is stored, instead of what is in it; false by default. */
  readonly archive?: boolean;
  /** Replace what is at the target; false by default. */
  readonly force?: boolean;
  /** Pull a version also when it was withdrawn; false by default. */
  readonly yanked?: boolean;
  readonly onProgress?: OnProgress;
}

export interface PullResult {
  readonly lob: string;
  readonly model: string;
  readonly version: number;
  readonly status: Version["status"];
  /** Absolute path of what is there now. */
  readonly target: string;
  /** Whether that is the artifact's file. */
  readonly archive: boolean;
  /** Files in the version; 0 when they are not known. */
  readonly files: number;
  /** Bytes at the target. */
  readonly bytes: number;
  /** Bytes of the artifact. */
  readonly size: number;
  readonly sha256: string;
  readonly treeDigest?: string;
  readonly s3Uri: string;
}

/**
 * Pulls a version of a model. Its row is read strongly and held against the object, the bytes against the row's sha256, the
 * files against the manifest; the target appears by one rename when all of this agrees. When it fails or is aborted, at
 * whatever moment, the target is as it was. (A process that is killed outright can leave a hidden folder `.NAME.lobreg-…`
 * beside the target, which can be deleted; with `force` look into it first, it may hold what was to be replaced.) A connection that breaks is taken up again where it broke.
 *
 * @throws LobError LOB1001/LOB1002 (arguments), LOB1009 (target), LOB2xxx (AWS, disk), LOB3002/LOB3003/LOB3030 (no such model,
 *   version or alias, or not readable yet or any more), LOB3009 (withdrawn), LOB3010 (no manifest: only with `archive`), LOB4xxx (not
 *   what it should be); the signal's reason when it is aborted.
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
    await workspace.dispose().catch(() => undefined); // what went wrong first is what matters
    throw error;
  }
  await workspace.dispose();
  return {
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
    ...(version.treeDigest !== undefined && { treeDigest: version.treeDigest }),
    s3Uri: version.url,
  };
}

/** The bytes of one version on their way to the disk, hashed as they pass. */
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

  /** Unpacks the artifact into a new folder; every file is held against the manifest. */
  async unpack(workspace: Workspace): Promise<void> {
    const { signal } = this.#options;
    const bytes = this.#bytes();
    try {
      const expected = await fetchManifest(this.#aws, this.#lob, this.#version, join(workspace.folder, "manifest.json.gz"), this.#options);
      // The unpacker may stop at the end of the archive; what follows counts for the checksum all the same.
      const untilDone: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => ({ next: () => bytes.next() }) };
      const unpacked = await unpackArchive(untilDone, workspace.content, { expected, ...(signal && { signal }) });
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
    return new LobError("LOB4001", `the bytes of ${this.#version.url} are not those that were published: their ${what} is ${found}`, {
      hint: "Do not use this version. Take another one, and tell the owner of the LOB: the object was changed.",
      details: { url: this.#version.url, found },
    });
  }
}

/** What is wrong with an archive or a manifest, with the version that it belongs to. */
function named(error: unknown, version: Version): unknown {
  if (!(error instanceof LobError) || !["LOB4002", "LOB4003"].includes(error.code)) return error;
  return new LobError(error.code, `${version.lob}/${version.model}@${version.version}: ${error.message}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
    details: { ...error.details, url: version.url },
  });
}
