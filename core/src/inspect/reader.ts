/** Interface of a reader, which recognizes files of a format and inspects them. */
import type { ByteSource } from "../bytes/source.js";
import type { Findings } from "../findings/findings.js";
import { INSPECT_LIMITS } from "../findings/limits.js";
import type { OpenFile, TensorLocations } from "./tensors/locations.js";
import { short } from "./text.js";

/** File offered to the readers. */
export interface Candidate {
  /** Path in the model, with `/`. */
  readonly path: string;
  /** File name, in lower case. */
  readonly name: string;
  /** First {@link HEAD_BYTES}, fewer if the file is shorter. */
  readonly head: Buffer;
  readonly size: number;
}

export const HEAD_BYTES = 512;

export interface FormatReader {
  /** Called for every file; the first reader that returns true reads it. */
  matches(file: Candidate): boolean;
  /**
   * Inspects a file.
   * @param warnings collects warnings about the file
   * @param locations if given, collects the locations of tensors; nothing is hashed then
   * @param openFile if given, opens other files of the model, which the reader closes; it may throw Damaged
   * @throws Damaged the file is not what it seems
   */
  read(source: ByteSource, file: Candidate, warnings: Warnings, locations?: TensorLocations, openFile?: OpenFile): Promise<Findings>;
  /** Findings about a file that could not be read. */
  readonly failed: Findings;
}

/** Bounded list of distinct warnings about a file. */
export class Warnings {
  readonly #texts = new Set<string>();

  add(text: string): void {
    if (this.#texts.size < INSPECT_LIMITS.warnings) this.#texts.add(short(text));
  }

  get list(): readonly string[] {
    return [...this.#texts];
  }
}
