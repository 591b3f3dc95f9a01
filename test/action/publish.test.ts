/** Runs the bundle like GitHub does, against the sandbox. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { FaultProxy, onOperation, type Fault, type Rule } from "../support/fault-proxy.ts";
import { declareLob, type DeclaredLob } from "../support/lob.ts";
import { newRun, runStep, type StepOptions, type StepResult } from "../support/runner.ts";
import { annotationsOf, writeFiles } from "./support.ts";

const INSTALLING = 300_000;
const OUTPUTS = ["version", "outcome", "changed", "latest", "sha256", "tree-digest", "s3-uri", "console-url", "json"];

let sandbox: Sandbox;
let fraud: DeclaredLob;
let workspace: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  fraud = await declareLob(sandbox, "fraud");
}, INSTALLING);
afterAll(() => sandbox?.stop());
beforeEach(async () => void (workspace = await mkdtemp(join(tmpdir(), "lob-action-"))));
afterEach(() => rm(workspace, { recursive: true, force: true }));

type Options = Partial<Pick<StepOptions, "run" | "onStart">> & { readonly env?: Readonly<Record<string, string>> };

/** Runs one step against the sandbox, by default in a new run. The home folder is empty, so no personal configuration is used. */
function step(
  inputs: Readonly<Record<string, string>>,
  { run = newRun("v1.0.0"), env = {}, ...options }: Options = {},
): Promise<StepResult> {
  return runStep({ inputs, workspace, run, env: { ...sandbox.env, HOME: workspace, ...env }, ...options });
}

/** The content of the LOB without staged uploads, which are deleted more than once. */
async function settled(): Promise<unknown> {
  const { objects, ...rows } = (await fraud.contents()) as { objects: [key: string, id: string][] };
  return { objects: objects.filter(([key]) => !key.startsWith("ml-staging/")), ...rows };
}

/** An unused model name. */
let models = 0;
const newModel = (): string => `model-${++models}`;

