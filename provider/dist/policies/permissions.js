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
// Permissions of each kind of role. docs/permissions.md says why each permission is needed; docs/policies.md shows these policies.
/**
 * Returns the policy of a reader, which lists, shows and pulls models of the LOB with `lobreg` or the Python library, and writes nothing. One that is
 * limited to models cannot list the models of the LOB: the index by LOB has the rows of all.
 */
function readerPolicy(target, models) {
    const keys = the.modelKeys(target, models);
    const decryption = decrypting(target, ["kms:Decrypt"]);
    if (models === undefined)
        return (0, document_1.policy)([...reading(target, keys), ...decryption]);
    return (0, document_1.policy)([
        rows("ReadRows", target, ["GetItem"], [...the.lobRow(target), ...the.modelRows(target, models)]),
        indexRows(target, the.modelsIndexedBy(target, models)),
        // Also in a LOB's own bucket: a listing shows the names of all models.
        allow("ListKeys", ["s3:ListBucket"], [bucketOf(target)], { StringLike: { "s3:prefix": keys } }),
        allow("ReadObjects", ["s3:GetObject"], the.objects(target, keys)),
        ...decryption,
    ]);
}
/**
 * Returns the policy of a publisher, which publishes, repairs interrupted publishes (`lobreg doctor`) and moves unprotected aliases. The
 * bucket's policy keeps it from replacing a version: an IAM policy cannot force a condition on a write.
 */
function publisherPolicy(target, models) {
    const { protectedAliases } = target;
    const guarded = (patterns) => protectedAliases.flatMap(patterns);
    return (0, document_1.policy)([
        ...reading(target, [...the.modelKeys(target, undefined), ...the.stagingKeys(target, undefined)], ["BatchGetItem"]),
        // Cannot be limited to a prefix, so in a bucket with uploads of others it would reveal their keys.
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
/** Returns the policy of a promoter, which moves all aliases (their rows, rows of moves, files and history) and publishes nothing. */
function promoterPolicy(target, models) {
    return (0, document_1.policy)([
        ...reading(target, the.modelKeys(target, undefined)),
        rows("MoveAliases", target, ["PutItem", "UpdateItem"], the.aliasRows(target, models)),
        // A move writes into the version's row which aliases hold it, on condition that it is READY, and changes nothing else in the row.
        rows("HoldVersions", target, ["UpdateItem"], the.versionRows(target, models), HELD),
        rows("CheckRows", target, ["ConditionCheckItem"], the.modelRows(target, models)),
        allow("WriteAliasFiles", ["s3:PutObject"], the.objects(target, the.aliasKeys(target, models))),
        ...decrypting(target, ["kms:Decrypt", "kms:GenerateDataKey"]),
    ]);
}
/** Returns the statements for reading the rows and lists of the whole LOB, and objects with these keys. */
function reading(target, keys, moreActions = []) {
    return [
        rows("ReadRows", target, ["GetItem", ...moreActions], the.lobRows(target)),
        indexRows(target, the.indexedBy(target)),
        // With a condition on the prefix, S3 answers 403 instead of 404 for a missing object, because a request for an object has no prefix.
        allow("ListKeys", ["s3:ListBucket"], [bucketOf(target)], target.ownBucket ? undefined : { StringLike: { "s3:prefix": keys } }),
        allow("ReadObjects", ["s3:GetObject"], the.objects(target, keys)),
    ];
}
const indexRows = (target, keys) => allow("ReadLists", ["dynamodb:Query"], tables(target).map((table) => `${table}/index/*`), rowConditions(keys));
function rows(sid, target, actions, keys, attributes) {
    return allow(sid, actions.map((action) => `dynamodb:${action}`), tables(target), rowConditions(keys, attributes));
}
/** Attributes of a version's row that moving an alias uses: its key, its status, and the aliases that hold it. */
const HELD = [layout_1.REGISTRY_HASH_KEY, "status", "holders"];
/** Returns conditions on the keys and attributes. ForAllValues also holds without any value, e.g. in a scan, so Null requires one. */
const rowConditions = (keys, attributes) => ({
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys },
    ...(attributes && { "ForAllValues:StringEquals": { "dynamodb:Attributes": [...attributes] } }),
    Null: { "dynamodb:LeadingKeys": "false", ...(attributes && { "dynamodb:Attributes": "false" }) },
});
const bucketOf = ({ partition, place }) => the.bucketArn(partition, place.bucket);
const tables = ({ catalogArn, registryArn }) => [catalogArn, registryArn];
/** Returns the statements for the KMS keys, which S3 and DynamoDB use on behalf of the caller. */
function decrypting({ kmsKeyArn, tableKmsKeyArn, region, partition }, actions) {
    const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    const through = (service) => ({ StringEquals: { "kms:ViaService": `${service}.${region}.${suffix}` } });
    return [
        ...(kmsKeyArn === undefined ? [] : [allow("Key", actions, [kmsKeyArn], through("s3"))]),
        // DynamoDB decrypts the table's own key with it, for reads and writes alike.
        ...(tableKmsKeyArn === undefined ? [] : [allow("TableKey", ["kms:Decrypt", "kms:DescribeKey"], [tableKmsKeyArn], through("dynamodb"))]),
    ];
}
function allow(sid, actions, resources, condition) {
    return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources, ...(condition && { Condition: condition }) };
}
function deny(sid, actions, resources, condition) {
    return { ...allow(sid, actions, resources, condition), Effect: "Deny" };
}
