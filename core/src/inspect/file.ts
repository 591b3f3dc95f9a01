/** Inspects one file: finds its reader, and makes sure that whatever comes of it has bounds. */
import { Damaged } from "../bytes/damaged.js";
import { type ByteSource, take } from "../bytes/source.js";
import type { Findings } from "../findings/findings.js";
import { INSPECT_LIMITS } from "../findings/limits.js";
import { hiddenPickle } from "./pickle/reader.js";
import { type Candidate, HEAD_BYTES, Warnings, type FormatReader } from "./reader.js";
import { READERS } from "./readers.js";
import type { OpenFile, TensorLocations } from "./tensors/locations.js";

/**
 * What is in a file; undefined when no reader knows it. Depends on its path and its bytes only, and on those of the files that it names.
 *
 * @param locations where given, takes where the content of tensors lies; then nothing is hashed
 * @param openFile opens other files of the model; where it is not given, or throws Damaged, nothing is found in them
 * @throws what the source throws, and what openFile throws. A file that is not what it seems has a warning instead.
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
    // Whatever a file is, it may be a pickle as well: a picture can be made that is both.
    const hidden = found?.code === undefined ? await hiddenPickle(source, file, warnings) : undefined;
    const both = found && hidden?.code ? { ...found, code: hidden.code } : (found ?? hidden);
    return both && bounded(both, warnings);
  } finally {
    // Whatever a reader made of it: what could not be read is no finding.
    // eslint-disable-next-line no-unsafe-finally
    if (watch.failure !== undefined) throw watch.failure;
  }
}

/** Remembers the first thing that what is read threw. */
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
      // That a file may not be looked at is nothing that failed.
      if (!(error instanceof Damaged)) this.failure ??= error as Error;
      throw error;
    }
  }
}

async function read(reader: FormatReader, warnings: Warnings, work: () => Promise<Findings>): Promise<Findings> {
  try {
    return await work();
  } catch (error) {
    // A reader that fails in another way has met what its author did not think of: no reason not to publish the model.
    warnings.add(error instanceof Damaged ? `it cannot be read: ${error.message}` : "it cannot be read");
    return reader.failed;
  }
}

/** Findings that fit into a line of the manifest. Tensors are left out from the end, then everything else; they stay counted. */
function bounded(findings: Findings, warnings: Warnings): Findings {
  const listed = findings.tensors?.length ?? 0;
  if (findings.tensorCount !== undefined && findings.tensorCount > listed) warnings.add(`only ${listed} of its tensors are listed`);
  const withWarnings = (found: Findings): Findings => ({ ...found, ...(warnings.list.length > 0 && { warnings: warnings.list }) });
  const all = withWarnings(findings);
  if (bytesOf(all) <= INSPECT_LIMITS.findings) return all;
  const { tensors = [], ...rest } = findings;
  const room = INSPECT_LIMITS.findings - bytesOf(withWarnings(rest)) - 4_096; // The warning that follows has room in these.
  if (room < 0) {
    warnings.add("what was found is too much to be kept");
    const { format, tensorCount, parameters, code } = findings;
    return withWarnings({
      format,
      ...(tensorCount !== undefined && { tensorCount }),
      ...(parameters !== undefined && { parameters }),
      ...(code && { code: { ...code, imports: code.imports.slice(0, 100), unknown: code.unknown.slice(0, 100), whole: false } }),
    });
  }
  let [used, fitting] = [0, 0];
  while (fitting < tensors.length && (used += bytesOf(tensors[fitting]) + 1) <= room) fitting++;
  warnings.add(`only ${fitting} of its tensors are listed`);
  return withWarnings({ ...rest, ...(fitting > 0 && { tensors: tensors.slice(0, fitting) }) });
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
