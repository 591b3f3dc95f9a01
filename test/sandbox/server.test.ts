import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CreateBucketCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { checkConditions } from "./conditions.ts";
import { startSandbox, type Sandbox } from "./server.ts";

/** The first test may install the sandbox. */
const INSTALLING = 300_000;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ region: "eu-west-1", accountId: "210987654321" });
}, INSTALLING);
afterAll(() => sandbox?.stop());

const isServing = (endpoint: string): Promise<boolean> =>
  fetch(`${endpoint}/_ministack/ready`, { signal: AbortSignal.timeout(60_000) }).then(
    () => true,
    () => false,
  );

async function untilGone(endpoint: string): Promise<boolean> {
  for (let i = 0; i < 1_000 && (await isServing(endpoint)); i++) await sleep(50);
  return !(await isServing(endpoint));
}

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const s3Of = ({ endpoint, region }: Sandbox): S3Client => new S3Client({ endpoint, region, credentials, forcePathStyle: true });

describe("a sandbox", () => {
  test("is the account and region that were asked for", async () => {
    const sts = new STSClient({ endpoint: sandbox.endpoint, region: sandbox.region, credentials });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe("210987654321");
    expect(sandbox.env).toMatchObject({ AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: sandbox.endpoint, AWS_EC2_METADATA_DISABLED: "true" });
  });

  test("begins empty: the check of its conditions leaves nothing behind", async () => {
    expect((await s3Of(sandbox).send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  });

  test("has a separate state, which is gone when it stops", async () => {
    const other = await startSandbox();
    try {
      await s3Of(other).send(new CreateBucketCommand({ Bucket: "only-here" }));
      expect((await s3Of(sandbox).send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    } finally {
      await other.stop();
    }
    expect(await isServing(other.endpoint)).toBe(false);
    await other.stop();
  });

  test("is reached from this machine alone", async () => {
    const { hostname, port } = new URL(sandbox.endpoint);
    expect(hostname).toBe("127.0.0.1");
    const outside = Object.values(networkInterfaces()).flatMap((addresses = []) =>
      addresses.filter(({ internal, family }) => !internal && family === "IPv4"),
    );
    for (const { address } of outside) expect(await isServing(`http://${address}:${port}`)).toBe(false);
  });

  test("has the Python library", async () => {
    const { stdout } = await promisify(execFile)(sandbox.python, [
      "-c",
      "from importlib.metadata import version; print(version('versioned'))",
    ]);
    expect(stdout.trim()).toBe("1.0.1");
  });

  test.each(["SIGKILL", "SIGTERM"] as const)("ends when its starter ends by %s", async (signal) => {
    const program = `import { startSandbox } from ${JSON.stringify(join(import.meta.dirname, "server.ts"))};
      console.log((await startSandbox()).endpoint); setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [endpoint] = (await once(createInterface({ input: starter.stdout }), "line")) as [string];
    expect(await isServing(endpoint)).toBe(true);
    starter.kill(signal);
    expect(await untilGone(endpoint)).toBe(true);
  });
});

describe("the check of the conditions", () => {
  test("passes on the pinned server", async () => {
    await expect(checkConditions(sandbox)).resolves.toBeUndefined();
  });

  test.each([
    ["if-none-match", "CompleteMultipartUpload with If-None-Match: *", "PutObject with If-None-Match: *"],
    ["if-match", "CompleteMultipartUpload with If-Match"],
    ["x-amz-copy-source-if-match", "UploadPartCopy with x-amz-copy-source-if-match"],
  ])("refuses a server that ignores %s", async (header, ...names) => {
    const { endpoint, stop } = await deafTo(header, sandbox.endpoint);
    try {
      const refusal = await checkConditions({ endpoint, region: sandbox.region }).then(
        () => "",
        (error: unknown) => (error as Error).message,
      );
      for (const name of names) expect(refusal).toContain(name);
      expect(refusal.match(/^ {2}- /gm)).toHaveLength(names.length);
    } finally {
      await stop();
    }
  });
});

/** A server that is like another but never sees one header. */
async function deafTo(header: string, target: string): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { [header]: _, expect: __, ...headers } = incoming.headers;
    const forward = request({ hostname, port, method: incoming.method, path: incoming.url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
