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
exports.declareBucket = declareBucket;
const aws = __importStar(require("@pulumi/aws"));
const lookup_1 = require("../lookup");
const transforms_1 = require("../transforms");
/**
 * Declares a bucket with its settings, or only the settings if the bucket exists already.
 *
 * @param name name of the component; the names of the resources begin with it
 * @param bucketName name of the bucket on AWS
 * @param options options of each resource
 */
function declareBucket(name, bucketName, content, { tags, kmsKeyArn, switches }, transform, options) {
    const made = switches.existingBucket
        ? undefined
        : (0, transforms_1.child)(aws.s3.Bucket, transform.bucket, name, { bucket: bucketName, forceDestroy: switches.forceDestroy, tags }, options);
    const found = made ?? existing(bucketName, content, options);
    const { bucket, arn } = found;
    // S3 refuses concurrent changes of some settings of one bucket, so these depend on each other.
    const ownership = (0, transforms_1.child)(aws.s3.BucketOwnershipControls, transform.ownership, `${name}-ownership`, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, options);
    const publicAccess = (0, transforms_1.child)(aws.s3.BucketPublicAccessBlock, transform.publicAccess, `${name}-public-access`, { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true }, { ...options, dependsOn: [ownership] });
    const versioning = (0, transforms_1.child)(aws.s3.BucketVersioning, transform.versioning, `${name}-versioning`, { bucket, versioningConfiguration: { status: "Enabled" } }, options);
    const further = content.furtherResources?.({ name: bucket, arn, versioning }) ?? [];
    const policy = (0, transforms_1.child)(aws.s3.BucketPolicy, transform.policy, `${name}-policy`, { bucket, policy: content.policyOf(bucket) }, { ...options, dependsOn: [publicAccess, ...further] });
    const lifecycle = (0, transforms_1.child)(aws.s3.BucketLifecycleConfiguration, transform.lifecycle, `${name}-lifecycle`, { bucket, rules: content.lifecycleRules }, { ...options, dependsOn: [versioning] });
    const encryption = (0, transforms_1.child)(aws.s3.BucketServerSideEncryptionConfiguration, transform.encryption, `${name}-encryption`, { bucket, rules: [encryptionRule(kmsKeyArn)] }, options);
    return {
        resources: { bucket: made, ownership, publicAccess, versioning, encryption, lifecycle, policy },
        name: bucket,
        arn,
    };
}
function existing(bucket, lookups, options) {
    const looked = aws.s3.getBucketOutput({ bucket }, { parent: options.parent });
    return (0, lookup_1.lookup)(looked, bucket, lookups, { argument: "bucketName", what: "bucket", otherwise: "existingBucket" });
}
function encryptionRule(kmsKeyArn) {
    // With SSE-C the key comes with the request, so nobody else could read such an object.
    const blockedEncryptionTypes = ["SSE-C"];
    if (!kmsKeyArn)
        return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, blockedEncryptionTypes };
    return {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
        // One KMS request per bucket from time to time, instead of one per object.
        bucketKeyEnabled: true,
        blockedEncryptionTypes,
    };
}
