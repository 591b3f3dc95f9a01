/** Every kind of component with an explicit provider, in the region of that. */
import * as aws from "@pulumi/aws";
import { LineOfBusiness, SharedRegistry } from "lob-registry";

const { aws: config } = JSON.parse(process.env.ARGS ?? "{}") as { aws: Record<string, string> };
const setting = (name: string): string => config[`aws:${name}`] ?? "";

const provider = new aws.Provider("frankfurt", {
  region: setting("region") as aws.Region,
  accessKey: setting("accessKey"),
  secretKey: setting("secretKey"),
  s3UsePathStyle: true,
  skipCredentialsValidation: true,
  skipMetadataApiCheck: true,
  skipRequestingAccountId: true,
  maxRetries: 2,
  endpoints: JSON.parse(setting("endpoints")) as aws.types.input.ProviderEndpoint[],
});
const publishers = [{ name: "models", repositories: [{ repository: "acme/fraud-models", branches: ["main"] }] }];

new LineOfBusiness("fraud", { publishers, createGithubOidcProvider: true }, { provider });
const shared = new SharedRegistry("models", {}, { provider });
new LineOfBusiness("payments", { publishers, sharedRegistry: shared.reference }, { provider });
