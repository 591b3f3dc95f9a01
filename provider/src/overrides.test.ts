import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as aws from "@pulumi/aws";
import type { LineOfBusinessArgs } from "./args/line-of-business";
import { LineOfBusiness } from "./line-of-business";
import { SharedRegistry } from "./shared-registry";
import { ACCOUNT, deploy, type Registered } from "./testing/deploy";
import type { LineOfBusinessTransforms, StorageTransforms } from "./transforms";

// Programs can change the children. Releases must not change their names.

const ALL: LineOfBusinessArgs = {
  publishers: [{ name: "models", repositories: [{ repository: "acme/models", branches: ["main"] }] }],
  promoters: [{ name: "release", principals: [ACCOUNT] }],
  readers: [{ name: "serving", principals: [ACCOUNT] }],
  createGithubOidcProvider: true,
  tags: { team: "risk" },
};
const children = (resources: Registered[]): Registered[] => resources.filter(({ type }) => type.startsWith("aws:"));

/** Returns a transform per kind of child that records the child's name and sets options that no child has by default. */
function marking(kinds: readonly string[], seen: string[]): Record<string, (args: object, opts: object, name: string) => void> {
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      (args: object, opts: { protect?: boolean; retainOnDelete?: boolean }, name: string) => {
        seen.push(`${kind} ${name}`);
        expect(Object.keys(args).length).toBeGreaterThan(1);
        Object.assign(opts, { protect: false, retainOnDelete: true });
      },
    ]),
  );
}

const STORAGE = ["bucket", "ownership", "publicAccess", "policy", "versioning", "lifecycle", "encryption", "catalog", "registry"];

describe("a transform", () => {
  test("of each kind of child of a LOB gets the arguments, options and name before the child is created", async () => {
    const seen: string[] = [];
    const transform = marking([...STORAGE, "row", "role", "rolePolicy", "oidcProvider"], seen) as LineOfBusinessTransforms;
    const { resources } = await deploy(() => new LineOfBusiness("fraud", ALL, { transform }));
    expect(seen.sort()).toEqual([
      "bucket fraud",
      "catalog fraud-catalog",
      "encryption fraud-encryption",
      "lifecycle fraud-lifecycle",
      "oidcProvider fraud-github",
      "ownership fraud-ownership",
      "policy fraud-policy",
      "publicAccess fraud-public-access",
      "registry fraud-registry",
      "role fraud-promoter-release",
      "role fraud-publisher-models",
      "role fraud-reader-serving",
      "rolePolicy fraud-promoter-release",
      "rolePolicy fraud-publisher-models",
      "rolePolicy fraud-reader-serving",
      "row fraud-row",
      "versioning fraud-versioning",
    ]);
    expect(children(resources)).toHaveLength(seen.length);
    for (const { protect, retainOnDelete } of children(resources)) expect([protect, retainOnDelete]).toEqual([false, true]);
  });

  test("exists for each kind of child of a shared registry", async () => {
    const seen: string[] = [];
    const transform = marking(STORAGE, seen) as StorageTransforms;
    const { resources } = await deploy(() => new SharedRegistry("models", {}, { transform }));
    expect(children(resources)).toHaveLength(seen.length);
    expect(seen).toHaveLength(STORAGE.length);
  });

  test("of one child leaves the others unchanged", async () => {
    const transform: LineOfBusinessTransforms = {
      role: (args, opts, name) => {
        if (name.includes("publisher")) args.forceDetachPolicies = true;
        opts.aliases = [{ name: `old-${name}` }];
      },
    };
    const { resources } = await deploy(() => new LineOfBusiness("fraud", ALL, { transform }));
    const forced = resources.filter(({ inputs }) => inputs["forceDetachPolicies"] === true).map(({ name }) => name);
    expect(forced).toEqual(["fraud-publisher-models"]);
  });
});

test("every resource that supports tags has them", async () => {
  const { resources } = await deploy(() => new LineOfBusiness("fraud", ALL));
  const tagged = resources.filter(({ inputs }) => "tags" in inputs && inputs["tags"] !== undefined);
  expect(
    tagged
      .filter(({ type }) => type.startsWith("aws:"))
      .map(({ name, inputs }) => [name, inputs["tags"]])
      .sort(),
  ).toEqual(
    ["fraud", "fraud-catalog", "fraud-registry", "fraud-github", "fraud-promoter-release", "fraud-publisher-models", "fraud-reader-serving"]
      .sort()
      .map((name) => [name, { team: "risk" }]),
  );
});

test("with an explicit provider no resource uses the default one", async () => {
  const deployment = await deploy(() => {
    const provider = new aws.Provider("frankfurt", { region: "eu-central-1" });
    const { reference } = new SharedRegistry("models", {}, { provider });
    new LineOfBusiness("fraud", ALL, { provider });
    new LineOfBusiness("cards", { ...ALL, sharedRegistry: reference, createGithubOidcProvider: false }, { providers: [provider] });
  });
  const used = [...children(deployment.resources).map(({ provider }) => provider), ...deployment.calls.map((call) => call.split(" ")[1])];
  expect(new Set(used).size).toBe(1);
  expect(used[0]).toMatch(/pulumi:providers:aws::frankfurt::/);
});

test("URNs match provider/urns.golden.json: a changed URN would replace the resource on the next up", async () => {
  const { resources } = await deploy(() => {
    const { reference } = new SharedRegistry("models");
    new LineOfBusiness("fraud", ALL);
    new LineOfBusiness("cards", { ...ALL, sharedRegistry: reference, createGithubOidcProvider: false });
  });
  const golden = JSON.parse(readFileSync(join(dirname(__dirname), "urns.golden.json"), "utf8")) as string[];
  expect(resources.map(({ urn }) => urn).sort()).toEqual(golden);
});
