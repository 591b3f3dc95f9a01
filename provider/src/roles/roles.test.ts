import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { LineOfBusinessArgs } from "../args/line-of-business";
import { LineOfBusiness } from "../line-of-business";
import { ACCOUNT, deploy, valueOf, type Deployment, type Registered } from "../testing/deploy";

const GITHUB = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
const SAGEMAKER = `arn:aws:iam::${ACCOUNT}:role/sagemaker`;
const ROLES: LineOfBusinessArgs = {
  publishers: [
    { name: "models", repositories: [{ repository: "acme/fraud-models", environments: ["production"] }], models: ["churn"] },
    { name: "notebooks", principals: [SAGEMAKER] },
  ],
  promoters: [{ name: "release", repositories: [{ repository: "acme/release", branches: ["main"] }] }],
  readers: [{ name: "serving", principals: ["444455556666"], roleName: "fraud-serving" }],
  protectedAliases: ["prod"],
};

async function deployFraud(args: LineOfBusinessArgs): Promise<Deployment & { lob: LineOfBusiness }> {
  let lob: LineOfBusiness | undefined;
  const deployment = await deploy(() => (lob = new LineOfBusiness("fraud", args)));
  return { ...deployment, lob: lob! };
}
const ofType = ({ resources }: Deployment, type: string): Registered[] => resources.filter((one) => one.type === type);
const rolesOf = (deployment: Deployment): Registered[] => ofType(deployment, "aws:iam/role:Role");

test("each publisher, promoter and reader has a role and its policy", async () => {
  const deployment = await deployFraud({ ...ROLES, tags: { team: "risk" } });
  expect(rolesOf(deployment).map(({ name, inputs }) => [name, inputs["name"]])).toEqual([
    ["fraud-publisher-models", "fraud-publisher-models"],
    ["fraud-publisher-notebooks", "fraud-publisher-notebooks"],
    ["fraud-promoter-release", "fraud-promoter-release"],
    ["fraud-reader-serving", "fraud-serving"],
  ]);
  for (const { inputs } of rolesOf(deployment)) {
    expect(inputs).toMatchObject({ path: "/", maxSessionDuration: 21_600, tags: { team: "risk" } });
    expect(inputs).not.toHaveProperty("permissionsBoundary");
  }
  expect(ofType(deployment, "aws:iam/rolePolicy:RolePolicy").map(({ inputs }) => [inputs["role"], inputs["name"]])).toEqual([
    ["fraud-publisher-models", "lob-registry"],
    ["fraud-publisher-notebooks", "lob-registry"],
    ["fraud-promoter-release", "lob-registry"],
    ["fraud-serving", "lob-registry"],
  ]);
  expect(ofType(deployment, "aws:iam/openIdConnectProvider:OpenIdConnectProvider")).toEqual([]);
  expect(deployment.warnings).toEqual([]);
});

test("outputs have the ARNs by the names in the arguments", async () => {
  const { lob } = await deployFraud(ROLES);
  expect(await valueOf(lob.publisherRoleArns)).toEqual({
    models: `arn:aws:iam::${ACCOUNT}:role/fraud-publisher-models`,
    notebooks: `arn:aws:iam::${ACCOUNT}:role/fraud-publisher-notebooks`,
  });
  expect(await valueOf(lob.promoterRoleArns)).toEqual({ release: `arn:aws:iam::${ACCOUNT}:role/fraud-promoter-release` });
  expect(await valueOf(lob.readerRoleArns)).toEqual({ serving: `arn:aws:iam::${ACCOUNT}:role/fraud-serving` });
  expect(Object.keys(lob.resources.roles)).toHaveLength(4);
});

test("trust policies name those who may take the roles", async () => {
  const deployment = await deployFraud(ROLES);
  const trust = rolesOf(deployment).map(({ inputs }) => JSON.parse(inputs["assumeRolePolicy"] as string) as { Statement: unknown[] });
  expect(trust[0]!.Statement).toEqual([
    {
      Effect: "Allow",
      Principal: { Federated: GITHUB },
      Action: ["sts:AssumeRoleWithWebIdentity"],
      Condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:repository": ["acme/fraud-models"],
        },
        StringLike: {
          "token.actions.githubusercontent.com:sub": [
            "repo:acme/fraud-models:environment:production",
            "repo:acme@*/fraud-models@*:environment:production",
          ],
        },
      },
    },
  ]);
  expect(trust[1]!.Statement).toEqual([{ Effect: "Allow", Principal: { AWS: [SAGEMAKER] }, Action: ["sts:AssumeRole"] }]);
  expect(trust[3]!.Statement).toEqual([
    { Effect: "Allow", Principal: { AWS: ["arn:aws:iam::444455556666:root"] }, Action: ["sts:AssumeRole"] },
  ]);
});

