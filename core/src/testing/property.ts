/** Runs a property-based test for a limited time, so that a slow machine does fewer runs instead of failing. */
import fc from "fast-check";

/** Well below the time limit of a test in jest.config.mjs. */
const LIMIT_MS = 30_000;
/** Share of the runs that must be done within the limit: a test that did almost nothing must not pass. */
const LEAST_SHARE = 0.05;
/** What fast-check does by default. */
const RUNS = 100;

export interface PropertyOptions {
  readonly numRuns?: number;
  readonly limitMs?: number;
}

/**
 * Checks a property, and stops when its time is up. No run goes on after this returns or rejects: a run that the limit
 * interrupts is awaited, and counts if it fails.
 *
 * @throws Error with the counterexample, or if fewer than a twentieth of the runs were done in time
 */
export function assertProperty<Ts>(property: fc.IAsyncProperty<Ts>, options?: PropertyOptions): Promise<void>;
export function assertProperty<Ts>(property: fc.IProperty<Ts>, options?: PropertyOptions): void;
export function assertProperty<Ts>(
  property: fc.IAsyncProperty<Ts> | fc.IProperty<Ts>,
  { numRuns = RUNS, limitMs = LIMIT_MS }: PropertyOptions = {},
): Promise<void> | void {
  const parameters = { numRuns, interruptAfterTimeLimit: limitMs };
  if (!isAsync(property)) {
    judge(fc.check(property, parameters), limitMs);
    return;
  }
  const { tracked, last } = trackRuns(property);
  return fc.check(tracked, parameters).then(async (details) => {
    const failure = await last();
    judge(details, limitMs);
    if (failure !== null) throw new Error("The run that the time limit interrupted failed.", { cause: failure.error });
  });
}

const isAsync = <Ts>(property: fc.IAsyncProperty<Ts> | fc.IProperty<Ts>): property is fc.IAsyncProperty<Ts> => property.isAsync();

function judge<Ts>(details: fc.RunDetails<Ts>, limitMs: number): void {
  const { failed, interrupted, numRuns, errorInstance, runConfiguration } = details;
  const least = Math.ceil((runConfiguration.numRuns ?? RUNS) * LEAST_SHARE);
  if (interrupted && !details.counterexample && numRuns < least) {
    throw new Error(`Only ${numRuns} runs in ${limitMs / 1000} s; at least ${least} are needed.`);
  }
  if (failed) throw new Error(fc.defaultReportMessage(details), { cause: errorInstance });
}

/** The same property; `last` waits for its latest run, and returns its failure. */
function trackRuns<Ts>(property: fc.IAsyncProperty<Ts>) {
  let latest: ReturnType<typeof property.run> = Promise.resolve(null);
  const tracked: fc.IRawProperty<Ts, true> = {
    isAsync: () => true,
    generate: (random, runId) => property.generate(random, runId),
    shrink: (value) => property.shrink(value),
    runBeforeEach: () => property.runBeforeEach(),
    runAfterEach: () => property.runAfterEach(),
    run: (value) => (latest = property.run(value)),
  };
  const last = async () => {
    const failure = await latest;
    return failure && "error" in failure ? failure : null;
  };
  return { tracked, last };
}
