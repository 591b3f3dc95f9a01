/** DynamoDB's Query over one of the project's indexes, page by page, for the test fake. */
import type { QueryCommandInput, QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { CATALOG_HASH_KEY, CATALOG_INDEXES, REGISTRY_HASH_KEY, REGISTRY_INDEXES, type IndexSpec } from "../layout.js";
import { contextOf, holds, type ExpressionItem } from "./expressions.js";

const INDEXES: readonly IndexSpec[] = [...Object.values(REGISTRY_INDEXES), ...Object.values(CATALOG_INDEXES)];

/**
 * @param items all items of the table
 * @param pageSize items read per page; a filter then returns fewer, as in DynamoDB
 */
export function query(
  items: Iterable<ExpressionItem>,
  input: QueryCommandInput,
  pageSize: number,
): Pick<QueryCommandOutput, "Items" | "LastEvaluatedKey"> {
  const index = INDEXES.find(({ name }) => name === input.IndexName);
  if (!index || input.ConsistentRead) throw new Error(`fake DynamoDB cannot query ${input.IndexName} like this`);
  const context = contextOf(input, input.KeyConditionExpression, input.FilterExpression);
  const found = [...items]
    // A row is in an index only if it has both attributes.
    .filter((item) => item[index.hashKey] !== undefined && item[index.rangeKey] !== undefined)
    .filter((item) => holds(input.KeyConditionExpression!, context, item))
    .sort((a, b) => compareBy(index, a, b));
  if (input.ScanIndexForward === false) found.reverse();
  const last = input.ExclusiveStartKey && primaryKey(input.ExclusiveStartKey);
  const start = last === undefined ? 0 : found.findIndex((item) => primaryKey(item) === last) + 1;
  const page = found.slice(start, start + Math.min(pageSize, input.Limit ?? Infinity));
  const more = start + page.length < found.length;
  const shown = new Set([...index.projected, index.hashKey, index.rangeKey, CATALOG_HASH_KEY, REGISTRY_HASH_KEY]);
  const keys = new Set([index.hashKey, index.rangeKey, CATALOG_HASH_KEY, REGISTRY_HASH_KEY]);
  return {
    Items: page
      .filter((item) => input.FilterExpression === undefined || holds(input.FilterExpression, context, item))
      .map((item) => only(item, shown)),
    ...(more && { LastEvaluatedKey: only(page.at(-1)!, keys) }),
  };
}

const only = (item: ExpressionItem, names: ReadonlySet<string>): ExpressionItem =>
  structuredClone(Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name))));

const primaryKey = (item: ExpressionItem): string | undefined => (item[CATALOG_HASH_KEY] ?? item[REGISTRY_HASH_KEY])?.S;

function compareBy({ rangeKey, rangeType }: IndexSpec, a: ExpressionItem, b: ExpressionItem): number {
  if (rangeType === "N") return Number(a[rangeKey]!.N) - Number(b[rangeKey]!.N);
  return Buffer.compare(Buffer.from(a[rangeKey]!.S!), Buffer.from(b[rangeKey]!.S!));
}
