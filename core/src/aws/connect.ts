import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { LobError } from "../errors.js";
import type { Aws } from "../types.js";
import { environmentProxyAgent } from "./proxy.js";

export interface ConnectOptions {
  /** AWS region; by default AWS_REGION, AWS_DEFAULT_REGION, then the profile's, then the EC2 instance's. */
  readonly region?: string;
  /** Who calls, for AWS's own logs, such as `lobreg/1.2.3`. */
  readonly userAgent?: string;
}

const ENDPOINTS = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB"] as const;
const REGION_PATTERN = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/**
 * The S3 and DynamoDB clients of this process. Makes no request yet.
 *
 * Endpoints follow AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_DYNAMODB (with path-style addresses, as local
 * servers need), proxies follow the usual variables, and credentials come from the SDK's default chain.
 * @throws LobError LOB2002 when no region is set anywhere, LOB1002 when it is not a region's name, or an endpoint is no address.
 */
export async function connect(options: ConnectOptions = {}): Promise<Aws> {
  const region = options.region || process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"] || (await profileRegion());
  if (!region) {
    throw new LobError("LOB2002", "no AWS region is set", {
      hint: "Give a region (--region, the input `region`), or set AWS_REGION, or put one into the AWS profile.",
    });
  }
  if (!REGION_PATTERN.test(region)) {
    throw new LobError("LOB1002", `${JSON.stringify(region)} is not the name of an AWS region`, {
      hint: "A region is written like us-east-1 or eu-central-1.",
    });
  }
  for (const name of ENDPOINTS) {
    const endpoint = process.env[name];
    if (endpoint && !["http:", "https:"].includes(URL.parse(endpoint)?.protocol ?? "")) {
      throw new LobError("LOB1002", `${name} is ${JSON.stringify(endpoint)}, which is no address`, {
        hint: "Write it like https://vpce-1a2b3c4d.s3.us-east-1.vpce.amazonaws.com, or unset it.",
      });
    }
  }
  const agent = environmentProxyAgent();
  const shared = {
    region,
    maxAttempts: 5,
    ...(options.userAgent !== undefined && { customUserAgent: options.userAgent }),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 10_000,
      // Completing a large multipart upload, or copying a part, can be silent for minutes.
      socketTimeout: 300_000,
      httpAgent: agent,
      httpsAgent: agent,
    }),
  };
  const localS3 = Boolean(process.env["AWS_ENDPOINT_URL_S3"] || process.env["AWS_ENDPOINT_URL"]);
  return {
    region,
    // What is downloaded is verified by its SHA-256 here; the SDK's own CRC64NVME, in JavaScript, would take longer than the network.
    s3: new S3Client({ ...shared, forcePathStyle: localS3, responseChecksumValidation: "WHEN_REQUIRED" }),
    dynamodb: new DynamoDBClient(shared),
  };
}

/**
 * The region of the active profile, else of the EC2 instance that this runs on, which is asked for a second at most; undefined when there is
 * none. AWS_EC2_METADATA_DISABLED=true keeps it from asking.
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
