/** Shared by the tests of migrations: a LOB on a sandbox, and ways to look at it from every side. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { connect, migrate, type Aws, type MigrateClients, type MigrateOptions, type MigrationReport } from "lob-registry-core";
import { contaminations, violations, type CheckOptions } from "../../core/dist/testing/invariants.js";
import { storedBy } from "../races/race.ts";
import { ROOT } from "../sandbox/python.ts";
import { environmentFor, type Sandbox } from "../sandbox/server.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { lobPrefix, ownNames } from "lob-registry-core/layout";
import type { Place } from "./seed.ts";

/** Location of a LOB for the Python library. */
export function placeOf({ region }: Sandbox, { row }: DeclaredLob): Place {
  return { region, bucket: row.bucket, prefix: lobPrefix(row).slice(0, -1), suffix: row.suffix };
}

/** Clients of the sandbox, as a program gets them. */
export async function clientsFor(sandbox: Sandbox): Promise<Aws> {
  Object.assign(process.env, sandbox.env);
  return connect();
}

export { declareLob };

/** Migrates, and answers with the report and the codes of its findings. */
export async function migrated(
  aws: Aws,
  options: MigrateOptions,
  clients: MigrateClients = {},
): Promise<MigrationReport & { codes: string[] }> {
  const report = await migrate(aws, options, clients);
  const findings = [...report.findings, ...report.models.flatMap((model) => model.findings)];
  return { ...report, codes: findings.map(({ level, code, model }) => `${level} ${code} ${model}`).sort() };
}

/** Returns every invariant that a model violates. Gaps that the source already had do not count. */
export async function broken(
  sandbox: Sandbox,
  lob: DeclaredLob,
  model: string,
  options: CheckOptions & { readonly gaps?: readonly number[]; readonly littered?: boolean } = {},
): Promise<string[]> {
  const { catalogTable } = ownNames(sandbox.accountId, sandbox.region, lob.row.lob);
  const stored = await storedBy(sandbox, lob, catalogTable, model);
  const { gaps = [], littered = false, ...check } = options;
  return [
    ...violations(stored, lob.row, model, check).filter((line) => !gaps.some((n) => line.startsWith(`I5: there is no version ${n},`))),
    ...(littered ? [] : contaminations(stored, lob.row, model)),
  ];
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `lobreg` as it is built. */
export function lobreg(sandbox: Sandbox, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const program = join(ROOT, "core", "dist", "cli", "main.js");
    execFile(process.execPath, [program, ...args], { env: { ...environmentFor(sandbox), ...env }, maxBuffer: 1 << 26 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : null, out, err }),
    );
  });
}
