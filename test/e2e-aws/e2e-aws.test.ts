/** `npm run e2e:aws` as it is run, on the sandbox: what it says, what it makes, and that nothing stays. */
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { FaultProxy, type Rule } from "../support/fault-proxy.ts";
import { clientsOf, type Clients } from "../support/state.ts";
import { usageOfRun } from "./cost.ts";
import { PROGRAM_ENV } from "../support/program.ts";

const ACCOUNT = "123456789012";
const SECRET = "the-secret-of-this-test";
const MINUTES = 60_000;

let sandbox: Sandbox;
let clients: Clients;
let proxy: FaultProxy;
beforeAll(async () => {
  sandbox = await startSandbox();
  clients = clientsOf(sandbox);
  proxy = await FaultProxy.start(sandbox.endpoint);
}, 300_000);
afterAll(async () => {
  await proxy?.stop();
  await sandbox?.stop();
});
afterEach(() => proxy.use(() => undefined));

/** Names of everything that is there. */
async function everything(): Promise<string[]> {
  const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
  const { TableNames = [] } = await clients.dynamodb.send(new ListTablesCommand({}));
  return [...Buckets.map(({ Name }) => Name!), ...TableNames].sort();
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts it with what a user's shell would give, through the proxy. */
function start(...args: string[]): { child: ChildProcess; said: (words: string) => Promise<void>; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "main.ts"), ...args], {
    env: {
      ...PROGRAM_ENV,
      HOME: "/nonexistent",
      ...sandbox.env,
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_SECRET_ACCESS_KEY: SECRET,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  const waiting: { words: string; resolve: () => void }[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    for (const { words, resolve } of waiting) if (out.includes(words)) resolve();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, out, err })));
  const said = (words: string): Promise<void> =>
    Promise.race([new Promise<void>((resolve) => waiting.push({ words, resolve })), ended.then(() => undefined)]);
  return { child, said, ended };
}

const run = (...args: string[]): Promise<Ended> => start("--account", ACCOUNT, ...args).ended;
/** The name of a run's LOB. */
const nameIn = (out: string): string => /--remove (e2e-[0-9a-f]{8})/.exec(out)![1]!;

/** Behaviour in which MiniStack differs from the documentation of AWS. */
const NOT_HERE = [
  "bucket policy: a number is written with If-None-Match only (PutObject)",
  "bucket policy: not by CopyObject either, as the Python library writes it",
  "bucket policy: s3:ObjectCreationOperation lets the requests of a multipart upload that create nothing pass",
  "bucket policy: DeleteObject and DeleteObjectVersion are denied on numbers",
  "bucket policy: the same for manifests and the history of aliases",
  "bucket policy: requests without TLS are denied",
  "S3: a copy by parts has a CRC64NVME over the whole object",
  "S3: what was published by the product has a CRC64NVME over the whole object",
  "S3: LATEST has the tag that it was created with, by which a lifecycle rule finds it; a numbered version has no tag",
  "S3: x-amz-expected-bucket-owner is honoured",
  "bucket policy: its copy to a number is refused",
];

