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
exports.declareBeside = declareBeside;
const aws = __importStar(require("@pulumi/aws"));
const pulumi = __importStar(require("@pulumi/pulumi"));
const bucket_1 = require("../bucket/bucket");
const document_1 = require("../policies/document");
const transforms_1 = require("../transforms");
const log_bucket_policy_1 = require("./log-bucket-policy");
/** Declares what the arguments want beside a bucket. */
function declareBeside(owner, bucket, settings, transform, options) {
    const { name } = owner;
    const { events, logs, objectLock } = settings.beside;
    return {
        ...(events && {
            notification: (0, transforms_1.child)(aws.s3.BucketNotification, transform.notification, `${name}-notification`, { bucket: bucket.name, eventbridge: true }, options.watching),
        }),
        ...(objectLock && {
            // Not an argument of the bucket, which would replace a bucket that exists.
            objectLock: (0, transforms_1.child)(aws.s3.BucketObjectLockConfiguration, transform.objectLock, `${name}-object-lock`, { bucket: bucket.name, rule: { defaultRetention: objectLock } }, { ...options.guarding, dependsOn: [bucket.versioning] }),
        }),
        ...(logs && declareLogs(owner, bucket, logs, settings, transform, options)),
    };
}
function declareLogs({ name, account, lob, gate, refuse }, bucket, logs, settings, transform, options) {
    const { accountId, region, partition } = account;
    const withLob = lob === undefined ? "" : `${lob}-`;
    const trailName = `${withLob}model-data-events`;
    const wanted = logs.dataEvents !== "none";
    const made = logs.bucketName === undefined
        ? (0, bucket_1.declareBucket)(`${name}-logs`, pulumi.interpolate `${accountId}-${region}-${withLob}logs`, {
            policyOf: (logBucket) => pulumi
                .output({
                partition,
                accountId,
                logBucket,
                source: bucket.arn,
                trail: wanted ? pulumi.interpolate `arn:${partition}:cloudtrail:${region}:${accountId}:trail/${trailName}` : undefined,
            })
                .apply((sources) => (0, document_1.render)((0, log_bucket_policy_1.logBucketPolicy)(sources))),
            lifecycleRules: logs.days.apply((days) => [
                { id: "logs", status: "Enabled", filter: {}, expiration: { days }, noncurrentVersionExpiration: { noncurrentDays: 1 } },
                { id: "incomplete-uploads", status: "Enabled", filter: {}, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
            ]),
            gate,
            refuse,
        }, 
        // S3 delivers access logs only to buckets without a customer key.
        { tags: settings.tags, kmsKeyArn: undefined, switches: { ...settings.switches, existingBucket: false } }, transform.logs ?? {}, options.logs)
        : undefined;
    const target = made?.name ?? logs.bucketName;
    const after = { ...options.watching, ...(made && { dependsOn: [made.resources.policy] }) };
    return {
        ...(made && { logs: made.resources }),
        ...(logs.access && {
            logging: (0, transforms_1.child)(aws.s3.BucketLogging, transform.logging, `${name}-logging`, {
                bucket: bucket.name,
                targetBucket: target,
                targetPrefix: pulumi.interpolate `${log_bucket_policy_1.ACCESS_FOLDER}/`,
                // By account, region, bucket and day, so that Athena reads only the days that a question names.
                targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
            }, after),
        }),
        ...(wanted && {
            trail: (0, transforms_1.child)(aws.cloudtrail.Trail, transform.trail, `${name}-trail`, {
                name: trailName,
                s3BucketName: target,
                s3KeyPrefix: log_bucket_policy_1.TRAIL_FOLDER,
                enableLogFileValidation: true,
                includeGlobalServiceEvents: false,
                advancedEventSelectors: [{ name: `Objects of ${lob ?? "all LOBs"}`, fieldSelectors: selectors(bucket.arn, logs.dataEvents) }],
                tags: settings.tags,
            }, after),
        }),
    };
}
function selectors(bucketArn, which) {
    return [
        { field: "eventCategory", equals: ["Data"] },
        { field: "resources.type", equals: ["AWS::S3::Object"] },
        { field: "resources.ARN", startsWiths: [pulumi.interpolate `${bucketArn}/`] },
        ...(which === "writes" ? [{ field: "readOnly", equals: ["false"] }] : []),
    ];
}
