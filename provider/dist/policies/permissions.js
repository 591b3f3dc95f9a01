"use strict";
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __setModuleDefault = (this && this.__setModuleDefault) || (Object.create ? (function(o, v) {
    Object.defineProperty(o, "default", { enumerable: true, value: v });
}) : function(o, v) {
    o["default"] = v;
});
var __importStar = (this && this.__importStar) || (function () {
    var ownKeys = function(o) {
        ownKeys = Object.getOwnPropertyNames || function (o) {
            var ar = [];
            for (var k in o) if (Object.prototype.hasOwnProperty.call(o, k)) ar[ar.length] = k;
            return ar;
        };
        return ownKeys(o);
    };
    return function (mod) {
        if (mod && mod.__esModule) return mod;
        var result = {};
        if (mod != null) for (var k = ownKeys(mod), i = 0; i < k.length; i++) if (k[i] !== "default") __createBinding(result, mod, k[i]);
        __setModuleDefault(result, mod);
        return result;
    };
})();
Object.defineProperty(exports, "__esModule", { value: true });
exports.readerPolicy = readerPolicy;
exports.publisherPolicy = publisherPolicy;
exports.promoterPolicy = promoterPolicy;
const layout_1 = require("../generated/layout");
const document_1 = require("./document");
const the = __importStar(require("./target"));
// What each kind of role may do. docs/permissions.md says why each permission is needed; docs/policies.md shows these policies.
/** Lists, shows and pulls models of the LOB, with `lobreg` or the Python library; writes nothing. */
function readerPolicy(target) {
    return (0, document_1.policy)([...reading(target, the.modelKeys(target, undefined)), ...decrypting(target, ["kms:Decrypt"])]);
}
/**
 * Publishes, and repairs what a publisher left behind (`lobreg doctor`). It moves aliases that are not protected. What keeps it from replacing a version is the
 * bucket's policy: IAM cannot force a condition on a write.
 */
function publisherPolicy(target, models) {
    const { protectedAliases } = target;
    const guarded = (patterns) => protectedAliases.flatMap(patterns);
    return (0, document_1.policy)([
        ...reading(target, [...the.modelKeys(target, undefined), ...the.stagingKeys(target, undefined)], ["BatchGetItem"]),
        // Under no condition on the prefix: where others have uploads in the bucket, this would show their keys.
        ...(target.ownBucket ? [allow("ListUploads", ["s3:ListBucketMultipartUploads"], [bucketOf(target)])] : []),
        rows("WriteRows", target, ["PutItem", "UpdateItem", "ConditionCheckItem"], the.modelRows(target, models)),
        allow("WriteUploads", ["s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"], the.objects(target, the.stagingKeys(target, models))),
        allow("WriteObjects", ["s3:PutObject", "s3:AbortMultipartUpload"], the.objects(target, the.modelKeys(target, models))),
        allow("TagLatest", ["s3:PutObjectTagging"], the.objects(target, the.latestKeys(target, models))),
        ...(protectedAliases.length > 0
            ? [
                deny("ProtectedAliasRows", ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"], tables(target), {
                    "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": guarded((alias) => the.aliasRows(target, undefined, alias)) },
                }),
                deny("ProtectedAliasFiles", ["s3:PutObject", "s3:DeleteObject"], the.objects(target, guarded((alias) => the.aliasKeys(target, undefined, alias)))),
            ]
            : []),
        ...decrypting(target, ["kms:Decrypt", "kms:GenerateDataKey"]),
    ]);
}
/** Moves aliases, protected ones too: their rows, the rows of the moves, their files and history. It publishes nothing. */
function promoterPolicy(target, models) {
    return (0, document_1.policy)([
        ...reading(target, the.modelKeys(target, undefined)),
        rows("MoveAliases", target, ["PutItem", "UpdateItem"], the.aliasRows(target, models)),
        // Which aliases hold a version is written into its row; that it is READY is a condition of the move. Nothing else of the row is touched.
        rows("HoldVersions", target, ["UpdateItem"], the.versionRows(target, models), HELD),
        rows("CheckRows", target, ["ConditionCheckItem"], the.modelRows(target, models)),
        allow("WriteAliasFiles", ["s3:PutObject"], the.objects(target, the.aliasKeys(target, models))),
        ...decrypting(target, ["kms:Decrypt", "kms:GenerateDataKey"]),
    ]);
}
/** Reading the rows and lists of the whole LOB, and these objects. */
function reading(target, keys, moreActions = []) {
    return [
        rows("ReadRows", target, ["GetItem", ...moreActions], the.lobRows(target)),
        allow("ReadLists", ["dynamodb:Query"], tables(target).map((table) => `${table}/index/*`), rowConditions(the.indexedBy(target))),
        // Under a condition on the prefix, S3 answers 403 and not 404 for an object that is missing, because that request has no prefix.
        allow("ListKeys", ["s3:ListBucket"], [bucketOf(target)], target.ownBucket ? undefined : { StringLike: { "s3:prefix": keys } }),
        allow("ReadObjects", ["s3:GetObject"], the.objects(target, keys)),
    ];
}
function rows(sid, target, actions, keys, attributes) {
    return allow(sid, actions.map((action) => `dynamodb:${action}`), tables(target), rowConditions(keys, attributes));
}
/** All that moving an alias names of a version's row: its key, what it must be, and which aliases hold it. */
const HELD = [layout_1.REGISTRY_HASH_KEY, "status", "holders"];
/** ForAllValues also holds where there is no value at all, as in a scan: so there must be one. */
const rowConditions = (keys, attributes) => ({
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys },
    ...(attributes && { "ForAllValues:StringEquals": { "dynamodb:Attributes": [...attributes] } }),
    Null: { "dynamodb:LeadingKeys": "false", ...(attributes && { "dynamodb:Attributes": "false" }) },
});
const bucketOf = ({ partition, place }) => the.bucketArn(partition, place.bucket);
const tables = ({ catalogArn, registryArn }) => [catalogArn, registryArn];
/** The key is used by S3 on behalf of whoever reads or writes. */
function decrypting({ kmsKeyArn, region, partition }, actions) {
    if (kmsKeyArn === undefined)
        return [];
    const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return [allow("Key", actions, [kmsKeyArn], { StringEquals: { "kms:ViaService": `s3.${region}.${suffix}` } })];
}
function allow(sid, actions, resources, condition) {
    return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources, ...(condition && { Condition: condition }) };
}
function deny(sid, actions, resources, condition) {
    return { ...allow(sid, actions, resources, condition), Effect: "Deny" };
}
