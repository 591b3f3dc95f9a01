import { isDeepStrictEqual } from "node:util";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { defined } from "../defined.js";
import { explainAwsError, nameOf } from "../aws/explain.js";
import { REGISTRY_HASH_KEY } from "../layout.js";
import type { Version } from "../types.js";
import type { PublishOptions } from "./options.js";
import { log } from "../registry/context.js";
import type { PublishRun } from "./run.js";

type Descriptors = Pick<PublishOptions, "metrics" | "tags" | "description">;

/** Returns the given descriptors that differ from the version's row. Descriptors that are not given stay unchanged. */
export function changedDescriptors(version: Version, given: Descriptors): Descriptors {
  const { metrics, tags, description } = given;
  return defined({
    metrics: isDeepStrictEqual(metrics, version.metrics) ? undefined : metrics,
    tags: isDeepStrictEqual(tags, version.tags) ? undefined : tags,
    description: description === version.description ? undefined : description,
  });
}

/**
 * Updates the row of a version whose content is published again with other metrics, tags or description. The version keeps its number,
 * because descriptors are not part of its content. The later of two such publishes wins.
 *
 * @returns the version with its new descriptors; the same object if nothing differs
 */
export async function updateDescriptors(run: PublishRun, version: Version): Promise<Version> {
  const descriptors = changedDescriptors(version, run.options);
  const names = Object.keys(descriptors);
  if (names.length === 0) return version; // the same object tells the caller that nothing was updated
  if (run.options.dryRun) return { ...version, ...descriptors };
  log(run, "commit", `updating ${names.join(", ")} of version ${version.version}`);
  try {
    await run.aws.dynamodb.send(
      new UpdateItemCommand({
        TableName: run.lob.registryTable,
        Key: { [REGISTRY_HASH_KEY]: { S: version.url } },
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
        ConditionExpression: "#status = :status AND #token = :token",
        ExpressionAttributeNames: {
          "#status": "status",
          "#token": "token",
          ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: marshall(
          {
            ":status": version.status,
            ":token": version.token,
            ...Object.fromEntries(Object.entries(descriptors).map(([name, value]) => [`:${name}`, value])),
          },
          { allowImpreciseNumbers: true },
        ),
      }),
    );
  } catch (error) {
    // Withdrawn at this moment: its descriptors no longer matter.
    if (nameOf(error) === "ConditionalCheckFailedException") return version;
    throw explainAwsError(error, `updating ${names.join(", ")} of version ${version.version}`);
  }
  return { ...version, ...descriptors };
}