describe("a model", () => {
  test("is published, not published again, and published once more after a change", async () => {
    const model = newModel();
    await writeFiles(workspace, { "build/m/weights.bin": "one", "build/m/metrics.json": '{"val": {"auc": 0.91}, "note": "x"}' });
    const first = newRun("v1.0.0");
    const inputs = {
      lob: "fraud",
      model,
      path: "build/m",
      metrics: "build/m/metrics.json\nrows=1200",
      tags: "# who\nteam=risk",
      description: "First try",
    };

    const one = await step(inputs, { run: first });
    expect(one).toMatchObject({ code: 0, outputs: { version: "1", changed: "true", latest: "1" } });
    expect(Object.keys(one.outputs)).toEqual(OUTPUTS);
    expect(one.outputs["sha256"]).toMatch(/^[0-9a-f]{64}$/);
    expect(one.outputs["tree-digest"]).toMatch(/^[0-9a-f]{64}$/);
    expect(one.outputs["s3-uri"]).toBe(`s3://${fraud.row.bucket}/ml-models/fraud/${model}/versions/999999_000001.tar.gz`);
    expect(new URL(one.outputs["console-url"] ?? "").hostname).toMatch(/console\.aws\.amazon\.com$/);
    expect(JSON.parse(one.outputs["json"] ?? "")).toMatchObject({
      status: "published",
      lob: "fraud",
      model,
      version: 1,
      before: 0,
      metrics: { "val.auc": 0.91, rows: 1200 },
      tags: { team: "risk" },
      description: "First try",
    });
    expect(one.summary.split("\n")[0]).toBe(`## ✅ Published fraud/${model} version 1; its first version`);
    expect(one.summary).toContain(`lobreg pull fraud/${model}@1 --region us-east-1`);
    expect(one.log).toContain(`::group::Publish fraud/${model} from build/m`);
    expect(one.log).toContain("::warning::build/m/metrics.json: skipped because they are not numbers: note");

    expect(await fraud.versionRow(model, 1)).toMatchObject({
      status: "READY",
      gitCommit: first.sha,
      gitRef: "refs/tags/v1.0.0",
      releaseTag: "v1.0.0",
      runUrl: `https://github.com/acme/fraud-models/actions/runs/${first.id}/attempts/1`,
      repository: "acme/fraud-models",
      actor: "octocat",
      event: "release",
    });

    const again = await step(inputs);
    expect(again).toMatchObject({ code: 0, outputs: { version: "1", changed: "false", latest: "1", sha256: one.outputs["sha256"] } });
    expect(again.summary).toContain(`Unchanged&#58; version 1 of fraud/${model} already has this content`);

    await writeFiles(workspace, { "build/m/weights.bin": "two" });
    const two = await step(inputs);
    expect(two).toMatchObject({ code: 0, outputs: { version: "2", changed: "true", latest: "2" } });
    expect(two.summary).toContain("| 1 → **2** |");
  });

  test("rerunning an old run changes nothing; other content with its key is kept out, with a warning or an error", async () => {
    const model = newModel();
    const old = newRun("v1.0.0");
    const inputs = { lob: "fraud", model, path: "m" };
    for (const [content, run] of [
      ["one", old],
      ["two", newRun("v1.1.0")],
    ] as const) {
      await writeFile(join(workspace, "m"), content);
      expect((await step(inputs, { run })).code).toBe(0);
    }
    const before = await settled();
    await writeFile(join(workspace, "m"), "one");
    const again = await step(inputs, { run: { ...old, attempt: 2 } });
    expect(again).toMatchObject({ code: 0, outputs: { version: "1", changed: "false", latest: "2" } });
    expect(again.summary).toContain("1 (LATEST is 2)");
    expect(await settled()).toEqual(before);

    await writeFile(join(workspace, "m"), "three");
    const kept = await step(inputs, { run: { ...old, attempt: 3 } });
    expect(kept).toMatchObject({ code: 0, outputs: { version: "1", outcome: "kept", changed: "false", sha256: again.outputs["sha256"] } });
    expect(kept.log).toMatch(
      new RegExp(
        `^::warning title=fraud/${model}.* an earlier attempt is kept::kept version 1 of .*what was built now \\(tree [0-9a-f]{12}\\)`,
        "m",
      ),
    );
    expect(await settled()).toEqual(before);

    const other = await step({ ...inputs, "if-key-used": "fail" }, { run: { ...old, attempt: 3 } });
    expect(other).toMatchObject({ code: 1, outputs: { version: "", changed: "false" } });
    expect(annotationsOf(other.log)).toEqual([
      { title: "LOB3005: the idempotency key was already used for other content", message: expect.stringContaining("github.run_attempt") },
    ]);
    expect(await settled()).toEqual(before);

    const own = await step({ ...inputs, "idempotency-key": "mine" }, { run: { ...old, attempt: 3 } });
    expect(own).toMatchObject({ code: 0, outputs: { version: "3", changed: "true" } });
  });

  test("a job on a pull request does not publish unless it is allowed to", async () => {
    const model = newModel();
    await writeFile(join(workspace, "m"), "one");
    const inputs = { lob: "fraud", model, path: "m" };
    const env = { GITHUB_EVENT_NAME: "pull_request" };
    const before = await fraud.contents();
    const refused = await step(inputs, { env });
    expect(refused).toMatchObject({ code: 1, outputs: { version: "" } });
    expect(annotationsOf(refused.log)).toEqual([
      { title: expect.stringContaining("LOB1002"), message: expect.stringMatching(/runs on pull_request.*allow-pull-request: true/s) },
    ]);
    expect(await fraud.contents()).toEqual(before);
    expect((await step({ ...inputs, "dry-run": "true" }, { env })).code).toBe(0);
    expect(await step({ ...inputs, "allow-pull-request": "true" }, { env })).toMatchObject({ code: 0, outputs: { version: "1" } });
  });

  test("a dry run reports what would happen and writes nothing", async () => {
    const model = newModel();
    await writeFile(join(workspace, "m"), "one");
    const before = await fraud.contents();
    const dry = await step({ lob: "fraud", model, path: "m", "dry-run": "true" });
    expect(dry).toMatchObject({ code: 0, outputs: { version: "1", changed: "true", latest: "0", sha256: "" } });
    expect(dry.outputs["tree-digest"]).toMatch(/^[0-9a-f]{64}$/);
    expect(dry.summary).toContain("Dry run");
    expect(await fraud.contents()).toEqual(before);
  });

  test("new metrics, tags and description update the version and keep its number", async () => {
    const model = newModel();
    await writeFile(join(workspace, "m"), "one");
    await step({ lob: "fraud", model, path: "m", metrics: "auc=0.9" });
    const updated = await step({ lob: "fraud", model, path: "m", metrics: "auc=0.95" });
    expect(updated).toMatchObject({ code: 0, outputs: { version: "1", changed: "false" } });
    expect(JSON.parse(updated.outputs["json"] ?? "")).toMatchObject({ status: "updated", metrics: { auc: 0.95 } });
    expect(await fraud.versionRow(model, 1)).toMatchObject({ metrics: { auc: 0.95 } });
  });

  test("follows links inside the folder if follow-links is set", async () => {
    const model = newModel();
    await writeFiles(workspace, { "m/v1.bin": "one" });
    await symlink("v1.bin", join(workspace, "m", "current.bin"));
    const refused = await step({ lob: "fraud", model, path: "m" });
    expect(annotationsOf(refused.log)).toMatchObject([
      { title: expect.stringMatching(/^LOB1006/), message: expect.stringContaining("current.bin") },
    ]);
    const followed = await step({ lob: "fraud", model, path: "m", "follow-links": "true" });
    expect(followed).toMatchObject({ code: 0, outputs: { version: "1" } });
    expect(JSON.parse(followed.outputs["json"] ?? "")).toMatchObject({ files: 2 });
  });
});

