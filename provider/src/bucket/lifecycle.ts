import type { types } from "@pulumi/aws";
import { LATEST_TAG, lobPrefix, STAGING_PREFIX, stagingPrefix } from "../generated/layout";
import type { TransitionSettings } from "../settings/beside";
import type { LifecycleDays } from "../settings/storage";

type LifecycleRule = types.input.s3.BucketLifecycleConfigurationRule;

/** Objects that the rules apply to. */
export interface LifecycleScope {
  prefix: string;
  suffix: string;
  /** Undefined: all LOBs of a shared bucket. */
  lob?: string | undefined;
}

/** Returns the rules by which S3 deletes leftovers. No rule expires the current version of an object under the prefix. */
export function lifecycleRules(
  { prefix, suffix, lob }: LifecycleScope,
  days: LifecycleDays,
  oldVersions?: TransitionSettings,
): LifecycleRule[] {
  const models = lob === undefined ? `${prefix}/` : lobPrefix({ prefix, suffix, lob });
  const uploads = lob === undefined ? `${STAGING_PREFIX}/` : stagingPrefix(lob);
  return [
    rule(
      "staging",
      { prefix: uploads },
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
    ...(oldVersions ? [rule("old-versions", { prefix: models }, { transitions: [oldVersions] })] : []),
    rule("delete-markers", {}, { expiration: { expiredObjectDeleteMarker: true } }),
  ];
}

function rule(id: string, filter: types.input.s3.BucketLifecycleConfigurationRuleFilter, action: Partial<LifecycleRule>): LifecycleRule {
  return { id, status: "Enabled", filter, ...action };
}
