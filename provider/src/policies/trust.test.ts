import { describe, expect, test } from "@jest/globals";
import type { RepositoryDetails } from "../settings/roles";
import { ACCOUNT } from "../testing/deploy";
import { jobMayTake, roleMayTake, type Claims } from "../testing/iam";
import { LIMITS } from "./document";
import { permissionsText, trustText } from "./texts";
import { subjects, trustPolicy, wellKnownProvider } from "./trust";

const PROVIDER = wellKnownProvider("aws", ACCOUNT);
const WHERE = { partition: "aws", oidcProviderArn: PROVIDER };
const WORKFLOW = "acme/workflows/.github/workflows/publish.yml@refs/heads/main";
const REPOSITORY = "acme/fraud-models";

const may = (repository: RepositoryDetails, claims: Claims, writes = true): Promise<boolean> =>
  jobMayTake(trustPolicy({ repositories: [repository], principals: [] }, WHERE, writes), claims, PROVIDER);

const bound: Record<string, RepositoryDetails> = {
  branch: { repository: REPOSITORY, branches: ["main", "release/*"] },
  tag: { repository: REPOSITORY, tags: ["v*"] },
  environment: { repository: REPOSITORY, environments: ["production", "eu: live"] },
  ids: { repository: REPOSITORY, branches: ["main"], ownerId: "12", repositoryId: "34" },
  ownerOnly: { repository: REPOSITORY, branches: ["main"], ownerId: "12" },
  workflow: { repository: REPOSITORY, workflows: [WORKFLOW] },
  both: { repository: REPOSITORY, branches: ["main"], workflows: [WORKFLOW] },
};

describe("a GitHub job takes the role of a publisher", () => {
  // Restriction, claims, and whether the job may take the role.
  test.each<[keyof typeof bound, Claims, boolean]>([
    ["branch", { sub: "repo:acme/fraud-models:ref:refs/heads/main" }, true],
    ["branch", { sub: "repo:acme@12/fraud-models@34:ref:refs/heads/main" }, true],
    ["branch", { sub: "repo:acme/fraud-models:ref:refs/heads/release/2" }, true],
    ["branch", { sub: "repo:acme/fraud-models:ref:refs/heads/main", aud: "https://github.com/acme" }, false],
    ["branch", { sub: "repo:acme/fraud-models:ref:refs/heads/dev" }, false],
    ["branch", { sub: "repo:acme/fraud-models:ref:refs/heads/main2" }, false],
    ["branch", { sub: "repo:acme/fraud-models:ref:refs/heads/x/main" }, false],
    ["branch", { sub: "repo:acme/fraud-models:ref:refs/tags/main" }, false],
    ["branch", { sub: "repo:acme/fraud-models:environment:production" }, false],
    ["branch", { sub: "repo:acme/fraud-models:pull_request" }, false],
    ["branch", { sub: "repo:acme/fraud-models2:ref:refs/heads/main" }, false],
    ["branch", { sub: "repo:acme2/fraud-models:ref:refs/heads/main" }, false],
    ["branch", { sub: "repo:acme@12/other@56:ref:refs/heads/main" }, false],
    ["branch", { sub: "repo:evil@78/fraud-models@90:ref:refs/heads/main" }, false],
    // Names of branches and environments that another repository of the owner could choose to look like this one.
    ["branch", { sub: "repo:acme@12/other@56:ref:refs/heads/x/fraud-models@34" }, false],
    ["branch", { sub: "repo:acme@12/other@56:ref:refs/heads/x/fraud-models@34/ref/refs/heads/main" }, false],
    ["branch", { sub: "repo:acme@12/other@56:environment:x/fraud-models@34%3Aref%3Arefs/heads/main" }, false],
    // Subjects that another repository of the owner can produce with include_claim_keys.
    ["branch", { sub: "repo:acme@12/other@56:environment:x/fraud-models@34:ref:refs/heads/main" }, false],
    ["branch", { sub: "repo:acme@12/other@56:workflow:x/fraud-models@34:ref:refs/heads/main" }, false],
    ["branch", { sub: "repo:acme/fraud-models:ref:refs/heads/main", repository: "acme/other" }, false],
    ["ids", { sub: "repo:acme@12/other@56:environment:x/fraud-models@34:ref:refs/heads/main" }, false],
    ["ownerOnly", { sub: "repo:acme@12/other@56:environment:x/fraud-models@34:ref:refs/heads/main" }, false],
    ["workflow", { sub: "repo:acme@12/other@56:head_ref:x/fraud-models@34:ref:refs/heads/x", job_workflow_ref: WORKFLOW }, false],
    ["tag", { sub: "repo:acme/fraud-models:ref:refs/tags/v1.2.3" }, true],
    ["tag", { sub: "repo:acme/fraud-models:ref:refs/heads/v1" }, false],
    ["environment", { sub: "repo:acme/fraud-models:environment:production" }, true],
    ["environment", { sub: "repo:acme@12/fraud-models@34:environment:eu%3A live" }, true],
    ["environment", { sub: "repo:acme/fraud-models:environment:staging" }, false],
    ["environment", { sub: "repo:acme/fraud-models:ref:refs/heads/main" }, false],
    ["ids", { sub: "repo:acme/fraud-models:ref:refs/heads/main" }, true],
    ["ids", { sub: "repo:acme@12/fraud-models@34:ref:refs/heads/main" }, true],
    ["ids", { sub: "repo:acme@12/fraud-models@35:ref:refs/heads/main" }, false],
    ["ids", { sub: "repo:acme@13/fraud-models@34:ref:refs/heads/main" }, false],
    ["workflow", { sub: "repo:acme/fraud-models:ref:refs/heads/any", job_workflow_ref: WORKFLOW }, true],
    ["workflow", { sub: "repo:acme/fraud-models:environment:any", job_workflow_ref: WORKFLOW }, true],
    ["workflow", { sub: "repo:acme/fraud-models:pull_request", job_workflow_ref: WORKFLOW }, false],
    ["workflow", { sub: "repo:acme/other:ref:refs/heads/any", job_workflow_ref: WORKFLOW }, false],
    ["workflow", { sub: "repo:acme/fraud-models:ref:refs/heads/any", job_workflow_ref: WORKFLOW.replace("main", "dev") }, false],
    ["workflow", { sub: "repo:acme/fraud-models:ref:refs/heads/any" }, false],
    ["both", { sub: "repo:acme/fraud-models:ref:refs/heads/main", job_workflow_ref: WORKFLOW }, true],
    ["both", { sub: "repo:acme/fraud-models:ref:refs/heads/dev", job_workflow_ref: WORKFLOW }, false],
    ["both", { sub: "repo:acme/fraud-models:ref:refs/heads/main" }, false],
  ])("bound by %s, %j: %s", async (how, claims, expected) => {
    expect(await may(bound[how]!, claims)).toBe(expected);
  });
});