describe("events of GitHub", () => {
  interface Payload {
    readonly repository: object;
    readonly release?: { readonly tag_name: string };
  }
  const examples = createRequire(import.meta.url)("@octokit/webhooks-examples") as { name: string; examples: [Payload] }[];
  const payloads = examples
    .filter(({ name }) => ["release", "push", "workflow_dispatch"].includes(name))
    .map(({ name, examples: [first] }) => [name, first] as const);
  const [, { repository } = {}] = payloads[0] ?? [];

  test.each([...payloads, ["schedule", { schedule: "17 3 * * *", repository }] as const])("%s", async (name, payload) => {
    const model = newModel();
    await writeFile(join(workspace, "m"), "one");
    await writeFile(join(workspace, "event.json"), JSON.stringify(payload));
    const { code, log } = await step(
      { lob: "fraud", model, path: "m" },
      { env: { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: join(workspace, "event.json"), GITHUB_REF: "refs/heads/main" } },
    );
    expect([code, annotationsOf(log)]).toEqual([0, []]);
    const row = await fraud.versionRow(model, 1);
    expect(row).toMatchObject({ event: name, gitRef: "refs/heads/main" });
    expect(row?.["releaseTag"]).toBe("release" in payload ? payload.release?.tag_name : undefined);
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "7"],
    ["a hostile tag", '{"release":{"tag_name":"v1\\n::error::x"}}'],
  ])("a payload that is %s does not stop a publish", async (_, text) => {
    const model = newModel();
    await writeFiles(workspace, { m: "one", "event.json": text });
    const { code, log } = await step({ lob: "fraud", model, path: "m" }, { env: { GITHUB_EVENT_PATH: join(workspace, "event.json") } });
    expect([code, annotationsOf(log)]).toEqual([0, []]);
    expect(log).toMatch(/^::warning::/m);
    expect(await fraud.versionRow(model, 1)).not.toHaveProperty("releaseTag");
  });
});