test(
  "prints the cost, tries everything, reports what this server cannot show, and leaves nothing",
  async () => {
    const before = proxy.requests.length;
    const { code, out, err } = await run("--yes", "--processes", "8", "--kills", "3");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(await everything()).toEqual([]);

    const [intro, rest] = out.split("Making the LOBs") as [string, string];
    expect(intro).toContain(`This is not AWS, but ${proxy.endpoint}`);
    expect(intro).toMatch(/It costs at most about 0\.\d\d US dollars, at list prices of us-east-1/);
    expect(intro).toContain(`Account ${ACCOUNT}, region us-east-1`);
    const table = rest.slice(rest.indexOf("PROMISE"), rest.indexOf("\n\nObservations"));
    const lines = table.split("\n").slice(1);
    expect(lines.length).toBeGreaterThan(40);
    const resultOf = (line: string): string[] => /^.+? {2,}(\S.*?) {2,}(\S.*)$/.exec(line)!.slice(1);
    const results = lines.map(resultOf);
    expect(results.filter(([outcome]) => outcome === "not by this server").map(([, restsOn]) => restsOn)).toEqual(NOT_HERE);
    expect(results.filter(([outcome]) => outcome !== "not by this server" && outcome !== "holds")).toEqual([]);
    expect(out).toMatch(new RegExp(`\n${lines.length - NOT_HERE.length} hold, ${NOT_HERE.length} not by this server\\.\n$`));
    expect(out + err).not.toContain(SECRET);

    // The cost that was said is above what was done, and not by an order of magnitude.
    const usage = usageOfRun({ suites: ["probes", "races", "kills", "interop"], processes: 8, kills: 3 });
    const done = { s3Writes: 0, s3Reads: 0 };
    for (const { operation } of proxy.requests.slice(before)) {
      if (/^(Get|Head)Object$|^HeadBucket$|^GET /.test(operation)) done.s3Reads++;
      else if (/Object|Upload|Part|^(PUT|POST) /.test(operation) && !/^(Delete|Abort)/.test(operation)) done.s3Writes++;
    }
    for (const key of ["s3Writes", "s3Reads"] as const) {
      expect(done[key]).toBeLessThanOrEqual(usage[key]);
      expect(done[key]).toBeGreaterThan(usage[key] / 10);
    }
  },
  15 * MINUTES,
);

/** Stands for the bucket policy and the check of the bucket's owner, which MiniStack does not have: as AWS documents both. */
const enforced: Rule = ({ operation, url, headers }) => {
  const { pathname } = new URL(url, "http://host");
  const owner = headers["x-amz-expected-bucket-owner"];
  if (owner !== undefined && owner !== ACCOUNT) return deniedByS3;
  const isNumber = /\/versions\/\d{6}_\d{6}\.tar\.gz$/.test(pathname);
  const isRecord = /^\/[^/]+\/ml-models\/[^/]+\/[^/]+\/(manifests|history)\//.test(pathname);
  const creates = ["PutObject", "CopyObject", "CompleteMultipartUpload"].includes(operation) && headers["if-none-match"] === undefined;
  const isPython = pathname.split("/")[1]!.includes("-py-");
  if (creates && (isRecord || (isNumber && !isPython))) return deniedByS3;
  return operation === "DeleteObject" && (isNumber || isRecord) ? deniedByS3 : undefined;
};

test(
  "on a server that enforces policies, the probes of the policy hold, and the Python library is refused if it should be",
  async () => {
    proxy.use(enforced);
    const { code, out } = await run("--yes", "--only", "probes,interop");
    expect(code).toBe(0);
    const seen = out.slice(out.indexOf("Observations")).match(/^not by this server: .+$/gm);
    expect(seen?.map((line) => line.slice("not by this server: ".length))).toEqual(
      NOT_HERE.filter((restsOn) => /without TLS|CRC64NVME over the whole object|has the tag/.test(restsOn)),
    );
    expect(out).toMatch(/Nothing of e2e-[0-9a-f]{8} is left\./);
  },
  15 * MINUTES,
);

test(
  "a failure of the product counts on every server: the run exits with 1 and names it",
  async () => {
    // The first publish cannot write LATEST.
    proxy.use(({ operation, url }) =>
      operation === "CompleteMultipartUpload" && url.includes("/probe/versions/000000_LATEST") ? deniedByS3 : undefined,
    );
    const { code, out } = await run("--yes", "--only", "probes");
    expect(code).toBe(1);
    expect(out).toMatch(
      /FAILED: S3: a version and LATEST, copied by the same parts, have equal ETags\n {2}LobError: .*denied for this test/,
    );
    expect(out).toMatch(/Nothing of e2e-[0-9a-f]{8} is left\./);
  },
  15 * MINUTES,
);

