import { expect, test } from "@jest/globals";
import { LineOfBusiness } from "./line-of-business";
import { SharedRegistry } from "./shared-registry";
import { ACCOUNT, deploy, REGION, type DeployOptions, type Registered } from "./testing/deploy";
import type { LineOfBusinessArgs } from "./args/line-of-business";
import type { StorageArgs } from "./args/storage";

// The engine deletes a resource only after everything that depends on it, and stops at a protected one. The order of the resources therefore
// decides what a refused operation has already deleted.

const principals = [`arn:aws:iam::${ACCOUNT}:role/notebooks`];
const ACCESS: LineOfBusinessArgs = {
  publishers: [
    { name: "models", repositories: [{ repository: "acme/fraud-models", branches: ["main"] }] },
    { name: "notebooks", principals },
  ],
  promoters: [{ name: "release", principals }],
  readers: [{ name: "serving", principals }],
  createGithubOidcProvider: true,
};
/** Everything that can stand beside a bucket. */
const BESIDE: StorageArgs = { events: true, logs: { dataEvents: "all" }, objectLock: { days: 30 } };
const PROGRAMS: Record<string, () => unknown> = {
  "own bucket and tables": () => new LineOfBusiness("fraud", ACCESS),
  "an existing bucket": () => new LineOfBusiness("fraud", { ...ACCESS, existingBucket: true, bucketName: "acme-models" }),
  "a shared registry": () => new LineOfBusiness("fraud", { ...ACCESS, sharedRegistry: new SharedRegistry("models").reference }),
  "everything beside an own bucket": () => new LineOfBusiness("fraud", { ...ACCESS, ...BESIDE }),
  "everything beside an existing bucket": () =>
    new LineOfBusiness("fraud", { ...ACCESS, ...BESIDE, existingBucket: true, bucketName: "acme-models" }),
  "everything beside a shared registry": () =>
    new LineOfBusiness("fraud", { ...ACCESS, sharedRegistry: new SharedRegistry("models", BESIDE).reference }),
};
const ANSWERS: DeployOptions = {
  answers: { "aws:s3/getBucket:getBucket": ({ bucket }) => ({ bucket, arn: `arn:aws:s3:::${String(bucket)}`, region: REGION }) },
};

const isIam = ({ type }: Registered): boolean => type.startsWith("aws:iam/");
const isAccess = ({ type }: Registered): boolean => /^aws:iam\/role(Policy)?:/.test(type);
/** The resources that only watch, and the bucket for logs. */
const isBeside = ({ name }: Registered): boolean => /-(notification|logging|trail)$|-logs\b/.test(name);
const namesOf = (resources: readonly Registered[]): string[] => resources.map(({ type, name }) => `${type} ${name}`).sort();

/** Returns the children, and a function that returns everything on which one of them depends, also through others. */
async function deployed(program: () => unknown): Promise<{ children: Registered[]; neededBy: (of: Registered) => Registered[] }> {
  const children = (await deploy(program, ANSWERS)).resources.filter(({ type }) => type.startsWith("aws:"));
  const neededBy = (of: Registered): Registered[] => {
    const found = new Set<Registered>();
    const visit = ({ dependsOn }: Registered): void => {
      for (const child of children.filter(({ urn }) => dependsOn.includes(urn))) {
        if (found.has(child)) continue;
        found.add(child);
        visit(child);
      }
    };
    visit(of);
    return [...found];
  };
  return { children, neededBy };
}

test.each(Object.keys(PROGRAMS))("with %s, the protected row depends on every other resource", async (name) => {
  const { children, neededBy } = await deployed(PROGRAMS[name]!);
  const [row, ...others] = children.filter(({ type }) => type === "aws:dynamodb/tableItem:TableItem");
  expect([row?.protect, others]).toEqual([true, []]);
  expect(children.filter(isAccess)).toHaveLength(8);
  expect(namesOf(neededBy(row!))).toEqual(namesOf(children.filter((child) => child !== row)));
});

test.each(Object.keys(PROGRAMS))("with %s, every role and role policy depends on everything that holds or guards data", async (name) => {
  const { children, neededBy } = await deployed(PROGRAMS[name]!);
  const storage = children.filter((child) => /^aws:(s3|dynamodb)/.test(child.type) && !child.type.endsWith(":TableItem"));
  expect(storage.length).toBeGreaterThanOrEqual(8);
  for (const access of children.filter(isAccess)) expect(namesOf(neededBy(access))).toEqual(expect.arrayContaining(namesOf(storage)));
});

test("only roles, their policies, and what only watches are unprotected, so everything else refuses on its own", async () => {
  for (const [name, program] of Object.entries(PROGRAMS)) {
    const { children } = await deployed(program);
    const watching = children.filter(isBeside);
    expect(watching).toHaveLength(name.startsWith("everything") ? 10 : 0);
    expect(children.filter(({ protect }) => !protect)).toEqual(children.filter((child) => isAccess(child) || isBeside(child)));
    expect(children.filter(isIam)).toHaveLength(9);
  }
});

test("the bucket's policy, which is protected, depends on everything beside the bucket: a shared registry has no row", async () => {
  const { children, neededBy } = await deployed(() => new SharedRegistry("models", BESIDE));
  const policy = children.find(({ name }) => name === "models-policy")!;
  expect(policy.protect).toBe(true);
  const beside = children.filter((child) => isBeside(child) || child.name === "models-object-lock");
  expect(beside).toHaveLength(11);
  expect(namesOf(neededBy(policy))).toEqual(expect.arrayContaining(namesOf(beside)));
});

test("a role and its policy are deleted before they are replaced, because the new ones have the same names", async () => {
  const { children } = await deployed(PROGRAMS["own bucket and tables"]!);
  expect(children.filter(({ deleteBeforeReplace }) => deleteBeforeReplace)).toEqual(children.filter(isAccess));
});