describe("several models", () => {
  test("one that fails does not stop others", async () => {
    const [good, empty, last] = [newModel(), newModel(), newModel()];
    await writeFiles(workspace, {
      "models.yml": `lob: fraud
models:
  - model: ${good}
    path: build/good
    metrics: { auc: 0.9 }
  - model: ${empty}
    path: build/empty
  - model: ${last}
    path: build/last.bin
`,
      "build/good/w": "one",
      "build/empty/.keep/nothing": "",
      "build/last.bin": "one",
    });
    await rm(join(workspace, "build/empty/.keep"), { recursive: true });
    const { code, outputs, summary, log } = await step({ config: "models.yml", tags: "wave=3" });
    expect(code).toBe(1);
    expect(outputs).toMatchObject({ version: "", changed: "true" });
    expect(JSON.parse(outputs["json"] ?? "")).toMatchObject([
      { model: good, status: "published", version: 1, tags: { wave: "3" }, metrics: { auc: 0.9 } },
      { model: empty, status: "failed", problems: [{ code: "LOB1005" }] },
      { model: last, status: "published", version: 1 },
    ]);
    expect(annotationsOf(log)).toEqual([
      { title: "LOB1005: there is nothing to publish", message: expect.stringContaining("build/empty") },
    ]);
    expect(summary.split("\n")[0]).toBe("## ❌ 3 models of fraud: 1 failed, 2 published");
  });

  test("annotate errors of the file at its lines and publish nothing", async () => {
    const before = await fraud.contents();
    await writeFiles(workspace, {
      "models.yml": "lob: fraud\nmodels:\n  - model: churn\n    path: build/churn\n  - model: fraud/x\n    pth: y\n",
    });
    const { code, outputs, log, summary } = await step({ config: "models.yml" });
    expect(code).toBe(1);
    expect(annotationsOf(log)).toMatchObject([
      { title: "LOB1003: the configuration file is invalid", file: "models.yml", line: 5 },
      {
        title: "LOB1003: the configuration file is invalid",
        file: "models.yml",
        line: 5,
        message: expect.stringContaining("models[1].path is missing"),
      },
      { title: "LOB1003: the configuration file is invalid", file: "models.yml", line: 6 },
    ]);
    expect(summary.split("\n")[0]).toBe("## ❌ Nothing was published: 3 problems in the inputs");
    expect(outputs).toMatchObject({ version: "", changed: "false", json: "[]" });
    expect(await fraud.contents()).toEqual(before);
  });
});

