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
exports.homeOf = homeOf;
exports.otherAccountProblem = otherAccountProblem;
const pulumi = __importStar(require("@pulumi/pulumi"));
const wrong_arguments_1 = require("./checks/wrong-arguments");
const layout_1 = require("./generated/layout");
const outputs_1 = require("./outputs");
const target_1 = require("./policies/target");
const resources_1 = require("./resources");
const storage_1 = require("./storage");
function homeOf(component, gate, name, account, settings, transform) {
    return settings.sharedRegistry
        ? sharedHome(gate, name, account, settings.lob, settings.sharedRegistry)
        : ownHome(component, gate, name, account, settings, transform);
}
function ownHome(component, gate, name, account, { lob, pythonWriters, storage: settings }, transform) {
    const { accountId, region, partition } = account;
    const defaultNames = pulumi.all([accountId, region]).apply(([where, place]) => (0, layout_1.ownNames)(where, place, lob));
    const storage = (0, storage_1.declareStorage)({ component, gate, kind: "LineOfBusiness", name, account, lob, defaultNames, pythonWriters }, settings, transform);
    return {
        ...storage,
        guards: (0, resources_1.resourcesIn)(storage.resources),
        accountId,
        region,
        partition,
        prefix: settings.prefix,
        suffix: settings.suffix,
        kmsKeyArn: settings.kmsKeyArn ?? pulumi.output(undefined),
        tableKmsKeyArn: settings.tableKmsKeyArn ?? pulumi.output(undefined),
        ownBucket: !settings.switches.existingBucket,
        writeOnce: pulumi.output(!pythonWriters),
    };
}
function sharedHome(gate, name, account, lob, reference) {
    const accountId = pulumi.all([reference, account.accountId]).apply(([known, own]) => {
        const problem = otherAccountProblem(known.accountId, own);
        if (problem)
            throw (0, wrong_arguments_1.wrongArguments)("LineOfBusiness", name, [problem]);
        return own;
    });
    gate.require((0, outputs_1.knownValueOf)(accountId));
    const region = pulumi.all([reference, account.region]).apply(([known, own]) => known.region ?? own);
    const { partition } = account;
    const tableArn = (table) => pulumi.interpolate `arn:${partition}:dynamodb:${region}:${accountId}:table/${table}`;
    const bucketName = reference.apply((known) => known.bucketName);
    const catalogTableName = reference.apply((known) => known.catalogTableName);
    const registryTableName = reference.apply((known) => known.registryTableName);
    return {
        resources: {},
        // An empty list that depends on the resources of the registry, which belong to another component.
        guards: reference.apply(() => []),
        accountId,
        region,
        partition,
        bucketName,
        bucketArn: pulumi.all([partition, bucketName]).apply(([where, bucket]) => (0, target_1.bucketArn)(where, bucket)),
        catalogTableName,
        catalogTableArn: tableArn(catalogTableName),
        registryTableName,
        registryTableArn: tableArn(registryTableName),
        prefix: reference.apply((known) => known.prefix ?? layout_1.DEFAULT_PREFIX),
        suffix: reference.apply((known) => known.suffix ?? layout_1.DEFAULT_SUFFIX),
        kmsKeyArn: reference.apply((known) => known.kmsKeyArn ?? undefined),
        tableKmsKeyArn: reference.apply((known) => known.tableKmsKeyArn ?? undefined),
        ownBucket: false,
        tableRegion: region,
        writeOnce: reference.apply((known) => !(known.pythonLobs ?? []).includes(lob)),
    };
}
/**
 * Returns the problem of a shared registry in another account. The LOB's row and roles are created in the account of its provider, and the
 * bucket's policy grants nothing to other accounts.
 */
function otherAccountProblem(ofRegistry, ofProvider) {
    if (!ofRegistry || ofRegistry === ofProvider)
        return undefined;
    const reason = `the registry is in account ${ofRegistry}, but this LOB's AWS provider is in ${ofProvider}; use a provider of the registry's account`;
    return { propertyPath: "sharedRegistry.accountId", reason };
}
