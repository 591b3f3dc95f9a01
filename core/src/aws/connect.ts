import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { defined } from "../defined.js";
import { LobError } from "../errors.js";
import type { Aws } from "../types.js";
import { environmentProxyAgent } from "./proxy.js";

export interface ConnectOptions {
  /** AWS region. Default: AWS_REGION, AWS_DEFAULT_REGION, then the region of the profile, then of the EC2 instance. */
  readonly region?: string | undefined;
  /** Caller's name in AWS's logs, e.g. `lobreg/1.2.3`. Default: the SDK's own. */
  readonly userAgent?: string | undefined;
}

const ENDPOINTS = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB"] as const;
const REGION_PATTERN = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/**
 * Creates the S3 and DynamoDB clients of this process. Sends no request to them.
 *
 * Endpoints follow AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_DYNAMODB (with path-style addresses, which local servers
 * need). Proxies follow the usual variables. Credentials come from the SDK's default chain.
 *
 * @throws LobError LOB2002 if no region is set, LOB1002 if the region's name or an endpoint is invalid
 */
export async function connect(options: ConnectOptions = {}): Promise<Aws> {
  const region = options.region || process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"] || (await profileRegion());
  if (!region) {
    throw new LobError("LOB2002", "no AWS region is set", {
      hint: "Give a region (--region, the input `region`), set AWS_REGION, or set a region in the AWS profile.",
    });
  }
  if (!REGION_PATTERN.test(region)) {
    throw new LobError("LOB1002", `${JSON.stringify(region)} is not the name of an AWS region`, {
      hint: "Region names look like us-east-1 or eu-central-1.",
    });
  }
  for (const name of ENDPOINTS) {
    const endpoint = process.env[name];
    if (endpoint && !["http:", "https:"].includes(URL.parse(endpoint)?.protocol ?? "")) {
      throw new LobError("LOB1002", `${name} is ${JSON.stringify(endpoint)}, which is not a URL`, {
        hint: "Set it to a URL like https://vpce-1a2b3c4d.s3.us-east-1.vpce.amazonaws.com, or unset it.",
      });
    }
  }
  const agent = environmentProxyAgent();
  const shared = {
    region,
    maxAttempts: 5,
    ...defined({ customUserAgent: options.userAgent }),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 10_000,
      // S3 may not answer for minutes when it completes a large multipart upload or copies a part.
      socketTimeout: 300_000,
      httpAgent: agent,
      httpsAgent: agent,
    }),
  };
  const localS3 = Boolean(process.env["AWS_ENDPOINT_URL_S3"] || process.env["AWS_ENDPOINT_URL"]);
  return {
    region,
    // Downloads are verified by SHA-256; the SDK's CRC64NVME in JavaScript would be slower than the network.
    s3: new S3Client({ ...shared, forcePathStyle: localS3, responseChecksumValidation: "WHEN_REQUIRED" }),
    dynamodb: new DynamoDBClient(shared),
  };
}

/**
 * Returns the region of the active profile, or else of the EC2 instance; undefined if neither has one. Waits at most a second for the
 * instance metadata service, and does not query it if AWS_EC2_METADATA_DISABLED=true.
 */
async function profileRegion(): Promise<string | undefined> {
  const probe = new S3Client({});
  try {
    return await probe.config.region();
  } catch {
    return undefined; // the SDK throws "Region is missing"
  } finally {
    probe.destroy();
  }
}
