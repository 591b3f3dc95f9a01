"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.EVERY_LOB = void 0;
exports.bucketPolicy = bucketPolicy;
const layout_1 = require("../generated/layout");
const document_1 = require("../policies/document");
const target_1 = require("../policies/target");
/** In place of a LOB's name: all LOBs of a shared bucket. So the size of the policy does not grow with their number. */
exports.EVERY_LOB = "*";
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
function bucketPolicy(place, options) {
    const { pythonWriters, pythonWritersOfLobs: writersOfLobs = [], retentionPrincipals, administrators } = options;
    const bucket = (0, target_1.bucketArn)(options.partition, place.bucket);
    const objects = (patterns) => patterns.map((pattern) => `${bucket}/${pattern}`);
    // Creating an object is refused without If-None-Match, whatever is there already. ObjectCreationOperation is false for the requests of a
    // multipart upload that create nothing yet: they cannot carry the condition.
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
            // A pattern over all LOBs cannot leave one out, so the writers are excepted, and kept out of all LOBs but theirs.
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
        // A delete marker would make a number writable again, so both kinds of delete are refused.
        deny("KeepPublished", ["s3:DeleteObject", "s3:DeleteObjectVersion"], objects((0, layout_1.writeOnceKeyPatterns)(place)), except(retentionPrincipals)),
        // Replication writes past the condition of a PutObject, and puts delete markers; a copy for a lost region belongs into another bucket.
        deny("NoReplicas", ["s3:ReplicateObject", "s3:ReplicateDelete"], objects((0, layout_1.writeOnceKeyPatterns)(place))),
        ...(administrators.length > 0 ? [deny("KeepRules", RULES_OF_A_BUCKET, [bucket], except(administrators))] : []),
        ...(options.furtherStatements ?? []).map((text) => JSON.parse(text)),
    ]);
}
/** Who writes into the same LOBs, together. Somebody who writes into two must not be kept out of each by the other. */
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
/** Everybody but these; a role's sessions go by the role's ARN. */
function except(principals) {
    return principals.length > 0 ? { ArnNotLike: { "aws:PrincipalArn": [...principals] } } : undefined;
}
