import type { types } from "@pulumi/aws";
import type { dynamodb } from "@pulumi/aws";
import type { IndexSpec } from "../generated/layout";

/** Returns the keys and indexes of a table as the layout defines them. All keys except numeric range keys are strings. */
export function tableKeys(
  hashKey: string,
  indexes: Readonly<Record<string, IndexSpec>>,
): Pick<dynamodb.TableArgs, "hashKey" | "attributes" | "globalSecondaryIndexes"> {
  const specs = Object.values(indexes);
  const keyTypes = new Map<string, "S" | "N">([[hashKey, "S"]]);
  for (const { hashKey: hash, rangeKey, rangeType } of specs) keyTypes.set(hash, "S").set(rangeKey, rangeType);
  return {
    hashKey,
    attributes: [...keyTypes].map(([name, type]) => ({ name, type })),
    globalSecondaryIndexes: specs.map(indexArgs),
  };
}

function indexArgs(spec: IndexSpec): types.input.dynamodb.TableGlobalSecondaryIndex {
  return {
    name: spec.name,
    keySchemas: [
      { attributeName: spec.hashKey, keyType: "HASH" },
      { attributeName: spec.rangeKey, keyType: "RANGE" },
    ],
    projectionType: "INCLUDE",
    nonKeyAttributes: [...spec.projected],
  };
}