test("credentials of a different account are refused before anything is created", async () => {
  const { code, err } = await start("--account", "999999999999", "--yes").ended;
  expect(code).toBe(1);
  expect(err).toMatch(/^error: these credentials are of account 123456789012 .*--account says 999999999999: nothing was done\n$/);
  expect(await everything()).toEqual([]);
});

test("without --yes and a terminal to ask on, nothing is created", async () => {
  const { code, out, err } = await run();
  expect(code).toBe(1);
  expect(out).toContain("US dollars");
  expect(err).toBe("error: nobody is there to agree to the cost: give --yes\n");
  expect(await everything()).toEqual([]);
});

test("wrong arguments are refused with 2, before any request", async () => {
  const before = proxy.requests.length;
  const { code, err } = await start("--yes").ended;
  expect(code).toBe(2);
  expect(err).toMatch(/^error: --account takes the 12 digits/);
  expect(proxy.requests.length).toBe(before);
});

test(
  "Ctrl-C removes everything that was created, and reports the rest as not tried",
  async () => {
    const { child, said, ended } = start("--account", ACCOUNT, "--yes", "--only", "probes");
    await said("delete marker is nothing");
    child.kill("SIGINT");
    child.kill("SIGINT"); // as a terminal and npm do
    const { code, out } = await ended;
    expect(code).toBe(130);
    expect(out).toMatch(/Nothing of e2e-[0-9a-f]{8} is left\./);
    expect(out).toMatch(/\d+ hold, (?:\d+ not by this server, )?\d+ not tried\.\n$/);
    expect(await everything()).toEqual([]);
  },
  15 * MINUTES,
);

test(
  "a LOB that cannot be made whole is removed",
  async () => {
    let tables = 0;
    proxy.use(({ operation }) => (operation === "CreateTable" && ++tables === 3 ? denied : undefined));
    const { code, out, err } = await run("--yes", "--only", "probes");
    expect(code).toBe(1);
    expect(err).toContain("could not be deployed");
    expect(out).toMatch(/Nothing of e2e-[0-9a-f]{8} is left\./);
    expect(await everything()).toEqual([]);
  },
  15 * MINUTES,
);

test(
  "leftovers are listed with the commands that remove them; --remove tries again",
  async () => {
    const rule: Rule = ({ operation, url }) =>
      operation === "DeleteTable" ? denied : operation.startsWith("DELETE /") && !url.includes("?policy") ? deniedByS3 : undefined;
    proxy.use(rule);
    const first = await run("--yes", "--only", "probes");
    const name = nameIn(first.out);
    expect(first.code).toBe(1);
    expect(first.out).toContain("COULD NOT BE REMOVED:");
    const left = await everything();
    expect(left).toHaveLength(7);
    for (const what of left) expect(first.out).toMatch(new RegExp(`(bucket|table) ${what}: .*denied`));
    expect(first.out).toContain(`aws dynamodb delete-table --table-name ${name}-model-catalog --region us-east-1`);

    proxy.use(() => undefined);
    const second = await run("--remove", name);
    expect(second).toMatchObject({ code: 0, out: `Nothing of ${name} is left.\n` });
    expect(await everything()).toEqual([]);
  },
  15 * MINUTES,
);

test(
  "a run that is killed outright leaves what --remove removes",
  async () => {
    const { child, said, ended } = start("--account", ACCOUNT, "--yes", "--only", "probes");
    await said("delete marker is nothing");
    child.kill("SIGKILL");
    const { out } = await ended;
    expect(await everything()).not.toEqual([]);
    expect(await run("--remove", nameIn(out))).toMatchObject({ code: 0 });
    expect(await everything()).toEqual([]);
  },
  15 * MINUTES,
);

const deniedByS3 = {
  kind: "answer",
  status: 403,
  body: "<Error><Code>AccessDenied</Code><Message>denied for this test</Message></Error>",
} as const;
/** As DynamoDB denies a request. */
const denied = {
  kind: "answer",
  status: 403,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify({ __type: "com.amazon.coral.service#AccessDeniedException", message: "denied for this test" }),
} as const;
