import { randomUUID } from "node:crypto";
import {
  TransactWriteItemsCommand,
  TransactionCanceledException,
  type AttributeValue,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { explainAwsError, isLostAnswer, nameOf, requestIdsOf } from "../aws/explain.js";
import { LobError } from "../errors.js";
import { backoff } from "../environment.js";
import type { RegistryContext } from "./context.js";

/** Milliseconds during which a transaction that collides with others is retried. */
const CONFLICT_BUDGET = 60_000;
const CONFLICT_WAIT = { base: 50, cap: 2000 };

/**
 * Outcome of a transaction. `done`; `refused`: a condition did not hold (with the row that it met, if requested); `unknown`: no answer
 * came. In the last two cases the caller looks again.
 */
export type Transacted =
  | { readonly outcome: "done" }
  | {
      readonly outcome: "refused";
      readonly rows: readonly (Record<string, AttributeValue> | undefined)[];
      readonly failed: readonly boolean[];
    }
  | { readonly outcome: "unknown" };

/** Runs a transaction and retries collisions with other transactions with jitter, which the SDK does not do. */
export async function transact(
  { aws, environment, signal }: Pick<RegistryContext, "aws" | "environment" | "signal">,
  items: TransactWriteItem[],
  doing: string,
): Promise<Transacted> {
  const deadline = environment.now().getTime() + CONFLICT_BUDGET;
  for (let retry = 1; ; retry++) {
    signal?.throwIfAborted();
    try {
      // The token makes the SDK's retry after a lost answer harmless. DynamoDB forgets it after 10 minutes, so nothing else relies on it.
      await aws.dynamodb.send(
        new TransactWriteItemsCommand({ TransactItems: items, ClientRequestToken: randomUUID() }),
        signal ? { abortSignal: signal } : {},
      );
      return { outcome: "done" };
    } catch (error) {
      signal?.throwIfAborted();
      const verdict = judge(error);
      if (verdict === "again") {
        if (environment.now().getTime() > deadline) {
          throw new LobError("LOB3007", `${doing}: other writers keep changing the same rows`, {
            cause: error,
            hint: "Run the command again; it resumes.",
            details: requestIdsOf(error),
          });
        }
        await environment.sleep(backoff(CONFLICT_WAIT, retry, environment), signal);
        continue;
      }
      if (verdict === "unknown") return { outcome: "unknown" };
      if (verdict === "refused") {
        const reasons = (error as TransactionCanceledException).CancellationReasons ?? [];
        return {
          outcome: "refused",
          rows: reasons.map((reason) => reason.Item),
          failed: reasons.map((reason) => reason.Code === "ConditionalCheckFailed"),
        };
      }
      throw explainAwsError(withReasons(error), doing);
    }
  }
}

/** Adds the cancellation reasons to the error of a cancelled transaction, which does not contain them. */
function withReasons(error: unknown): unknown {
  if (!(error instanceof TransactionCanceledException)) return error;
  const reasons = (error.CancellationReasons ?? []).flatMap(({ Code, Message }) =>
    Code && Code !== "None" ? [`${Code}: ${Message ?? ""}`] : [],
  );
  if (reasons.length > 0) error.message = reasons.join("; ");
  return error;
}

const AGAIN = new Set(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

function judge(error: unknown): "again" | "refused" | "unknown" | "fatal" {
  if (error instanceof TransactionCanceledException) {
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? "None");
    // A failed condition decides, whatever else collided.
    if (codes.includes("ConditionalCheckFailed")) return "refused";
    return codes.some((code) => AGAIN.has(code)) ? "again" : "fatal";
  }
  const name = nameOf(error);
  if (name === "TransactionInProgressException" || name === "TransactionConflictException") return "again";
  return isLostAnswer(error) ? "unknown" : "fatal";
}
