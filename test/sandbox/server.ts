/**
 * The sandbox: an embedded AWS (S3, DynamoDB, STS and a few more, by MiniStack) on this machine, with a separate state
 * that is gone when it stops. Only this machine can reach it, on a free port. It ends with the program that started it,
 * even if that program is killed.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { checkConditions } from "./conditions.ts";
import { ensurePython, SANDBOX_FOLDER, SandboxError } from "./python.ts";

export { SandboxError } from "./python.ts";

export interface SandboxOptions {
  /** AWS region that it plays. Default `us-east-1`. */
  readonly region?: string;
  /** AWS account that the credentials belong to. Default `123456789012`. */
  readonly accountId?: string;
  /** Told in plain lines what takes long. Default: silence. */
  readonly say?: (message: string) => void;
}

export interface Sandbox {
  /** Address of every service, such as `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** Variables with which any AWS SDK talks to this sandbox and to nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** Path of a Python that has the library `versioned`. */
  readonly python: string;
  /** File with what the server wrote. */
  readonly log: string;
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends the server and forgets its state. May be called twice. */
  stop(): Promise<void>;
}

/**
 * The environment of a program that talks to a sandbox: this process's own, without the AWS variables of the user, one of
 * which might lead a request elsewhere.
 */
export function environmentFor({ env }: Pick<Sandbox, "env">): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_") && name !== "no_proxy");
  return { ...Object.fromEntries(own), ...env };
}

/** How long the server may take to be ready, in milliseconds: half a second, more on a machine that is busy. */
const START_TIMEOUT = 60_000;
/** How many logs are kept. */
const LOGS = 20;
const SERVICES = "s3,dynamodb,sts,iam,kms,events,sns,sqs,cloudtrail,cloudwatch,logs";

/**
 * Starts a sandbox, after installing it when needed, and checks that it honours the conditions that publishing rests on.
 *
 * @throws SandboxError when there is no Python, the installation or the start fails, or a condition is not honoured
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { region = "us-east-1", accountId = "123456789012", say } = options;
  const python = await ensurePython(say);
  const log = await newLog();
  const server = await launch(python, log, serverEnvironment(region, accountId));
  const stop = (): Promise<void> => end(server);
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  try {
    const endpoint = `http://127.0.0.1:${await portOf(server, log)}`;
    await untilReady(endpoint, server, log);
    const sandbox = { endpoint, region, accountId, env: clientEnvironment(endpoint, region), python, log, ended, stop };
    await checkConditions(sandbox);
    return sandbox;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Only what the server needs: nothing else of this machine's environment can change what it does. */
function serverEnvironment(region: string, accountId: string): Record<string, string> {
  const inherited = ["PATH", "TMPDIR", "TEMP", "SYSTEMROOT"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    SERVICES,
    SFTP_ENABLED: "0",
    IOT_MTLS_ENABLED: "0",
    LOG_LEVEL: "INFO",
    MINISTACK_ACCOUNT_ID: accountId,
    MINISTACK_REGION: region,
    MINISTACK_HOST: "127.0.0.1",
  };
}

function clientEnvironment(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    // A proxy cannot reach this machine's own address.
    NO_PROXY: [process.env.NO_PROXY, new URL(endpoint).hostname].filter(Boolean).join(","),
  };
}

async function launch(python: string, log: string, env: Record<string, string>): Promise<ChildProcess> {
  const file = await open(log, "a");
  try {
    const script = join(import.meta.dirname, "serve.py");
    const server = spawn(python, [script], { env, stdio: ["pipe", "pipe", file.fd], windowsHide: true });
    // A program that is done may end although the server still runs: that ends the server.
    server.unref();
    for (const pipe of [server.stdin, server.stdout]) (pipe as unknown as { unref?: () => void }).unref?.();
    server.stdin!.on("error", () => undefined);
    return server;
  } finally {
    await file.close();
  }
}

async function portOf(server: ChildProcess, log: string): Promise<number> {
  const lines = createInterface({ input: server.stdout! });
  // Ends without a line when the server ends, or could not be started at all.
  const timer = setTimeout(() => lines.close(), START_TIMEOUT);
  const line = await new Promise<string | undefined>((resolve) => {
    lines.once("line", resolve).once("close", () => resolve(undefined));
    server.once("error", () => resolve(undefined));
  });
  clearTimeout(timer);
  lines.close();
  const port = Number(line);
  if (!Number.isInteger(port) || port <= 0) throw await didNotStart(log);
  return port;
}

async function untilReady(endpoint: string, server: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  while (Date.now() < deadline && !hasEnded(server)) {
    const answer = await fetch(`${endpoint}/_ministack/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(25);
  }
  throw await didNotStart(log);
}

async function didNotStart(log: string): Promise<SandboxError> {
  const tail = (await readFile(log, "utf8").catch(() => "")).trim().split("\n").slice(-8).join("\n");
  return new SandboxError(
    `The sandbox did not start. The end of its log ${log}:\n${tail || "(nothing)"}\nDelete .sandbox/ to install it again.`,
  );
}

const hasEnded = (server: ChildProcess): boolean => server.exitCode !== null || server.signalCode !== null || server.pid === undefined;

/** Ends the server by its own life line, and by its process id when it does not hear. */
async function end(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return;
  server.ref();
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  server.stdin!.end();
  const timer = setTimeout(() => server.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(timer);
}

/** A new log file's path; the oldest logs beyond a few are removed. */
async function newLog(): Promise<string> {
  const folder = join(SANDBOX_FOLDER, "logs");
  await mkdir(folder, { recursive: true });
  const old = (await readdir(folder)).sort().slice(0, -(LOGS - 1));
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
  const unique = `${new Date().toISOString().replaceAll(":", "-")}-${process.pid}-${Math.random().toString(36).slice(2, 6)}`;
  return join(folder, `${unique}.log`);
}
