/** The bytes of one object, from beginning to end, over as many GETs as it takes. */
import type { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { explainAwsError, isLostAnswer, requestIdsOf, statusOf } from "../aws/explain.js";
import { backoff, SYSTEM, type Environment } from "../environment.js";
import { LobError } from "../errors.js";
import { s3Uri } from "../layout.js";
import type { Bucket } from "./object.js";
import type { Aws } from "../types.js";

/** Which object, exactly: one of another ETag or size is refused. */
export interface DownloadSource {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Is told of each interruption, before the download goes on. */
  readonly onRetry?: (message: string) => void;
  /** How often in a row it is tried again without having come at least a MiB further; 5 by default. */
  readonly retries?: number;
  /** After so many milliseconds without a byte the connection is given up; a minute by default. */
  readonly stallMs?: number;
  readonly environment?: Pick<Environment, "random" | "sleep"> | undefined;
}

/** Progress that makes up for the failures before it: without this a large object on a poor line could never be had. */
const WORTHWHILE = 1_048_576;
const WAIT = { base: 1000, cap: 30_000 };

/**
 * Streams an object. When the connection breaks or stalls, it goes on from the byte reached with a Range request, pinned to
 * the same ETag. The caller holds the checksum: nothing that comes out of here is verified yet.
 *
 * @throws LobError LOB4001 when the object changed or vanished meanwhile, LOB2xxx when AWS refuses or the line stays broken;
 *   the signal's reason when it is aborted.
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
      if (offset === source.size) return; // all bytes are here; whether they are the right ones is for the caller's checksum
      if (!worthAnotherTry(error)) throw refused(error, uri);
      failures = offset - lastFailure >= WORTHWHILE ? 1 : failures + 1;
      lastFailure = offset;
      if (failures > retries) throw broken(error, uri, offset, source.size, retries);
      options.onRetry?.(`reading ${uri} was interrupted at byte ${offset} of ${source.size} (${textOf(error)}); going on from there`);
      await environment.sleep(backoff(WAIT, failures, environment), signal);
    }
  }
}

/** One GET, from `offset` to the end. */
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
      ...(offset > 0 && { Range: `bytes=${offset}-` }),
    }),
    signal && { abortSignal: signal },
  );
  const body = response.Body as Readable | undefined;
  if (body === undefined) throw new Error("an answer without a body");
  const giveUp = (error: Error): void => void body.destroy(error);
  const onAbort = (): void => giveUp(new Error("aborted"));
  signal?.addEventListener("abort", onAbort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  // Runs only while we wait for bytes: a slow disk on our side is no fault of the connection.
  const watch = (): void => {
    timer = setTimeout(giveUp, stallMs, new Error(`no byte came for ${stallMs / 1000} s`));
  };
  try {
    if (offset > 0 && !(response.ContentRange ?? "").startsWith(`bytes ${offset}-`))
      throw new Error("the server did not go on from the byte reached");
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

/** Whatever got no answer, a broken one, or one that says "later" may work the next time. */
function worthAnotherTry(error: unknown): boolean {
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
  return new LobError("LOB4001", `${uri} changed while it was read`, {
    hint: "Published versions never change: tell the owner of the LOB.",
    cause,
    details: { uri, ...requestIdsOf(cause) },
  });
}

function broken(error: unknown, uri: string, offset: number, size: number, retries: number): LobError {
  return new LobError(
    "LOB2005",
    `reading ${uri} broke off at byte ${offset} of ${size}, and ${retries} retries brought nothing (${textOf(error)})`,
    {
      hint: "Check the network and run the command again.",
      cause: error,
      details: { uri, offset, size, ...requestIdsOf(error) },
    },
  );
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
