/** Reads what is in a version from the first line of its manifest: one small GET for a model of any size. */
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { explainAwsError, statusOf } from "../aws/explain.js";
import { defined } from "../defined.js";
import { LobError } from "../errors.js";
import { bytes } from "../format.js";
import type { Summary } from "../findings/findings.js";
import { manifestKey, s3Uri } from "../layout.js";
import { readManifest } from "../manifest/index.js";
import type { Aws, Lob, Version } from "../types.js";
import { assertManifest } from "./check.js";

/** Largest manifest in bytes that is fetched for its first line: some hundred thousand files. */
const MOST_BYTES = 32 << 20;

export interface VersionContents {
  /** Absent if the version's files were not inspected, or if there are problems. */
  readonly summary?: Summary;
  /** Why the contents are not known. Empty if all is well. */
  readonly problems: readonly string[];
  /** Set if the manifest is too large to fetch. */
  readonly skipped?: string;
}

/**
 * Fetches the manifest into memory and verifies it against the row before any of it is used.
 *
 * @returns undefined for a version without a manifest. A manifest that is missing or does not match the row is reported in `problems`.
 * @throws LobError LOB2xxx (AWS)
 */
export async function readContents(aws: Aws, lob: Lob, version: Version, signal?: AbortSignal): Promise<VersionContents | undefined> {
  if (version.manifestSha256 === undefined) return undefined;
  const key = manifestKey(lob, version.model, version.manifestSha256);
  const uri = s3Uri(lob.bucket, key);
  const fetched = await fetchSmall(aws, lob, key, signal);
  if (fetched === undefined) return { problems: [`its manifest ${uri} is missing`] };
  if (typeof fetched === "number") return { problems: [], skipped: `not read: the manifest has ${bytes(fetched)}` };
  if (createHash("sha256").update(fetched).digest("hex") !== version.manifestSha256)
    return { problems: [`its manifest ${uri} differs from the published one`] };
  try {
    const { header, files } = await readManifest(once(fetched));
    await files[Symbol.asyncIterator]().return?.();
    assertManifest(version, header);
    return defined({ summary: header.summary, problems: [] });
  } catch (error) {
    if (!(error instanceof LobError)) throw error;
    return { problems: [error.message] };
  }
}

/** Returns the object's bytes; their number if they are too many; undefined if the object does not exist. */
async function fetchSmall(aws: Aws, lob: Lob, key: string, signal: AbortSignal | undefined): Promise<Buffer | number | undefined> {
  try {
    const request = new GetObjectCommand({ Bucket: lob.bucket, Key: key, ExpectedBucketOwner: lob.bucketOwner });
    const response = await aws.s3.send(request, signal && { abortSignal: signal });
    const body = response.Body as Readable;
    const length = response.ContentLength ?? 0;
    if (length > MOST_BYTES) {
      body.destroy();
      return length;
    }
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      total += (chunk as Buffer).length;
      if (total > MOST_BYTES) return total; // more than the announced length; leaving the loop closes the connection
    }
    return Buffer.concat(chunks);
  } catch (error) {
    signal?.throwIfAborted();
    if (statusOf(error) === 404) return undefined;
    throw explainAwsError(error, `reading ${s3Uri(lob.bucket, key)}`);
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  await Promise.resolve();
  yield bytes;
}
