/** Whose account this is, and the environment of the programs that work on it. */
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Target } from "../support/target.ts";

/** A run that cannot start; the message says why and what to do. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

export interface Account extends Omit<Target, "python"> {
  /** Identity that the credentials belong to. */
  readonly arn: string;
  /** Whether the endpoint is AWS's own, and no stand-in for it. */
  readonly isAws: boolean;
  /** Time when the credentials expire, if they do. */
  readonly expiration: Date | undefined;
}

/**
 * The account of the credentials at hand. They are resolved once and handed on as variables, so that every program works with the same ones,
 * wherever they come from.
 *
 * @throws Refusal if there are no credentials, or they belong to an account other than the named one
 */
export async function openAccount(expected: string, region: string): Promise<Account> {
  const sts = new STSClient({ region });
  try {
    const credentials = await sts.config.credentials().catch((error: unknown) => {
      throw new Refusal(`there are no AWS credentials: ${(error as Error).message}`);
    });
    const { Account: accountId, Arn: arn = "" } = await sts.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
      throw new Refusal(`AWS does not say whose credentials these are: ${(error as Error).message}`);
    });
    if (accountId !== expected) {
      throw new Refusal(`these credentials are of account ${accountId} (${arn}), and --account says ${expected}: nothing was done`);
    }
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
    return {
      accountId,
      arn,
      region,
      isAws: endpoints().every(isAwsHost),
      expiration,
      env: {
        ...passedOn(),
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
        AWS_EC2_METADATA_DISABLED: "true",
      },
    };
  } finally {
    sts.destroy();
  }
}

/** Names of variables for endpoints, proxies and certificates, which started programs must share. */
const PASSED_ON = /^(AWS_ENDPOINT_URL(_\w+)?|HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS|AWS_CA_BUNDLE|AWS_USE_(FIPS|DUALSTACK)_ENDPOINT)$/i;

const passedOn = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => PASSED_ON.test(pair[0]) && pair[1] !== undefined),
  );

const endpoints = (): string[] =>
  Object.entries(passedOn()).flatMap(([name, value]) => (name.startsWith("AWS_ENDPOINT_URL") ? [value] : []));

const isAwsHost = (endpoint: string): boolean => (URL.parse(endpoint)?.hostname ?? "").endsWith(".amazonaws.com");
