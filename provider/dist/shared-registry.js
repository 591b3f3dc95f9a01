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
const claims_1 = require("./claims");
const gate_1 = require("./gate");
const layout_1 = require("./generated/layout");
const possessions_1 = require("./possessions");
const settled_1 = require("./settled");
const shared_registry_1 = require("./settings/shared-registry");
const storage_1 = require("./storage");
const warnings_1 = require("./warnings");
// Not a field of the class: every field becomes an output of the component, and an output that is a resource would tie the schema to one
// release of the AWS provider.
const RESOURCES = new WeakMap();
/**
 * One bucket and one pair of tables for many lines of business. A `LineOfBusiness` that gets the output `reference` lives in them, with access
 * only to its own folder of the bucket and its own rows. The bucket's policy belongs to the registry, and does not grow with the number of LOBs.
 */
class SharedRegistry extends pulumi.ComponentResource {
    /** Value for the argument `sharedRegistry` of a `LineOfBusiness`, in this stack or, if exported, in another. */
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
    /** Folder of all models in the bucket, without slashes at its ends. */
    prefix;
    /** File extension of the artifacts. */
    suffix;
    /**
     * @param name name of the resource
     * @param args settings that differ from the defaults
     * @param opts options of the component; its children use an explicit AWS provider
     * @throws InputPropertiesError listing everything wrong with the arguments, before any resource is created
     */
    constructor(name, args = {}, opts = {}) {
        const settings = (0, shared_registry_1.sharedRegistrySettings)(name, args);
        const { transform = {}, ...options } = opts;
        const { prefix, suffix, kmsKeyArn, tableKmsKeyArn, switches } = settings.storage;
        const fixed = { kind: "SharedRegistry", name, protect: switches.protect };
        (0, claims_1.claimName)(fixed, options);
        const own = (0, settled_1.settled)(fixed, options, () => declared);
        super("lob-registry:index:SharedRegistry", name, args, own);
        const account = (0, account_1.accountOf)(this);
        const declared = { component: this, account };
        const gate = new gate_1.Gate(this);
        gate.require(settings.checked);
        gate.require((0, claims_1.claim)(fixed, (0, possessions_1.claimsOfRegistry)(settings.storage, account)));
        const { accountId, region } = account;
        const defaultNames = pulumi.all([accountId, region]).apply(([where, place]) => (0, layout_1.sharedNames)(where, place));
        const { pythonWriters } = settings;
        const pythonLobs = pythonWriters.apply((writers) => writers.map(({ lob }) => lob));
        pythonLobs.apply((lobs) => (lobs.length > 0 ? void pulumi.log.warn((0, warnings_1.pythonLobsWarning)(lobs), this) : undefined));
        const storage = (0, storage_1.declareStorage)({
            component: this,
            gate,
            kind: "SharedRegistry",
            name,
            account,
            defaultNames,
            pythonWriters: false,
            pythonWritersOfLobs: pythonWriters,
        }, settings.storage, transform);
        const { policy, versioning, lifecycle, encryption } = storage.resources;
        RESOURCES.set(this, storage.resources);
        const reference = pulumi
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
                tableKmsKeyArn,
                pythonLobs,
            },
            // Makes a LOB with this reference wait for the resources that guard the bucket. Refers to their names because a preview knows those.
            guards: [policy.bucket, versioning.bucket, lifecycle.bucket, encryption.bucket],
        })
            .apply((known) => known.reference);
        const outputs = gate.behind({
            reference,
            accountId,
            region,
            bucketName: storage.bucketName,
            bucketArn: storage.bucketArn,
            catalogTableName: storage.catalogTableName,
            catalogTableArn: storage.catalogTableArn,
            registryTableName: storage.registryTableName,
            registryTableArn: storage.registryTableArn,
            prefix,
            suffix,
        });
        this.reference = outputs.reference;
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
        this.registerOutputs(outputs);
    }
    /** Resources of this registry. Only in TypeScript and JavaScript programs. */
    get resources() {
        return RESOURCES.get(this);
    }
}
exports.SharedRegistry = SharedRegistry;
