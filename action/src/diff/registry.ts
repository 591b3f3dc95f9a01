/** Opens the registry if the job can. A pull request from a fork has no credentials, which is not an error. */
import { LobError, type Aws, type Lob } from "lob-registry-core";
import { explain, type Situation } from "../advice.js";
import { oneLine } from "../format.js";
import { tracesOf, type ActionProblem } from "../problem.js";
import type { ReviewedCommit } from "./event.js";
import type { DiffDeps, DiffJob } from "./run.js";

/** The registry, or why this job cannot read it. */
export type RegistryAccess =
  | { readonly kind: "open"; readonly aws: Aws; readonly lob: Lob }
  | { readonly kind: "unknown"; readonly reason: string }
  | { readonly kind: "failed"; readonly problem: ActionProblem };

/** Errors of a job without valid AWS credentials, as in every pull request from a fork. */
const STRANGER: ReadonlySet<string> = new Set(["LOB2001", "LOB2002", "LOB2003", "LOB2004"]);
export const isStranger = (error: unknown): error is LobError => error instanceof LobError && STRANGER.has(error.code);

/** A job without credentials gets a warning and continues. Only credentials that do not work are an error. */
export async function openRegistry({ inputs, source, situation, deps }: DiffJob): Promise<RegistryAccess> {
  try {
    if (await deps.credentialsAbsent()) return stranger("the job has no AWS credentials", source, deps, situation);
    const aws = await deps.connect(inputs.region);
    const lob = await deps.findLob(aws, inputs.lob, inputs.catalogTable);
    deps.log.info(`LOB ${lob.lob}: bucket ${lob.bucket} in ${lob.bucketRegion}, tables ${lob.catalogTable} and ${lob.registryTable}`);
    return { kind: "open", aws, lob };
  } catch (error) {
    deps.log.debug(tracesOf(error));
    const problem = explain(error, situation);
    if (source.isFork && isStranger(error)) return stranger(problem.message, source, deps, situation);
    deps.log.problem(problem);
    return { kind: "failed", problem };
  }
}

function stranger(what: string, { isFork }: ReviewedCommit, { log }: DiffDeps, situation: Situation): RegistryAccess {
  if (isFork) {
    const reason = oneLine(`${what}; pull requests from forks have no access`, 4_000);
    log.info(`Not compared with the registry: ${reason}`);
    return { kind: "unknown", reason };
  }
  const { hint } = explain(new LobError("LOB2001", what), situation);
  log.warn(`Not compared with the registry: ${what}. ${hint ?? ""}`);
  return { kind: "unknown", reason: what };
}
