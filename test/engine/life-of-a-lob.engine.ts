/** One LOB from its first preview to its end, and taken up again. The tests of this file build on each other. */
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { IAMClient, ListRolePoliciesCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { CATALOG_HASH_KEY, lobNamespace } from "lob-registry-core/layout";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { clientsOf, readObjects, readRow, readRows, type Clients } from "../support/state.ts";
import { Stack, type Outcome, type Program, type Step } from "./support/engine.ts";
import { listVersions, publish } from "./support/publish.ts";
import { describeOnEngine } from "./support/suite.ts";

const MINUTES = 300_000;
const BUCKET = "123456789012-us-east-1-fraud-artifacts";
const [CATALOG, REGISTRY] = ["fraud-model-catalog", "fraud-model-registry"];
const repository = (name: string): object => ({ repository: `acme/${name}`, branches: ["main"] });
const publisher = (...repositories: string[]): object => ({ name: "models", repositories: repositories.map(repository) });

/** Operations of the engine on AWS. A component itself creates nothing, only its children do. */
const onAws = ({ steps }: Outcome): Step[] => steps.filter(({ type }) => type.startsWith("aws:"));
const changesOf = (outcome: Outcome): string[] => onAws(outcome).flatMap(({ op, name }) => (op === "same" ? [] : [`${op} ${name}`]));
const opsOf = (outcome: Outcome): string[] => [...new Set(onAws(outcome).map(({ op }) => op))].sort();

describeOnEngine("a LOB", () => {
  let sandbox: Sandbox;
  let clients: Clients;
  let iam: IAMClient;
  let stack: Stack;
  beforeAll(async () => {
    sandbox = await startSandbox();
    clients = clientsOf(sandbox);
    iam = new IAMClient({ endpoint: sandbox.endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } });
    stack = await Stack.create(sandbox);
  }, MINUTES);
  afterAll(() => sandbox?.stop());

  const args = { owner: "risk", tags: { team: "risk" }, publishers: [publisher("fraud-models")] };
  const lob = (change: object = {}): Program => ({
    language: "typescript",
    program: join(import.meta.dirname, "programs", "lob.ts"),
    args: { ...args, ...change },
  });
  const contents = async (): Promise<unknown> => ({
    objects: await readObjects(clients, BUCKET),
    registry: await readRows(clients, REGISTRY, "url"),
    policy: (await clients.s3.send(new GetBucketPolicyCommand({ Bucket: BUCKET }))).Policy,
  });
  const urns = async (): Promise<string[]> => (await stack.resources()).map(({ urn }) => urn).sort();
  /** Roles with their trust and inline policies, as IAM has them. */
  const roles = async (): Promise<unknown> => {
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    const found = Roles.map(async ({ RoleName, AssumeRolePolicyDocument }) => {
      const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      return [RoleName, AssumeRolePolicyDocument, PolicyNames];
    });
    return Promise.all(found);
  };
  const row = (): Promise<unknown> => readRow(clients, CATALOG, { [CATALOG_HASH_KEY]: lobNamespace("fraud") });

  test("is previewed, and nothing is made by that", async () => {
    const outcome = await stack.must("preview", lob());
    expect(opsOf(outcome)).toEqual(["create"]);
    expect((await clients.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  test(
    "comes up, protected, and models are published to it",
    async () => {
      await stack.must("up", lob());
      const data = (await stack.resources()).filter(({ type }) => /^aws:(s3|dynamodb)/.test(type));
      expect(data).toHaveLength(10);
      expect(data.filter(({ protect }) => protect !== true)).toEqual([]);
      expect(await publish(sandbox, await stack.outputs(), "one")).toMatchObject({ version: "1" });
    },
    MINUTES,
  );

  test("does not change when it is previewed again", async () => {
    expect(opsOf(await stack.must("preview", lob()))).toEqual(["same"]);
  });

  test("is updated in place when a repository is added to a publisher", async () => {
    const more = lob({ publishers: [publisher("fraud-models", "fraud-nightly")] });
    expect(changesOf(await stack.must("preview", more))).toEqual(["update fraud-publisher-models"]);
    await stack.must("up", more);
    const role = (await stack.resources()).find(({ type }) => type === "aws:iam/role:Role");
    expect(role?.inputs?.["assumeRolePolicy"]).toMatch(/repo:acme.*fraud-models.*repo:acme.*fraud-nightly/s);
    await stack.must("up", lob());
  });

  test("refuses another table, before anything is changed", async () => {
    const before = await contents();
    const other = lob({ registryTableName: "another-registry" });
    for (const operation of ["preview", "up"] as const) {
      const { code, text } = await stack.run(operation, other);
      expect(code).not.toBe(0);
      expect(text).toContain('LineOfBusiness "fraud" would change registryTableName from "fraud-model-registry" to "another-registry"');
    }
    expect(await contents()).toEqual(before);
    expect((await clients.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([CATALOG, REGISTRY]);
    expect(opsOf(await stack.must("preview", lob()))).toEqual(["same"]);
  });

  test("is not destroyed while it is protected, and a refused destroy deletes nothing: no role and no policy either", async () => {
    const everything = async (): Promise<unknown> => [await contents(), await row(), await roles(), await urns()];
    const before = await everything();
    // The Automation API destroys without a preview, so the engine meets the protected row in the middle of its work.
    const { code, text } = await stack.run("destroy", lob());
    expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(/protect/) });
    expect(await everything()).toEqual(before);
    expect(opsOf(await stack.must("preview", lob()))).toEqual(["same"]);
  });

  test(
    "is destroyed when that is meant, and its data stays: only the row and the roles go",
    async () => {
      const before = await contents();
      await stack.must("up", lob({ protect: false }));
      await stack.must("destroy", lob({ protect: false }));
      expect(await stack.resources()).toEqual([]);
      expect(await contents()).toEqual(before);
      expect(await row()).toBeUndefined();
    },
    MINUTES,
  );

  test(
    "is adopted again by `adopt`: kept resources are imported, the next version follows the last, and nothing else changes",
    async () => {
      const before = await contents();
      const adopted = await stack.must("up", lob({ adopt: true }));
      expect(opsOf(adopted)).toEqual(["create", "import"]);
      expect(onAws(adopted).filter(({ op }) => op === "import")).toHaveLength(9);
      expect(await contents()).toEqual(before);
      expect(await row()).toMatchObject({ kind: "LOB", owner: "risk" });
      expect((await stack.resources()).filter(({ type, protect }) => /^aws:(s3|dynamodb)/.test(type) && protect !== true)).toEqual([]);

      expect(opsOf(await stack.must("preview", lob({ adopt: true })))).toEqual(["same"]);
      expect(opsOf(await stack.must("preview", lob()))).toEqual(["same"]);
      expect(await publish(sandbox, await stack.outputs(), "two")).toMatchObject({ version: "2" });
      expect((await listVersions(sandbox, "fraud")).map(({ version }) => version)).toEqual([2, 1]);
    },
    MINUTES,
  );
});
