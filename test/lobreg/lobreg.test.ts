/** Runs the built `lobreg` as a process against a sandbox. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { versionKey } from "lob-registry-core/layout";
import { ROOT } from "../sandbox/python.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { clientsOf, readBytes, type Clients } from "../support/state.ts";
import { SlowLine } from "./slow-line.ts";
import { PROGRAM_ENV } from "../support/program.ts";

const PROGRAM = join(ROOT, "core", "dist", "cli", "main.js");
const INSTALLING = 300_000;
const WEIGHTS = randomBytes(400_000);
const FILES: Readonly<Record<string, string | Buffer>> = {
  "model.safetensors": WEIGHTS,
  "code/run.sh": "#!/bin/sh\n",
  "docs/Größe – naïve.md": "# churn\n".repeat(1000),
  "empty.txt": "",
};

let sandbox: Sandbox;
let clients: Clients;
let lob: DeclaredLob;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  clients = clientsOf(sandbox);
  lob = await declareLob(sandbox, "fraud");
}, INSTALLING);
afterAll(() => sandbox?.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lobreg-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Runs with a minimal environment, without this machine's AWS configuration. */
function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = sandbox.env,
  command: readonly string[] = [process.execPath, PROGRAM],
): Running {
  const [program, ...first] = command;
  const child = spawn(program!, [...first, ...args], {
    cwd: folder,
    env: { ...PROGRAM_ENV, HOME: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.err += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...text })));
  return { child, ended };
}

const lobreg = (...args: string[]): Promise<Ended> => start(args).ended;

async function json(...args: string[]): Promise<unknown> {
  const { code, out, err } = await lobreg(...args, "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

async function write(path: string, files = FILES): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path, name)), { recursive: true });
    await writeFile(join(folder, path, name), content);
    if (name.endsWith(".sh")) await chmod(join(folder, path, name), 0o755);
  }
}

async function contents(path: string): Promise<Record<string, string>> {
  const root = join(folder, path);
  const found: Record<string, string> = {};
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[file.slice(root.length + 1)] = (await readFile(file)).toString("base64");
  }
  return found;
}

const EXPECTED = Object.fromEntries(Object.entries(FILES).map(([name, content]) => [name, Buffer.from(content).toString("base64")]));

