import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "./account";
import type { LineOfBusinessArgs } from "./args/line-of-business";
import type { SharedRegistryArgs } from "./args/shared-registry";
import { claim, claimName } from "./claims";
import { claimsOfLob, claimsOfRegistry } from "./possessions";
import { lineOfBusinessSettings } from "./settings/line-of-business";
import { sharedRegistrySettings } from "./settings/shared-registry";
import { ACCOUNT, deploy, REGION } from "./testing/deploy";

type Where = Partial<Record<"accountId" | "region", string>>;
const WEST: Where = { region: "us-west-2" };
const ELSEWHERE: Where = { accountId: "444455556666" };

const accountAt = ({ accountId = ACCOUNT, region = REGION }: Where): Account => ({
  accountId: pulumi.output(accountId),
  region: pulumi.output(region),
  partition: pulumi.output("aws"),
  callerArn: pulumi.output("arn:aws:iam::111122223333:role/deployer"),
});
/** Claims for a LOB, and answers the problem. */
async function lob(name: string, args: LineOfBusinessArgs = {}, where: Where = {}): Promise<string | undefined> {
  return problemOf(claim({ kind: "LineOfBusiness", name }, claimsOfLob(lineOfBusinessSettings(name, args), accountAt(where))));
}
async function registry(name: string, args: SharedRegistryArgs = {}): Promise<string | undefined> {
  return problemOf(claim({ kind: "SharedRegistry", name }, claimsOfRegistry(sharedRegistrySettings(name, args).storage, accountAt({}))));
}
const problemOf = (claimed: Promise<void>): Promise<string | undefined> =>
  claimed.then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
/** Runs claims as one program, and answers the result of the last. */
async function last(...claims: (() => Promise<string | undefined>)[]): Promise<string | undefined> {
  let result: string | undefined;
  await deploy(async () => {
    for (const one of claims) {
      expect(result).toBeUndefined();
      result = await one();
    }
  });
  return result;
}

const principals = [ACCOUNT];
const readers = [{ name: "serving", principals }];
const reference = { bucketName: "the-bucket", catalogTableName: "the-catalog", registryTableName: "the-registry" };

test.each<[string, () => Promise<string | undefined>, () => Promise<string | undefined>, string]>([
  [
    "the same LOB twice",
    () => lob("fraud", { readers }),
    () => lob("again", { lob: "fraud", readers }),
    'LineOfBusiness "again" has a wrong argument: lob: LineOfBusiness "fraud" of this program is the LOB "fraud" in the same account',
  ],
  [
    "the same LOB twice in a shared registry",
    () => lob("fraud", { sharedRegistry: reference }),
    () => lob("again", { lob: "fraud", sharedRegistry: pulumi.output(reference) }),
    'LineOfBusiness "again" has a wrong argument: lob: LineOfBusiness "fraud" of this program is the LOB "fraud"',
  ],
  [
    "the same LOB in two regions, with one role",
    () => lob("fraud", { readers }),
    () => lob("west", { lob: "fraud", readers: [{ name: "Serving", principals }] }, WEST),
    'LineOfBusiness "west" has a wrong argument: lob: LineOfBusiness "fraud" of this program has the role fraud-reader-serving, and names of roles are unique in an account, across regions',
  ],
  [
    "the same LOB in two regions, with several roles",
    () => lob("fraud", { readers, promoters: readers }),
    () => lob("west", { lob: "fraud", readers, promoters: readers }, WEST),
    "has the roles fraud-promoter-serving, fraud-reader-serving, and names",
  ],
  [
    "one bucket for two LOBs",
    () => lob("fraud", { bucketName: "acme-ml" }),
    () => lob("cards", { bucketName: pulumi.output("acme-ml"), existingBucket: true }),
    'LineOfBusiness "cards" has a wrong argument: bucketName: LineOfBusiness "fraud" of this program owns the bucket acme-ml, and',
  ],
  [
    "one bucket for a LOB and a shared registry, in two accounts",
    () => lob("fraud", { bucketName: "acme-ml" }, ELSEWHERE),
    () => registry("models", { bucketName: "acme-ml" }),
    'SharedRegistry "models" has a wrong argument: bucketName: LineOfBusiness "fraud"',
  ],
  [
    "two registries with default names",
    () => registry("models"),
    () => registry("more"),
    'SharedRegistry "more" has a wrong argument: bucketName: SharedRegistry "models"',
  ],
  [
    "one catalog table of two owners",
    () => lob("fraud", { catalogTableName: "catalog" }),
    () => lob("cards", { catalogTableName: "catalog" }),
    'LineOfBusiness "cards" has a wrong argument: catalogTableName: LineOfBusiness "fraud" of this program declares the table catalog;',
  ],
  [
    "the catalog table of one as the registry table of another",
    () => lob("fraud", { catalogTableName: "models" }),
    () => lob("cards", { registryTableName: "models" }),
    'has a wrong argument: registryTableName: LineOfBusiness "fraud" of this program declares the table models;',
  ],
  [
    "two OIDC providers",
    () => lob("fraud", { createGithubOidcProvider: true }),
    () => lob("cards", { createGithubOidcProvider: true }, WEST),
    'LineOfBusiness "cards" has a wrong argument: createGithubOidcProvider: LineOfBusiness "fraud" of this program creates',
  ],
])("is refused in one line: %s", async (_, first, second, expected) => {
  const problem = await last(first, second);
  expect(problem).toContain(expected);
  expect(problem).not.toContain("\n");
});

