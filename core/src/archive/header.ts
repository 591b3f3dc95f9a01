/** Tar headers: ustar, preceded by a pax header only if ustar cannot hold a path or a size. */
import { Header, type HeaderData } from "tar/header";
import { Pax } from "tar/pax";
import { LobError } from "../errors.js";
import type { ManifestFile } from "../types.js";
import { defined } from "../defined.js";

export const BLOCK = 512;
/** Two empty blocks end a tar. */
export const END_BYTES = 2 * BLOCK;
/** Largest size of the headers of one file: a path of 1,024 bytes and a size in a pax header. */
export const MAX_HEADER_BYTES = 5 * BLOCK;
// The largest size and time in eleven octal digits.
const MAX_OCTAL = 0o77777777777;

/**
 * Returns the header blocks of a file. They depend only on the arguments.
 *
 * @param mtime seconds since 1970
 */
export function tarHeader(file: Pick<ManifestFile, "path" | "mode" | "size">, mtime = 0): Buffer {
  const fields = { mode: file.mode, uid: 0, gid: 0, size: file.size, mtime: new Date(mtime * 1000), type: "File" as const };
  const plain = new Header({ ...fields, path: file.path });
  if (!plain.encode()) return plain.block!;
  // Readers take path and size from the pax header. The path beside it is ASCII and has no prefix: some readers would join the two.
  const pathFits = !new Header({ ...fields, size: 0, path: file.path }).encode();
  const beside = file.path
    .replace(/[^\x20-\x7e]/gu, "_")
    .slice(-99)
    .replace(/^\//, "_");
  const body = Buffer.from(
    new Pax(defined({ path: pathFits ? undefined : file.path, size: file.size > MAX_OCTAL ? file.size : undefined })).encodeBody(),
  );
  return Buffer.concat([
    block({ ...fields, mode: 0o644, path: "PaxHeader", size: body.length, type: "ExtendedHeader" }),
    body,
    Buffer.alloc(paddingOf(body.length)),
    block({ ...fields, path: pathFits ? file.path : beside }),
  ]);
}

function block(fields: HeaderData): Buffer {
  const header = new Header(fields);
  header.encode();
  return header.block!;
}

/** Returns the length of {@link tarHeader} for a file. */
export const tarHeaderBytes = (file: Pick<ManifestFile, "path" | "mode" | "size">): number => tarHeader(file).length;

/** Returns the number of bytes that fill a file's last block. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/**
 * Returns the modification time of every file in the archive: `SOURCE_DATE_EPOCH` if it is set, else 0
 * (seconds since 1970; see reproducible-builds.org).
 */
export function archiveTime(environment: Readonly<Record<string, string | undefined>>): number {
  const value = environment.SOURCE_DATE_EPOCH;
  if (value === undefined || value === "") return 0;
  if (!/^\d{1,11}$/.test(value) || Number(value) > MAX_OCTAL) {
    throw new LobError(
      "LOB1002",
      `SOURCE_DATE_EPOCH is ${JSON.stringify(value.slice(0, 40))}, which is not a number of seconds since 1970`,
      {
        hint: "Unset it, or set it to a whole number such as the time of the last commit.",
      },
    );
  }
  return Number(value);
}
