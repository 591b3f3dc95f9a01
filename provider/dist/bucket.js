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
exports.lobBucket = lobBucket;
const aws = __importStar(require("@pulumi/aws"));
const pulumi = __importStar(require("@pulumi/pulumi"));
const bucket_policy_1 = require("./bucket-policy");
const lifecycle_1 = require("./lifecycle");
/**
 * Declares the bucket of a LOB.
 *
 * @param name Name of the component, from which the resources' names are made.
 * @param bucketName Name of the bucket on AWS.
 * @param partition Partition of the account, such as `aws`.
 * @param options Options of each of the resources.
 */
function lobBucket(name, bucketName, partition, settings, options) {
    const { lob, prefix, suffix, kmsKeyArn, switches } = settings;
    const resource = new aws.s3.Bucket(name, { bucket: bucketName, forceDestroy: switches.forceDestroy, tags: settings.tags }, options);
    const { bucket } = resource;
    // S3 refuses settings of one bucket that are changed at the same moment, so those that it confuses come one after the other.
    const ownership = new aws.s3.BucketOwnershipControls(`${name}-ownership`, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, options);
    const publicAccess = new aws.s3.BucketPublicAccessBlock(`${name}-public-access`, { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true }, { ...options, dependsOn: [ownership] });
    const document = pulumi
        .output({
        place: { bucket, lob, prefix, suffix },
        partition,
        retentionPrincipals: settings.retentionPrincipals,
        administrators: settings.administrators,
    })
        .apply(({ place, ...known }) => JSON.stringify((0, bucket_policy_1.bucketPolicy)(place, { ...known, pythonWriters: switches.pythonWriters })));
    const policy = new aws.s3.BucketPolicy(`${name}-policy`, { bucket, policy: document }, { ...options, dependsOn: [publicAccess] });
    const versioning = new aws.s3.BucketVersioning(`${name}-versioning`, { bucket, versioningConfiguration: { status: "Enabled" } }, options);
    const rules = pulumi
        .output({ prefix, suffix, days: settings.days })
        .apply(({ days, ...place }) => (0, lifecycle_1.lifecycleRules)({ lob, ...place }, days));
    const lifecycle = new aws.s3.BucketLifecycleConfiguration(`${name}-lifecycle`, { bucket, rules }, { ...options, dependsOn: [versioning] });
    const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(`${name}-encryption`, { bucket, rules: [encryptionRule(kmsKeyArn)] }, options);
    return { bucket: resource, ownership, publicAccess, versioning, encryption, lifecycle, policy };
}
function encryptionRule(kmsKeyArn) {
    // SSE-C is a key sent along with a request: nobody else could read such an object.
    const blockedEncryptionTypes = ["SSE-C"];
    if (!kmsKeyArn)
        return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, blockedEncryptionTypes };
    return {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
        // S3 asks for a key per bucket now and then, instead of one per object.
        bucketKeyEnabled: true,
        blockedEncryptionTypes,
    };
}