test.each<[string, (() => Promise<string | undefined>)[]]>([
  ["two LOBs", [() => lob("fraud", { readers }), () => lob("cards", { readers })]],
  ["a LOB in three accounts", [() => lob("fraud", { readers }), () => lob("prod", { lob: "fraud", readers }, ELSEWHERE)]],
  [
    "a LOB in two regions with different roles",
    [() => lob("fraud", { readers }), () => lob("west", { lob: "fraud", readers: [{ ...readers[0]!, roleName: "west" }] }, WEST)],
  ],
  [
    "many LOBs in a shared registry",
    [() => registry("models"), () => lob("fraud", { sharedRegistry: reference }), () => lob("cards", { sharedRegistry: reference })],
  ],
  [
    "existing tables of two LOBs with their own buckets",
    [
      () => lob("fraud", { existingTables: true, catalogTableName: "the-catalog", registryTableName: "the-registry" }),
      () => lob("cards", { existingTables: true, catalogTableName: "the-catalog", registryTableName: "the-registry" }),
    ],
  ],
  [
    "a name that the preview does not know",
    [
      () => lob("fraud", { bucketName: "acme-ml" }),
      () => lob("cards", { bucketName: pulumi.output(pulumi.unknown as string), catalogTableName: "the-catalog" }),
    ],
  ],
])("is no clash: %s", async (_, claims) => {
  expect(await last(...claims)).toBeUndefined();
});

test("nothing of one deployment clashes with the next one in the same process", async () => {
  for (let run = 0; run < 2; run++) expect(await last(() => lob("fraud", { createGithubOidcProvider: true, readers }))).toBeUndefined();
});

test("a component that was refused has claimed nothing", async () => {
  await deploy(async () => {
    expect(await lob("fraud", { bucketName: "acme-ml" })).toBeUndefined();
    expect(await lob("cards", { bucketName: "acme-ml", catalogTableName: "free" })).toMatch(/owns the bucket acme-ml/);
    expect(await lob("cards", { catalogTableName: "free" })).toBeUndefined();
  });
});

test("a name can be declared once per kind and parent", async () => {
  class Team extends pulumi.ComponentResource {}
  await deploy(() => {
    const [team, other] = [new Team("acme:index:Team", "a"), new Team("acme:index:Team", "b")];
    const fraud = { kind: "LineOfBusiness", name: "fraud" } as const;
    for (const options of [{}, { parent: team }, { parent: other }]) claimName(fraud, options);
    claimName({ ...fraud, kind: "SharedRegistry" }, {});
    const twice = 'LineOfBusiness "fraud" has a wrong argument: name: this program declares LineOfBusiness "fraud" twice;';
    for (const options of [{}, { parent: team }]) expect(() => claimName(fraud, options)).toThrow(twice);
  });
});