describe("invalid input of a new user gives one clear message and no partial work", () => {
  const GOOD = { lob: "fraud", model: "churn", path: "m" };
  const KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

  interface Case {
    readonly inputs?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
    /** Variables of the sandbox to remove. */
    readonly without?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly title: string;
    readonly says: readonly RegExp[];
  }

  test.each<[string, Case]>([
    [
      "a path that is not there",
      { inputs: { path: "buidl/m" }, title: "LOB1004: the path does not exist or cannot be read", says: [/"buidl\/m"/, /contains .*"m"/] },
    ],
    [
      "an empty folder",
      { inputs: { path: "empty" }, files: { "empty/x/y": "" }, title: "LOB1005: there is nothing to publish", says: [/empty/] },
    ],
    [
      "a file of 0 bytes",
      { inputs: { path: "zero" }, files: { zero: "" }, title: "LOB1005: there is nothing to publish", says: [/zero/, /0 bytes/] },
    ],
    [
      "a LOB that is not there",
      { inputs: { lob: "froud" }, title: "LOB3001: the LOB is not found", says: [/froud-model-catalog/, /catalog-table/] },
    ],
    ["a LOB in capitals", { inputs: { lob: "Fraud" }, title: "LOB1001: a name is not allowed", says: [/lower-case/] }],
    [
      "a model name with a slash",
      { inputs: { model: "fraud/churn" }, title: "LOB1001: a name is not allowed", says: [/lob: fraud and model: churn/] },
    ],
    [
      "no credentials, and no permission to get any",
      { without: KEYS, title: "LOB2001: no AWS credentials", says: [/id-token: write/, /aws-actions\/configure-aws-credentials/] },
    ],
    [
      "no credentials, although the job may have some",
      {
        without: KEYS,
        env: { ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.example" },
        title: "LOB2001: no AWS credentials",
        says: [/has id-token: write/, /aws-actions\/configure-aws-credentials/],
      },
    ],
    ["no region", { without: ["AWS_REGION", "AWS_DEFAULT_REGION"], title: "LOB2002: no AWS region", says: [/input region/, /aws-region/] }],
    ["another region", { inputs: { region: "eu-west-1" }, title: "LOB3001: the LOB is not found", says: [/eu-west-1/] }],
    [
      "what is no region",
      {
        inputs: { region: "Frankfurt" },
        title: "LOB1002: an option or argument is missing or invalid",
        says: [/Frankfurt/, /eu-central-1/],
      },
    ],
    [
      "a catalog table that is not there",
      { inputs: { "catalog-table": "other" }, title: "LOB3001: the LOB is not found", says: [/other does not exist/] },
    ],
  ])("%s", async (_, { inputs = {}, files = {}, without = [], env = {}, title, says }) => {
    await writeFiles(workspace, { m: "one", ...files });
    await rm(join(workspace, "empty", "x"), { recursive: true, force: true });
    const before = await fraud.contents();
    const kept = Object.fromEntries(Object.entries(sandbox.env).filter(([name]) => !without.includes(name)));
    const { code, outputs, summary, log } = await runStep({
      inputs: { ...GOOD, ...inputs },
      workspace,
      run: newRun("v1"),
      env: { ...kept, HOME: workspace, ...env },
    });

    expect(code).toBe(1);
    const annotations = annotationsOf(log);
    expect(annotations).toMatchObject([{ title }]);
    for (const words of says) expect(annotations[0]?.message).toMatch(words);
    expect(Object.keys(outputs)).toEqual(OUTPUTS);
    expect(outputs).toMatchObject({ version: "", changed: "false", sha256: "", "s3-uri": "" });
    expect(JSON.stringify(JSON.parse(outputs["json"] ?? ""))).toContain(title.slice(0, 7));
    expect(summary).toMatch(/^## ❌ /);
    expect(summary).toContain(`**${title.slice(0, 7)}**`);
    expect(log).not.toMatch(/^\s+at /m);
    expect(await fraud.contents()).toEqual(before);
  });

  test("reports several mistakes at once", async () => {
    const { code, log } = await step({ lob: "", model: "a/b", path: "gone", metrics: "auc=high", "dry-run": "maybe" });
    expect(code).toBe(1);
    expect(annotationsOf(log).map(({ title }) => title.slice(0, 7))).toEqual(["LOB1002", "LOB1002", "LOB1001", "LOB1004", "LOB1004"]);
  });

  test("a LOB without its tables", async () => {
    const orphan = await declareLob(sandbox, "orphan", { registryTable: "not-there" });
    await writeFile(join(workspace, "m"), "one");
    const before = await orphan.contents();
    const { code, log } = await step({ ...GOOD, lob: "orphan" });
    expect(code).toBe(1);
    expect(annotationsOf(log)).toMatchObject([{ title: "LOB2007: a table is missing", message: expect.stringContaining("not-there") }]);
    expect(await orphan.contents()).toEqual(before);
  });

  test("a LOB without its bucket", async () => {
    await writeFile(join(workspace, "m"), "one");
    await declareLob(sandbox, "nobucket", { bucket: "111122223333-us-east-1-gone" });
    const { code, log } = await step({ ...GOOD, lob: "nobucket" });
    expect(code).toBe(1);
    expect(annotationsOf(log)).toMatchObject([
      { title: "LOB2006: the bucket is missing or belongs to another account", message: expect.stringContaining("Pulumi stack") },
    ]);
  });
});

describe("AWS refuses", () => {
  let proxy: FaultProxy;
  beforeAll(async () => void (proxy = await FaultProxy.start(sandbox.endpoint)));
  afterAll(() => proxy?.stop());

  /** An error response of DynamoDB. */
  const refusal = (type: string, message: string): Fault => ({
    kind: "answer",
    status: 400,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "REQUEST-7" },
    body: JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message }),
  });
  const through = async (rule: Rule, options: Options = {}): Promise<StepResult> => {
    proxy.use(rule);
    await writeFile(join(workspace, "m"), "one");
    return step({ lob: "fraud", model: newModel(), path: "m" }, { ...options, env: { AWS_ENDPOINT_URL: proxy.endpoint, ...options.env } });
  };

  test("access: names the action and the resource", async () => {
    const said =
      "User: arn:aws:sts::123456789012:assumed-role/models/run is not authorized to perform: dynamodb:TransactWriteItems on resource: arn:aws:dynamodb:us-east-1:123456789012:table/fraud-model-registry";
    const { code, log } = await through(onOperation("TransactWriteItems", 1, refusal("AccessDeniedException", said)));
    expect(code).toBe(1);
    expect(annotationsOf(log)).toMatchObject([
      {
        title: "LOB2003: AWS denied access",
        message: expect.stringMatching(/dynamodb:TransactWriteItems on resource: .*fraud-model-registry.*platform team/),
      },
    ]);
  });

  test("access: shows the request id without debug logging, and a link to the explanation", async () => {
    const rule = onOperation("TransactWriteItems", 1, refusal("AccessDeniedException", "no"));
    const env = { GITHUB_ACTION_REPOSITORY: "acme/lob-registry", GITHUB_ACTION_REF: "v1" };
    const { log, summary, outputs } = await through(rule, { env });
    const place = "https://github.com/acme/lob-registry/blob/v1/docs/errors.md#lob2003";
    expect(annotationsOf(log)[0]?.message).toMatch(/\(AWS request id REQUEST-7\) More: .+$/);
    expect(annotationsOf(log)[0]?.message).toContain(place);
    expect(summary).toContain(`[LOB2003](${place})`);
    expect(summary).toContain("AWS request id REQUEST-7");
    expect(JSON.parse(outputs["json"]!)).toMatchObject({ problems: [{ code: "LOB2003", requestId: "REQUEST-7" }] });
  });

  test("a bucket of another account: S3 refuses each request that expects the LOB's own", async () => {
    const stranger = await declareLob(sandbox, "stranger", { bucketOwner: "999988887777" });
    const before = await stranger.contents();
    // MiniStack ignores the expected bucket owner; this responds like S3.
    proxy.use(({ headers }) =>
      ["999988887777"].includes(String(headers["x-amz-expected-bucket-owner"]))
        ? { kind: "answer", status: 403, body: "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>" }
        : undefined,
    );
    await writeFile(join(workspace, "m"), "one");
    const { code, log } = await step({ lob: "stranger", model: "churn", path: "m" }, { env: { AWS_ENDPOINT_URL: proxy.endpoint } });
    expect(code).toBe(1);
    expect(annotationsOf(log)).toMatchObject([
      { title: "LOB2003: AWS denied access", message: expect.stringContaining("does not belong to the account in the LOB's row") },
    ]);
    expect(await stranger.contents()).toEqual(before);
  });

  test("credentials that expire between models: the rest is not tried", async () => {
    const [first, second, third] = [newModel(), newModel(), newModel()];
    await writeFiles(workspace, {
      "models.yml": `lob: fraud\nmodels:\n${[first, second, third].map((model) => `  - { model: ${model}, path: m }\n`).join("")}`,
      m: "one",
    });
    // The response of each operation after the first model.
    let published = 0;
    proxy.use(({ operation }) => {
      if (operation === "DeleteObject") published += 1;
      return published > 0 && operation === "GetItem"
        ? refusal("ExpiredTokenException", "The security token included in the request is expired")
        : undefined;
    });
    const { code, outputs, log } = await step({ config: "models.yml" }, { env: { AWS_ENDPOINT_URL: proxy.endpoint } });
    expect(code).toBe(1);
    expect(JSON.parse(outputs["json"] ?? "")).toMatchObject([{ status: "published" }, { status: "failed" }, { status: "not-tried" }]);
    expect(annotationsOf(log)).toMatchObject([
      { title: "LOB2004: the credentials have expired", message: expect.stringContaining("role-duration-seconds") },
    ]);
  });

  test("debug logging logs each request with its id", async () => {
    const rule = onOperation("TransactWriteItems", 1, refusal("AccessDeniedException", "no"));
    expect((await through(rule, { env: { RUNNER_DEBUG: "1" } })).log).toMatch(/^::debug::.*DynamoDB.*TransactWriteItems.*REQUEST-7/m);
    expect((await through(onOperation("TransactWriteItems", 1, refusal("AccessDeniedException", "no")))).log).not.toContain("::debug::");
  });

  test("a cancelled run says so, sets its outputs and can be repeated", async () => {
    const run = newRun("v2");
    let cancel: (() => void) | undefined;
    const rule: Rule = ({ operation }) => {
      if (operation !== "UploadPart") return undefined;
      cancel?.();
      return { kind: "delay", milliseconds: 1000 };
    };
    const cancelled = await through(rule, { run, onStart: ({ pid }) => (cancel = () => process.kill(pid, "SIGINT")) });
    expect(cancelled.code).toBe(1);
    expect(annotationsOf(cancelled.log)).toMatchObject([
      { title: "LOB2010: the command was interrupted", message: expect.stringContaining("Run it again") },
    ]);
    expect(Object.keys(cancelled.outputs)).toEqual(OUTPUTS);
    const { model } = JSON.parse(cancelled.outputs["json"] ?? "") as { model: string };
    expect(await step({ lob: "fraud", model, path: "m" }, { run: { ...run, attempt: 2 } })).toMatchObject({
      code: 0,
      outputs: { version: "1", changed: "true" },
    });
  });
});
