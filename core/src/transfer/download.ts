/** Downloads one object, with as many GETs as it takes. */
import type { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { explainAwsError, isLostAnswer, requestIdsOf, statusOf } from "../aws/explain.js";
import { backoff, SYSTEM, type Environment } from "../environment.js";
import { LobError } from "../errors.js";
import { s3Uri } from "../layout.js";
import type { Bucket } from "./object.js";
import type { Aws } from "../types.js";

/** The exact object to download. Another ETag or size is refused. */
export interface DownloadSource {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with a message on each interruption, before the download resumes. */
  readonly onRetry?: ((message: string) => void) | undefined;
  /** Retries in a row without at least 1 MiB of progress. Default: 5. */
  readonly retries?: number | undefined;
  /** Milliseconds without a byte after which the connection is dropped. Default: 60,000. */
  readonly stallMs?: number | undefined;
  readonly environment?: Pick<Environment, "random" | "sleep"> | undefined;
}

/** Bytes of progress that reset the count of failures, so that a large object arrives even on a poor line. */
const WORTHWHILE = 1_048_576;
const WAIT = { base: 1000, cap: 30_000, fixed: 0.5 };

/**
 * Streams an object. If the connection breaks or stalls, resumes at the byte reached with a Range request that is pinned to the same ETag.
 * The bytes are not verified: the caller must check them against a checksum.
 *
 * @throws LobError LOB4001 if the object changed or vanished during the download, LOB2xxx if AWS refuses or the connection stays broken;
 *   the signal's reason if it is aborted
 */
export async function* download(
  aws: Aws,
  lob: Bucket,
  source: DownloadSource,
  options: DownloadOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const { signal, retries = 5, environment = SYSTEM } = options;
  const uri = s3Uri(lob.bucket, source.key);
  let offset = 0;
  let failures = 0;
  let lastFailure = 0;
  while (offset < source.size) {
    try {
      for await (const chunk of get(aws, lob, source, offset, options)) {
        offset += chunk.length;
        if (offset > source.size) throw changed(uri);
        yield chunk;
      }
      if (offset === source.size) return;
      throw new Error("the connection ended early");
    } catch (error) {
      signal?.throwIfAborted();
      if (offset === source.size) return; // complete; the caller's checksum verifies the bytes
      if (!isRetryable(error)) throw refused(error, uri);
      failures = offset - lastFailure >= WORTHWHILE ? 1 : failures + 1;
      lastFailure = offset;
      if (failures > retries) throw broken(error, uri, offset, source.size, retries);
      options.onRetry?.(`reading ${uri} was interrupted at byte ${offset} of ${source.size} (${textOf(error)}); resuming there`);
      await environment.sleep(backoff(WAIT, failures, environment), signal);
    }
  }
}

/** Sends one GET for the bytes from `offset` to the end. */
async function* get(
  aws: Aws,
  lob: Bucket,
  source: DownloadSource,
  offset: number,
  { signal, stallMs = 60_000 }: DownloadOptions,
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted();
  const response = await aws.s3.send(
    new GetObjectCommand({
      Bucket: lob.bucket,
      Key: source.key,
      IfMatch: source.etag,
      ExpectedBucketOwner: lob.bucketOwner,
      Range: offset > 0 ? `bytes=${offset}-` : undefined,
    }),
    signal && { abortSignal: signal },
  );
  const body = response.Body as Readable | undefined;
  if (body === undefined) throw new Error("the answer has no body");
  const giveUp = (error: Error): void => void body.destroy(error);
  const onAbort = (): void => giveUp(new Error("aborted"));
  signal?.addEventListener("abort", onAbort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  // The timer runs only during a wait for bytes, because a slow local disk is not a failure of the connection.
  const watch = (): void => {
    timer = setTimeout(giveUp, stallMs, new Error(`no byte arrived for ${stallMs / 1000} s`));
  };
  try {
    if (offset > 0 && !(response.ContentRange ?? "").startsWith(`bytes ${offset}-`))
      throw new Error("the server did not resume at the byte reached");
    watch();
    for await (const chunk of body) {
      clearTimeout(timer);
      yield chunk as Buffer;
      watch();
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    body.destroy();
  }
}

/** Whether a retry may help: after no answer, a broken answer, or an answer that asks to retry later. */
function isRetryable(error: unknown): boolean {
  if (error instanceof LobError) return false;
  const status = statusOf(error);
  return status === undefined ? !isCredentialsError(error) : status === 429 || isLostAnswer(error) || status < 400;
}

const isCredentialsError = (error: unknown): boolean => error instanceof Error && error.name.endsWith("ProviderError");

function refused(error: unknown, uri: string): LobError {
  const status = statusOf(error);
  if (status === 412 || status === 404 || status === 416) return changed(uri, error);
  return explainAwsError(error, `reading ${uri}`);
}

function changed(uri: string, cause?: unknown): LobError {
  return new LobError("LOB4001", `${uri} changed during the download`, {
    hint: "Published versions never change. Contact the owner of the LOB.",
    cause,
    details: { uri, ...requestIdsOf(cause) },
  });
}

function broken(error: unknown, uri: string, offset: number, size: number, retries: number): LobError {
  return new LobError("LOB2005", `reading ${uri} stopped at byte ${offset} of ${size}, and ${retries} retries failed (${textOf(error)})`, {
    hint: "Check the network and run the command again.",
    cause: error,
    details: { uri, offset, size, ...requestIdsOf(error) },
  });
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
