"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.bucketPolicy = bucketPolicy;
const layout_1 = require("./generated/layout");
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
function bucketPolicy(place, options) {
    const bucket = `arn:${options.partition}:s3:::${place.bucket}`;
    const objects = (patterns) => patterns.map((pattern) => `${bucket}/${pattern}`);
    return {
        Version: "2012-10-17",
        Statement: [
            deny("TlsOnly", ["s3:*"], [bucket, `${bucket}/*`], { Bool: { "aws:SecureTransport": "false" } }),
            // Creating an object is refused without If-None-Match, whatever is there already. ObjectCreationOperation is false for the requests of
            // a multipart upload that create nothing yet: they cannot carry the condition.
            deny("WriteOnce", ["s3:PutObject"], objects(options.pythonWriters ? (0, layout_1.recordKeyPatterns)(place) : (0, layout_1.writeOnceKeyPatterns)(place)), {
                Null: { "s3:if-none-match": "true" },
                Bool: { "s3:ObjectCreationOperation": "true" },
            }),
            // A delete marker would make a number writable again, so both kinds of delete are refused.
            deny("KeepPublished", ["s3:DeleteObject", "s3:DeleteObjectVersion"], objects([...(0, layout_1.numberKeyPatterns)(place), ...(0, layout_1.recordKeyPatterns)(place)]), except(options.retentionPrincipals)),
            ...(options.administrators.length > 0 ? [deny("KeepRules", RULES_OF_A_BUCKET, [bucket], except(options.administrators))] : []),
        ],
    };
}
function deny(sid, actions, resources, condition) {
    return { Sid: sid, Effect: "Deny", Principal: "*", Action: actions, Resource: resources, ...(condition && { Condition: condition }) };
}
/** Everybody but these; a role's sessions go by the role's ARN. */
function except(principals) {
    return principals.length > 0 ? { ArnNotLike: { "aws:PrincipalArn": [...principals] } } : undefined;
}
