import type { Tree } from "../archive/index.js";
import { LobError } from "../errors.js";
import type { Aws, Lob, ModelSummary } from "../types.js";
import { readModel } from "../registry/store.js";
import type { PublishOptions, PublishStep } from "./options.js";
import type { Staged } from "./stage.js";
import type { Surroundings } from "./surroundings.js";
import { transact, type Transacted } from "./transact.js";

/** Everything that the steps of one publish share. */
export interface Run {
  readonly aws: Aws;
  readonly lob: Lob;
  readonly options: PublishOptions;
  readonly tree: Tree;
  readonly around: Surroundings;
  /** Our upload that no row names yet, if there is one: it can still be used. */
  staged: Staged | undefined;
  /** Keys of our uploads that may still be there: `free` no row names it, `named` a row does or may. */
  readonly ownStaging: Map<string, "free" | "named">;
  /** Tokens of our uploads: a version with one of these was made by this publish. */
  readonly ownTokens: Set<string>;
  /** Whether this publish let its idempotency key name a version that was there: then it is no replay of an earlier one. */
  keyIsNew: boolean;
  /** ETags of a LATEST put by the Python library, whose content is known to be published as that number. */
  readonly publishedLatest: Map<string, number>;
}

export function tell(run: Run, step: PublishStep, message: string): void {
  run.options.onEvent?.({ step, message });
}

/** Runs one of the protocol's transactions. */
export async function write(run: Run, items: Parameters<typeof transact>[1], doing: string): Promise<Transacted> {
  return transact(run.aws, items, doing, run.around, run.options.signal);
}

/** From here on a row names this upload, or may: it is not used for another, and not removed when we fail. */
export function named(run: Run, staged: Staged): void {
  run.staged = undefined;
  run.ownStaging.set(staged.key, "named");
}

/** The model's row, which must be there once a number was reserved. */
export async function modelOf(run: Run): Promise<ModelSummary> {
  const model = await readModel(run.aws, run.lob, run.options.model);
  if (model) return model;
  throw new LobError("LOB4004", `the catalog row of model ${run.lob.lob}/${run.options.model} has disappeared`, {
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
  readonly #run: Run;
  readonly #what: string;

  constructor(run: Run, what: string) {
    this.#run = run;
    this.#what = what;
  }

  async next(because: string): Promise<void> {
    this.#run.options.signal?.throwIfAborted();
    this.#count++;
    tell(this.#run, "retry", `${because}; looking again`);
    if (this.#count >= ROUNDS) {
      throw new LobError("LOB3007", `${this.#what} did not succeed in ${ROUNDS} rounds (last: ${because})`, {
        hint: "Others publish this model all the time, or a row was changed by hand. Run the same command again: it goes on where it stands.",
      });
    }
    await this.#run.around.sleep(this.#run.around.random() * Math.min(1000, 20 * this.#count));
  }
}
