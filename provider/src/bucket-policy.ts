import { numberKeyPatterns, recordKeyPatterns, writeOnceKeyPatterns, type Place } from "./generated/layout";

// The policy of a LOB's own bucket. It only denies: who may do what is decided by IAM, and this is what IAM cannot give away.

/** A bucket policy, as S3 takes it. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

export interface Statement {
  Sid: string;
  Effect: "Deny";
  Principal: "*";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface PolicyOptions {
  /** Partition of the account, such as `aws`. */
  partition: string;
  /** Whether numbers may be written without a condition. */
  pythonWriters: boolean;
  /** ARNs, possibly patterns, of those who may delete what is written once. */
  retentionPrincipals: readonly string[];
  /** ARNs, possibly patterns, of those who may change the rules; nobody is held off when empty. */
  administrators: readonly string[];
}

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

/** The bucket policy of one LOB. */
export function bucketPolicy(place: Place, options: PolicyOptions): PolicyDocument {
  const bucket = `arn:${options.partition}:s3:::${place.bucket}`;
  const objects = (patterns: string[]): string[] => patterns.map((pattern) => `${bucket}/${pattern}`);
  return {
    Version: "2012-10-17",
    Statement: [
      deny("TlsOnly", ["s3:*"], [bucket, `${bucket}/*`], { Bool: { "aws:SecureTransport": "false" } }),
      // Creating an object is refused without If-None-Match, whatever is there already. ObjectCreationOperation is false for the requests of
      // a multipart upload that create nothing yet: they cannot carry the condition.
      deny("WriteOnce", ["s3:PutObject"], objects(options.pythonWriters ? recordKeyPatterns(place) : writeOnceKeyPatterns(place)), {
        Null: { "s3:if-none-match": "true" },
        Bool: { "s3:ObjectCreationOperation": "true" },
      }),
      // A delete marker would make a number writable again, so both kinds of delete are refused.
      deny(
        "KeepPublished",
        ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        objects([...numberKeyPatterns(place), ...recordKeyPatterns(place)]),
        except(options.retentionPrincipals),
      ),
      ...(options.administrators.length > 0 ? [deny("KeepRules", RULES_OF_A_BUCKET, [bucket], except(options.administrators))] : []),
    ],
  };
}

function deny(sid: string, actions: string[], resources: string[], condition?: Statement["Condition"]): Statement {
  return { Sid: sid, Effect: "Deny", Principal: "*", Action: actions, Resource: resources, ...(condition && { Condition: condition }) };
}

/** Everybody but these; a role's sessions go by the role's ARN. */
function except(principals: readonly string[]): Statement["Condition"] {
  return principals.length > 0 ? { ArnNotLike: { "aws:PrincipalArn": [...principals] } } : undefined;
}
