/** The Python library `versioned`, driven from here. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Sandbox } from "../sandbox/server.ts";

/** Location of the library's artifacts. */
export interface Repository {
  readonly region: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** Information of the library about an artifact. */
export interface Artifact {
  readonly name: string;
  /** `LATEST` or a number, as text. */
  readonly version: string;
  readonly s3uri: string;
  /** As the object's metadata has it. */
  readonly sha256: string;
}

export interface Member {
  readonly path: string;
  readonly isFile: boolean;
  readonly mode: number;
  readonly size: number;
  readonly sha256: string | null;
}

type Version = number | "LATEST" | null;

/** The steps of driver.py: arguments, and what each answers. */
interface Steps {
  encode: [{ versions: Version[] }, string[]];
  decode: [{ names: string[] }, string[]];
  bootstrap: [Record<string, never>, null];
  put: [{ name: string; path: string }, Artifact];
  publish: [{ name: string }, Artifact];
  get: [{ name: string; version: Version }, Artifact];
  names: [Record<string, never>, string[]];
  versions: [{ name: string }, Artifact[]];
  newest: [{ name: string }, number];
  read: [{ name: string; version: Version; to: string }, Artifact & { size: number; contentSha256: string }];
  members: [{ path: string }, Member[]];
  put_alias: [{ name: string; alias: string; version: number }, Record<string, unknown>];
  get_alias: [{ name: string; alias: string }, Record<string, unknown>];
}

export type Step = { [Name in keyof Steps]: readonly [Name, Steps[Name][0]] }[keyof Steps];
type Answers<T extends readonly Step[]> = { -readonly [I in keyof T]: Steps[T[I][0]][1] };

/** Error that the library raised. */
export class PythonError extends Error {
  override readonly name = "PythonError";
  /** Name of the exception's class. */
  readonly raised: string;

  constructor(raised: string, message: string) {
    super(`${raised}: ${message}`);
    this.raised = raised;
  }
}

/** The library in a separate Python process, on one repository. */
export class Library {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #stderr = "";

  /** @param repository null for steps without a repository */
  constructor({ python, env }: Pick<Sandbox, "python" | "env">, repository: Repository | null) {
    this.#child = spawn(python, [join(import.meta.dirname, "driver.py"), JSON.stringify(repository)], {
      // Nothing of this machine's own AWS configuration is read.
      env: { PATH: process.env["PATH"], PYTHONDONTWRITEBYTECODE: "1", HOME: "/nonexistent", ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.#child.stdin!.on("error", () => undefined); // it has ended: told when its answer is awaited
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /**
   * Does steps, one after the other.
   *
   * @throws PythonError when the library raises
   */
  async do<const T extends readonly Step[]>(...steps: T): Promise<Answers<T>> {
    this.#child.stdin!.write(`${JSON.stringify(steps)}\n`);
    const { value } = await this.#lines.next();
    if (value === undefined) throw new Error(`the Python driver has ended: ${this.#stderr}`);
    const answers = JSON.parse(value) as ({ value: unknown } | { raised: string; message: string })[];
    return answers.map((answer) => {
      if ("raised" in answer) throw new PythonError(answer.raised, answer.message);
      return answer.value;
    }) as Answers<T>;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const ended = once(this.#child, "exit");
    this.#child.stdin!.end();
    await ended;
  }
}
