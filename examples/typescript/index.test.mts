// Unit tests of the program, without AWS and without the engine: npm test
import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

const resources: pulumi.runtime.MockResourceArgs[] = [];
pulumi.runtime.setMocks({
  newResource: (args) => {
    resources.push(args);
    return { id: `${args.name}-id`, state: { arn: `arn:aws:mock:::${args.name}`, ...args.inputs } };
  },
  call: (args) => args.inputs,
});

// The program registers its resources while it is loaded, so the mocks come first.
const program = await import("./index.ts");
const valueOf = <T,>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));
const inputsOf = async (type: string): Promise<Record<string, unknown>[]> => {
  await valueOf(program.publisherRole);
  return resources.filter((resource) => resource.type === type).map((resource) => resource.inputs as Record<string, unknown>);
};

test("workflows find the LOB under the name fraud", async () => {
  assert.equal(await valueOf(program.lob), "fraud");
});

test("only jobs in the environment production of acme/fraud-models may publish", async () => {
  const [role, ...others] = await inputsOf("aws:iam/role:Role");
  assert.deepEqual(others, []);
  assert.match(String(role?.["assumeRolePolicy"]), /repo:acme\/fraud-models:environment:production"/);
});

test("every bucket refuses public access", async () => {
  const blocks = await inputsOf("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
  assert.equal(blocks.length, (await inputsOf("aws:s3/bucket:Bucket")).length);
  assert.ok(blocks.every((block) => block["blockPublicAcls"] && block["restrictPublicBuckets"]));
});