describe("a GitHub job takes the role of a reader", () => {
  test.each<[string, RepositoryDetails, Claims, boolean]>([
    ["of a repository", { repository: REPOSITORY }, { sub: "repo:acme/fraud-models:pull_request" }, true],
    ["of a repository", { repository: REPOSITORY }, { sub: "repo:acme@1/fraud-models@2:ref:refs/heads/any" }, true],
    ["of a repository", { repository: REPOSITORY }, { sub: "repo:acme@1/other@2:ref:refs/heads/x/fraud-models@3" }, false],
    ["of a repository", { repository: REPOSITORY }, { sub: "repo:acme@1/other@2:ref:refs/heads/x/fraud-models@3:actor:me" }, false],
    ["of another", { repository: REPOSITORY }, { sub: "repo:acme/other:pull_request" }, false],
    ["of pull requests", { repository: REPOSITORY, pullRequests: true }, { sub: "repo:acme/fraud-models:pull_request" }, true],
    ["of pull requests", { repository: REPOSITORY, pullRequests: true }, { sub: "repo:acme/fraud-models:ref:refs/heads/main" }, false],
  ])("%s, %j, %j: %s", async (_, repository, claims, expected) => {
    expect(await may(repository, claims, false)).toBe(expected);
  });
});

test("a named workflow counts only for its own repository", async () => {
  const other = WORKFLOW.replace("publish", "other");
  const trust = trustPolicy(
    {
      repositories: [
        { repository: "acme/a", branches: ["main"], workflows: [WORKFLOW] },
        { repository: "acme/b", branches: ["main"], workflows: [other] },
        { repository: "acme/c", branches: ["main"] },
      ],
      principals: [],
    },
    WHERE,
    true,
  );
  const from = (name: string, workflow?: string): Promise<boolean> =>
    jobMayTake(trust, { sub: `repo:acme/${name}:ref:refs/heads/main`, ...(workflow && { job_workflow_ref: workflow }) }, PROVIDER);
  expect(await Promise.all([from("a", WORKFLOW), from("b", other), from("c"), from("c", other)])).toEqual([true, true, true, true]);
  expect(await Promise.all([from("a", other), from("b", WORKFLOW), from("a"), from("b")])).toEqual([false, false, false, false]);
});

