/** Checks the AWS requests of publishing and reading against the component's policies of publishers and readers. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, findLob, listModels, listVersions, publish, pull, readModel, show, versionSide, type Aws } from "lob-registry-core";
import { ownNames, sharedNames, lobPrefix } from "lob-registry-core/layout";
import { bucketPolicy } from "../../provider/dist/bucket/policy.js";
import { endpointPolicy } from "../../examples/recipes/endpoint-policy.ts";
import type { PolicyDocument } from "../../provider/dist/policies/document.js";
import { publisherPolicy, readerPolicy } from "../../provider/dist/policies/permissions.js";
import { allows, type Request } from "../../provider/dist/testing/iam.js";
import { Library } from "../interop/versioned.ts";
import { noise } from "../interop/setting.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { proxiedRequests, record } from "./requests.ts";

const INSTALLING = 300_000;
const MIB = 1024 * 1024;

let sandbox: Sandbox;
let lob: DeclaredLob;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  Object.assign(process.env, sandbox.env);
  lob = await declareLob(sandbox, "fraud");
  folder = await mkdtemp(join(tmpdir(), "permissions-"));
}, INSTALLING);
afterAll(async () => {
  await sandbox?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Every request that the work sends. */
async function requestsOf(work: (aws: Aws) => Promise<unknown>): Promise<Request[]> {
  const aws = await connect();
  const requests = record(aws, sandbox);
  await work(aws);
  aws.s3.destroy();
  aws.dynamodb.destroy();
  return requests;
}

