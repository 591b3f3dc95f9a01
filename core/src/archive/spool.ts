/** Temporary file of JSON lines: records of pass 1, so that a million files need no memory. */
import { constants } from "node:fs";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLines } from "../bytes/lines.js";
import { LobError } from "../errors.js";
import { onDisk } from "./disk.js";

const BUFFER_BYTES = 1 << 16;
const MAX_LINE_BYTES = 1 << 16;

/** Creates a folder for temporary files that only this user can read. */
export async function temporaryFolder(parent = tmpdir()): Promise<string> {
  return onDisk({ target: parent, purpose: "for temporary files (TMPDIR names the folder)" }, () => mkdtemp(join(parent, "lobreg-")));
}

/** File whose lines are written, then read any number of times, then closed. */
export class Spool<T> {
  readonly #handle: FileHandle;
  readonly #folder: string;
  #buffer: string[] = [];
  #buffered = 0;
  #size = 0;
  readonly #mostLine: number;

  private constructor(handle: FileHandle, folder: string, mostLine: number) {
    this.#handle = handle;
    this.#folder = folder;
    this.#mostLine = mostLine;
  }

  /**
   * @param parent folder for temporary files. Default: the operating system's
   * @param mostLine bytes that a value may take as JSON. Default 65,536
   */
  static async create<T>(parent?: string, mostLine = MAX_LINE_BYTES): Promise<Spool<T>> {
    const folder = await temporaryFolder(parent);
    try {
      const path = join(folder, "files.jsonl");
      const handle = await onDisk({ target: path, purpose: "for temporary files (TMPDIR names the folder)" }, () =>
        open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600),
      );
      // The file is unlinked at once if the system allows it, so that nothing remains however the process ends.
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      return new Spool<T>(handle, folder, mostLine);
    } catch (error) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    }
  }

  async write(value: T): Promise<void> {
    const line = `${JSON.stringify(value)}\n`;
    this.#buffer.push(line);
    this.#buffered += line.length;
    if (this.#buffered >= BUFFER_BYTES) await this.flush();
  }

  /** Writes buffered lines. Call it after the last write. */
  async flush(): Promise<void> {
    const bytes = Buffer.from(this.#buffer.join(""));
    this.#buffer = [];
    this.#buffered = 0;
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await onDisk({ target: this.#folder, purpose: "for temporary files (TMPDIR names the folder)" }, () =>
        this.#handle.write(bytes, written, bytes.length - written, this.#size + written),
      );
      written += bytesWritten;
    }
    this.#size += bytes.length;
  }

  async *read(): AsyncGenerator<T, void, undefined> {
    for await (const line of readLines(this.#pieces(), this.#mostLine)) yield JSON.parse(line) as T;
  }

  async close(): Promise<void> {
    await this.#handle.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async *#pieces(): AsyncGenerator<Buffer, void, undefined> {
    for (let position = 0; position < this.#size;) {
      const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
      const { bytesRead } = await this.#handle.read(buffer, 0, Math.min(BUFFER_BYTES, this.#size - position), position);
      if (bytesRead === 0) {
        throw new LobError("LOB2009", `a temporary file in ${this.#folder} was truncated`, {
          hint: "Another program cleans that folder. Set TMPDIR to a folder that no program cleans, and run the command again.",
        });
      }
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}
