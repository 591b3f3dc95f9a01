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
const pulumi = __importStar(require("@pulumi/pulumi"));
const account_1 = require("./account");
const layout_1 = require("./generated/layout");
const home_1 = require("./home");
const resources_1 = require("./resources");
const roles_1 = require("./roles/roles");
const row_1 = require("./row");
const line_of_business_1 = require("./settings/line-of-business");
const storage_1 = require("./storage");
const warnings_1 = require("./warnings");
// Not a field of the class: every field becomes an output of the component, and an output that is a resource would tie the schema to one
// release of the AWS provider.
const RESOURCES = new WeakMap();
/**
 * The model registry of one line of business: a bucket for the models, the catalog and registry tables, the row from which the Action and
 * `lobreg` find everything else, and the roles of publishers, promoters and readers. Published versions are write-once. Data is protected, and
 * stays when the LOB is removed.
 */
class LineOfBusiness extends pulumi.ComponentResource {
    /** Name of the LOB, as the Action and `lobreg` expect it. */
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
    /** Folder of all models in the bucket, without slashes at its ends. */
    prefix;
    /** File extension of the artifacts. */
    suffix;
    /** S3 URI of the LOB's models, with a slash at the end. */
    s3Uri;
    /** ARNs of the publishers' roles by publisher name: the `role-to-assume` of a workflow. */
    publisherRoleArns;
    /** ARNs of the promoters' roles by promoter name. */
    promoterRoleArns;
    /** ARNs of the readers' roles by reader name. */
    readerRoleArns;
    /** Policy of a publisher of all models, as JSON, to attach to your own role. */
    publisherPolicy;
    /** Policy of a promoter of all models, as JSON, to attach to your own role. */
    promoterPolicy;
    /** Policy of a reader, as JSON, to attach to your own role. */
    readerPolicy;
    /**
     * @param name name of the resource, and of the LOB if `args.lob` is not set
     * @param args settings that differ from the defaults
     * @param opts options of the component; its children use an explicit AWS provider
     * @throws InputPropertiesError listing everything wrong with the arguments, before any resource is created
     */
    constructor(name, args = {}, opts = {}) {
        const settings = (0, line_of_business_1.lineOfBusinessSettings)(name, args);
        const { transform = {}, ...options } = opts;
        super("lob-registry:index:LineOfBusiness", name, args, options);
        const { lob, pythonWriters, protectedAliases, storage } = settings;
        if (pythonWriters)
            void pulumi.log.warn(warnings_1.PYTHON_WARNING, this);
        const account = (0, account_1.accountOf)(this);
        const home = (0, home_1.homeOf)(this, name, account, settings, transform);
        const { announced, kept } = (0, storage_1.optionsOf)(this, storage.switches);
        const place = pulumi.output({ bucket: home.bucketName, lob, prefix: home.prefix, suffix: home.suffix });
        const target = targetOf(home, place, protectedAliases);
        const { guards } = home;
        const roles = (0, roles_1.declareRoles)({ component: this, name, lob, account, target, tags: storage.tags, kept, guards }, settings.roles, transform);
        const row = (0, row_1.lobRow)(name, home, settings, transform, {
            ...announced,
            // Depends on every other resource. It is written last: clients use the LOB as soon as they find this row, so everything that it promises
            // must hold by then. And it goes first: the engine never deletes what a resource needs whose deletion it refused.
            dependsOn: (0, resources_1.resourcesIn)({ ...home.resources, ...roles.resources }),
        });
        RESOURCES.set(this, { ...home.resources, ...roles.resources, row });
        this.lob = pulumi.output(lob);
        this.accountId = home.accountId;
        this.region = home.region;
        this.bucketName = home.bucketName;
        this.bucketArn = home.bucketArn;
        this.catalogTableName = home.catalogTableName;
        this.catalogTableArn = home.catalogTableArn;
        this.registryTableName = home.registryTableName;
        this.registryTableArn = home.registryTableArn;
        this.prefix = home.prefix;
        this.suffix = home.suffix;
        this.s3Uri = place.apply((known) => (0, layout_1.s3Uri)(known.bucket, (0, layout_1.lobPrefix)(known)));
        this.publisherRoleArns = roles.arns.publisher;
        this.promoterRoleArns = roles.arns.promoter;
        this.readerRoleArns = roles.arns.reader;
        this.publisherPolicy = (0, roles_1.policyOf)("publisher", target);
        this.promoterPolicy = (0, roles_1.policyOf)("promoter", target);
        this.readerPolicy = (0, roles_1.policyOf)("reader", target);
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
            publisherRoleArns: this.publisherRoleArns,
            promoterRoleArns: this.promoterRoleArns,
            readerRoleArns: this.readerRoleArns,
            publisherPolicy: this.publisherPolicy,
            promoterPolicy: this.promoterPolicy,
            readerPolicy: this.readerPolicy,
        });
    }
    /** Resources of this LOB. Only in TypeScript and JavaScript programs. */
    get resources() {
        return RESOURCES.get(this);
    }
}
exports.LineOfBusiness = LineOfBusiness;
function targetOf(home, place, protectedAliases) {
    return pulumi.output({
        partition: home.partition,
        region: home.region,
        place,
        catalogArn: home.catalogTableArn,
        registryArn: home.registryTableArn,
        protectedAliases,
        kmsKeyArn: home.kmsKeyArn,
        ownBucket: home.ownBucket,
    });
}
