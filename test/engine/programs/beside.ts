/** Everything beside a bucket: a LOB with all arguments and the recipes, and a shared registry whose logs go into the LOB's bucket for logs. */
import * as aws from "@pulumi/aws";
import { LineOfBusiness, SharedRegistry, type Logs, type StorageArgs } from "lob-registry";
import { alarms, trailInCloudWatch } from "../../../examples/recipes/alarms.ts";
import { onPublished } from "../../../examples/recipes/published-events.ts";
import { replica } from "../../../examples/recipes/replica.ts";

interface Args {
  beside: StorageArgs;
  /** Server that plays Slack and GitHub. */
  server: string;
  /** Configuration of the second region's provider. */
  elsewhere: Record<string, string>;
}
const { beside, server, elsewhere } = JSON.parse(process.env.ARGS ?? "{}") as Args;
const { logs } = beside as { logs?: Logs };
const setting = (name: string): string => elsewhere[`aws:${name}`] ?? "";

const { logGroup, transform } = trailInCloudWatch("fraud");
const fraud = new LineOfBusiness("fraud", beside, { transform });
onPublished("fraud-published", {
  publishedPattern: fraud.publishedPattern,
  pipelineArn: `arn:aws:states:us-east-1:123456789012:stateMachine:retrain`,
  slack: { channel: "#models", token: "xoxb-1", url: `${server}/slack` },
  github: { repository: "acme/serving", token: "ghp-1", url: `${server}/github` },
});
const { bucketName, catalogTableName, registryTableName } = fraud;
alarms("fraud", {
  bucketName,
  catalogTableName,
  registryTableName,
  logGroupName: logGroup.name,
  topicArn: "arn:aws:sns:us-east-1:123456789012:on-call",
});

const provider = new aws.Provider("frankfurt", {
  region: setting("region") as aws.Region,
  accessKey: setting("accessKey"),
  secretKey: setting("secretKey"),
  s3UsePathStyle: true,
  skipCredentialsValidation: true,
  skipMetadataApiCheck: true,
  skipRequestingAccountId: true,
  maxRetries: 2,
  endpoints: JSON.parse(setting("endpoints")) as aws.types.input.ProviderEndpoint[],
});
const copy = replica("fraud-frankfurt", { source: fraud, lob: "fraud", provider });

const models = new SharedRegistry("models", { ...beside, ...(logs && { logs: { ...logs, bucketName: "acme-logs" } }) });
const cards = new LineOfBusiness("cards", { sharedRegistry: models.reference });

export const { lob, region } = fraud;
export { bucketName };
export const replicaBucket = copy.bucketName;
export const sharedBucket = models.bucketName;
export const cardsPattern = cards.publishedPattern;
