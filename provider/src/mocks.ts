import * as pulumi from "@pulumi/pulumi";

/** Whether a unit test runs the program against Pulumi's mocks instead of an engine. Mocks have no resource hooks. */
export function isMocked(): boolean {
  const monitor = pulumi.runtime.getMonitor() as { registerResourceHook?: unknown } | undefined;
  return typeof monitor?.registerResourceHook !== "function";
}

/** The account that a test has whose mocks do not answer for AWS, such as those of Pulumi's documentation. */
export const MOCKED_ACCOUNT = { accountId: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/unit-test" };
