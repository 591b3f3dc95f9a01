/** Whether there is anything by which AWS could know this job. */
import type { Aws } from "lob-registry-core";

/** What names credentials to the SDK. Where one of these is set, and it does not work, that is a mistake and no fork's pull request. */
const NAMES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONFIG_FILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/** Whether nothing names credentials and the SDK finds none by itself. Nothing is sent to AWS. */
export async function credentialsAbsent(
  env: Readonly<Record<string, string | undefined>>,
  connect: (region: string) => Promise<Aws>,
): Promise<boolean> {
  if (NAMES.some((name) => Boolean(env[name]))) return false;
  const { dynamodb, s3 } = await connect("us-east-1"); // which region makes no difference
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
