import { showPath } from "../archive/paths.js";
import { defined } from "../defined.js";
import { LobError } from "../errors.js";
import { metricsOf, type SkippedMetrics } from "../descriptors/metrics.js";
import { parseDescription, tagsOf } from "../descriptors/tags.js";
import { lobProblem, modelProblem } from "../layout.js";
import type { OnProgress } from "../progress.js";
import type { LogLine } from "../registry/context.js";
import { assertName } from "../registry/lob.js";
import { PROVENANCE_LIMITS } from "../registry/rows.js";
import type { Metrics, Provenance, Tags } from "../types.js";

export interface PublishOptions {
  readonly lob: string;
  readonly model: string;
  /** The built model: a folder or a file. */
  readonly path: string;
  /** Catalog table. Default: the LOB's own, else the shared one. */
  readonly catalogTable?: string;
  readonly metrics?: Metrics;
  readonly tags?: Tags;
  readonly description?: string;
  readonly provenance?: Provenance;
  /** Publishing with the same key always returns the same version. Default: no key. */
  readonly idempotencyKey?: string;
  /**
   * The result if the key already has a complete version with other content, e.g. because a training that is not deterministic was run again:
   * `keep` returns that version, and the outcome is `kept`; `fail` is LOB3005. Default `fail`.
   */
  readonly ifKeyUsed?: "keep" | "fail";
  /** Overwrite a LATEST that another writer put and did not publish. Default false: stop before anything is uploaded. */
  readonly takeOver?: boolean;
  /** Report what a publish would do, and write nothing. Default false. */
  readonly dryRun?: boolean;
  /** Pack the targets of symbolic links inside the folder. Default false: links are refused. */
  readonly follow?: boolean;
  /** Other folders that symbolic links may lead into; naming one follows links. Default: none. */
  readonly followTo?: readonly string[];
  /** Stop before anything is uploaded if the inspection of the files has warnings. Default: publish, and report them. */
  readonly failOn?: "warnings";
  readonly onProgress?: OnProgress;
  readonly onLog?: (line: LogLine) => void;
  /** Aborting stops before the next request; a later publish resumes. */
  readonly signal?: AbortSignal;
}

export interface PublishResult {
  readonly lob: string;
  readonly model: string;
  /** The version that holds this content. In a dry run with new content, the number that it would get now. */
  readonly version: number;
  /**
   * `published`: this publish created the version; `unchanged`: a version has this content; `kept`: the idempotency key has a version with other
   * content, and what was built is not published. In a dry run, what it would be.
   */
  readonly outcome: PublishOutcome;
  /** Whether this publish created the version, or would create it in a dry run. */
  readonly changed: boolean;
  readonly dryRun: boolean;
  /** Whether metrics, tags or description of an existing version were updated. */
  readonly descriptorsUpdated: boolean;
  /** Whether this publish joined another publisher's work on the same content. */
  readonly joined: boolean;
  /** The newest version afterwards; 0 in a dry run of the first one. */
  readonly latest: number;
  readonly treeDigest: string;
  /** The tree digest of what was built, if the outcome is `kept`; all else describes the version. */
  readonly builtTreeDigest?: string;
  readonly files: number;
  readonly contentBytes: number;
  /** SHA-256 (hexadecimal) and bytes of the artifact; absent in a dry run with new content, which packs nothing. */
  readonly sha256?: string;
  readonly size?: number;
  readonly bucket: string;
  readonly key?: string;
  readonly s3Uri?: string;
  /** Hash key of the version's row. */
  readonly registryUrl?: string;
  /** URL of the artifact in the AWS console. */
  readonly consoleUrl?: string;
  readonly manifestSha256?: string;
  readonly metrics: Metrics;
  readonly tags: Tags;
  readonly description?: string;
  /** Problems of the files, e.g. that weights are cut off. Absent if they were not inspected: an earlier publish did that. */
  readonly warnings?: readonly PublishWarning[];
  /** Version control and caches in the folder, which were left out. A folder's path ends in "/". */
  readonly leftOut: readonly string[];
}

export type PublishOutcome = "published" | "unchanged" | "kept";

/** A problem of a file; with an empty path, of the model. */
export interface PublishWarning {
  readonly path: string;
  readonly warning: string;
}

/** Paths that a message lists. */
const MOST_SHOWN = 10;

/** That what was built is not published, as a sentence; undefined unless the outcome is `kept`. */
export function keptWords({ outcome, lob, model, version, treeDigest, builtTreeDigest = "" }: PublishResult): string | undefined {
  if (outcome !== "kept") return undefined;
  const [kept, built] = [treeDigest, builtTreeDigest].map((digest) => digest.slice(0, 12));
  return `kept version ${version} of ${lob}/${model} (tree ${kept}): the idempotency key had published it already, so what was built now (tree ${built}) is not published`;
}

/** A warning as one line. */
export const warningWords = ({ path, warning }: PublishWarning): string => (path === "" ? warning : `${showPath(path)}: ${warning}`);

/** Says which entries were left out, as one sentence; undefined if none were. */
export function leftOutWords(leftOut: readonly string[]): string | undefined {
  if (leftOut.length === 0) return undefined;
  const shown = leftOut.slice(0, MOST_SHOWN).map(showPath).join(", ");
  const rest = leftOut.length > MOST_SHOWN ? ` and ${leftOut.length - MOST_SHOWN} more` : "";
  return `left out ${shown}${rest}: version control and caches are not part of a model (a line \`!NAME\` in .lobignore packs one)`;
}

/**
 * Checks the options, including that a row can hold the descriptors: what cannot be read again must not be written.
 * @throws LobError LOB1001 (names), LOB1002 (key, provenance), LOB1008 (metrics, tags, description)
 */
export function checkedOptions({ metrics, tags, description, provenance, ...options }: PublishOptions): PublishOptions {
  assertName(lobProblem(options.lob));
  assertName(modelProblem(options.model));
  assertIdempotencyKey(options.idempotencyKey);
  assertProvenance(provenance ?? {});
  const text = description === undefined ? undefined : parseDescription(description, "the option `description`");
  return {
    ...options,
    ...defined({
      metrics: metrics && metricsOf(metrics, "the option `metrics`", refuseOthers),
      tags: tags && tagsOf(tags, "the option `tags`"),
      description: text,
      provenance,
    }),
  };
}

function refuseOthers({ numbers, others }: SkippedMetrics): never {
  const what = others.length > 0 ? `holds values that are not numbers: ${others.join(", ")}` : `cannot be stored: ${numbers.join("; ")}`;
  throw new LobError("LOB1008", `the option \`metrics\` ${what}`, { hint: "Give metrics as an object of names and finite numbers." });
}

function assertProvenance(provenance: Provenance): void {
  for (const [name, max] of Object.entries(PROVENANCE_LIMITS)) {
    const value: unknown = provenance[name as keyof Provenance];
    if (value === undefined || (typeof value === "string" && value.length <= max)) continue;
    throw new LobError("LOB1002", `provenance.${name} must be a text of at most ${max} characters`, {
      hint: "Shorten it or leave it out.",
    });
  }
}

function assertIdempotencyKey(key: string | undefined): void {
  // Printable ASCII without spaces: the key becomes part of a row's key and of messages.
  if (key === undefined || /^[\x21-\x7e]{1,512}$/.test(key)) return;
  throw new LobError("LOB1002", "an idempotency key must have 1 to 512 printable ASCII characters without spaces", {
    hint: `In a workflow, use the default: repository id / run id / model.`,
  });
}
