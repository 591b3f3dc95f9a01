/** Detects a job without AWS credentials. */
import type { Aws } from "lob-registry-core";

/** Variables that name credentials to the SDK. If one is set but does not work, that is a mistake and not a pull request from a fork. */
const NAMES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONFIG_FILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/** Whether no variable names credentials and the SDK finds no others. Sends nothing to AWS. */
export async function credentialsAbsent(
  env: Readonly<Record<string, string | undefined>>,
  connect: (region: string) => Promise<Aws>,
): Promise<boolean> {
  if (NAMES.some((name) => Boolean(env[name]))) return false;
  const { dynamodb, s3 } = await connect("us-east-1"); // the region does not matter
  try {
    await dynamodb.config.credentials();
    return false;
  } catch {
    return true;
  } finally {
    dynamodb.destroy();
    s3.destroy();
  }
}
