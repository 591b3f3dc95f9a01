import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { CATALOG_HASH_KEY, CATALOG_INDEXES, REGISTRY_HASH_KEY, REGISTRY_INDEXES, type IndexSpec } from "../generated/layout";
import type { StorageSettings } from "../settings/storage";
import { child, type StorageTransforms, type Transform } from "../transforms";
import { tableProblems, type TableDescription } from "./existing";
import { tableKeys } from "./keys";

export interface TableResources {
  /** Absent where the tables existed before. */
  catalog?: aws.dynamodb.Table;
  registry?: aws.dynamodb.Table;
}

export interface TableFacts {
  name: pulumi.Output<string>;
  arn: pulumi.Output<string>;
}

/** What a table must be. */
interface Wanted {
  name: string;
  tableName: pulumi.Output<string>;
  hashKey: string;
  indexes: Readonly<Record<string, IndexSpec>>;
  transform: Transform<aws.dynamodb.TableArgs> | undefined;
}

/**
 * Declares both tables, or looks up those that exist already.
 *
 * @param name Name of the component, from which the resources' names are made.
 * @param names Names of the tables on AWS.
 * @param refuse What to throw where a table will not do.
 */
export function declareTables(
  name: string,
  names: { catalogTable: pulumi.Output<string>; registryTable: pulumi.Output<string> },
  settings: StorageSettings,
  transform: StorageTransforms,
  options: pulumi.CustomResourceOptions,
  refuse: (argument: "catalogTableName" | "registryTableName", reason: string) => Error,
): { resources: TableResources; catalog: TableFacts; registry: TableFacts } {
  const { tags, switches } = settings;
  const catalog: Wanted = {
    name: `${name}-catalog`,
    tableName: names.catalogTable,
    hashKey: CATALOG_HASH_KEY,
    indexes: CATALOG_INDEXES,
    transform: transform.catalog,
  };
  const registry: Wanted = {
    name: `${name}-registry`,
    tableName: names.registryTable,
    hashKey: REGISTRY_HASH_KEY,
    indexes: REGISTRY_INDEXES,
    transform: transform.registry,
  };
  if (switches.existingTables) {
    const found = (wanted: Wanted, argument: "catalogTableName" | "registryTableName"): TableFacts =>
      existing(wanted, options, (reason) => refuse(argument, reason));
    return { resources: {}, catalog: found(catalog, "catalogTableName"), registry: found(registry, "registryTableName") };
  }
  const made = (wanted: Wanted): aws.dynamodb.Table =>
    child(
      aws.dynamodb.Table,
      wanted.transform,
      wanted.name,
      {
        name: wanted.tableName,
        ...tableKeys(wanted.hashKey, wanted.indexes),
        billingMode: "PAY_PER_REQUEST",
        deletionProtectionEnabled: switches.deletionProtection,
        pointInTimeRecovery: { enabled: switches.pointInTimeRecovery },
        tags,
      },
      options,
    );
  const resources = { catalog: made(catalog), registry: made(registry) };
  return { resources, ...resources };
}

type Index = Partial<aws.types.output.dynamodb.GetTableGlobalSecondaryIndex>;

/** The provider tells the keys of an index in one of two ways, by how the index was made, and leaves out what is empty. */
function descriptionOf(found: Partial<aws.dynamodb.GetTableResult>): TableDescription {
  const { name = "", region = "", hashKey = "", rangeKey = "", billingMode = "", attributes = [] } = found;
  // An AWS provider that was built without Pulumi's own plurals, as for tests, says indices.
  const indexes = found.globalSecondaryIndexes ?? (found as { globalSecondaryIndices?: Index[] }).globalSecondaryIndices ?? [];
  const keyOf = ({ keySchemas = [] }: Index, type: string): string =>
    keySchemas.find(({ keyType }) => keyType === type)?.attributeName ?? "";
  return {
    name,
    region,
    hashKey,
    rangeKey,
    billingMode,
    attributes,
    globalSecondaryIndexes: indexes.map((index: Index) => ({
      name: index.name ?? "",
      hashKey: index.hashKey || keyOf(index, "HASH"),
      rangeKey: index.rangeKey || keyOf(index, "RANGE"),
      projectionType: index.projectionType ?? "",
      nonKeyAttributes: index.nonKeyAttributes ?? [],
    })),
  };
}

function existing(wanted: Wanted, options: pulumi.CustomResourceOptions, refuse: (reason: string) => Error): TableFacts {
  const table = aws.dynamodb.getTableOutput({ name: wanted.tableName }, { parent: options.parent! }).apply((found) => {
    const problems = tableProblems(descriptionOf(found), wanted.hashKey, Object.values(wanted.indexes));
    if (problems.length > 0) throw refuse(`the table ${found.name} cannot be taken as it is: ${problems.join("; ")}`);
    return found;
  });
  return { name: table.name, arn: table.arn };
}
