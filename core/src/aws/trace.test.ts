import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { traceRequests } from "./trace.js";

/** Answers of the server that replaces AWS, in order. Afterwards it breaks the connection. */
let answers: { status: number; headers: Record<string, string>; body?: string }[] = [];
const server = createServer((request, response) => {
  request.resume();
  const answer = answers.shift();
  if (answer === undefined) return void request.socket.destroy();
  response.writeHead(answer.status, answer.headers).end(answer.body);
});
let lines: string[];
let s3: S3Client;
let dynamodb: DynamoDBClient;

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(async () => {
  s3.destroy();
  dynamodb.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  lines = [];
  const options = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "SECRETEXAMPLE", sessionToken: "TOKENEXAMPLE" },
    maxAttempts: 2,
  };
  s3 = new S3Client({ ...options, forcePathStyle: true });
  dynamodb = new DynamoDBClient(options);
  let clock = 0;
  traceRequests(
    { region: "us-east-1", s3, dynamodb },
    (line) => lines.push(line),
    () => (clock += 5),
  );
});

const head = () => s3.send(new HeadObjectCommand({ Bucket: "bucket", Key: "key" }));
const get = () => dynamodb.send(new GetItemCommand({ TableName: "table", Key: { namespace: { S: "fraud" } } }));

test("logs each request with its ids, including retries of the SDK", async () => {
  answers = [
    { status: 503, headers: { "x-amz-request-id": "R1", "x-amz-id-2": "X1" } },
    { status: 200, headers: { "x-amz-request-id": "R2", "x-amz-id-2": "X2" } },
    { status: 200, headers: { "x-amzn-requestid": "R3" }, body: "{}" },
  ];
  await head();
  await get();
  expect(lines).toEqual([
    expect.stringMatching(/^S3Client HeadObjectCommand: 503 \w+, 5 ms, request id R1, extended request id X1$/),
    "S3Client HeadObjectCommand, attempt 2: 200, 5 ms, request id R2, extended request id X2",
    "DynamoDBClient GetItemCommand: 200, 5 ms, request id R3",
  ]);
});

test("logs a refused request and one without an answer", async () => {
  answers = [
    {
      status: 400,
      headers: { "x-amzn-requestid": "R4" },
      body: JSON.stringify({ __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", message: "no table" }),
    },
  ];
  await expect(get()).rejects.toThrow("no table");
  await expect(get()).rejects.toThrow();
  expect(lines).toEqual([
    "DynamoDBClient GetItemCommand: 400 ResourceNotFoundException, 5 ms, request id R4",
    "DynamoDBClient GetItemCommand: no answer ECONNRESET, 5 ms",
    "DynamoDBClient GetItemCommand, attempt 2: no answer ECONNRESET, 5 ms",
  ]);
});

test("does not log signatures or credentials", async () => {
  answers = [{ status: 403, headers: { "x-amz-request-id": "R5" } }];
  const error: unknown = await head().catch((reason: unknown) => reason);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/EXAMPLE|AWS4|Signature|Authorization/i);
  expect(String((error as Error).stack)).not.toMatch(/EXAMPLE|AWS4|Authorization/i);
});
