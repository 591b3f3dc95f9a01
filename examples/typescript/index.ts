import { LineOfBusiness } from "lob-registry";

const fraud = new LineOfBusiness("fraud", {
  description: "Models that tell fraudulent payments from honest ones",
  owner: "fraud-platform@example.com",
  protectedAliases: ["prod"],
  tags: { "cost-center": "fraud" },
  // Jobs of this repository in its environment `production` may publish, with a role of this publisher. AWS trusts GitHub through an OIDC provider.
  publishers: [{ name: "models", repositories: [{ repository: "acme/fraud-models", environments: ["production"] }] }],
  createGithubOidcProvider: true, // only once per account
});

// The workflow of a model repository needs these. The Action finds the rest in the catalog.
export const lob = fraud.lob;
export const region = fraud.region;
export const publisherRole = fraud.publisherRoleArns.apply(({ models }) => models);

// For people who use the AWS console.
export const bucket = fraud.bucketName;
export const models = fraud.s3Uri;
export const catalogTable = fraud.catalogTableName;
export const registryTable = fraud.registryTableName;