/** The policies of a LOB that has its own bucket and tables, and of one in a shared registry. */
function policies(shared: boolean, roles: "publisher" | "reader", models?: string[]): { role: PolicyDocument; bucket: PolicyDocument } {
  const { accountId, region } = sandbox;
  const names = shared ? sharedNames(accountId, region) : ownNames(accountId, region, "fraud");
  const place = { ...lob.row, bucket: names.bucket };
  const table = (name: string): string => `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
  const target = {
    partition: "aws",
    region,
    place,
    catalogArn: table(names.catalogTable),
    registryArn: table(names.registryTable),
    protectedAliases: ["prod"],
    ownBucket: !shared,
  };
  return {
    role: roles === "publisher" ? publisherPolicy(target, models) : readerPolicy(target, models),
    bucket: bucketPolicy(shared ? { ...place, lob: "*" } : place, {
      partition: "aws",
      pythonWriters: false,
      retentionPrincipals: [],
      administrators: [],
    }),
  };
}

/** A request as it would be in a shared registry. */
function inShared(request: Request): Request {
  const own = ownNames(sandbox.accountId, sandbox.region, "fraud");
  const shared = sharedNames(sandbox.accountId, sandbox.region);
  let text = JSON.stringify(request);
  for (const name of ["bucket", "catalogTable", "registryTable"] as const) text = text.replaceAll(own[name], shared[name]);
  return JSON.parse(text) as Request;
}

/** Whether the VPC endpoint of the request's service lets it through. Both it and the role must allow a request. */
function passesEndpoint(request: Request, shared: boolean): Promise<boolean> {
  const outputs = (["publisher", "reader"] as const).map((role) => JSON.stringify(policies(shared, role).role));
  const service = request.action.startsWith("s3:") ? "s3" : "dynamodb";
  const endpoint = JSON.parse(endpointPolicy(service, outputs)) as PolicyDocument;
  // The evaluator knows no endpoints: as a policy of the caller, which names no principal, it gives the same answer.
  const Statement = endpoint.Statement.map(({ Principal, ...statement }) => (expect(Principal).toBe("*"), statement));
  const caller = { roleArn: `arn:aws:iam::${sandbox.accountId}:role/any`, policies: [{ ...endpoint, Statement }] };
  return allows(caller, request);
}

async function denied(requests: readonly Request[], role: "publisher" | "reader", models?: string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const shared of [false, true]) {
    const documents = policies(shared, role, models);
    const principal = { roleArn: `arn:aws:iam::${sandbox.accountId}:role/${role}`, policies: [documents.role] };
    for (const one of requests) {
      const request = shared ? inShared(one) : one;
      const bucket = request.action.startsWith("s3:") ? documents.bucket : undefined;
      if (!(await passesEndpoint(request, shared))) found.add(`endpoint, ${shared ? "shared" : "own"}: ${JSON.stringify(request)}`);
      if (!(await allows(principal, request, bucket))) found.add(`${shared ? "shared" : "own"}: ${JSON.stringify(request)}`);
    }
  }
  return [...found];
}

const actionsOf = (requests: readonly Request[]): string[] => [...new Set(requests.map(({ action }) => action))].sort();
function grantedTo(role: "publisher" | "reader"): string[] {
  const { Statement } = policies(false, role).role;
  return [...new Set(Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action))].sort();
}

describe("a publisher", () => {
  const trace: Request[] = [];
  const publishing = async (model: string, content: Buffer, more: object = {}): Promise<Request[]> => {
    const path = join(folder, `${model}.bin`);
    await writeFile(path, content);
    const requests = await requestsOf((aws) => publish(aws, { lob: "fraud", model, path, ...more }));
    trace.push(...requests);
    return requests;
  };

  test.each<[string, string, Buffer, object]>([
    ["a new model", "churn", noise(20_000, "one"), { idempotencyKey: "run/1" }],
    ["the same again", "churn", noise(20_000, "one"), { idempotencyKey: "run/2" }],
    ["the same with other metrics", "churn", noise(20_000, "one"), { metrics: { auc: 0.9 } }],
    ["another content", "churn", noise(20_000, "two"), { idempotencyKey: "run/3" }],
    ["the content of version 1 once more", "churn", noise(20_000, "one"), {}],
    ["a model of many parts", "large", noise(40 * MIB, "large"), {}],
    ["nothing, only what it would do", "churn", noise(20_000, "three"), { dryRun: true }],
  ])(
    "publishes %s",
    async (_, model, content, more) => {
      const requests = await publishing(model, content, more);
      expect(requests.length).toBeGreaterThan(2);
      expect(await denied(requests, "publisher")).toEqual([]);
      expect(await denied(requests, "publisher", [model])).toEqual([]);
    },
    120_000,
  );

  test("gives up an upload of which a part fails", async () => {
    const aws = await connect();
    const requests = record(aws, sandbox);
    aws.s3.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName !== "UploadPartCommand") return next(args);
        throw Object.assign(new Error("denied"), { name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
      },
      { step: "initialize" },
    );
    const path = join(folder, "failing.bin");
    await writeFile(path, noise(40 * MIB, "failing"));
    await expect(publish(aws, { lob: "fraud", model: "failing", path })).rejects.toMatchObject({ code: "LOB2003" });
    expect(actionsOf(requests)).toContain("s3:AbortMultipartUpload");
    expect(await denied(requests, "publisher", ["failing"])).toEqual([]);
    trace.push(...requests);
  });

  test("may do nothing that publishing, reading and repair do not need", () => {
    const reading = ["dynamodb:Query"];
    const repair = ["dynamodb:BatchGetItem", "s3:ListBucketMultipartUploads"];
    expect([...new Set([...actionsOf(trace), ...reading, ...repair])].sort()).toEqual(grantedTo("publisher"));
  });

  test("of another model is refused, and so is a reader", async () => {
    const requests = await publishing("churn", noise(20_000, "four"));
    expect((await denied(requests, "publisher", ["chargeback"])).length).toBeGreaterThan(10);
    expect((await denied(requests, "reader")).length).toBeGreaterThan(10);
  });
});

test("the VPC endpoints let nothing else through: no other bucket, no other LOB, no scan", async () => {
  const bucket = lob.row.bucket;
  const table = `arn:aws:dynamodb:${sandbox.region}:${sandbox.accountId}:table`;
  const foreign: Request[] = [
    { action: "s3:PutObject", resource: "arn:aws:s3:::attacker/ml-models/fraud/churn/versions/999999_000001.tar.gz" },
    { action: "s3:GetObject", resource: `arn:aws:s3:::${bucket}/ml-models/fraud-dev/churn/versions/999999_000001.tar.gz` },
    { action: "s3:DeleteObject", resource: `arn:aws:s3:::${bucket}/ml-models/fraud/churn/versions/999999_000001.tar.gz` },
    { action: "s3:PutBucketPolicy", resource: `arn:aws:s3:::${bucket}` },
    { action: "dynamodb:Scan", resource: `${table}/fraud-model-catalog` },
    { action: "dynamodb:PutItem", resource: `${table}/payroll`, context: { "dynamodb:LeadingKeys": ["fraud/churn"] } },
    { action: "dynamodb:PutItem", resource: `${table}/fraud-model-catalog`, context: { "dynamodb:LeadingKeys": ["fraud"] } },
  ];
  const passed: Request[] = [];
  for (const request of foreign) if (await passesEndpoint(request, false)) passed.push(request);
  expect(passed).toEqual([]);
  // AWS's limit for the policy of an endpoint, in characters.
  const outputs = (["publisher", "reader"] as const).map((role) => JSON.stringify(policies(true, role).role));
  for (const service of ["s3", "dynamodb"] as const) expect(endpointPolicy(service, outputs).length).toBeLessThan(20_480);
});

describe("a reader", () => {
  test("lists, shows and pulls, and may do nothing more", async () => {
    const requests = await requestsOf(async (aws) => {
      const found = await findLob(aws, "fraud");
      await listModels(aws, found);
      for await (const version of listVersions(aws, found, "churn")) expect(version.version).toBeGreaterThan(0);
      const { version } = await show(aws, found, "churn", { latest: true });
      await pull(aws, found, "churn", { treeDigest: version.treeDigest! }, { target: join(folder, "pulled") });
      await pull(aws, found, "churn", { version: 1 }, { target: join(folder, "pulled.tar.gz"), archive: true });
    });
    expect(await denied(requests, "reader")).toEqual([]);
    // Keys are listed if an object is missing or S3 does not say so, and by the Python library.
    expect([...actionsOf(requests), "s3:ListBucket"]).toEqual(grantedTo("reader"));
  });

  test("of one model reads it by every way, and neither lists the LOB nor reads another model", async () => {
    const reading = (model: string) =>
      requestsOf(async (aws) => {
        const found = await findLob(aws, "fraud");
        await readModel(aws, found, model);
        for await (const version of listVersions(aws, found, model)) expect(version.version).toBeGreaterThan(0);
        await show(aws, found, model, { latest: true });
        await (await versionSide(aws, found, model, { latest: true })).close();
        await pull(aws, found, model, { version: 1 }, { target: join(folder, `pulled-by-reader-of-${model}`) });
      });
    expect(await denied(await reading("churn"), "reader", ["churn"])).toEqual([]);
    expect((await denied(await reading("large"), "reader", ["churn"])).length).toBeGreaterThan(4);
    const listing = await requestsOf(async (aws) => listModels(aws, await findLob(aws, "fraud")));
    expect(await denied(listing, "reader", ["churn"])).not.toEqual([]);
  }, 120_000);

  test("compares, by rows and the manifest alone", async () => {
    const requests = await requestsOf(async (aws) => {
      const found = await findLob(aws, "fraud");
      expect((await readModel(aws, found, "churn"))?.latest).toBeGreaterThan(0);
      const side = await versionSide(aws, found, "churn", { latest: true });
      for await (const file of side.entries) expect(file.size).toBeGreaterThan(0);
      await side.close();
    });
    expect(await denied(requests, "reader")).toEqual([]);
    expect(actionsOf(requests)).toEqual(["dynamodb:GetItem", "s3:GetObject"]);
    const ofNoAlias = await requestsOf(async (aws) => {
      const found = await findLob(aws, "fraud");
      await expect(versionSide(aws, found, "churn", { alias: "stage" })).rejects.toMatchObject({ code: "LOB3030" });
    });
    expect(await denied(ofNoAlias, "reader")).toEqual([]);
    expect(actionsOf(ofNoAlias)).toEqual(["dynamodb:GetItem", "dynamodb:Query"]);
  });

  test("reads with the Python library", async () => {
    const proxy = await FaultProxy.start(sandbox.endpoint);
    const { bucket, suffix } = lob.row;
    const repository = { region: sandbox.region, bucket, prefix: lobPrefix(lob.row).slice(0, -1), suffix };
    const library = new Library({ python: sandbox.python, env: { ...sandbox.env, AWS_ENDPOINT_URL: proxy.endpoint } }, repository);
    try {
      await library.do(
        ["names", {}],
        ["versions", { name: "churn" }],
        ["newest", { name: "churn" }],
        ["get", { name: "churn", version: null }],
        ["read", { name: "churn", version: 1, to: join(folder, "read.tar.gz") }],
      );
    } finally {
      await library.stop();
      await proxy.stop();
    }
    const requests = proxy.requests.flatMap(proxiedRequests);
    expect(actionsOf(requests)).toEqual(["s3:GetObject", "s3:ListBucket"]);
    expect(await denied(requests, "reader")).toEqual([]);
  });
});
