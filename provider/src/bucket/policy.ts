import { lobPrefix, numberKeyPatterns, recordKeyPatterns, stagingPrefix, writeOnceKeyPatterns, type Place } from "../generated/layout";
import { policy, type Conditions, type PolicyDocument, type Statement } from "../policies/document";
import { bucketArn } from "../policies/target";
import type { PythonWriterSettings } from "../settings/shared-registry";

// The policy of a bucket, of one LOB or shared by many. It only denies. IAM policies grant the permissions; this policy sets limits that no
// IAM policy can lift.

export interface PolicyOptions {
  /** Partition of the account, e.g. `aws`. */
  partition: string;
  /** Whether everyone with write access may write version objects without a condition. */
  pythonWriters: boolean;
  /** The only principals that may do so, each in one LOB. */
  pythonWritersOfLobs?: readonly PythonWriterSettings[];
  /** ARNs or ARN patterns of the principals that may delete write-once objects. */
  retentionPrincipals: readonly string[];
  /** ARNs or ARN patterns of the principals that may change the bucket's rules; empty: no restriction. */
  administrators: readonly string[];
  /** The user's own statements, as JSON texts. */
  furtherStatements?: readonly string[];
}

/** Stands for all LOBs of a shared bucket in place of a LOB's name, so that the policy does not grow with the number of LOBs. */
export const EVERY_LOB = "*";

/** Actions that change how the bucket guards its content, and so could undo every promise of this policy. */
const RULES_OF_A_BUCKET = [
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketLogging",
  "s3:PutBucketNotification",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutReplicationConfiguration",
];

/**
 * Returns the policy of a bucket.
 *
 * @param place the LOB that owns the bucket, or {@link EVERY_LOB} for a shared bucket
 */
export function bucketPolicy(place: Place, options: PolicyOptions): PolicyDocument {
  const { pythonWriters, pythonWritersOfLobs: writersOfLobs = [], retentionPrincipals, administrators } = options;
  const bucket = bucketArn(options.partition, place.bucket);
  const objects = (patterns: string[]): string[] => patterns.map((pattern) => `${bucket}/${pattern}`);
  // Refuses to create an object without If-None-Match, even if the key is free. ObjectCreationOperation is false for those requests of a
  // multipart upload that create no object yet and cannot carry the condition.
  const writeOnce = (sid: string, patterns: string[], others?: Conditions): Statement =>
    deny(sid, ["s3:PutObject"], objects(patterns), {
      Null: { "s3:if-none-match": "true" },
      Bool: { "s3:ObjectCreationOperation": "true" },
      ...others,
    });
  const pythonPrincipals = writersOfLobs.flatMap(({ principals }) => principals);
  const numbersAndRecords =
    pythonPrincipals.length === 0
      ? [writeOnce("WriteOnce", pythonWriters ? recordKeyPatterns(place) : writeOnceKeyPatterns(place))]
      : [
          writeOnce("WriteOnce", numberKeyPatterns(place), except(pythonPrincipals)),
          writeOnce("WriteRecordsOnce", recordKeyPatterns(place)),
          // A pattern over all LOBs cannot exclude one LOB, so the statement above exempts the writers, and this one keeps them out of all other
          // LOBs.
          ...lobsOfWriters(writersOfLobs).map(({ lobs, principals }, index): Statement => ({
            Sid: `PythonWriters${String(index)}`,
            Effect: "Deny",
            Principal: "*",
            Action: ["s3:PutObject"],
            NotResource: objects(lobs.flatMap((lob) => [`${lobPrefix({ ...place, lob })}*`, `${stagingPrefix(lob)}*`])),
            Condition: { ArnLike: { "aws:PrincipalArn": principals } },
          })),
        ];
  return policy([
    deny("TlsOnly", ["s3:*"], [bucket, `${bucket}/*`], { Bool: { "aws:SecureTransport": "false" } }),
    ...numbersAndRecords,
    // A delete marker would make a version's key writable again, so both kinds of delete are refused.
    deny("KeepPublished", ["s3:DeleteObject", "s3:DeleteObjectVersion"], objects(writeOnceKeyPatterns(place)), except(retentionPrincipals)),
    // Replication bypasses the condition of a PutObject and can add delete markers. A disaster-recovery copy belongs in another bucket.
    deny("NoReplicas", ["s3:ReplicateObject", "s3:ReplicateDelete"], objects(writeOnceKeyPatterns(place))),
    ...(administrators.length > 0 ? [deny("KeepRules", RULES_OF_A_BUCKET, [bucket], except(administrators))] : []),
    ...(options.furtherStatements ?? []).map((text) => JSON.parse(text) as Statement),
  ]);
}

/** Groups principals by the set of LOBs they write to: separate statements would keep a writer of two LOBs out of both. */
function lobsOfWriters(writers: readonly PythonWriterSettings[]): { lobs: string[]; principals: string[] }[] {
  const groups = new Map<string, { lobs: string[]; principals: string[] }>();
  for (const principal of new Set(writers.flatMap(({ principals }) => principals))) {
    const lobs = writers.filter(({ principals }) => principals.includes(principal)).map(({ lob }) => lob);
    const group = groups.get(lobs.join()) ?? { lobs, principals: [] };
    group.principals.push(principal);
    groups.set(lobs.join(), group);
  }
  return [...groups.values()];
}

function deny(sid: string, actions: string[], resources: string[], condition?: Conditions): Statement {
  return { Sid: sid, Effect: "Deny", Principal: "*", Action: actions, Resource: resources, ...(condition && { Condition: condition }) };
}

/** Returns a condition that exempts these principals. The sessions of a role match by the role's ARN. */
function except(principals: readonly string[]): Conditions | undefined {
  return principals.length > 0 ? { ArnNotLike: { "aws:PrincipalArn": [...principals] } } : undefined;
}
