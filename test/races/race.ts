/** Runs many publishers at once, and checks the invariants afterwards, read from S3 and DynamoDB directly. */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { PublishOptions, PublishResult } from "lob-registry-core";
import { CATALOG_HASH_KEY, REGISTRY_HASH_KEY, versionsPrefix } from "lob-registry-core/layout";
// The checker is built with core, but is not part of its package.
import { contaminations, violations, type Stored } from "../../core/dist/testing/invariants.js";
import type { DeclaredLob } from "../support/lob.ts";
import { clientsOf, readObjects, readRows } from "../support/state.ts";
import type { Target } from "../support/target.ts";
import { PROGRAM_ENV } from "../support/program.ts";

export type Job = Pick<PublishOptions, "lob" | "model" | "path" | "idempotencyKey">;

class PublisherProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [join(import.meta.dirname, "publisher.mjs")], {
      env: { ...PROGRAM_ENV, HOME: "/nonexistent", ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async prepare(job: Job): Promise<void> {
    this.#child.stdin!.write(`${JSON.stringify(job)}\n`);
    const { value } = await this.#lines.next();
    if (value !== "ready") throw new Error(`a publisher said ${value} instead of ready`);
  }

  async go(): Promise<PublishResult> {
    this.#child.stdin!.write("go\n");
    const { value } = await this.#lines.next();
    const { result, error } = JSON.parse(value ?? '{"error":{"message":"it ended without a word"}}') as {
      result?: PublishResult;
      error?: { code?: string; message: string };
    };
    if (!result) throw new Error(`a publisher failed: ${error?.code ?? ""} ${error?.message}`);
    return result;
  }
}

/** Starts a process for each job, releases all of them at once, and returns their results in the order of the jobs. */
export async function race({ env }: Pick<Target, "env">, jobs: readonly Job[]): Promise<PublishResult[]> {
  const publishers = jobs.map(() => new PublisherProcess(env));
  await Promise.all(publishers.map((publisher, index) => publisher.prepare(jobs[index]!)));
  return Promise.all(publishers.map((publisher) => publisher.go()));
}

/** Returns everything that a LOB holds about a model, and the rows of all models, for the checker of invariants. */
export async function storedBy(
  target: Pick<Target, "env" | "region">,
  { row }: Pick<DeclaredLob, "row">,
  catalogTable: string,
  model: string,
): Promise<Stored> {
  const clients = clientsOf(target);
  const [objects, catalog, registry] = await Promise.all([
    readObjects(clients, row.bucket, versionsPrefix(row, model)),
    readRows(clients, catalogTable, CATALOG_HASH_KEY),
    readRows(clients, row.registryTable, REGISTRY_HASH_KEY),
  ]);
  const raw = (rows: typeof catalog) => rows.map((item) => marshall(item));
  return { objects: new Map(objects.map((object) => [object.key, object])), catalog: raw(catalog), registry: raw(registry) };
}

/** Returns the violated invariants of a model; empty if all hold. */
export async function broken(
  target: Pick<Target, "env" | "region">,
  lob: Pick<DeclaredLob, "row">,
  catalogTable: string,
  model: string,
): Promise<string[]> {
  const stored = await storedBy(target, lob, catalogTable, model);
  return [...violations(stored, lob.row, model), ...contaminations(stored, lob.row, model).map((name) => `contaminated: ${name}`)];
}
