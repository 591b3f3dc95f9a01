/** One LOB on a sandbox, published to by this project and by the Python library. */
import { createCipheriv } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { connect, publish, type Aws, type LogLine, type PublishOptions, type PublishResult } from "lob-registry-core";
import { lobPrefix, ownNames } from "lob-registry-core/layout";
// The checker is built with core, and not in its package.
import { contaminations, violations } from "../../core/dist/testing/invariants.js";
import { storedBy } from "../races/race.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { clientsOf, type Clients } from "../support/state.ts";
import type { Target } from "../support/target.ts";
import { Library } from "./versioned.ts";

export interface Published extends PublishResult {
  readonly events: readonly LogLine[];
}

export class Setting {
  readonly target: Target;
  readonly lob: DeclaredLob;
  readonly clients: Clients;
  /** The Python library on the LOB's models. */
  readonly library: Library;
  /** The clients of this project. */
  readonly aws: Aws;
  readonly #folder: string;
  readonly #sandbox: Sandbox | undefined;
  #files = 0;

  /** A LOB on a separate sandbox. */
  static async start(): Promise<Setting> {
    const sandbox = await startSandbox();
    try {
      // Publishes like a program, with clients from the environment. Each test file has a separate environment.
      Object.assign(process.env, sandbox.env);
      return await Setting.on(sandbox, await connect(), await declareLob(sandbox, "fraud"), sandbox);
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
  }

  /** A LOB that is there. */
  static async on(target: Target, aws: Aws, lob: DeclaredLob, sandbox?: Sandbox): Promise<Setting> {
    return new Setting(target, aws, lob, await mkdtemp(join(tmpdir(), "lob-interop-")), sandbox);
  }

  private constructor(target: Target, aws: Aws, lob: DeclaredLob, folder: string, sandbox: Sandbox | undefined) {
    this.target = target;
    this.aws = aws;
    this.lob = lob;
    this.#folder = folder;
    this.#sandbox = sandbox;
    this.clients = clientsOf(target);
    const { bucket, suffix } = lob.row;
    this.library = new Library(target, { region: target.region, bucket, prefix: lobPrefix(lob.row).slice(0, -1), suffix });
  }

  async stop(): Promise<void> {
    await this.library.stop();
    await this.#sandbox?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Returns the sandbox that was started for this setting. @throws Error if the setting uses an existing LOB */
  get sandbox(): Sandbox {
    if (this.#sandbox === undefined) throw new Error("no sandbox was started for this setting");
    return this.#sandbox;
  }

  /** A path that nothing is at yet. */
  newPath(): string {
    return join(this.#folder, String(++this.#files));
  }

  /** Path of a new file with this content. */
  async file(content: string | Buffer): Promise<string> {
    const path = this.newPath();
    await writeFile(path, content);
    return path;
  }

  /** Path of a new folder with these files. */
  async tree(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
    const path = this.newPath();
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), content);
    }
    return path;
  }

  /** Publishes a folder by this project. */
  async publish(model: string, path: string, options: Partial<PublishOptions> = {}): Promise<Published> {
    const events: LogLine[] = [];
    const result = await publish(this.aws, {
      lob: this.lob.row.lob,
      model,
      path,
      onLog: (line) => void events.push(line),
      ...options,
    });
    return { ...result, events };
  }

  /** Every invariant that does not hold for a model. By default, numbers of the library that no publish of ours met need no row. */
  async broken(model: string, { unindexed = true } = {}): Promise<string[]> {
    const { catalogTable } = ownNames(this.target.accountId, this.target.region, this.lob.row.lob);
    const stored = await storedBy(this.target, this.lob, catalogTable, model);
    return [...violations(stored, this.lob.row, model, { unindexed }), ...contaminations(stored, this.lob.row, model)];
  }
}

/** Bytes that do not compress, the same for the same seed. */
export function noise(length: number, seed: string): Buffer {
  const key = Buffer.alloc(16);
  key.write(seed);
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(length));
}
