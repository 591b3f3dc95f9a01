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
exports.SharedRegistry = void 0;
const pulumi = __importStar(require("@pulumi/pulumi"));
const account_1 = require("./account");
const layout_1 = require("./generated/layout");
const shared_registry_1 = require("./settings/shared-registry");
const storage_1 = require("./storage");
const warnings_1 = require("./warnings");
// Not a field: each field of the class becomes an output of the component, and an output that is a resource binds the schema to one
// release of the AWS provider.
const RESOURCES = new WeakMap();
/**
 * One bucket and one pair of tables for many lines of business. Each `LineOfBusiness` that is given the output `reference` lives in them: it sees
 * its own folder of the bucket and its own rows. The bucket's policy is that of the registry, and does not grow with the number of LOBs.
 */
class SharedRegistry extends pulumi.ComponentResource {
    /** What a `LineOfBusiness` is given as `sharedRegistry`, in this stack or, exported, in another. */
    reference;
    /** AWS account that holds the registry. */
    accountId;
    /** AWS region that holds the registry. */
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
    /**
     * @param name Name of the resource.
     * @param args What to change of the defaults.
     * @param opts Options of the component; an explicit AWS provider is used for everything in it.
     * @throws InputPropertiesError with everything that is wrong with the arguments, before anything is made.
     */
    constructor(name, args = {}, opts = {}) {
        const settings = (0, shared_registry_1.sharedRegistrySettings)(name, args);
        const { transform = {}, ...options } = opts;
        super("lob-registry:index:SharedRegistry", name, args, options);
        const { prefix, suffix, kmsKeyArn } = settings.storage;
        const account = (0, account_1.accountOf)(this);
        const { accountId, region } = account;
        const defaultNames = pulumi.all([accountId, region]).apply(([where, place]) => (0, layout_1.sharedNames)(where, place));
        const { pythonWriters } = settings;
        const pythonLobs = pythonWriters.apply((writers) => writers.map(({ lob }) => lob));
        pythonLobs.apply((lobs) => (lobs.length > 0 ? void pulumi.log.warn((0, warnings_1.pythonLobsWarning)(lobs), this) : undefined));
        const storage = (0, storage_1.declareStorage)({ component: this, kind: "SharedRegistry", name, account, defaultNames, pythonWriters: false, pythonWritersOfLobs: pythonWriters }, settings.storage, transform);
        const { policy, versioning, lifecycle, encryption } = storage.resources;
        RESOURCES.set(this, storage.resources);
        this.accountId = accountId;
        this.region = region;
        this.bucketName = storage.bucketName;
        this.bucketArn = storage.bucketArn;
        this.catalogTableName = storage.catalogTableName;
        this.catalogTableArn = storage.catalogTableArn;
        this.registryTableName = storage.registryTableName;
        this.registryTableArn = storage.registryTableArn;
        this.prefix = prefix;
        this.suffix = suffix;
        this.reference = pulumi
            .output({
            reference: {
                bucketName: storage.bucketName,
                catalogTableName: storage.catalogTableName,
                registryTableName: storage.registryTableName,
                accountId,
                region,
                prefix,
                suffix,
                kmsKeyArn,
                pythonLobs,
            },
            // A LOB that uses the reference waits for what guards the bucket. Names, because a preview knows them.
            guards: [policy.bucket, versioning.bucket, lifecycle.bucket, encryption.bucket],
        })
            .apply(({ reference: { kmsKeyArn: key, ...known } }) => ({ ...known, ...(key !== undefined && { kmsKeyArn: key }) }));
        this.registerOutputs({
            reference: this.reference,
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
        });
    }
    /** The resources of this registry. Only in programs of TypeScript and JavaScript. */
    get resources() {
        return RESOURCES.get(this);
    }
}
exports.SharedRegistry = SharedRegistry;
