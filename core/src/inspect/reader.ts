/** What a reader is: it recognises files, and finds out what is in one. */
import type { ByteSource } from "../bytes/source.js";
import type { Findings } from "../findings/findings.js";
import { INSPECT_LIMITS } from "../findings/limits.js";
import type { OpenFile, TensorLocations } from "./tensors/locations.js";
import { short } from "./text.js";

/** What a reader is told of a file. */
export interface Candidate {
  /** Path in the model, with `/`. */
  readonly path: string;
  /** The last name of the path, in lower case. */
  readonly name: string;
  /** The first {@link HEAD_BYTES}, fewer when the file has no more. */
  readonly head: Buffer;
  readonly size: number;
}

export const HEAD_BYTES = 512;

export interface FormatReader {
  /** Called with every file; the first reader that says yes reads it. */
  matches(file: Candidate): boolean;
  /**
   * Throws Damaged for a file that is not what it seems.
   * @param warnings takes what a person should know of the file
   * @param locations where given, takes where the content of tensors lies; then nothing is hashed
   * @param openFile where given, opens other files of the model, to be closed; it may throw Damaged
   */
  read(source: ByteSource, file: Candidate, warnings: Warnings, locations?: TensorLocations, openFile?: OpenFile): Promise<Findings>;
  /** What to say of a file that could not be read. */
  readonly failed: Findings;
}

/** Warnings about a file, each once, and not without end. */
export class Warnings {
  readonly #texts = new Set<string>();

  add(text: string): void {
    if (this.#texts.size < INSPECT_LIMITS.warnings) this.#texts.add(short(text));
  }

  get list(): readonly string[] {
    return [...this.#texts];
  }
}
