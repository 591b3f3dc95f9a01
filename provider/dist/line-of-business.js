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
const events_1 = require("./beside/events");
const claims_1 = require("./claims");
const gate_1 = require("./gate");
const layout_1 = require("./generated/layout");
const home_1 = require("./home");
const possessions_1 = require("./possessions");
const resources_1 = require("./resources");
const roles_1 = require("./roles/roles");
const row_1 = require("./row");
const settled_1 = require("./settled");
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
    /**
     * Event pattern for a rule of Amazon EventBridge, as JSON: each published version of this LOB, once. S3 sends the events if `events` is on, here
     * or in the shared registry.
     */
    publishedPattern;
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
        const { lob, pythonWriters, protectedAliases, storage } = settings;
        const fixed = { kind: "LineOfBusiness", name, lob, protect: storage.switches.protect };
        (0, claims_1.claimName)(fixed, options);
        const own = (0, settled_1.settled)(fixed, options, () => declared);
        // The name of the LOB is always among the inputs: the engine sees a change of it also when it is the name of the resource.
        super("lob-registry:index:LineOfBusiness", name, { ...args, lob }, own);
        if (pythonWriters)
            void pulumi.log.warn(warnings_1.PYTHON_WARNING, this);
        const account = (0, account_1.accountOf)(this);
        const declared = { component: this, account };
        const gate = new gate_1.Gate(this);
        gate.require(settings.checked);
        gate.require((0, claims_1.claim)(fixed, (0, possessions_1.claimsOfLob)(settings, account)));
        const home = (0, home_1.homeOf)(this, gate, name, account, settings, transform);
        const { announced, kept } = (0, storage_1.optionsOf)(this, storage.switches);
        const place = pulumi.output({ bucket: home.bucketName, lob, prefix: home.prefix, suffix: home.suffix });
        const target = targetOf(home, place, protectedAliases);
        const { guards } = home;
        const roles = (0, roles_1.declareRoles)({ component: this, gate, name, lob, account, target, tags: storage.tags, kept, guards }, settings.roles, transform);
        const last = {
            ...announced,
            // Depends on every other resource. It is written last: clients use the LOB as soon as they find this row, so everything that it promises
            // must hold by then. And it goes first: the engine never deletes what a resource needs whose deletion it refused.
            dependsOn: (0, resources_1.resourcesIn)({ ...home.resources, ...roles.resources }),
        };
        const row = (0, row_1.lobRow)(name, home, settings, transform, (0, settled_1.settledRow)(fixed, last));
        RESOURCES.set(this, { ...home.resources, ...roles.resources, row });
        const outputs = gate.behind({
            lob: pulumi.output(lob),
            accountId: home.accountId,
            region: home.region,
            bucketName: home.bucketName,
            bucketArn: home.bucketArn,
            catalogTableName: home.catalogTableName,
            catalogTableArn: home.catalogTableArn,
            registryTableName: home.registryTableName,
            registryTableArn: home.registryTableArn,
            prefix: home.prefix,
            suffix: home.suffix,
            s3Uri: place.apply((known) => (0, layout_1.s3Uri)(known.bucket, (0, layout_1.lobPrefix)(known))),
            publisherRoleArns: roles.arns.publisher,
            promoterRoleArns: roles.arns.promoter,
            readerRoleArns: roles.arns.reader,
            publishedPattern: place.apply((known) => JSON.stringify((0, events_1.publishedPattern)(known))),
            publisherPolicy: (0, roles_1.policyOf)("publisher", target),
            promoterPolicy: (0, roles_1.policyOf)("promoter", target),
            readerPolicy: (0, roles_1.policyOf)("reader", target),
        });
        this.lob = outputs.lob;
        this.accountId = outputs.accountId;
        this.region = outputs.region;
        this.bucketName = outputs.bucketName;
        this.bucketArn = outputs.bucketArn;
        this.catalogTableName = outputs.catalogTableName;
        this.catalogTableArn = outputs.catalogTableArn;
        this.registryTableName = outputs.registryTableName;
        this.registryTableArn = outputs.registryTableArn;
        this.prefix = outputs.prefix;
        this.suffix = outputs.suffix;
        this.s3Uri = outputs.s3Uri;
        this.publisherRoleArns = outputs.publisherRoleArns;
        this.promoterRoleArns = outputs.promoterRoleArns;
        this.readerRoleArns = outputs.readerRoleArns;
        this.publishedPattern = outputs.publishedPattern;
        this.publisherPolicy = outputs.publisherPolicy;
        this.promoterPolicy = outputs.promoterPolicy;
        this.readerPolicy = outputs.readerPolicy;
        this.registerOutputs(outputs);
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
        tableKmsKeyArn: home.tableKmsKeyArn,
        ownBucket: home.ownBucket,
    });
}
