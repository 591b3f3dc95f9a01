import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "./connect.js";

interface Asked {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server that replaces all of AWS and records requests. */
const asked: Asked[] = [];
let statuses: number[] = [];
let instanceRegion: string | undefined;
const server = createServer((request, response) => {
  asked.push({ line: `${request.method} ${request.url}`, headers: request.headers });
  request.resume();
  const body = request.url === "/latest/meta-data/placement/region" ? instanceRegion : "{}";
  response.writeHead(statuses.shift() ?? 200, { "content-type": "application/x-amz-json-1.0" }).end(request.method === "HEAD" ? "" : body);
});
/** Uses a host name, because the SDK never puts a bucket name before an IP address. */
const endpoint = (): string => `http://localhost:${(server.address() as AddressInfo).port}`;

let folder: string;
let environment: NodeJS.ProcessEnv;
let files = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  folder = await mkdtemp(join(tmpdir(), "lob-connect-"));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  environment = process.env;
  const kept = Object.entries(process.env).filter(([name]) => !/^AWS_|_PROXY$/i.test(name));
  process.env = {
    ...Object.fromEntries(kept),
    // Any request for further configuration reaches this server, and fails the test.
    AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint(),
    AWS_CONFIG_FILE: join(folder, "none"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
  };
  asked.length = 0;
  statuses = [];
  instanceRegion = undefined;
});
afterEach(() => void (process.env = environment));

/** Sets the user's AWS configuration. */
async function configure(text: string): Promise<void> {
  const path = join(folder, `config-${++files}`); // the SDK reads each file only once
  await writeFile(path, text);
  process.env["AWS_CONFIG_FILE"] = path;
}

describe("the region", () => {
  const profiles = "[default]\nregion = eu-central-1\n[profile work]\nregion = eu-north-1\n";

  test.each([
    ["the option", { region: "ap-south-1" }, { AWS_REGION: "us-west-1", AWS_DEFAULT_REGION: "us-west-2" }, "ap-south-1"],
    ["AWS_REGION", {}, { AWS_REGION: "us-west-1", AWS_DEFAULT_REGION: "us-west-2" }, "us-west-1"],
    ["AWS_DEFAULT_REGION", {}, { AWS_REGION: "", AWS_DEFAULT_REGION: "us-west-2" }, "us-west-2"],
    ["the profile named by AWS_PROFILE", {}, { AWS_PROFILE: "work" }, "eu-north-1"],
    ["the default profile", { region: "" }, {}, "eu-central-1"],
  ])("is that of %s", async (_, options, variables, region) => {
    await configure(profiles);
    Object.assign(process.env, variables);
    const aws = await connect(options);
    expect(aws.region).toBe(region);
    expect(await aws.s3.config.region()).toBe(region);
    expect(await aws.dynamodb.config.region()).toBe(region);
    expect(asked).toEqual([]);
  });

  test("is that of the EC2 instance if no other is set", async () => {
    instanceRegion = "ap-northeast-3";
    expect((await connect()).region).toBe("ap-northeast-3");
  });

  test("that is not set is an error, and the metadata service is not queried if it is disabled", async () => {
    process.env["AWS_EC2_METADATA_DISABLED"] = "true";
    await expect(connect()).rejects.toMatchObject({ code: "LOB2002", hint: expect.stringMatching(/--region.*AWS_REGION.*profile/) });
    expect(asked).toEqual([]);
  });

  test.each(["US-EAST-1", "us-east", "us east 1", "eu-west-1.evil.example", "https://x", "us-east-1\n"])(
    "%j is refused",
    async (region) => {
      await expect(connect({ region })).rejects.toMatchObject({
        code: "LOB1002",
        message: expect.stringContaining(JSON.stringify(region)),
      });
      expect(asked).toEqual([]);
    },
  );

  test.each(["us-east-1", "us-gov-west-1", "cn-north-1", "ap-southeast-5", "us-iso-east-1"])("%s is accepted", async (region) => {
    expect((await connect({ region })).region).toBe(region);
  });
});

describe("the endpoint", () => {
  beforeEach(() => {
    Object.assign(process.env, { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  });
  const elsewhere = "http://127.0.0.1:1";
  const head = new HeadObjectCommand({ Bucket: "bucket", Key: "a/key" });
  const get = new GetItemCommand({ TableName: "table", Key: { namespace: { S: "fraud" } } });

  test.each([
    ["AWS_ENDPOINT_URL for both", () => ({ AWS_ENDPOINT_URL: endpoint() })],
    [
      "that of each service",
      () => ({ AWS_ENDPOINT_URL: elsewhere, AWS_ENDPOINT_URL_S3: endpoint(), AWS_ENDPOINT_URL_DYNAMODB: endpoint() }),
    ],
    ["that of S3 alone, with AWS_ENDPOINT_URL for the other", () => ({ AWS_ENDPOINT_URL: endpoint(), AWS_ENDPOINT_URL_S3: endpoint() })],
  ])("is %s, with the bucket in the path", async (_, variables) => {
    Object.assign(process.env, variables());
    const { s3, dynamodb } = await connect({ userAgent: "lobreg/1.2.3" });
    expect(asked).toEqual([]);
    await s3.send(head);
    await dynamodb.send(get);
    expect(asked.map(({ line }) => line)).toEqual(["HEAD /bucket/a/key", "POST /"]);
    for (const { headers } of asked) expect(headers["user-agent"]).toContain("lobreg/1.2.3");
    s3.destroy();
    dynamodb.destroy();
  });

  test.each([
    ["AWS_ENDPOINT_URL", "localhost:4566"],
    ["AWS_ENDPOINT_URL_S3", "not an address"],
    ["AWS_ENDPOINT_URL_DYNAMODB", "ftp://127.0.0.1"],
  ])("%s cannot be %j", async (name, value) => {
    process.env[name] = value;
    await expect(connect()).rejects.toMatchObject({ code: "LOB1002", message: `${name} is ${JSON.stringify(value)}, which is not a URL` });
    expect(asked).toEqual([]);
  });

  test("is AWS's own by default, with the bucket in the host name, as AWS requires", async () => {
    const { s3 } = await connect();
    expect(s3.config.forcePathStyle).toBe(false);
    expect(s3.config.isCustomEndpoint).not.toBe(true);
  });

  test("of DynamoDB alone does not change S3", async () => {
    process.env["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint();
    expect((await connect()).s3.config.forcePathStyle).toBe(false);
  });

  test("that fails for a moment gets a retry", async () => {
    process.env["AWS_ENDPOINT_URL"] = endpoint();
    statuses = [500, 503, 200];
    const { s3 } = await connect();
    await s3.send(head);
    expect(asked.map(({ line }) => line)).toEqual(Array(3).fill("HEAD /bucket/a/key"));
    s3.destroy();
  });
});
