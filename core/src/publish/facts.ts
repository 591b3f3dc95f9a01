import { isDeepStrictEqual } from "node:util";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { explainAwsError, nameOf } from "../aws/explain.js";
import { REGISTRY_HASH_KEY } from "../layout.js";
import type { Version } from "../types.js";
import type { PublishOptions } from "./options.js";
import { log } from "../registry/context.js";
import type { PublishRun } from "./run.js";

type Facts = Pick<PublishOptions, "metrics" | "tags" | "description">;

/** The given descriptors that differ from the version's row. Those not given stay unchanged. */
export function changedFacts(version: Version, given: Facts): Facts {
  return {
    ...(given.metrics !== undefined && !isDeepStrictEqual(given.metrics, version.metrics) && { metrics: given.metrics }),
    ...(given.tags !== undefined && !isDeepStrictEqual(given.tags, version.tags) && { tags: given.tags }),
    ...(given.description !== undefined && given.description !== version.description && { description: given.description }),
  };
}

/**
 * Metrics, tags and description do not identify a version: publishing the same content with other descriptors keeps the number and updates
 * its row. The later of two such publishes wins.
 * @returns the updated version; the same value if nothing differs
 */
export async function updateFacts(run: PublishRun, version: Version): Promise<Version> {
  const facts = changedFacts(version, run.options);
  const names = Object.keys(facts);
  if (names.length === 0) return version; // The same object tells the caller that nothing was updated.
  if (run.options.dryRun) return { ...version, ...facts };
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
            ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [`:${name}`, value])),
          },
          { allowImpreciseNumbers: true },
        ),
      }),
    );
  } catch (error) {
    // The version was withdrawn in the meantime: its descriptors no longer matter.
    if (nameOf(error) === "ConditionalCheckFailedException") return version;
    throw explainAwsError(error, `updating ${names.join(", ")} of version ${version.version}`);
  }
  return { ...version, ...facts };
}