describe("a full round trip", () => {
  test("publishes, repeats, changes, lists, shows and pulls", async () => {
    await write("build");
    await writeFile(join(folder, "metrics.json"), '{"val": {"auc": 0.93}, "name": "xgb"}');
    const first = await lobreg(
      "publish",
      "fraud/round",
      "build",
      "--metrics",
      "metrics.json",
      "--tag",
      "team=risk",
      "--description",
      "first",
    );
    expect(first).toMatchObject({
      code: 0,
      err: expect.stringMatching(
        /^metrics\.json: skipped because they are not numbers: name\nlobreg: warning: "model\.safetensors": .*\n$/,
      ),
    });
    expect(first.out).toMatch(/^published fraud\/round@1\n/);

    const again = await lobreg("publish", "fraud/round", "build");
    expect(again).toMatchObject({ code: 0, err: "" });
    expect(again.out).toMatch(/^unchanged fraud\/round@1 already has this content\n/);
    expect(await json("publish", "fraud/round", "build", "--dry-run", "-m", "val.auc=0.94")).toMatchObject({
      version: 1,
      changed: false,
      dryRun: true,
      descriptorsUpdated: true,
    });
    expect((await lobreg("publish", "fraud/round", "build", "-m", "val.auc=0.94")).out).toContain(
      "its metrics, tags or description were updated",
    );

    await writeFile(join(folder, "build", "empty.txt"), "no longer");
    const quiet = await lobreg("publish", "fraud/round", "build", "--quiet");
    expect(quiet).toMatchObject({ code: 0, out: "fraud/round@2\n", err: expect.stringMatching(/^lobreg: warning: .*\n$/) });

    const listed = await lobreg("list", "fraud/round");
    expect(
      listed.out
        .split("\n")
        .slice(1)
        .map((line) => line.slice(0, 10).trim()),
    ).toEqual(["2 LATEST", "1", ""]);
    expect(listed.out).toContain("val.auc=0.94");
    expect(await json("list", "fraud")).toMatchObject({ lob: "fraud", models: [{ model: "round", latest: 2 }] });

    const { version } = (await json("show", "fraud/round@1")) as { version: { treeDigest: string; sha256: string; url: string } };
    expect(version).toMatchObject({ status: "READY", metrics: { "val.auc": 0.94 }, tags: { team: "risk" }, description: "first" });
    expect((await lobreg("show", "fraud/round@1")).out).toContain(version.url);

    const ways = ["@1", `@tree:${version.treeDigest}`, `@sha256:${version.sha256}`];
    for (const [index, way] of ways.entries()) {
      expect(await json("pull", `fraud/round${way}`, `deep/out${index}`)).toMatchObject({ version: 1, files: 4, archive: false });
      expect(await contents(`deep/out${index}`)).toEqual(EXPECTED);
      expect((await stat(join(folder, `deep/out${index}/code/run.sh`))).mode & 0o777).toBe(0o755);
    }
    expect((await lobreg("pull", "fraud/round")).out).toContain(`pulled fraud/round@2 to ${join(folder, "round")}`);
    expect((await contents("round"))["empty.txt"]).toBe(Buffer.from("no longer").toString("base64"));
    expect(await lobreg("pull", "fraud/round@1", "--archive", "-q")).toMatchObject({ code: 0, out: `${join(folder, "round.tar.gz")}\n` });
    expect(await readFile(join(folder, "round.tar.gz"))).toEqual(await readBytes(clients, lob.row.bucket, versionKey(lob.row, "round", 1)));
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("an existing model", () => {
  const key = (): string => versionKey(lob.row, "churn", 1);
  const isArtifact = (method: string, path: string): boolean => method === "GET" && path.includes("/versions/");

  beforeEach(async () => {
    await write("build");
    expect((await lobreg("publish", "fraud/churn", "build")).code).toBe(0);
    await rm(join(folder, "build"), { recursive: true });
  });

  test("publishing says what it saw in the files, and --fail-on warnings uploads nothing", async () => {
    await write("odd", { "model.safetensors": WEIGHTS, ".git/config": "[core]", "aux.txt": "x" });
    const model = ["fraud/odd", "odd"] as const;
    const before = await lob.contents();
    for (const dry of [["--dry-run"], []]) {
      const { code, err } = await lobreg("publish", ...model, ...dry, "--fail-on", "warnings");
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("[LOB1012]") });
      expect(err).toContain('"model.safetensors": ');
      expect(err).toContain('"aux.txt": has the name "aux.txt", which Windows cannot hold');
    }
    expect(await lob.contents()).toEqual(before);

    const published = await lobreg("publish", ...model);
    expect(published.code).toBe(0);
    expect(published.err).toMatch(/left out "\.git\/": version control and caches/);
    expect(published.err).toMatch(/warning: "model\.safetensors": /);
    const again = (await json("publish", ...model)) as Record<string, unknown>;
    expect(again).toMatchObject({ changed: false, leftOut: [".git/"] });
    expect(again).not.toHaveProperty("warnings"); // nothing was inspected
    expect(await lobreg("publish", ...model, "--fail-on", "errors")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--fail-on warnings"),
    });
  });

  test("a download over a connection that keeps breaking resumes", async () => {
    const line = await SlowLine.start(sandbox.endpoint, { breakAfter: 150_000, concerns: isArtifact });
    try {
      const { code, err } = await start(["pull", "fraud/churn"], { ...sandbox.env, AWS_ENDPOINT_URL: line.endpoint }).ended;
      expect(code).toBe(0);
      expect(await contents("churn")).toEqual(EXPECTED);
      expect(err).toContain("resuming there");
      // The sockets decide how many of the sent bytes arrive before the connection breaks.
      const path = `GET /${lob.row.bucket}/${key()}`;
      const offsets = line.requests.map((request) => Number(/^(?: bytes=(\d+)-)?$/.exec(request.slice(path.length))![1] ?? 0));
      expect(offsets.length).toBeGreaterThan(2);
      expect(offsets[0]).toBe(0);
      for (const [index, offset] of offsets.slice(1).entries()) expect(offset).toBeGreaterThan(offsets[index]!);
    } finally {
      await line.stop();
    }
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s during a pull exits %d and leaves nothing", async (signal, code) => {
    const line = await SlowLine.start(sandbox.endpoint, { stopAfter: 150_000, concerns: isArtifact });
    try {
      const stopped = new Promise<void>((resolve) => (line.onStop = resolve));
      const { child, ended } = start(["pull", "fraud/churn", "new/churn"], { ...sandbox.env, AWS_ENDPOINT_URL: line.endpoint });
      await stopped;
      expect(await readdir(join(folder, "new"))).toEqual([expect.stringMatching(/^\.churn\.lobreg-/)]);
      child.kill(signal);
      expect(await ended).toEqual({ code, signal: null, out: "", err: expect.stringMatching(/^lobreg: interrupted \[LOB2010\]\n/) });
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await line.stop();
    }
  });

  test("SIGKILL leaves no target, and the next pull works", async () => {
    const line = await SlowLine.start(sandbox.endpoint, { stopAfter: 150_000, concerns: isArtifact });
    try {
      const stopped = new Promise<void>((resolve) => (line.onStop = resolve));
      const { child, ended } = start(["pull", "fraud/churn"], { ...sandbox.env, AWS_ENDPOINT_URL: line.endpoint });
      await stopped;
      child.kill("SIGKILL");
      expect((await ended).signal).toBe("SIGKILL");
      expect(await readdir(folder)).toEqual([expect.stringMatching(/^\.churn\.lobreg-/)]);
    } finally {
      await line.stop();
    }
    expect((await lobreg("pull", "fraud/churn")).code).toBe(0);
    expect(await contents("churn")).toEqual(EXPECTED);
  });

  test("refuses a modified object and writes nothing", async () => {
    const { bucket } = lob.row;
    const whole = await readBytes(clients, bucket, key());
    const { Metadata } = await clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key() }));
    const put = (Body: Buffer): Promise<unknown> => clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key(), Body, Metadata }));
    const tampered = Buffer.from(whole);
    tampered[whole.length >> 1]! ^= 1;
    try {
      for (const [body, codes] of [
        [tampered, /LOB400[12]/],
        [whole.subarray(0, -1), /LOB4001/],
      ] as const) {
        await put(body);
        const { code, out, err } = await lobreg("pull", "fraud/churn");
        expect({ code, out }).toEqual({ code: 1, out: "" });
        expect(err).toMatch(codes);
        expect(await readdir(folder)).toEqual([]);
      }
      expect(await lobreg("show", "fraud/churn")).toMatchObject({
        code: 1,
        err: expect.stringMatching(/size: \d+ in the row, \d+ in the object/),
      });
    } finally {
      await put(whole);
    }
  });

  test("a full disk gives one message and leaves nothing", async () => {
    // A limit on file sizes, in blocks of 512 or 1024 bytes, acts like a full disk on every system.
    const limited = ["sh", "-c", 'ulimit -f 100 && exec "$@"', "sh", process.execPath, PROGRAM];
    for (const archive of [[], ["--archive"]]) {
      const { code, out, err } = await start(["pull", "fraud/churn", ...archive], sandbox.env, limited).ended;
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toMatch(/^lobreg: .*\[LOB2009\]\n {2}.+\n {2}Run `lobreg explain LOB2009` for details\.\n$/);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  const full = "/dev/full";
  (existsSync(full) ? test : test.skip)("reports output that cannot be written and exits 1", async () => {
    for (const args of ["show fraud/churn", "list fraud --json", "--help"]) {
      const ended = await start(["-c", `exec "$@" > ${full}`, "sh", process.execPath, PROGRAM, ...args.split(" ")], sandbox.env, ["sh"])
        .ended;
      expect(ended).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/LOB2009[\s\S]*ENOSPC|ENOSPC[\s\S]*LOB2009/) });
    }
  });

  test("a reader that closes the pipe, e.g. head, is not an error", async () => {
    for (const args of [["show", "fraud/churn"], ["list", "fraud", "--json"], ["--help"]]) {
      const { child, ended } = start(args);
      child.stdout!.destroy();
      expect(await ended).toMatchObject({ code: 0, err: "" });
    }
  });

  test("--verbose prints requests with their ids", async () => {
    const { code, err } = await lobreg("show", "fraud/churn", "--verbose");
    expect(code).toBe(0);
    expect(err).toMatch(/^DynamoDBClient GetItemCommand: 200, \d+ ms, request id \S+/m);
    expect(err).toMatch(/^S3Client HeadObjectCommand: 200, /m);
  });
});

