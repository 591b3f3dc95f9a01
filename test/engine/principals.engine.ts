/** Publishers and readers that are roles of the same program, and its bucket for logs: what is in an argument's list may be known only once something else is made. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { nameOf, Stack } from "./support/engine.ts";
import { describeOnEngine } from "./support/suite.ts";

describeOnEngine("principals and a bucket for logs that are outputs, in YAML", () => {
  let sandbox: Sandbox;
  beforeAll(async () => void (sandbox = await startSandbox()), 120_000);
  afterAll(() => sandbox?.stop());

  test("are previewed while they are not known, and used once they are", async () => {
    const stack = await Stack.create(sandbox);
    const program = { language: "yaml", program: join(import.meta.dirname, "programs", "principals") } as const;
    expect((await stack.must("preview", program)).text).toMatch(/aws:iam:Role +fraud-publisher-airflow +create/);

    await stack.must("up", program);
    const resources = await stack.resources();
    const inputsOf = (name: string): unknown => resources.find(({ urn }) => nameOf(urn) === name)?.inputs;
    const targetBucket = resources.find(({ urn }) => nameOf(urn) === "logs")?.id;
    expect(inputsOf("fraud-logging")).toMatchObject({ targetBucket: expect.stringMatching(`^${targetBucket!}$`) });
    expect([inputsOf("fraud-trail"), inputsOf("fraud-notification")]).toMatchObject([
      { s3BucketName: targetBucket },
      { eventbridge: true },
    ]);
    const role = resources.find(({ type, urn }) => type === "aws:iam/role:Role" && nameOf(urn) === "fraud-publisher-airflow");
    expect(role?.inputs?.["assumeRolePolicy"]).toContain("arn:aws:iam::123456789012:role/airflow");
    expect(await stack.outputs()).toMatchObject({
      publisherRoleArns: { airflow: "arn:aws:iam::123456789012:role/fraud-publisher-airflow", ci: expect.anything() },
      readerRoleArns: { airflow: "arn:aws:iam::123456789012:role/fraud-reader-airflow" },
    });
  });
});