test("boundary, path, session and OIDC provider come from the arguments", async () => {
  const enterprise = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com/acme`;
  const permissionsBoundary = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
  const deployment = await deployFraud({
    ...ROLES,
    permissionsBoundary,
    rolePath: "/ml/",
    maxSessionDuration: 43_200,
    githubOidcProviderArn: enterprise,
  });
  for (const { inputs } of rolesOf(deployment))
    expect(inputs).toMatchObject({ permissionsBoundary, path: "/ml/", maxSessionDuration: 43_200 });
  const trust = rolesOf(deployment)[0]!.inputs["assumeRolePolicy"] as string;
  expect(trust).toContain(`"Federated":"${enterprise}"`);
  expect(trust).toContain('"token.actions.githubusercontent.com/acme:sub"');
});

test("the OIDC provider is created only on request", async () => {
  const deployment = await deployFraud({ ...ROLES, createGithubOidcProvider: true, tags: { team: "risk" } });
  const made = ofType(deployment, "aws:iam/openIdConnectProvider:OpenIdConnectProvider");
  // Others in the account may use it: it outlives the LOB.
  expect(made.map(({ protect, retainOnDelete }) => [protect, retainOnDelete])).toEqual([[true, true]]);
  expect(made.map(({ name, inputs }) => [name, inputs])).toEqual([
    ["fraud-github", { url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"], tags: { team: "risk" } }],
  ]);
  expect(rolesOf(deployment)[0]!.inputs["assumeRolePolicy"]).toContain(`"Federated":"${GITHUB}"`);
});

test("roles are neither protected nor retained, so that one up removes a publisher", async () => {
  const deployment = await deployFraud(ROLES);
  const access = deployment.resources.filter(({ type }) => type.startsWith("aws:iam/"));
  expect(access).toHaveLength(8);
  expect(access.filter(({ protect, retainOnDelete }) => protect || retainOnDelete)).toEqual([]);
});

test("with a value that is known later, names and number of the roles are known now", async () => {
  const deployment = await deployFraud({
    publishers: [
      {
        name: "models",
        repositories: [{ repository: pulumi.output("acme/models"), branches: pulumi.output(["main"]) }],
        principals: [pulumi.output(SAGEMAKER)],
        models: pulumi.output(["churn"]),
      },
    ],
  });
  expect(rolesOf(deployment)[0]!.inputs["assumeRolePolicy"]).toContain("repo:acme/models:ref:refs/heads/main");
  expect(rolesOf(deployment)[0]!.inputs["assumeRolePolicy"]).toContain(SAGEMAKER);
});

test("a list that is known only later is refused, because it decides which resources exist", () => {
  for (const list of ["publishers", "promoters", "readers"]) {
    const args = { [list]: pulumi.output([{ name: "a", principals: [SAGEMAKER] }]) } as LineOfBusinessArgs;
    let refusal: unknown;
    try {
      new LineOfBusiness("fraud", args);
    } catch (error) {
      refusal = error;
    }
    const reason = "this list must be known when the program runs; only the properties of its items may be outputs";
    expect((refusal as pulumi.InputPropertiesError).errors).toEqual([{ propertyPath: list, reason }]);
  }
});

test("a trust policy too long for AWS is refused with the other problems, with its length and how to split it", () => {
  const repositories = Array.from({ length: 20 }, (_, n) => ({ repository: `acme/repository-${String(n)}`, environments: ["production"] }));
  const args: LineOfBusinessArgs = { publishers: [{ name: "all", repositories }], rolePath: "ml" };
  let refusal: unknown;
  try {
    new LineOfBusiness("fraud", args);
  } catch (error) {
    refusal = error;
  }
  expect((refusal as pulumi.InputPropertiesError).errors).toEqual([
    expect.objectContaining({ propertyPath: "rolePath" }),
    {
      propertyPath: "publishers[0]",
      reason: expect.stringMatching(
        /^its trust policy would have \d,\d{3} characters, but AWS allows 2,048; split it into several publishers/,
      ),
    },
  ]);
});

test("writers with a branch pattern that matches every branch cause a warning", async () => {
  const repositories = [{ repository: "acme/models", branches: ["*"] }];
  const deployment = await deployFraud({ publishers: [{ name: "a", repositories }], readers: [{ name: "a", repositories }] });
  expect(deployment.warnings).toEqual([expect.stringMatching(/^publishers\[0\]\.repositories\[0\]\.branches is "\*"/)]);
});
