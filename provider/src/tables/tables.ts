import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { CATALOG_HASH_KEY, CATALOG_INDEXES, REGISTRY_HASH_KEY, REGISTRY_INDEXES, type IndexSpec } from "../generated/layout";
import type { StorageSettings } from "../settings/storage";
import { lookup, type Lookups } from "../lookup";
import { knownValueOf } from "../outputs";
import { child, type StorageTransforms, type Transform } from "../transforms";
import { tableProblems, type TableDescription } from "./existing";
import { tableKeys } from "./keys";

export interface TableResources {
  /** Missing, like `registry`, if the tables existed before (`existingTables`). */
  catalog?: aws.dynamodb.Table;
  registry?: aws.dynamodb.Table;
}

export interface DeclaredTable {
  name: pulumi.Output<string>;
  arn: pulumi.Output<string>;
}

/** Requirements for a table. */
interface WantedTable {
  name: string;
  tableName: pulumi.Output<string>;
  hashKey: string;
  indexes: Readonly<Record<string, IndexSpec>>;
  transform: Transform<aws.dynamodb.TableArgs> | undefined;
}

/**
 * Declares both tables, or looks them up if they exist already.
 *
 * @param name name of the component; the names of the resources begin with it
 * @param names names of the tables on AWS
 */
export function declareTables(
  name: string,
  names: { catalogTable: pulumi.Output<string>; registryTable: pulumi.Output<string> },
  settings: StorageSettings,
  transform: StorageTransforms,
  options: pulumi.CustomResourceOptions,
  lookups: Lookups,
): { resources: TableResources; catalog: DeclaredTable; registry: DeclaredTable } {
  const { tags, switches, tableKmsKeyArn } = settings;
  const catalog: WantedTable = {
    name: `${name}-catalog`,
    tableName: names.catalogTable,
    hashKey: CATALOG_HASH_KEY,
    indexes: CATALOG_INDEXES,
    transform: transform.catalog,
  };
  const registry: WantedTable = {
    name: `${name}-registry`,
    tableName: names.registryTable,
    hashKey: REGISTRY_HASH_KEY,
    indexes: REGISTRY_INDEXES,
    transform: transform.registry,
  };
  if (switches.existingTables) {
    const found = (wanted: WantedTable, argument: "catalogTableName" | "registryTableName"): DeclaredTable =>
      existing(wanted, argument, options, lookups);
    return { resources: {}, catalog: found(catalog, "catalogTableName"), registry: found(registry, "registryTableName") };
  }
  const made = (wanted: WantedTable): aws.dynamodb.Table =>
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
        ...(tableKmsKeyArn && { serverSideEncryption: { enabled: true, kmsKeyArn: tableKmsKeyArn } }),
        tags,
      },
      options,
    );
  const resources = { catalog: made(catalog), registry: made(registry) };
  return { resources, ...resources };
}

type FoundIndex = Partial<aws.types.output.dynamodb.GetTableGlobalSecondaryIndex>;

/** Normalises a table from the AWS provider, which gives the keys of an index in one of two forms and omits empty values. */
function descriptionOf(found: Partial<aws.dynamodb.GetTableResult>): TableDescription {
  const { name = "", region = "", hashKey = "", rangeKey = "", billingMode = "", attributes = [] } = found;
  // An AWS provider built without Pulumi's own plurals, e.g. for tests, spells it "indices".
  const indexes = found.globalSecondaryIndexes ?? (found as { globalSecondaryIndices?: FoundIndex[] }).globalSecondaryIndices ?? [];
  const keyOf = ({ keySchemas = [] }: FoundIndex, type: string): string =>
    keySchemas.find(({ keyType }) => keyType === type)?.attributeName ?? "";
  return {
    name,
    region,
    hashKey,
    rangeKey,
    billingMode,
    attributes,
    globalSecondaryIndexes: indexes.map((index: FoundIndex) => ({
      name: index.name ?? "",
      hashKey: index.hashKey || keyOf(index, "HASH"),
      rangeKey: index.rangeKey || keyOf(index, "RANGE"),
      projectionType: index.projectionType ?? "",
      nonKeyAttributes: index.nonKeyAttributes ?? [],
    })),
  };
}

function existing(wanted: WantedTable, argument: string, options: pulumi.CustomResourceOptions, lookups: Lookups): DeclaredTable {
  const looked = aws.dynamodb.getTableOutput({ name: wanted.tableName }, { parent: options.parent! });
  const found = lookup(looked, wanted.tableName, lookups, { argument, what: "table", otherwise: "existingTables" });
  const table = found.apply((described) => {
    const problems = tableProblems(descriptionOf(described), wanted.hashKey, Object.values(wanted.indexes));
    if (problems.length > 0) throw lookups.refuse(argument, `the table ${described.name} cannot be used: ${problems.join("; ")}`);
    return described;
  });
  lookups.gate.require(knownValueOf(table));
  return { name: table.name, arn: table.arn };
}
