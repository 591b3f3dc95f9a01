import { expect, test } from "@jest/globals";
import { LATEST_TAG, stagingKey, versionKey } from "../generated/layout";
import { lifecycleRules } from "./lifecycle";

const PLACE = { bucket: "models", lob: "fraud", prefix: "ml-models", suffix: ".tar.gz" };
const DAYS = { staging: 7, incompleteUpload: 5, noncurrentLatest: 1, noncurrent: 90 };

test("the rules", () => {
  expect(lifecycleRules(PLACE, DAYS)).toEqual([
    {
      id: "staging",
      status: "Enabled",
      filter: { prefix: "ml-staging/fraud/" },
      expiration: { days: 7 },
      noncurrentVersionExpiration: { noncurrentDays: 1 },
    },
    { id: "incomplete-uploads", status: "Enabled", filter: {}, abortIncompleteMultipartUpload: { daysAfterInitiation: 5 } },
    {
      id: "noncurrent-latest",
      status: "Enabled",
      filter: { and: { prefix: "ml-models/fraud/", tags: { [LATEST_TAG.key]: LATEST_TAG.value } } },
      noncurrentVersionExpiration: { noncurrentDays: 1 },
    },
    { id: "noncurrent", status: "Enabled", filter: { prefix: "ml-models/fraud/" }, noncurrentVersionExpiration: { noncurrentDays: 90 } },
    { id: "delete-markers", status: "Enabled", filter: {}, expiration: { expiredObjectDeleteMarker: true } },
  ]);
});

test("0 days keep noncurrent objects indefinitely", () => {
  expect(lifecycleRules(PLACE, { ...DAYS, noncurrent: 0 }).map(({ id }) => id)).not.toContain("noncurrent");
});

test("old versions move to a cheaper class, staging objects do not", () => {
  const rules = lifecycleRules(PLACE, DAYS, { storageClass: "GLACIER_IR", days: 180 });
  expect(rules.filter(({ transitions }) => transitions !== undefined)).toEqual([
    {
      id: "old-versions",
      status: "Enabled",
      filter: { prefix: "ml-models/fraud/" },
      transitions: [{ storageClass: "GLACIER_IR", days: 180 }],
    },
  ]);
});

test("only staging objects expire as current objects", () => {
  const expiring = lifecycleRules(PLACE, DAYS).flatMap(({ expiration, filter }) =>
    expiration && "days" in expiration && filter && "prefix" in filter ? [filter.prefix as string] : [],
  );
  expect(expiring).toEqual(["ml-staging/fraud/"]);
  const staged = stagingKey(PLACE, "churn", "a".repeat(64), "token-token-token-1");
  expect(expiring.map((prefix) => [staged.startsWith(prefix), versionKey(PLACE, "churn", 1).startsWith(prefix)])).toEqual([[true, false]]);
});
