/** The example's policy pack over previews: what the component declares passes, what it is against does not. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { prepared, Stack, type Outcome } from "./support/engine.ts";
import { describeOnEngine } from "./support/suite.ts";

describeOnEngine("the policy pack", () => {
  let sandbox: Sandbox;
  let stack: Stack;
  beforeAll(async () => {
    sandbox = await startSandbox();
    stack = await Stack.create(sandbox);
  }, 120_000);
  afterAll(() => sandbox?.stop());

  const preview = (program: string, args: Record<string, unknown> = {}): Promise<Outcome> =>
    stack.run("preview", {
      language: "typescript",
      program: join(import.meta.dirname, "programs", program),
      args,
      options: { policyPacks: [prepared.policyPack] },
    });
  /** Names of the policies of the pack that are named as violated. */
  const violated = (text: string): string[] =>
    [...new Set([...text.matchAll(/\[mandatory\]\s+(\S+)/g)].map(([, policy]) => policy!))].sort();

  test("passes a LOB with roles that carries the tag", async () => {
    const publishers = [{ name: "models", repositories: [{ repository: "acme/fraud-models", branches: ["main"] }] }];
    const { code, text } = await preview("lob.ts", { tags: { "cost-center": "fraud" }, publishers, createGithubOidcProvider: true });
    expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/model-registry/) });
    expect(violated(text)).toEqual([]);
  });

  test("refuses a LOB without the tag", async () => {
    const { code, text } = await preview("lob.ts");
    expect(code).not.toBe(0);
    expect(violated(text)).toEqual(["tags-present"]);
  });

  test("refuses a public bucket, a wildcard and missing tags", async () => {
    const { code, text } = await preview("lax.ts");
    expect(code).not.toBe(0);
    expect(violated(text)).toEqual(["every-bucket-blocks-public-access", "no-public-bucket", "no-wildcard-action", "tags-present"]);
  });
});
