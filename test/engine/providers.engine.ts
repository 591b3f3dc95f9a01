/** Explicit providers are honoured: no child falls back to the default provider. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { awsConfig, Stack, type Program } from "./support/engine.ts";
import { describeOnEngine } from "./support/suite.ts";

describeOnEngine("with default providers disabled", () => {
  let sandbox: Sandbox;
  let stack: Stack;
  beforeAll(async () => {
    sandbox = await startSandbox({ region: "eu-central-1" });
    // The stack's own configuration leads nowhere: what is made comes from the explicit provider.
    stack = await Stack.create(sandbox, { defaultProvider: false, config: { "pulumi:disable-default-providers": '["*"]' } });
  });
  afterAll(() => sandbox?.stop());
  const program = (name: string, args: Record<string, unknown> = {}): Program => ({
    language: "typescript",
    program: join(import.meta.dirname, "programs", name),
    args,
  });

  test("a LOB, a shared registry and LOBs in it are previewed, with one explicit provider for all", async () => {
    const { steps } = await stack.must("preview", program("explicit-provider.ts", { aws: awsConfig(sandbox) }));
    const children = steps.filter(({ type }) => type.startsWith("aws:"));
    expect(children.length).toBeGreaterThan(20);
    expect([...new Set(children.map(({ provider }) => provider.split("::").at(-2)))]).toEqual(["frankfurt"]);
  });

  test("a bucket without a provider is refused: the setting does what this file rests on", async () => {
    const { code, text } = await stack.run("preview", program("lax.ts"));
    expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(/[Dd]efault provider for 'aws' disabled/) });
  });
});
