import { LineOfBusiness } from "lob-registry";

const fraud = new LineOfBusiness("fraud", {
  description: "Models that tell fraudulent payments from honest ones",
  owner: "fraud-platform@example.com",
  protectedAliases: ["prod"],
  tags: { "cost-center": "fraud" },
});

// What a model repository's workflow needs: `lob` and `region`. The Action finds the rest in the catalog.
export const lob = fraud.lob;
export const region = fraud.region;

// What people look for in the AWS console.
export const bucket = fraud.bucketName;
export const models = fraud.s3Uri;
export const catalogTable = fraud.catalogTableName;
export const registryTable = fraud.registryTableName;
