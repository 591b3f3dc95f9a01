import { lobPrefix, numberKeyPatterns, recordKeyPatterns, stagingPrefix, writeOnceKeyPatterns, type Place } from "../generated/layout";
import { policy, type Conditions, type PolicyDocument, type Statement } from "../policies/document";
import { bucketArn } from "../policies/target";
import type { PythonWriterSettings } from "../settings/shared-registry";

// The policy of a bucket, its LOB's own or shared by many. It only denies: who may do what is decided by IAM, and this is what IAM cannot
// give away.

export interface PolicyOptions {
  /** Partition of the account, such as `aws`. */
  partition: string;
  /** Whether anybody may write numbers without a condition. */
  pythonWriters: boolean;
  /** Who alone may do so, each in one LOB only. */
  pythonWritersOfLobs?: readonly PythonWriterSettings[];
  /** ARNs, possibly patterns, of those who may delete what is written once. */
  retentionPrincipals: readonly string[];
  /** ARNs, possibly patterns, of those who may change the rules; nobody is held off when empty. */
  administrators: readonly string[];
  /** Statements that are not ours, as JSON texts. */
  furtherStatements?: readonly string[];
}

/** In place of a LOB's name: all LOBs of a shared bucket. So the size of the policy does not grow with their number. */
export const EVERY_LOB = "*";

/** What decides how the bucket guards its content, and so can undo every promise of this policy. */
const RULES_OF_A_BUCKET = [
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutReplicationConfiguration",
];

/** @param place the LOB whose bucket it is, or {@link EVERY_LOB} of a shared one. */
export function bucketPolicy(place: Place, options: PolicyOptions): PolicyDocument {
  const { pythonWriters, pythonWritersOfLobs: writersOfLobs = [], retentionPrincipals, administrators } = options;
  const bucket = bucketArn(options.partition, place.bucket);
  const objects = (patterns: string[]): string[] => patterns.map((pattern) => `${bucket}/${pattern}`);
  // Creating an object is refused without If-None-Match, whatever is there already. ObjectCreationOperation is false for the requests of a
  // multipart upload that create nothing yet: they cannot carry the condition.
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
          // A pattern over all LOBs cannot leave one out, so the writers are excepted, and kept out of all LOBs but theirs.
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
    // A delete marker would make a number writable again, so both kinds of delete are refused.
    deny("KeepPublished", ["s3:DeleteObject", "s3:DeleteObjectVersion"], objects(writeOnceKeyPatterns(place)), except(retentionPrincipals)),
    // Replication writes past the condition of a PutObject, and puts delete markers; a copy for a lost region belongs into another bucket.
    deny("NoReplicas", ["s3:ReplicateObject", "s3:ReplicateDelete"], objects(writeOnceKeyPatterns(place))),
    ...(administrators.length > 0 ? [deny("KeepRules", RULES_OF_A_BUCKET, [bucket], except(administrators))] : []),
    ...(options.furtherStatements ?? []).map((text) => JSON.parse(text) as Statement),
  ]);
}

/** Who writes into the same LOBs, together. Somebody who writes into two must not be kept out of each by the other. */
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

/** Everybody but these; a role's sessions go by the role's ARN. */
function except(principals: readonly string[]): Conditions | undefined {
  return principals.length > 0 ? { ArnNotLike: { "aws:PrincipalArn": [...principals] } } : undefined;
}
