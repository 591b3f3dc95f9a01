import { backoff, type Environment } from "../environment.js";
import { LobError } from "../errors.js";
import { log, type RegistryContext } from "./context.js";

/** Rounds after which a loop gives up and reports an error. */
const ROUNDS = 200;
const WAIT = { base: 20, cap: 1000 };

type RoundsContext = Pick<RegistryContext, "onLog" | "signal"> & { readonly environment: Pick<Environment, "sleep" | "random"> };

/**
 * Counts the rounds of a loop that runs until it wins. Losing a race is normal while others publish; losing this often is not. Waits after
 * each lost round, and longer each time.
 */
export class Rounds {
  #count = 0;
  readonly #context: RoundsContext;
  readonly #doing: string;
  /** Why the last round was lost. */
  last: string | undefined;

  constructor(context: RoundsContext, doing: string) {
    this.#context = context;
    this.#doing = doing;
  }

  /** @throws LobError LOB3007 after the last round */
  async next(because: string): Promise<void> {
    const { environment, signal } = this.#context;
    signal?.throwIfAborted();
    this.#count++;
    this.last = because;
    log(this.#context, "retry", `${because}; looking again`);
    if (this.#count >= ROUNDS) {
      throw new LobError("LOB3007", `${this.#doing} did not succeed in ${ROUNDS} rounds (last: ${because})`, {
        hint: "Other publishers kept winning the race, or a row was edited by hand. Run the command again; it resumes.",
      });
    }
    await environment.sleep(backoff(WAIT, this.#count, environment), signal);
  }
}

/**
 * Repeats `attempt` until it returns a value; undefined means that it lost a race.
 * @param lost why it was lost, for the log and the error
 * @throws LobError LOB3007 after too many rounds
 */
export async function untilDone<T>(
  context: RoundsContext,
  doing: string,
  attempt: () => Promise<T | undefined>,
  lost = "the rows changed in the meantime",
): Promise<T> {
  const rounds = new Rounds(context, doing);
  for (;;) {
    context.signal?.throwIfAborted();
    const result = await attempt();
    if (result !== undefined) return result;
    await rounds.next(`${doing}: ${lost}`);
  }
}
