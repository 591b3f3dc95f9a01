"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.EVERY_LOB = void 0;
exports.bucketPolicy = bucketPolicy;
const layout_1 = require("../generated/layout");
const document_1 = require("../policies/document");
const target_1 = require("../policies/target");
/** Stands for all LOBs of a shared bucket in place of a LOB's name, so that the policy does not grow with the number of LOBs. */
exports.EVERY_LOB = "*";
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
function bucketPolicy(place, options) {
    const { pythonWriters, pythonWritersOfLobs: writersOfLobs = [], retentionPrincipals, administrators } = options;
    const bucket = (0, target_1.bucketArn)(options.partition, place.bucket);
    const objects = (patterns) => patterns.map((pattern) => `${bucket}/${pattern}`);
    // Refuses to create an object without If-None-Match, even if the key is free. ObjectCreationOperation is false for those requests of a
    // multipart upload that create no object yet and cannot carry the condition.
    const writeOnce = (sid, patterns, others) => deny(sid, ["s3:PutObject"], objects(patterns), {
        Null: { "s3:if-none-match": "true" },
        Bool: { "s3:ObjectCreationOperation": "true" },
        ...others,
    });
    const pythonPrincipals = writersOfLobs.flatMap(({ principals }) => principals);
    const numbersAndRecords = pythonPrincipals.length === 0
        ? [writeOnce("WriteOnce", pythonWriters ? (0, layout_1.recordKeyPatterns)(place) : (0, layout_1.writeOnceKeyPatterns)(place))]
        : [
            writeOnce("WriteOnce", (0, layout_1.numberKeyPatterns)(place), except(pythonPrincipals)),
            writeOnce("WriteRecordsOnce", (0, layout_1.recordKeyPatterns)(place)),
            // A pattern over all LOBs cannot exclude one LOB, so the statement above exempts the writers, and this one keeps them out of all other
            // LOBs.
            ...lobsOfWriters(writersOfLobs).map(({ lobs, principals }, index) => ({
                Sid: `PythonWriters${String(index)}`,
                Effect: "Deny",
                Principal: "*",
                Action: ["s3:PutObject"],
                NotResource: objects(lobs.flatMap((lob) => [`${(0, layout_1.lobPrefix)({ ...place, lob })}*`, `${(0, layout_1.stagingPrefix)(lob)}*`])),
                Condition: { ArnLike: { "aws:PrincipalArn": principals } },
            })),
        ];
    return (0, document_1.policy)([
        deny("TlsOnly", ["s3:*"], [bucket, `${bucket}/*`], { Bool: { "aws:SecureTransport": "false" } }),
        ...numbersAndRecords,
        // A delete marker would make a version's key writable again, so both kinds of delete are refused.
        deny("KeepPublished", ["s3:DeleteObject", "s3:DeleteObjectVersion"], objects((0, layout_1.writeOnceKeyPatterns)(place)), except(retentionPrincipals)),
        // Replication bypasses the condition of a PutObject and can add delete markers. A disaster-recovery copy belongs in another bucket.
        deny("NoReplicas", ["s3:ReplicateObject", "s3:ReplicateDelete"], objects((0, layout_1.writeOnceKeyPatterns)(place))),
        ...(administrators.length > 0 ? [deny("KeepRules", RULES_OF_A_BUCKET, [bucket], except(administrators))] : []),
        ...(options.furtherStatements ?? []).map((text) => JSON.parse(text)),
    ]);
}
/** Groups principals by the set of LOBs they write to: separate statements would keep a writer of two LOBs out of both. */
function lobsOfWriters(writers) {
    const groups = new Map();
    for (const principal of new Set(writers.flatMap(({ principals }) => principals))) {
        const lobs = writers.filter(({ principals }) => principals.includes(principal)).map(({ lob }) => lob);
        const group = groups.get(lobs.join()) ?? { lobs, principals: [] };
        group.principals.push(principal);
        groups.set(lobs.join(), group);
    }
    return [...groups.values()];
}
function deny(sid, actions, resources, condition) {
    return { Sid: sid, Effect: "Deny", Principal: "*", Action: actions, Resource: resources, ...(condition && { Condition: condition }) };
}
/** Returns a condition that exempts these principals. The sessions of a role match by the role's ARN. */
function except(principals) {
    return principals.length > 0 ? { ArnNotLike: { "aws:PrincipalArn": [...principals] } } : undefined;
}
