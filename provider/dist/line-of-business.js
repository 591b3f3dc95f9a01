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
exports.LineOfBusiness = void 0;
const aws = __importStar(require("@pulumi/aws"));
const pulumi = __importStar(require("@pulumi/pulumi"));
const bucket_1 = require("./bucket");
const layout_1 = require("./generated/layout");
const principals_1 = require("./principals");
const settings_1 = require("./settings");
const tables_1 = require("./tables");
const warnings_1 = require("./warnings");
// Not a field: each field of the class becomes an output of the component, and an output that is a resource binds the schema to one
// release of the AWS provider.
const RESOURCES = new WeakMap();
/**
 * The model registry of one line of business: a bucket for the models, the catalog and registry tables, and the row from which the Action
 * and the command line `lobreg` find everything. Published versions are write-once; data is protected and stays when the LOB is removed.
 */
class LineOfBusiness extends pulumi.ComponentResource {
    /** Name of the LOB: what the Action and the command line are given. */
    lob;
    /** AWS account that holds the LOB. */
    accountId;
    /** AWS region that holds the LOB. */
    region;
    /** Name of the bucket. */
    bucketName;
    /** ARN of the bucket. */
    bucketArn;
    /** Name of the catalog table: a row per LOB, model and alias. */
    catalogTableName;
    /** ARN of the catalog table. */
    catalogTableArn;
    /** Name of the registry table: a row per published version. */
    registryTableName;
    /** ARN of the registry table. */
    registryTableArn;
    /** Folder of all models in the bucket, with no slash at either end. */
    prefix;
    /** File extension of the artifacts. */
    suffix;
    /** Address of the LOB's models in S3, with its slash at the end. */
    s3Uri;
    /**
     * @param name Name of the resource, and of the LOB where `args.lob` is left out.
     * @param args What to change of the defaults.
     * @param opts Options of the component; an explicit AWS provider is used for everything in it.
     * @throws InputPropertiesError with everything that is wrong with the arguments, before anything is made.
     */
    constructor(name, args = {}, opts) {
        const settings = (0, settings_1.settle)(name, args);
        super("lob-registry:index:LineOfBusiness", name, args, opts);
        const { lob, prefix, suffix, tags, switches } = settings;
        for (const warning of (0, warnings_1.warningsOf)(switches, settings.kmsKeyArn !== undefined))
            void pulumi.log.warn(warning, this);
        const caller = aws.getCallerIdentityOutput({}, { parent: this });
        const region = aws.getRegionOutput({}, { parent: this }).region;
        const names = pulumi.all([caller.accountId, region]).apply(([account, where]) => (0, layout_1.ownNames)(account, where, lob));
        pulumi.all([caller.arn, settings.administrators]).apply(([arn, administrators]) => {
            if (administrators.length > 0 && !(0, principals_1.mayBeAmong)(arn, administrators))
                void pulumi.log.warn((0, warnings_1.lockOutWarning)(arn), this);
        });
        // A switch that is off leaves the option to what the component inherits. All is protected and not the data alone: otherwise a destroy
        // that is refused would already have taken the rest out of the state. All but the row is kept: a bucket that stays must keep its policy
        // and its versioning, while a LOB that was removed is not announced any more, and can be declared again.
        const announced = { parent: this, ...(switches.protect && { protect: true }) };
        const kept = { ...announced, ...(switches.retainOnDelete && { retainOnDelete: true }) };
        const bucketName = settings.bucketName ?? names.bucket;
        const bucketResources = (0, bucket_1.lobBucket)(name, bucketName, caller.arn.apply(partitionOf), settings, kept);
        const { bucket, policy, versioning, encryption, lifecycle } = bucketResources;
        const place = { bucket: bucket.bucket, lob, prefix, suffix };
        const tableArgs = {
            billingMode: "PAY_PER_REQUEST",
            deletionProtectionEnabled: switches.deletionProtection,
            pointInTimeRecovery: { enabled: switches.pointInTimeRecovery },
            tags,
        };
        const catalog = new aws.dynamodb.Table(`${name}-catalog`, { name: settings.catalogTableName ?? names.catalogTable, ...(0, tables_1.tableKeys)(layout_1.CATALOG_HASH_KEY, layout_1.CATALOG_INDEXES), ...tableArgs }, kept);
        const registry = new aws.dynamodb.Table(`${name}-registry`, { name: settings.registryTableName ?? names.registryTable, ...(0, tables_1.tableKeys)(layout_1.REGISTRY_HASH_KEY, layout_1.REGISTRY_INDEXES), ...tableArgs }, kept);
        const row = new aws.dynamodb.TableItem(`${name}-row`, {
            tableName: catalog.name,
            hashKey: layout_1.CATALOG_HASH_KEY,
            item: pulumi
                .output({
                place,
                bucketOwner: caller.accountId,
                bucketRegion: region,
                registryTable: registry.name,
                protectedAliases: settings.protectedAliases,
                kmsKeyArn: settings.kmsKeyArn,
                description: settings.description,
                owner: settings.owner,
            })
                .apply(({ place: where, kmsKeyArn, description, owner, ...known }) => JSON.stringify((0, layout_1.lobRowItem)({
                ...where,
                ...known,
                layoutVersion: layout_1.LAYOUT_VERSION,
                writeOnce: !switches.pythonWriters,
                ...(kmsKeyArn !== undefined && { kmsKeyArn }),
                ...(description !== undefined && { description }),
                ...(owner !== undefined && { owner }),
            }))),
        }, 
        // Written last: from this row on the LOB is in use, and what the row promises holds.
        { ...announced, dependsOn: [policy, versioning, encryption, lifecycle] });
        RESOURCES.set(this, { ...bucketResources, catalog, registry, row });
        this.lob = pulumi.output(lob);
        this.accountId = caller.accountId;
        this.region = region;
        this.bucketName = bucket.bucket;
        this.bucketArn = bucket.arn;
        this.catalogTableName = catalog.name;
        this.catalogTableArn = catalog.arn;
        this.registryTableName = registry.name;
        this.registryTableArn = registry.arn;
        this.prefix = prefix;
        this.suffix = suffix;
        this.s3Uri = pulumi.output(place).apply((known) => (0, layout_1.s3Uri)(known.bucket, (0, layout_1.lobPrefix)(known)));
        this.registerOutputs({
            lob: this.lob,
            accountId: this.accountId,
            region: this.region,
            bucketName: this.bucketName,
            bucketArn: this.bucketArn,
            catalogTableName: this.catalogTableName,
            catalogTableArn: this.catalogTableArn,
            registryTableName: this.registryTableName,
            registryTableArn: this.registryTableArn,
            prefix: this.prefix,
            suffix: this.suffix,
            s3Uri: this.s3Uri,
        });
    }
    /** The resources of this LOB. Only in programs of TypeScript and JavaScript. */
    get resources() {
        return RESOURCES.get(this);
    }
}
exports.LineOfBusiness = LineOfBusiness;
/** The partition of an ARN, such as `aws` or `aws-cn`. */
function partitionOf(arn) {
    return arn.split(":")[1] ?? "aws";
}
