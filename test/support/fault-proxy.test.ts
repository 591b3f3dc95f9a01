import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { FaultProxy, onOperation, onRequest, SLOW_DOWN, type Rule } from "./fault-proxy.ts";
import { operationOf } from "./operation.ts";

let server: Server;
let target: string;
/** Requests that reached the server: "METHOD url body". */
let reached: string[];
let proxy: FaultProxy | undefined;

beforeEach(async () => {
  reached = [];
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      reached.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(201, { "x-answer": "yes" }).end(`answer ${reached.length}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await proxy?.stop();
  proxy = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function through(rule?: Rule): Promise<(path: string, body?: string) => Promise<Response>> {
  const started = (proxy = await FaultProxy.start(target, rule));
  return (path, body = "") => fetch(`${started.endpoint}${path}`, { method: "PUT", body });
}

describe("a request through the proxy", () => {
  test("passes both ways and is recorded", async () => {
    const send = await through();
    const answer = await send("/bucket/key?x=1", "body");
    expect([answer.status, answer.headers.get("x-answer"), await answer.text()]).toEqual([201, "yes", "answer 1"]);
    expect(reached).toEqual(["PUT /bucket/key?x=1 body"]);
    expect(proxy!.requests).toMatchObject([{ index: 1, operation: "PutObject", method: "PUT", url: "/bucket/key?x=1" }]);
  });

  test("refused: the server never sees it", async () => {
    const send = await through(onRequest(2, { kind: "refuse" }));
    await send("/b/1");
    await expect(send("/b/2")).rejects.toThrow();
    await send("/b/3");
    expect(reached).toEqual(["PUT /b/1 ", "PUT /b/3 "]);
  });

  test("its answer dropped: the server has done it", async () => {
    const send = await through(onRequest(1, { kind: "drop-answer" }));
    await expect(send("/b/1", "body")).rejects.toThrow();
    expect(reached).toEqual(["PUT /b/1 body"]);
  });

  test("answered in the server's place", async () => {
    const send = await through(onOperation("PutObject", 2, SLOW_DOWN));
    await send("/b/1");
    const answer = await send("/b/2", "body");
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("SlowDown")]);
    expect(reached).toEqual(["PUT /b/1 "]);
  });

  test("delayed: done, later", async () => {
    const send = await through(onRequest(1, { kind: "delay", milliseconds: 80 }));
    const start = performance.now();
    const answer = await send("/b/1", "body");
    expect(answer.status).toBe(201);
    expect(performance.now() - start).toBeGreaterThan(75);
    expect(reached).toEqual(["PUT /b/1 body"]);
  });

  test("killed before: the server never sees it, and the client is gone first", async () => {
    const kill = jest.fn(() => expect(reached).toEqual([]));
    const send = await through(onRequest(1, { kind: "kill-before", kill }));
    await expect(send("/b/1")).rejects.toThrow();
    expect(kill).toHaveBeenCalledTimes(1);
    expect(reached).toEqual([]);
  });

  test("killed after: the server has done it when the client goes", async () => {
    const kill = jest.fn(() => expect(reached).toEqual(["PUT /b/1 body"]));
    const send = await through(onRequest(1, { kind: "kill-after", kill }));
    await expect(send("/b/1", "body")).rejects.toThrow();
    expect(kill).toHaveBeenCalledTimes(1);
  });

  test("another rule holds for what follows", async () => {
    const send = await through(() => ({ kind: "refuse" }));
    await expect(send("/b/1")).rejects.toThrow();
    proxy!.use(() => undefined);
    await send("/b/2");
    expect(reached).toEqual(["PUT /b/2 "]);
    expect(proxy!.requests.map(({ index }) => index)).toEqual([1, 2]);
  });

  test("a server that is gone breaks the connection", async () => {
    const send = await through();
    await new Promise((resolve) => server.close(resolve));
    await expect(send("/b/1")).rejects.toThrow();
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, resolve));
  });
});

test.each([
  ["POST", "/b/ml-models/x/000000_LATEST.tar.gz?uploads=", {}, "CreateMultipartUpload"],
  ["PUT", "/b/k?partNumber=1&uploadId=u", {}, "UploadPart"],
  ["PUT", "/b/k?partNumber=1&uploadId=u", { "x-amz-copy-source": "b/other" }, "UploadPartCopy"],
  ["PUT", "/b/k?x-id=CopyObject", { "x-amz-copy-source": "b/other" }, "CopyObject"],
  ["POST", "/b/k?uploadId=u", {}, "CompleteMultipartUpload"],
  ["DELETE", "/b/k?uploadId=u", {}, "AbortMultipartUpload"],
  ["PUT", "/b/k?x-id=PutObject", {}, "PutObject"],
  ["PUT", "/b/k?tagging", {}, "PutObjectTagging"],
  ["GET", "/b/k", {}, "GetObject"],
  ["HEAD", "/b/k", {}, "HeadObject"],
  ["DELETE", "/b/k", {}, "DeleteObject"],
  ["HEAD", "/b", {}, "HeadBucket"],
  ["GET", "/b?list-type=2&prefix=a%2Fb", {}, "ListObjectsV2"],
  ["GET", "/b/?list-type=2", {}, "ListObjectsV2"],
  ["POST", "/", { "x-amz-target": "DynamoDB_20120810.TransactWriteItems" }, "TransactWriteItems"],
  ["PATCH", "/b", {}, "PATCH /b"],
])("%s %s is named", (method, url, headers, operation) => {
  expect(operationOf(method, url, headers)).toBe(operation);
});
