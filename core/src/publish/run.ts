import type { Tree } from "../archive/index.js";
import type { OnProgress } from "../progress.js";
import type { ModelContext } from "../registry/context.js";
import type { Version } from "../types.js";
import type { PublishEnvironment } from "./environment.js";
import type { PublishOptions, PublishWarning } from "./options.js";
import type { Staged } from "./stage.js";

/** Context of the steps of the protocol, for a publisher, doctor and a migration. */
export interface ProtocolContext extends ModelContext {
  /** Whether a LATEST that another writer put and did not publish may be overwritten. */
  readonly takeOver: boolean;
  readonly onProgress?: OnProgress | undefined;
  /** Tokens of our uploads: a version with one of these was made by this publish. */
  readonly ownTokens: ReadonlySet<string>;
  /** ETags of a LATEST that the Python library put, with the number under which its content is published. */
  readonly publishedLatest: Map<string, number>;
  /**
   * Uploads the content of a row whose bytes are gone, and takes over the row. Undefined if somebody changed the row. Absent for callers
   * without content: then the row stays unchanged.
   */
  readonly uploadAgain?: (row: Version) => Promise<Version | undefined>;
}

/** A context for callers that have no content to publish. */
export const withoutContent = (context: ModelContext & Pick<ProtocolContext, "onProgress">): ProtocolContext => ({
  ...context,
  takeOver: false,
  ownTokens: new Set(),
  publishedLatest: new Map(),
});

/** Everything that the steps of one publish share. */
export interface PublishRun extends ProtocolContext {
  readonly options: PublishOptions;
  readonly tree: Tree;
  readonly environment: PublishEnvironment;
  readonly ownTokens: Set<string>;
  /** Our upload that no row names yet, if there is one: it can still be used. */
  staged: Staged | undefined;
  /** Keys of our uploads that may still exist. `free`: no row names it; `named`: a row does or may. */
  readonly ownStaging: Map<string, "free" | "named">;
  /** Problems of the files; undefined until they are inspected. */
  warnings: readonly PublishWarning[] | undefined;
  /** Whether this publish let its idempotency key name an existing version: then it is not a replay of an earlier one. */
  keyIsNew: boolean;
}

/** Marks an upload that a row names, or may name: it is not used for another version and not removed if the publish fails. */
export function named(run: PublishRun, staged: Staged): void {
  run.staged = undefined;
  run.ownStaging.set(staged.key, "named");
}
