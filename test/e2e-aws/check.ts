/** A promise that is tried, and what came of it. */
import { AssertionError } from "node:assert";
import { inspect } from "node:util";

/**
 * `holds` it was tried and holds; `BROKEN` it does not; `not by this server` a stand-in for AWS does not do what AWS documents, so nothing was
 * learnt; `FAILED` it could not be tried; `not tried` the arguments excluded it, or the run ended before.
 */
export type Outcome = "holds" | "BROKEN" | "not by this server" | "FAILED" | "not tried";

export interface Check {
  /** Our promise, as docs/guarantees.md has it in short. */
  readonly promise: string;
  /** Behaviour that was tried, of AWS or of the product on it. */
  readonly restsOn: string;
  /** Whose behaviour it is. A server other than AWS may lack behaviour of AWS; behaviour of the product must hold everywhere. */
  readonly by: "AWS" | "product";
  /** @throws AssertionError when it does not hold; any other error when it could not be tried */
  readonly run: () => Promise<void>;
}

export interface Result {
  readonly check: Check;
  readonly outcome: Outcome;
  /** Observation that contradicts the promise, if it does not hold. */
  readonly said?: string;
}

export interface RunOptions {
  /** Whether the endpoint is AWS, and no stand-in. */
  readonly isAws: boolean;
  readonly signal: AbortSignal;
  readonly onResult?: (result: Result) => void;
}

/** Runs checks one after the other, each whatever came of those before it. None throws. */
export async function runChecks(checks: readonly Check[], { isAws, signal, onResult }: RunOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (const check of checks) {
    const result = signal.aborted ? ({ check, outcome: "not tried" } as const) : await tried(check, isAws, signal);
    results.push(result);
    onResult?.(result);
  }
  return results;
}

async function tried(check: Check, isAws: boolean, signal: AbortSignal): Promise<Result> {
  try {
    await check.run();
    return { check, outcome: "holds" };
  } catch (error) {
    // A failure caused by an interruption proves nothing.
    if (signal.aborted) return { check, outcome: "not tried" };
    return { check, outcome: outcomeOf(error, check, isAws), said: saidBy(error) };
  }
}

function outcomeOf(error: unknown, { by }: Check, isAws: boolean): Outcome {
  if (!isAws && by === "AWS") return "not by this server";
  return error instanceof AssertionError ? "BROKEN" : "FAILED";
}

function saidBy(error: unknown): string {
  if (error instanceof AssertionError && error.generatedMessage) {
    return `got ${shown(error.actual)} instead of ${shown(error.expected)}`;
  }
  const { name, message, $metadata } = error as Error & { readonly $metadata?: { readonly requestId?: string } };
  const id = $metadata?.requestId === undefined ? "" : ` (request id ${$metadata.requestId})`;
  return `${error instanceof AssertionError ? "" : `${name}: `}${message}${id}`;
}

const shown = (value: unknown): string => inspect(value, { breakLength: Infinity, depth: 6 });
