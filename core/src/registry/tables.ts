/** Checks that the LOB's tables have the indexes that lists need; existing tables that were adopted may lack some. */
import { DescribeTableCommand, type TableDescription } from "@aws-sdk/client-dynamodb";
import { explainAwsError } from "../aws/explain.js";
import * as layout from "../layout.js";
import type { Aws, Lob } from "../types.js";

/** A result of checking the indexes of a table. */
export interface TableIssue {
  /** `problem`: somebody must fix it. `note`: the table could not be checked. */
  readonly level: "problem" | "note";
  readonly code: "LOB3023";
  readonly message: string;
  /** Commands that fix it. */
  readonly hint?: string;
}

/** Checks both tables. A denied check is only a note, because the indexes may exist. */
export async function checkTables(aws: Aws, lob: Lob): Promise<TableIssue[]> {
  const tables = [
    [lob.catalogTable, Object.values<layout.IndexSpec>(layout.CATALOG_INDEXES)],
    [lob.registryTable, Object.values<layout.IndexSpec>(layout.REGISTRY_INDEXES)],
  ] as const;
  const issues: TableIssue[] = [];
  for (const [name, indexes] of tables) {
    try {
      const { Table } = await aws.dynamodb.send(new DescribeTableCommand({ TableName: name }));
      issues.push(...indexIssues(name, Table ?? {}, indexes, aws.region));
    } catch (error) {
      const { message } = explainAwsError(error, `reading the indexes of table ${name}`);
      issues.push({ level: "note", code: "LOB3023", message: `${message}; whether it has all indexes is unknown` });
    }
  }
  return issues;
}

/** Lists what is wrong with the indexes of a table. Pure. */
export function indexIssues(name: string, table: TableDescription, indexes: readonly layout.IndexSpec[], region: string): TableIssue[] {
  return indexes.flatMap((index): TableIssue[] => {
    const wrong = indexProblem(table, index);
    if (wrong === undefined) return [];
    const add = addIndexCommand(name, table, index, region);
    const hint = wrong === "missing" ? add : `${deleteIndexCommand(name, index, region)}\nand, when the table is ACTIVE again,\n${add}`;
    return [
      {
        level: "problem",
        code: "LOB3023",
        message: `the table ${name} ${wrong === "missing" ? `lacks the index ${index.name}` : `has another index ${index.name}: ${wrong}`}; fix it with:`,
        hint,
      },
    ];
  });
}

function indexProblem(
  { GlobalSecondaryIndexes = [], AttributeDefinitions = [] }: TableDescription,
  index: layout.IndexSpec,
): string | undefined {
  const found = GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === index.name);
  if (found === undefined) return "missing";
  const keys = (found.KeySchema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} (${KeyType})`).join(", ");
  const wanted = `${index.hashKey} (HASH), ${index.rangeKey} (RANGE)`;
  if (keys !== wanted) return `its keys are ${keys} instead of ${wanted}`;
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === index.rangeKey)?.AttributeType;
  if (type !== undefined && type !== index.rangeType) return `${index.rangeKey} is of type ${type} instead of ${index.rangeType}`;
  const { ProjectionType, NonKeyAttributes = [] } = found.Projection ?? {};
  if (ProjectionType === "ALL") return undefined;
  const lacking = index.projected.filter((attribute) => !NonKeyAttributes.includes(attribute));
  return lacking.length === 0 ? undefined : `it does not project ${lacking.join(", ")}`;
}

/** Returns the command that adds an index to a table. */
function addIndexCommand(name: string, table: TableDescription, index: layout.IndexSpec, region: string): string {
  const { ReadCapacityUnits, WriteCapacityUnits } = table.ProvisionedThroughput ?? {};
  // In a provisioned table every index needs its own throughput: it gets the table's.
  const provisioned = ReadCapacityUnits !== undefined && ReadCapacityUnits > 0;
  const create = {
    IndexName: index.name,
    KeySchema: [
      { AttributeName: index.hashKey, KeyType: "HASH" },
      { AttributeName: index.rangeKey, KeyType: "RANGE" },
    ],
    Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: index.projected },
    ...(provisioned && { ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits } }),
  };
  return [
    updateTable(name, region),
    `--attribute-definitions AttributeName=${index.hashKey},AttributeType=S AttributeName=${index.rangeKey},AttributeType=${index.rangeType}`,
    `--global-secondary-index-updates '${JSON.stringify([{ Create: create }])}'`,
  ].join(" ");
}

const deleteIndexCommand = (name: string, index: layout.IndexSpec, region: string): string =>
  `${updateTable(name, region)} --global-secondary-index-updates '${JSON.stringify([{ Delete: { IndexName: index.name } }])}'`;

const updateTable = (name: string, region: string): string => `aws dynamodb update-table --region ${region} --table-name ${name}`;
