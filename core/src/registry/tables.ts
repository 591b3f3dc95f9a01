/** Whether the LOB's tables have the indexes that lists need; tables brought from elsewhere may lack some. */
import { DescribeTableCommand, type TableDescription } from "@aws-sdk/client-dynamodb";
import { explainAwsError } from "../aws/explain.js";
import * as layout from "../layout.js";
import type { Aws, Lob } from "../types.js";

/** What was found out about the indexes of a table. */
export interface TableIssue {
  /** `problem`: somebody must mend it. `note`: it could not be looked at. */
  readonly level: "problem" | "note";
  readonly code: "LOB3023";
  readonly message: string;
  /** The commands that put it right. */
  readonly hint?: string;
}

/** Looks at both tables. That it may not look is told, and is no problem: the indexes may be there all the same. */
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
      const { message } = explainAwsError(error, `looking at the indexes of table ${name}`);
      issues.push({ level: "note", code: "LOB3023", message: `${message}; whether it has all its indexes is not known` });
    }
  }
  return issues;
}

/** What is wrong with the indexes of a table. Pure. */
export function indexIssues(name: string, table: TableDescription, indexes: readonly layout.IndexSpec[], region: string): TableIssue[] {
  return indexes.flatMap((index): TableIssue[] => {
    const wrong = indexProblem(table, index);
    if (wrong === undefined) return [];
    const add = addIndexCommand(name, table, index, region);
    const hint = wrong === "missing" ? add : `${deleteIndexCommand(name, index, region)}\nand when the table is ACTIVE again\n${add}`;
    return [
      {
        level: "problem",
        code: "LOB3023",
        message: `the table ${name} ${wrong === "missing" ? `lacks the index ${index.name}` : `has another index ${index.name}: ${wrong}`}; this puts it right:`,
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

/** The command that adds an index to a table. */
function addIndexCommand(name: string, table: TableDescription, index: layout.IndexSpec, region: string): string {
  const { ReadCapacityUnits, WriteCapacityUnits } = table.ProvisionedThroughput ?? {};
  // A table that is not on demand wants a throughput for each index: that of the table.
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
