/** One mistake, which ARGS names as `mistake`. */
import * as aws from "@pulumi/aws";
import { LineOfBusiness } from "lob-registry";
import * as pulumi from "@pulumi/pulumi";

const { mistake } = JSON.parse(process.env.ARGS ?? "{}") as { mistake: string };
const readers = [{ name: "serving", principals: ["123456789012"] }];
const config = new pulumi.Config("aws");
const west = (): aws.Provider =>
  new aws.Provider("west", {
    region: "us-west-2",
    accessKey: "test",
    secretKey: "test",
    s3UsePathStyle: true,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
    skipRequestingAccountId: true,
    endpoints: config.requireObject("endpoints"),
  });

const MISTAKES: Readonly<Record<string, () => unknown>> = {
  "one name twice": () => [new LineOfBusiness("fraud"), new LineOfBusiness("fraud")],
  "one LOB twice": () => [new LineOfBusiness("fraud"), new LineOfBusiness("again", { lob: "fraud" })],
  "one bucket for two LOBs": () => ["fraud", "cards"].map((name) => new LineOfBusiness(name, { bucketName: "acme-ml" })),
  "one catalog of two owners": () => ["fraud", "cards"].map((name) => new LineOfBusiness(name, { catalogTableName: "catalog" })),
  "two OIDC providers": () => ["fraud", "cards"].map((name) => new LineOfBusiness(name, { createGithubOidcProvider: true })),
  "one LOB in two regions": () => [
    new LineOfBusiness("fraud", { readers }),
    new LineOfBusiness("west", { lob: "fraud", readers }, { provider: west() }),
  ],
  "a value that is known late": () => new LineOfBusiness("fraud", { prefix: pulumi.output("/models") }),
  "a trust policy that is known late": () => {
    const repositories = Array.from({ length: 30 }, (_, n) => ({ repository: pulumi.output(`acme/repository-${n}`) }));
    return new LineOfBusiness("fraud", { readers: [{ name: "serving", repositories }] });
  },
  "a bucket that does not exist": () => new LineOfBusiness("fraud", { existingBucket: true, bucketName: "not-there" }),
  "an output in place of a plain value": () => new LineOfBusiness("fraud", { protect: pulumi.output(true) as unknown as boolean }),
  "a wrong name": () => new LineOfBusiness("fraud", { bucketname: "acme-ml" } as object),
};
MISTAKES[mistake]!();
