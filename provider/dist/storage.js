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
exports.declareStorage = declareStorage;
exports.optionsOf = optionsOf;
const pulumi = __importStar(require("@pulumi/pulumi"));
const adopt_1 = require("./adopt");
const beside_1 = require("./beside/beside");
const bucket_1 = require("./bucket/bucket");
const lifecycle_1 = require("./bucket/lifecycle");
const policy_1 = require("./bucket/policy");
const wrong_arguments_1 = require("./checks/wrong-arguments");
const outputs_1 = require("./outputs");
const document_1 = require("./policies/document");
const principals_1 = require("./principals");
const resources_1 = require("./resources");
const tables_1 = require("./tables/tables");
const warnings_1 = require("./warnings");
/** Declares a bucket with its settings and the two tables. */
function declareStorage(owner, settings, transform) {
    const { component, gate, kind, name, account, lob } = owner;
    const { prefix, suffix, switches, administrators } = settings;
    for (const warning of (0, warnings_1.storageWarnings)(settings))
        void pulumi.log.warn(warning, component);
    pulumi.all([account.callerArn, administrators]).apply(([arn, named]) => {
        if (named.length > 0 && !(0, principals_1.mayBeAmong)(arn, named))
            void pulumi.log.warn((0, warnings_1.lockOutWarning)(arn), component);
    });
    const refuse = (propertyPath, reason) => (0, wrong_arguments_1.wrongArguments)(kind, name, [{ propertyPath, reason }]);
    const bucketName = settings.bucketName ?? owner.defaultNames.bucket;
    const policyOf = (bucket) => pulumi
        .output({
        place: { bucket, lob: lob ?? policy_1.EVERY_LOB, prefix, suffix },
        partition: account.partition,
        pythonWritersOfLobs: owner.pythonWritersOfLobs ?? [],
        retentionPrincipals: settings.retentionPrincipals,
        administrators,
        furtherStatements: settings.bucketPolicyStatements,
    })
        .apply(({ place, ...known }) => {
        const text = (0, document_1.render)((0, policy_1.bucketPolicy)(place, { ...known, pythonWriters: owner.pythonWriters }));
        const tooLong = (0, document_1.sizeProblem)(text, document_1.LIMITS.bucket);
        if (tooLong === undefined)
            return text;
        const reason = `the bucket's policy would have ${tooLong}; replace principals with patterns, or shorten the statements`;
        throw refuse("bucketPolicyStatements", reason);
    });
    // The bucket itself waits for the gate, so the size is checked with the name that it will have.
    gate.require((0, outputs_1.knownValueOf)(policyOf(bucketName)));
    const rules = pulumi
        .output({ prefix, suffix, lob, days: settings.days, oldVersions: settings.oldVersions })
        .apply(({ days, oldVersions, ...scope }) => (0, lifecycle_1.lifecycleRules)(scope, days, oldVersions));
    const { kept } = optionsOf(component, switches);
    const options = switches.adopt ? { ...kept, transforms: [adopt_1.adopting] } : kept;
    let beside = {};
    const furtherResources = (made) => {
        beside = (0, beside_1.declareBeside)({ ...owner, gate, refuse }, made, settings, transform, besideOptions(component, switches));
        return (0, resources_1.resourcesIn)(beside);
    };
    const content = { policyOf, lifecycleRules: rules, furtherResources, gate, refuse };
    const bucket = (0, bucket_1.declareBucket)(name, bucketName, content, settings, transform, options);
    const tables = (0, tables_1.declareTables)(name, {
        catalogTable: settings.catalogTableName ?? owner.defaultNames.catalogTable,
        registryTable: settings.registryTableName ?? owner.defaultNames.registryTable,
    }, settings, transform, options, { gate, refuse });
    return {
        resources: { ...bucket.resources, ...beside, ...tables.resources },
        bucketName: bucket.name,
        bucketArn: bucket.arn,
        catalogTableName: tables.catalog.name,
        catalogTableArn: tables.catalog.arn,
        registryTableName: tables.registry.name,
        registryTableArn: tables.registry.arn,
    };
}
/** Returns options of the children beside a bucket. They need no protection: the bucket's policy, which has it, depends on them. */
function besideOptions(parent, switches) {
    const logs = {
        parent,
        ...(switches.retainOnDelete && { retainOnDelete: true }),
        ...(switches.adopt && { transforms: [adopt_1.adopting] }),
    };
    return { watching: { parent }, logs, guarding: optionsOf(parent, switches).kept };
}
/**
 * Returns options of the children that hold or guard data. With a switch off, the children inherit the option from the component. Not only the
 * data is protected: otherwise a refused destroy would already have removed the rest from the state. Everything except the row is retained: a
 * bucket that stays needs its policy and versioning, while the row of a removed LOB must go, so that the LOB can be declared again.
 */
function optionsOf(parent, switches) {
    const announced = { parent, ...(switches.protect && { protect: true }) };
    return { announced, kept: { ...announced, ...(switches.retainOnDelete && { retainOnDelete: true }) } };
}
