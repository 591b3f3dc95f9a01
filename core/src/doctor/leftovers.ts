/** Finds uploads that no version needs. */
import { explained } from "../aws/explain.js";
import { AbortMultipartUploadCommand } from "@aws-sdk/client-s3";
import { LobError } from "../errors.js";
import { lobPrefix, s3Uri, stagingPrefix } from "../layout.js";
import { listAll, listUploads } from "../transfer/listing.js";
import { deleteObject } from "../transfer/object.js";
import { bytes } from "../format.js";
import type { Aws, Lob } from "../types.js";
import type { DoctorIssue } from "./issues.js";

export interface Leftover {
  readonly key: string;
  readonly model: string;
  readonly message: string;
  /** Removes it. @throws LobError LOB2xxx */
  readonly remove: () => Promise<void>;
}

export interface Leftovers {
  readonly found: readonly Leftover[];
  /** Why unfinished uploads could not be listed: AWS cannot limit that permission to one LOB of a shared bucket. */
  readonly notListed?: string;
}

/**
 * Returns staged objects and open multipart uploads that are older than `before` and not in `needed`.
 *
 * @param options `needed`: staging keys that RESERVED rows name; `before`: time; `model`: default all models
 * @throws LobError LOB2xxx (AWS)
 */
export async function leftovers(
  aws: Aws,
  lob: Lob,
  options: {
    readonly needed: ReadonlySet<string>;
    readonly before: Date;
    readonly model?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Leftovers> {
  const { needed, before, model, signal } = options;
  const folder = model === undefined ? "" : `${model}/`;
  const found: Leftover[] = [];
  for await (const { key, size, lastModified } of listAll(aws, lob, stagingPrefix(lob.lob) + folder, signal)) {
    if (lastModified === undefined || lastModified >= before || needed.has(key)) continue;
    const message = `no version needs the upload of ${bytes(size)} from ${lastModified.toISOString()}`;
    found.push({ key, model: modelOf(key, stagingPrefix(lob.lob)), message, remove: () => deleteObject(aws, lob, key) });
  }
  try {
    for (const prefix of [stagingPrefix(lob.lob), lobPrefix(lob)]) {
      for await (const { key, uploadId, startedAt } of listUploads(aws, lob, prefix + folder, signal)) {
        if (startedAt === undefined || startedAt >= before) continue;
        const message = `an upload from ${startedAt.toISOString()} was never finished`;
        found.push({ key, model: modelOf(key, prefix), message, remove: () => abort(aws, lob, key, uploadId) });
      }
    }
  } catch (error) {
    if (!(error instanceof LobError) || error.code !== "LOB2003") throw error;
    return { found, notListed: error.message };
  }
  return { found };
}

const modelOf = (key: string, prefix: string): string => key.slice(prefix.length).split("/")[0]!;

async function abort(aws: Aws, lob: Lob, Key: string, UploadId: string): Promise<void> {
  await explained(`aborting an upload to ${s3Uri(lob.bucket, Key)}`, () =>
    aws.s3.send(new AbortMultipartUploadCommand({ Bucket: lob.bucket, Key, UploadId, ExpectedBucketOwner: lob.bucketOwner })),
  );
}

/** Returns the issue for a leftover upload. */
export const issueOf = (lob: Lob, { key, model, message }: Leftover, outcome: DoctorIssue["outcome"]): DoctorIssue => ({
  kind: "old-upload",
  outcome,
  lob: lob.lob,
  model,
  key,
  message,
});
