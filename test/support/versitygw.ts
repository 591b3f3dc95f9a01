/** versitygw (https://github.com/versity/versitygw): S3 on a disk, found on the PATH or named by VERSITYGW. */
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Versitygw {
  readonly endpoint: string;
  readonly port: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): void;
}

/**
 * Starts it on a free port, with its data in a new folder.
 *
 * @throws Error if it cannot be started
 */
export async function startVersitygw(folder: string, accountId: string): Promise<Versitygw> {
  // versitygw takes the access key for the account that owns a bucket, and checks it.
  const credentials = { accessKeyId: accountId, secretAccessKey: "testtest" };
  const port = await freePort();
  const [objects, versions] = [join(folder, "objects"), join(folder, "versions")];
  for (const path of [objects, versions]) await mkdir(path, { recursive: true });
  const child = spawn(
    process.env["VERSITYGW"] ?? "versitygw",
    ["--port", `127.0.0.1:${port}`, "posix", "--versioning-dir", versions, objects],
    {
      env: {
        PATH: process.env["PATH"],
        ROOT_ACCESS_KEY: credentials.accessKeyId,
        ROOT_SECRET_KEY: credentials.secretAccessKey,
        VGW_REGION: "us-east-1",
      },
      stdio: "ignore",
    },
  );
  const failed = new Promise<never>((_, reject) => {
    child.on("error", (error) =>
      reject(new Error(`versitygw could not be started (${error.message}); install it, or name it by VERSITYGW`)),
    );
    child.on("exit", (code) => reject(new Error(`versitygw ended with ${code}`)));
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const s3 = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true, maxAttempts: 1 });
  for (let attempt = 0; ; attempt++) {
    try {
      await Promise.race([failed, s3.send(new ListBucketsCommand({}))]);
      break;
    } catch (error) {
      // Refused until it listens; anything else does not get better by waiting.
      if (attempt > 100 || !String(error).includes("ECONNREFUSED")) throw error;
      await sleep(100);
    }
  }
  s3.destroy();
  failed.catch(() => undefined); // from here on its end is ours
  return { endpoint, port, credentials, stop: () => void child.kill() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
