/** Strong reads of many rows at once. */
import { BatchGetItemCommand, type KeysAndAttributes } from "@aws-sdk/client-dynamodb";
import { explained } from "../aws/explain.js";
import { backoff, SYSTEM, type Environment } from "../environment.js";
import { LobError } from "../errors.js";
import { REGISTRY_HASH_KEY } from "../layout.js";
import type { Aws, Lob } from "../types.js";
import type { Item } from "./rows.js";

/** Keys per BatchGetItem request. */
const AT_ONCE = 100;

/** Attempts to read keys that DynamoDB left out because of load. */
const ATTEMPTS = 8;
const WAIT = { base: 100, cap: 6400 };

/**
 * Reads the rows of the registry table with these hash keys, strongly. A key without a row is left out of the result.
 * @throws LobError LOB2xxx
 */
export async function readRows(
  aws: Aws,
  lob: Lob,
  urls: Iterable<string>,
  signal?: AbortSignal,
  environment: Environment = SYSTEM,
): Promise<Map<string, Item>> {
  const rows = new Map<string, Item>();
  const all = [...new Set(urls)];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    signal?.throwIfAborted();
    for (const row of await readBatch(aws, lob.registryTable, all.slice(start, start + AT_ONCE), environment, signal))
      rows.set(row[REGISTRY_HASH_KEY]?.S ?? "", row);
  }
  return rows;
}

async function readBatch(
  aws: Aws,
  table: string,
  urls: readonly string[],
  environment: Environment,
  signal?: AbortSignal,
): Promise<Item[]> {
  const found: Item[] = [];
  let left: Record<string, KeysAndAttributes> | undefined = {
    [table]: { Keys: urls.map((url) => ({ [REGISTRY_HASH_KEY]: { S: url } })), ConsistentRead: true },
  };
  for (let attempt = 0; left?.[table]?.Keys?.length; attempt++) {
    if (attempt === ATTEMPTS) {
      throw new LobError("LOB2008", `reading rows of table ${table}: DynamoDB is too busy`, { hint: "Run the command again." });
    }
    if (attempt > 0) await environment.sleep(backoff(WAIT, attempt, environment), signal);
    const command: BatchGetItemCommand = new BatchGetItemCommand({ RequestItems: left });
    const page = await explained(`reading rows of table ${table}`, () => aws.dynamodb.send(command));
    found.push(...(page.Responses?.[table] ?? []));
    left = page.UnprocessedKeys;
  }
  return found;
}
