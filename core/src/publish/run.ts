import type { Tree } from "../archive/index.js";
import { LobError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import { readModel } from "../registry/store.js";
import type { Aws, Lob, ModelSummary, Version } from "../types.js";
import type { PublishEvent, PublishOptions, PublishStep } from "./options.js";
import type { Staged } from "./stage.js";
import type { Surroundings } from "../registry/environment.js";
import { transact, type Transacted } from "../registry/transact.js";

/** What the steps of the protocol need of one model, whoever takes them: a publisher, or doctor. */
export interface Steps {
  readonly aws: Aws;
  readonly lob: Lob;
  readonly model: string;
  readonly around: Pick<Surroundings, "sleep" | "random" | "now">;
  /** Whether a LATEST that another writer put and did not publish may be overwritten. */
  readonly takeOver: boolean;
  readonly onProgress?: OnProgress;
  readonly onEvent?: (event: PublishEvent) => void;
  readonly signal?: AbortSignal;
  /** Tokens of our uploads: a version with one of these was made by this publish. */
  readonly ownTokens: ReadonlySet<string>;
  /** ETags of a LATEST put by the Python library, whose content is known to be published as that number. */
  readonly publishedLatest: Map<string, number>;
  /**
   * Uploads the content of a row anew whose bytes are nowhere, and takes the row over. Undefined when somebody changed the row.
   * Absent for who has no content: then the row stays as it is.
   */
  readonly uploadAnew?: (row: Version) => Promise<Version | undefined>;
}

/** Everything that the steps of one publish share. */
export interface Run extends Steps {
  readonly options: PublishOptions;
  readonly tree: Tree;
  readonly around: Surroundings;
  readonly ownTokens: Set<string>;
  /** Our upload that no row names yet, if there is one: it can still be used. */
  staged: Staged | undefined;
  /** Keys of our uploads that may still be there: `free` no row names it, `named` a row does or may. */
  readonly ownStaging: Map<string, "free" | "named">;
  /** Whether this publish let its idempotency key name a version that was there: then it is no replay of an earlier one. */
  keyIsNew: boolean;
}

export function tell(run: Pick<Steps, "onEvent">, step: PublishStep, message: string): void {
  run.onEvent?.({ step, message });
}

/** Runs one of the protocol's transactions. */
export async function write(run: Steps, items: Parameters<typeof transact>[1], doing: string): Promise<Transacted> {
  return transact(run.aws, items, doing, run.around, run.signal);
}

/** From here on a row names this upload, or may: it is not used for another, and not removed when we fail. */
export function named(run: Run, staged: Staged): void {
  run.staged = undefined;
  run.ownStaging.set(staged.key, "named");
}

/** The model's row, which must be there once a number was reserved. */
export async function modelOf(run: Steps): Promise<ModelSummary> {
  const model = await readModel(run.aws, run.lob, run.model);
  if (model) return model;
  throw new LobError("LOB4004", `the catalog row of model ${run.lob.lob}/${run.model} has disappeared`, {
    hint: "Somebody deleted it while we published; run the same command again.",
  });
}

const ROUNDS = 200;

/**
 * Counts rounds of a loop that goes on until it wins. Losing is normal while others publish; losing this often is not, so in the
 * end the person hears of it. Waits a little, and longer each time.
 */
export class Rounds {
  #count = 0;
  readonly #run: Steps;
  readonly #what: string;
  /** Why the last round was lost. */
  last: string | undefined;

  constructor(run: Steps, what: string) {
    this.#run = run;
    this.#what = what;
  }

  async next(because: string): Promise<void> {
    this.#run.signal?.throwIfAborted();
    this.#count++;
    this.last = because;
    tell(this.#run, "retry", `${because}; looking again`);
    if (this.#count >= ROUNDS) {
      throw new LobError("LOB3007", `${this.#what} did not succeed in ${ROUNDS} rounds (last: ${because})`, {
        hint: "Others publish this model all the time, or a row was changed by hand. Run the same command again: it goes on where it stands.",
      });
    }
    await this.#run.around.sleep(this.#run.around.random() * Math.min(1000, 20 * this.#count));
  }
}
