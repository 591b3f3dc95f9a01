/** Reads an alias file that the Python library wrote, in the source or in the LOB. */
import { download } from "../transfer/download.js";
import { parseAliasFile, sameFollowed, type AliasFile } from "../registry/alias-rows.js";
import type { Bucket, ListedObject } from "../transfer/object.js";
import type { Aws } from "../types.js";

/** Upper bound in bytes; the library's alias files have a few hundred. */
const LARGEST_ALIAS = 64 * 1024;

/**
 * Returns the parsed file, or a text that says what is wrong with it.
 * @throws LobError LOB4001 if the file was replaced after it was listed, LOB2xxx
 */
export async function readAliasFile(
  aws: Aws,
  bucket: Bucket,
  object: Pick<ListedObject, "key" | "size" | "etag">,
  model: string,
  signal?: AbortSignal,
): Promise<AliasFile | string> {
  if (object.size > LARGEST_ALIAS) return `its file has ${object.size} bytes`;
  const chunks: Buffer[] = [];
  for await (const chunk of download(aws, bucket, object, signal && { signal })) chunks.push(chunk);
  return parseAliasFile(Buffer.concat(chunks).toString("utf8"), model);
}

/** Whether an existing file says the same as another; an unreadable one does not. */
export const saysSame = (there: AliasFile | string, file: AliasFile): boolean => typeof there !== "string" && sameFollowed(there, file);
