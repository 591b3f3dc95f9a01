import { LobError } from "../errors.js";
import { metricsOf } from "../descriptors/metrics.js";
import { parseDescription, tagsOf } from "../descriptors/tags.js";
import { LATEST, lobProblem, modelProblem } from "../layout.js";
import type { OnProgress } from "../progress.js";
import type { LogLine } from "../registry/context.js";
import { assertName } from "../registry/lob.js";
import { PROVENANCE_LIMITS } from "../registry/rows.js";
import type { Metrics, Provenance, Tags } from "../types.js";

export interface PublishOptions {
  readonly lob: string;
  readonly model: string;
  /** The built model: a folder, or one file. */
  readonly path: string;
  /** Catalog table; by default the LOB's own, else the shared one. */
  readonly catalogTable?: string;
  readonly metrics?: Metrics;
  readonly tags?: Tags;
  readonly description?: string;
  readonly provenance?: Provenance;
  /** One key gives one version, however often and wherever it is used. By default none. */
  readonly idempotencyKey?: string;
  /** Overwrite a LATEST that another writer put and did not publish. Default false: stop before anything is uploaded. */
  readonly takeOver?: boolean;
  /** Only look, and say what a publish would do. Default false. */
  readonly dryRun?: boolean;
  /** Pack what symbolic links inside the folder point to. Default false: links are refused. */
  readonly follow?: boolean;
  readonly onProgress?: OnProgress;
  readonly onLog?: (line: LogLine) => void;
  /** Aborting stops before the next request; what was done can be gone on with. */
  readonly signal?: AbortSignal;
}

export interface PublishResult {
  readonly lob: string;
  readonly model: string;
  /** The version that holds this content. In a dry run with new content, the number that it would get now. */
  readonly version: number;
  /** Whether this publish made the version, or in a dry run would make it. */
  readonly changed: boolean;
  readonly dryRun: boolean;
  /** Whether metrics, tags or description of a version that was there already were updated. */
  readonly descriptorsUpdated: boolean;
  /** Whether another publisher's work on the same content was joined. */
  readonly joined: boolean;
  /** The newest version afterwards; 0 in a dry run of the first one. */
  readonly latest: number;
  readonly treeDigest: string;
  readonly files: number;
  readonly contentBytes: number;
  /** SHA-256 and bytes of the artifact; absent in a dry run with new content, which packs nothing. */
  readonly sha256?: string;
  readonly size?: number;
  readonly bucket: string;
  readonly key?: string;
  readonly s3Uri?: string;
  /** Hash key of the version's row. */
  readonly registryUrl?: string;
  /** Page of the artifact in the AWS console. */
  readonly consoleUrl?: string;
  readonly manifestSha256?: string;
  readonly metrics: Metrics;
  readonly tags: Tags;
  readonly description?: string;
}

/**
 * Returns the options with descriptors that a row can hold, so that every row that is written can be read again.
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
    ...(metrics && { metrics: metricsOf(metrics, "the option `metrics`", refuseOthers) }),
    ...(tags && { tags: tagsOf(tags, "the option `tags`") }),
    ...(text !== undefined && { description: text }),
    ...(provenance && { provenance }),
  };
}

function refuseOthers(names: readonly string[]): never {
  throw new LobError("LOB1008", `the option \`metrics\` holds what is no number: ${names.join(", ")}`, {
    hint: "Metrics are numbers by name.",
  });
}

function assertProvenance(provenance: Provenance): void {
  for (const [name, max] of Object.entries(PROVENANCE_LIMITS)) {
    const value: unknown = provenance[name as keyof Provenance];
    if (value === undefined || (typeof value === "string" && value.length <= max)) continue;
    throw new LobError("LOB1002", `provenance.${name} is not a text of at most ${max} characters`, {
      hint: "Shorten it, or leave it out.",
    });
  }
}

function assertIdempotencyKey(key: string | undefined): void {
  // Printable ASCII without spaces: it becomes part of a row's key, and of messages.
  if (key === undefined || /^[\x21-\x7e]{1,512}$/.test(key)) return;
  throw new LobError("LOB1002", "an idempotency key is 1 to 512 printable ASCII characters without spaces", {
    hint: `In a workflow the default is right: repository id / run id / model. ${LATEST} and version numbers are never given by hand.`,
  });
}
