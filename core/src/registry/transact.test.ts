import { describe, expect, test } from "@jest/globals";
import { TransactionCanceledException, TransactionInProgressException, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Environment } from "../environment.js";
import { LobError } from "../errors.js";
import { awsError, FakeAws, lostAnswer, type Deliver } from "../testing/fake-aws.js";
import { transact } from "./transact.js";

const TABLE = "table";
const put = (url: string): TransactWriteItem => ({
  Put: {
    TableName: TABLE,
    Item: { url: { S: url } },
    ConditionExpression: "attribute_not_exists(#hash)",
    ExpressionAttributeNames: { "#hash": "url" },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});
const cancelled = (...codes: string[]): Error =>
  new TransactionCanceledException({
    message: "cancelled",
    CancellationReasons: codes.map((Code) => ({ Code })),
    $metadata: { httpStatusCode: 400 },
  });
const collision = (): Error => cancelled("None", "TransactionConflict");

/** Runs a transaction of two items; each error is the answer to one try, then it goes through. */
function run(
  errors: readonly Error[],
  {
    signal,
    fake = new FakeAws("bucket", [TABLE]),
    now = () => new Date(),
  }: { signal?: AbortSignal; fake?: FakeAws; now?: Environment["now"] } = {},
) {
  const waits: number[] = [];
  const tokens: unknown[] = [];
  const left = [...errors];
  const deliver: Deliver = async ({ input }, execute) => {
    tokens.push(input["ClientRequestToken"]);
    const error = left.shift();
    if (error) throw error;
    return Promise.resolve(execute());
  };
  const environment: Environment = {
    now,
    sleep: async (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
    random: () => 0.5,
  };
  const result = transact({ aws: fake.clients(deliver), environment, signal }, [put("a"), put("b")], "writing");
  return { result, waits, tokens, fake };
}

describe("a transaction", () => {
  test("that goes through is done", async () => {
    const { result, fake, tokens } = run([]);
    expect(await result).toEqual({ outcome: "done" });
    expect(fake.items(TABLE)).toHaveLength(2);
    // It makes a retry by the SDK harmless.
    expect(tokens).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  test("whose condition does not hold is refused, with the rows that it met, and writes nothing", async () => {
    const fake = new FakeAws("bucket", [TABLE]);
    fake.putItem(TABLE, { url: { S: "b" }, token: { S: "theirs" } });
    const { result, waits } = run([], { fake });
    expect(await result).toEqual({
      outcome: "refused",
      rows: [undefined, { url: { S: "b" }, token: { S: "theirs" } }],
      failed: [false, true],
    });
    expect(fake.items(TABLE)).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  test("that collides is retried after growing waits of up to two seconds", async () => {
    const { result, waits, tokens } = run(Array.from({ length: 9 }, collision));
    expect(await result).toEqual({ outcome: "done" });
    expect(waits).toEqual([25, 50, 100, 200, 400, 800, 1000, 1000, 1000]);
    expect(new Set(tokens).size).toBe(10);
  });

  test.each([
    ["another transaction", collision()],
    ["a transaction, of the same token, that goes on", new TransactionInProgressException({ message: "x", $metadata: {} })],
    ["a single write", awsError("TransactionConflictException", 400)],
    ["too many writes", cancelled("ThrottlingError", "None")],
    ["too many writes to a table", cancelled("ProvisionedThroughputExceeded", "None")],
  ])("that collides with %s is retried", async (_, error) => {
    const { result, waits } = run([error]);
    expect(await result).toEqual({ outcome: "done" });
    expect(waits).toHaveLength(1);
  });

  test("with a failed condition is refused, whatever else collided", async () => {
    const { result, waits } = run([cancelled("TransactionConflict", "ConditionalCheckFailed")]);
    expect(await result).toMatchObject({ outcome: "refused", failed: [false, true] });
    expect(waits).toEqual([]);
  });

  test.each([lostAnswer(), awsError("InternalServerError", 500), Object.assign(new Error("x"), { name: "TimeoutError" })])(
    "that was not answered may have been done: %s",
    async (error) => {
      const { result, tokens } = run([error]);
      expect(await result).toEqual({ outcome: "unknown" });
      expect(tokens).toHaveLength(1);
    },
  );

  test.each([
    ["LOB2003", awsError("AccessDeniedException", 400)],
    ["LOB2004", awsError("ExpiredTokenException", 400)],
    ["LOB2007", awsError("ResourceNotFoundException", 400)],
    ["LOB2008", awsError("ValidationException", 400)],
    ["LOB2008", cancelled("ItemCollectionSizeLimitExceeded", "None")],
    ["LOB2008", cancelled("ValidationError", "None")],
  ])("that cannot be done is an error: %s", async (code, error) => {
    const { result } = run([error]);
    await expect(result).rejects.toMatchObject({ code, message: expect.stringMatching(/^writing: /) });
  });

  test("that collides for a minute is given up, and nothing is half done", async () => {
    let now = 0;
    const { result, waits } = run(Array.from({ length: 100 }, collision), { now: () => new Date((now += 10_000)) });
    await expect(result).rejects.toMatchObject({ code: "LOB3007", hint: expect.stringContaining("Run the command again") });
    expect(waits.length).toBeGreaterThan(3);
  });

  test("that is aborted throws the reason: before it is sent, and while it waits", async () => {
    const reason = new LobError("LOB2010", "interrupted");
    const before = run([], { signal: AbortSignal.abort(reason) });
    await expect(before.result).rejects.toBe(reason);
    expect(before.tokens).toEqual([]);

    const controller = new AbortController();
    const waiting = run([collision()], { signal: controller.signal });
    controller.abort(reason);
    await expect(waiting.result).rejects.toBe(reason);
    expect(waiting.fake.items(TABLE)).toEqual([]);
  });
});
