/** Queries of the tables' indexes. They are eventually consistent, so no decision rests on them. */
import { QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { explained } from "../aws/explain.js";
import type { Aws } from "../types.js";
import type { Item } from "./rows.js";

/** Yields the items of a query, page by page. @throws LobError LOB2xxx */
export async function* queryItems(
  aws: Aws,
  query: QueryCommandInput,
  doing: string,
  signal?: AbortSignal,
): AsyncGenerator<Item, void, undefined> {
  let start: Item | undefined;
  do {
    signal?.throwIfAborted();
    const command = new QueryCommand({ ...query, ExclusiveStartKey: start });
    const page = await explained(doing, () => aws.dynamodb.send(command));
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
