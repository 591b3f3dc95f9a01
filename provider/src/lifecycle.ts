import type { types } from "@pulumi/aws";
import { LATEST_TAG, lobPrefix, stagingPrefix, type Place } from "./generated/layout";
import type { LifecycleDays } from "./settings";

type Rule = types.input.s3.BucketLifecycleConfigurationRule;

/** What S3 clears away by itself in a LOB's own bucket. No rule expires an object under the prefix while it is the current one. */
export function lifecycleRules(place: Omit<Place, "bucket">, days: LifecycleDays): Rule[] {
  const models = lobPrefix(place);
  return [
    rule(
      "staging",
      { prefix: stagingPrefix(place.lob) },
      {
        expiration: { days: days.staging },
        // Publishing deletes its staging object, which leaves the bytes behind as a noncurrent version.
        noncurrentVersionExpiration: { noncurrentDays: 1 },
      },
    ),
    rule("incomplete-uploads", {}, { abortIncompleteMultipartUpload: { daysAfterInitiation: days.incompleteUpload } }),
    rule(
      "noncurrent-latest",
      { and: { prefix: models, tags: { [LATEST_TAG.key]: LATEST_TAG.value } } },
      {
        noncurrentVersionExpiration: { noncurrentDays: days.noncurrentLatest },
      },
    ),
    ...(days.noncurrent > 0
      ? [rule("noncurrent", { prefix: models }, { noncurrentVersionExpiration: { noncurrentDays: days.noncurrent } })]
      : []),
    rule("delete-markers", {}, { expiration: { expiredObjectDeleteMarker: true } }),
  ];
}

function rule(id: string, filter: types.input.s3.BucketLifecycleConfigurationRuleFilter, action: Partial<Rule>): Rule {
  return { id, status: "Enabled", filter, ...action };
}