describe("a wrong environment gives one message with the next step", () => {
  const without = (...names: string[]): Record<string, string> =>
    Object.fromEntries(Object.entries(sandbox.env).filter(([name]) => !names.includes(name)));

  test.each<[string, () => Record<string, string>, string[], number, string]>([
    ["no region", () => without("AWS_REGION", "AWS_DEFAULT_REGION"), ["list", "fraud"], 1, "LOB2002"],
    ["no credentials", () => without("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ["list", "fraud"], 1, "LOB2001"],
    ["no server", () => ({ ...sandbox.env, AWS_ENDPOINT_URL: "http://127.0.0.1:9" }), ["list", "fraud"], 1, "LOB2005"],
    ["no such LOB", () => sandbox.env, ["list", "nobody"], 3, "LOB3001"],
    ["no such table", () => sandbox.env, ["list", "fraud", "--catalog-table", "nothing"], 3, "LOB3001"],
    ["no such model", () => sandbox.env, ["pull", "fraud/nothing"], 3, "LOB3002"],
    ["no such version", () => sandbox.env, ["pull", "fraud/churn@999"], 3, "LOB3003"],
    ["nothing at the path", () => sandbox.env, ["publish", "fraud/churn", "nothing"], 2, "LOB1004"],
    ["a model's name with a slash", () => sandbox.env, ["publish", "fraud/a/b", "."], 2, "LOB1001"],
    ["an empty folder", () => sandbox.env, ["publish", "fraud/churn", "."], 2, "LOB1005"],
  ])("%s", async (_, env, args, code, expected) => {
    const before = await lob.contents();
    const ended = await start(args, env()).ended;
    expect(ended).toMatchObject({ code, out: "" });
    const more = expected.startsWith("LOB1") ? "" : ` {2}Run \`lobreg explain ${expected}\` for details\\.\\n`;
    expect(ended.err).toMatch(new RegExp(`^lobreg: .+ \\[${expected}\\]\\n {2}.+\\n${more}$`));
    const asJson = await start([...args, "--json"], env()).ended;
    expect(JSON.parse(asJson.err)).toMatchObject({ error: { code: expected, hint: expect.any(String) } });
    expect(asJson).toMatchObject({ code, out: "" });
    expect(await lob.contents()).toEqual(before);
    expect(await readdir(folder)).toEqual([]);
  });
});
