/** Reads a manifest. Anybody with write access to the bucket may have written it: everything is checked, and memory is bounded. */
import type { z } from "zod";
import { Damaged } from "../bytes/damaged.js";
import { readLines } from "../bytes/lines.js";
import { TreeDigest } from "../archive/digest.js";
import { gunzipMember } from "../archive/gunzip.js";
import { BLOCK, paddingOf } from "../archive/header.js";
import { showPath, SortedPaths } from "../archive/paths.js";
import { LobError } from "../errors.js";
import { weightOf } from "../findings/room.js";
import type { ManifestFile, ManifestHeader } from "../types.js";
import { MANIFEST_LIMITS } from "./limits.js";
import { fileSchema, headerSchema } from "./schema.js";

/**
 * Reads the header now and the files while they are iterated, once. A file is checked before it is handed out (its path safe and in
 * strict order, its place in the tar possible); the totals and the tree digest when the last one was.
 *
 * @param limits bytes of findings; those of {@link MANIFEST_LIMITS} by default
 *
 * @throws {LobError} LOB4003 at once or while iterating. Errors of the source pass through.
 */
export async function readManifest(
  source: AsyncIterable<Uint8Array>,
  limits: { readonly findings: number } = MANIFEST_LIMITS,
): Promise<{ header: ManifestHeader; files: AsyncIterable<ManifestFile> }> {
  const lines = readLines(gunzipMember(source, MANIFEST_LIMITS), MANIFEST_LIMITS.line);
  try {
    const first = await lines.next();
    if (first.done === true) throw new Damaged("it is empty");
    const header = parseHeader(first.value);
    return { header, files: closing(readFiles(header, lines, limits.findings), lines) };
  } catch (error) {
    await lines.return();
    throw explain(error);
  }
}

async function* readFiles(
  header: ManifestHeader,
  lines: AsyncGenerator<string, void, undefined>,
  mostFindings: number,
): AsyncGenerator<ManifestFile, void, undefined> {
  try {
    const paths = new SortedPaths();
    const digest = new TreeDigest();
    let [files, bytes, position, findings] = [0, 0, 0, 0];
    for await (const line of lines) {
      if (++files > header.files) throw new Damaged(`it lists more than the ${header.files} files of its header`);
      const file = parse(fileSchema, line, files + 1);
      const wrong = paths.problem(file.path);
      if (wrong !== undefined) throw new Damaged(`${showPath(file.path)} ${wrong}`);
      if (file.offset % BLOCK !== 0 || file.offset < position + BLOCK)
        throw new Damaged(`${showPath(file.path)} has a place in the tar that cannot be`);
      position = file.offset + file.size + paddingOf(file.size);
      bytes += file.size;
      if (!Number.isSafeInteger(position) || bytes > header.contentBytes)
        throw new Damaged("its files have more bytes than its header says");
      findings += file.findings === undefined ? 0 : weightOf(file.findings);
      if (findings > mostFindings) throw new Damaged(`it has more findings than the ${mostFindings} bytes allowed`);
      digest.add(file);
      yield file;
    }
    if (files < header.files) throw new Damaged(`it lists ${files} of the ${header.files} files of its header`);
    if (bytes !== header.contentBytes) throw new Damaged("its files have fewer bytes than its header says");
    if (digest.hex() !== header.treeDigest) throw new Damaged("its files do not have the tree digest of its header");
  } catch (error) {
    throw explain(error);
  } finally {
    await lines.return();
  }
}

/** Closes the source even if a consumer stops before the first file: a generator that never ran executes no `finally`. */
function closing(
  files: AsyncGenerator<ManifestFile, void, undefined>,
  lines: AsyncGenerator<string, void, undefined>,
): AsyncIterable<ManifestFile> {
  const iterator: AsyncIterator<ManifestFile, void, undefined> = {
    next: () => files.next(),
    return: async () => {
      await files.return();
      await lines.return();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

function parseHeader(line: string): ManifestHeader {
  const value = parseJson(line, 1);
  if (typeof value === "object" && value !== null && "schema" in value && typeof value.schema === "number" && value.schema > 1) {
    throw new LobError("LOB4003", `the manifest has schema version ${value.schema}; this release reads version 1`, {
      hint: "Use a newer release of lob-registry.",
    });
  }
  return check(headerSchema, value, 1);
}

function parse<T>(schema: z.ZodType<T>, line: string, number: number): T {
  return check(schema, parseJson(line, number), number);
}

function check<T>(schema: z.ZodType<T>, value: unknown, number: number): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.map(String).join(".");
  throw new Damaged(`line ${number} ${at ? `has a wrong or missing ${showPath(at.slice(0, 40))}` : "is not an object"}`);
}

function parseJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new Damaged(`line ${number} is not JSON`);
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof Damaged)) return error;
  return new LobError("LOB4003", `the manifest cannot be read: ${error.message}`, {
    hint: "Try again. If that fails the same way, the stored manifest is not what was published.",
    cause: error,
  });
}
