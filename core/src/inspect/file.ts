/** Inspects one file: finds its reader and bounds the findings. */
import { Damaged } from "../bytes/damaged.js";
import { type ByteSource, take } from "../bytes/source.js";
import type { Findings } from "../findings/findings.js";
import { INSPECT_LIMITS } from "../findings/limits.js";
import { hiddenPickle } from "./pickle/reader.js";
import { type Candidate, HEAD_BYTES, Warnings, type FormatReader } from "./reader.js";
import { READERS } from "./readers.js";
import type { OpenFile, TensorLocations } from "./tensors/locations.js";
import { defined } from "../defined.js";

/**
 * Returns the findings about a file; undefined if no reader recognizes it. They depend only on its path and bytes and on the files it names.
 *
 * @param locations if given, collects the locations of tensors; nothing is hashed then
 * @param openFile opens other files of the model; if it is missing or throws Damaged, nothing is found in them
 * @throws errors of the source and of openFile. A damaged file gets a warning instead.
 */
export async function inspectFile(
  path: string,
  given: ByteSource,
  locations?: TensorLocations,
  openFile?: OpenFile,
): Promise<Findings | undefined> {
  const watch = new Watch();
  const source = watch.source(given);
  try {
    const head = await take(source, 0, HEAD_BYTES);
    const file: Candidate = { path, name: path.slice(path.lastIndexOf("/") + 1).toLowerCase(), head, size: source.size };
    const warnings = new Warnings();
    const reader = READERS.find((one) => one.matches(file));
    const found =
      reader && (await read(reader, warnings, () => reader.read(source, file, warnings, locations, openFile && watch.opener(openFile))));
    // A file of any format may be a pickle as well: a picture can be made that is both.
    const hidden = found?.code === undefined ? await hiddenPickle(source, file, warnings) : undefined;
    const both = found && hidden?.code ? { ...found, code: hidden.code } : (found ?? hidden);
    return both && bounded(both, warnings);
  } finally {
    // A read error counts even if the reader caught it: a file that could not be read has no findings.
    // eslint-disable-next-line no-unsafe-finally
    if (watch.failure !== undefined) throw watch.failure;
  }
}

/** Remembers the first error of any source that is read. */
class Watch {
  failure: Error | undefined;

  source(source: ByteSource): ByteSource {
    return { size: source.size, read: (buffer, position) => this.#watched(source.read(buffer, position)) };
  }

  opener(openFile: OpenFile): OpenFile {
    return async (path) => {
      const source = await this.#watched(openFile(path));
      return source && { ...this.source(source), close: () => this.#watched(Promise.resolve(source.close?.())) };
    };
  }

  async #watched<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      // Damaged means that a file may not be opened; that is no failure.
      if (!(error instanceof Damaged)) this.failure ??= error as Error;
      throw error;
    }
  }
}

async function read(reader: FormatReader, warnings: Warnings, work: () => Promise<Findings>): Promise<Findings> {
  try {
    return await work();
  } catch (error) {
    // Any other error is a case that the reader does not handle: no reason to refuse the model.
    warnings.add(error instanceof Damaged ? `it cannot be read: ${error.message}` : "it cannot be read");
    return reader.failed;
  }
}

/** Reduces findings to a line of the manifest: first drops tensors from the end, then everything else. Counts stay. */
function bounded(findings: Findings, warnings: Warnings): Findings {
  const listed = findings.tensors?.length ?? 0;
  if (findings.tensorCount !== undefined && findings.tensorCount > listed) warnings.add(`only ${listed} of its tensors are listed`);
  const withWarnings = (found: Findings): Findings => ({ ...found, ...(warnings.list.length > 0 && { warnings: warnings.list }) });
  const all = withWarnings(findings);
  if (bytesOf(all) <= INSPECT_LIMITS.findings) return all;
  const { tensors = [], ...rest } = findings;
  const room = INSPECT_LIMITS.findings - bytesOf(withWarnings(rest)) - 4_096; // Reserves space for the warning that follows.
  if (room < 0) {
    warnings.add("its findings are too large to keep");
    const { format, tensorCount, parameters, code } = findings;
    return withWarnings(
      defined({
        format,
        tensorCount,
        parameters,
        code: code && { ...code, imports: code.imports.slice(0, 100), unknown: code.unknown.slice(0, 100), whole: false },
      }),
    );
  }
  let [used, fitting] = [0, 0];
  while (fitting < tensors.length && (used += bytesOf(tensors[fitting]) + 1) <= room) fitting++;
  warnings.add(`only ${fitting} of its tensors are listed`);
  return withWarnings({ ...rest, ...(fitting > 0 && { tensors: tensors.slice(0, fitting) }) });
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