test("named roles, and everyone in a named account, may take the role", async () => {
  const sagemaker = `arn:aws:iam::${ACCOUNT}:role/service-role/sagemaker`;
  const trust = trustPolicy({ repositories: [], principals: [sagemaker, "444455556666"] }, WHERE, true);
  expect(await roleMayTake(trust, sagemaker)).toBe(true);
  expect(await roleMayTake(trust, `arn:aws:iam::${ACCOUNT}:role/other`)).toBe(false);
  expect(await roleMayTake(trust, "arn:aws:iam::444455556666:role/airflow")).toBe(true);
  expect(await roleMayTake(trust, "arn:aws:iam::777788889999:role/airflow")).toBe(false);
  expect(await jobMayTake(trust, { sub: "repo:acme/fraud-models:ref:refs/heads/main" }, PROVIDER)).toBe(false);
});

test("no subject of a writer matches every job of a repository", () => {
  for (const repository of Object.values(bound)) {
    for (const subject of subjects(repository, true)) expect(subject).toMatch(/^repo:[^:]+:(ref:refs\/(heads|tags)\/.+|environment:.+)$/);
  }
  expect(subjects({ repository: REPOSITORY, branches: [] }, true)).toEqual([]);
  expect(trustPolicy({ repositories: [{ repository: REPOSITORY }], principals: [] }, WHERE, true).Statement).toEqual([]);
  expect(subjects({ repository: REPOSITORY, branches: ["main"] }, true)).toEqual([
    "repo:acme/fraud-models:ref:refs/heads/main",
    "repo:acme@*/fraud-models@*:ref:refs/heads/main",
  ]);
});

test("the claim `repository` is required if an id is missing, and only for github.com", () => {
  const equals = (repository: RepositoryDetails, oidcProviderArn = PROVIDER): unknown =>
    trustPolicy({ repositories: [repository], principals: [] }, { ...WHERE, oidcProviderArn }, true).Statement[0]?.Condition?.StringEquals;
  const host = "token.actions.githubusercontent.com";
  expect(equals(bound["branch"]!)).toEqual({ [`${host}:aud`]: "sts.amazonaws.com", [`${host}:repository`]: [REPOSITORY] });
  expect(equals(bound["ids"]!)).toEqual({ [`${host}:aud`]: "sts.amazonaws.com" });
  const server = `arn:aws:iam::${ACCOUNT}:oidc-provider/github.example.com/_services/token`;
  expect(equals(bound["branch"]!, server)).toEqual({ "github.example.com/_services/token:aud": "sts.amazonaws.com" });
});

test("the trust policy uses the partition of the account", () => {
  const text = trustText(
    "reader",
    { repositories: [], principals: ["444455556666"] },
    { ...WHERE, partition: "aws-cn" },
    LIMITS.trust,
  ).text;
  expect(text).toContain("arn:aws-cn:iam::444455556666:root");
});

describe("a policy too long for AWS is reported with its length", () => {
  const repositories = (count: number): RepositoryDetails[] =>
    Array.from({ length: count }, (_, n) => ({ repository: `acme/repository-${String(n)}`, branches: ["main"] }));

  test("a trust policy", () => {
    const fits = trustText("publisher", { repositories: repositories(12), principals: [] }, WHERE, LIMITS.trust);
    expect([fits.problem, fits.text.length <= LIMITS.trust]).toEqual([undefined, true]);
    const { text, problem } = trustText("publisher", { repositories: repositories(30), principals: [] }, WHERE, LIMITS.trust);
    expect(problem).toContain(`its trust policy would have ${text.length.toLocaleString("en-US")} characters, but AWS allows 2,048`);
  });

  test("the permissions", () => {
    const target = {
      partition: "aws",
      region: "eu-west-1",
      place: { bucket: "b".repeat(63), prefix: "ml-models", suffix: ".tar.gz", lob: "l".repeat(22) },
      catalogArn: `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/${"c".repeat(60)}`,
      registryArn: `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/${"r".repeat(60)}`,
      protectedAliases: ["prod", "live", "canary"],
      kmsKeyArn: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
      ownBucket: false,
    };
    for (const kind of ["publisher", "promoter", "reader"] as const)
      expect(permissionsText(kind, target)).toHaveProperty("problem", undefined);
    expect(permissionsText("publisher", target, ["churn", "chargeback", "identity"])).toHaveProperty("problem", undefined);
    const models = Array.from({ length: 40 }, (_, n) => `model-${String(n)}`);
    expect(permissionsText("publisher", target, models).problem).toMatch(
      /^its policy would have \d+,\d{3} characters, but AWS allows 10,240/,
    );
  });
});
