/** DynamoDB in memory, as far as the test fake needs it. */
import { TransactionCanceledException, type QueryCommandInput, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { CATALOG_HASH_KEY, REGISTRY_HASH_KEY } from "../layout.js";
import { contextOf, holds, updated, type ExpressionItem } from "./expressions.js";
import { awsError } from "./fake-error.js";
import { query } from "./fake-query.js";

export class FakeDynamoDB {
  readonly tables: Map<string, Map<string, ExpressionItem>>;

  constructor(tables: readonly string[]) {
    this.tables = new Map(tables.map((table) => [table, new Map<string, ExpressionItem>()]));
  }

  table(name: string): Map<string, ExpressionItem> {
    const table = this.tables.get(name);
    if (!table) throw awsError("ResourceNotFoundException", 400);
    return table;
  }

  // Inputs of many commands, read by the command's name.
  execute(name: string, input: Record<string, any>, pageSize: number): unknown {
    switch (name) {
      case "GetItem": {
        if (input["ConsistentRead"] !== true) throw new Error("what decides must be read strongly");
        const Item = this.table(input["TableName"]).get(hashOf(input["Key"]));
        return Item ? { Item: structuredClone(Item) } : {};
      }
      case "BatchGetItem": {
        const asked = Object.entries(input["RequestItems"] as Record<string, { Keys: ExpressionItem[]; ConsistentRead?: boolean }>);
        const answer = asked.map(([table, { Keys, ConsistentRead }]) => {
          if (ConsistentRead !== true) throw new Error("what decides must be read strongly");
          if (Keys.length > 100 || new Set(Keys.map(hashOf)).size < Keys.length) throw awsError("ValidationException", 400);
          return [
            table,
            Keys.map((key) => this.table(table).get(hashOf(key)))
              .filter((item) => item !== undefined)
              .map((item) => structuredClone(item)),
          ];
        });
        return { Responses: Object.fromEntries(answer) };
      }
      case "Query":
        return query(this.table(input["TableName"]).values(), input as QueryCommandInput, pageSize);
      case "UpdateItem":
        this.#transact([{ Update: input as NonNullable<TransactWriteItem["Update"]> }], (reason) => {
          throw awsError("ConditionalCheckFailedException", 400, reason);
        });
        return {};
      case "TransactWriteItems":
        this.#transact(input["TransactItems"], (message, CancellationReasons) => {
          throw new TransactionCanceledException({ message, CancellationReasons, $metadata: { httpStatusCode: 400 } });
        });
        return {};
      default:
        throw new Error(`the fake does not know ${name}`);
    }
  }

  #transact(items: TransactWriteItem[], refuse: (message: string, reasons: { Code: string; Item?: ExpressionItem }[]) => never): void {
    const touched = new Set<string>();
    const steps = items.map(({ Put, Update, ConditionCheck, Delete }) => {
      const write = Put ?? Update ?? ConditionCheck;
      if (!write || Delete) throw new Error("the fake does not know this kind of transaction item");
      const hash = hashOf(Put ? Put.Item! : (Update ?? ConditionCheck)!.Key!);
      const address = `${write.TableName} ${hash}`;
      if (touched.has(address)) throw awsError("ValidationException", 400, "one item twice in a transaction");
      touched.add(address);
      const table = this.table(write.TableName!);
      const old = table.get(hash);
      const context = contextOf(write, write.ConditionExpression, Update?.UpdateExpression);
      const ok = write.ConditionExpression === undefined || holds(write.ConditionExpression, context, old);
      const apply = () => {
        if (Put) table.set(hash, structuredClone(Put.Item!));
        else if (Update) table.set(hash, updated(Update.UpdateExpression!, context, old ?? structuredClone(Update.Key!)));
      };
      return { ok, apply, old };
    });
    if (steps.some((step) => !step.ok)) {
      refuse(
        "a condition does not hold",
        steps.map(({ ok, old }) =>
          ok ? { Code: "None" } : { Code: "ConditionalCheckFailed", ...(old && { Item: structuredClone(old) }) },
        ),
      );
    }
    for (const step of steps) step.apply();
  }
}

export function hashOf(item: ExpressionItem): string {
  const hash = (item[CATALOG_HASH_KEY] ?? item[REGISTRY_HASH_KEY])?.S;
  if (hash === undefined) throw awsError("ValidationException", 400, "no hash key");
  return hash;
}
