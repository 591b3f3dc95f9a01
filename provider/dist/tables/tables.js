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
exports.declareTables = declareTables;
const aws = __importStar(require("@pulumi/aws"));
const layout_1 = require("../generated/layout");
const lookup_1 = require("../lookup");
const outputs_1 = require("../outputs");
const transforms_1 = require("../transforms");
const existing_1 = require("./existing");
const keys_1 = require("./keys");
/**
 * Declares both tables, or looks them up if they exist already.
 *
 * @param name name of the component; the names of the resources begin with it
 * @param names names of the tables on AWS
 */
function declareTables(name, names, settings, transform, options, lookups) {
    const { tags, switches, tableKmsKeyArn } = settings;
    const catalog = {
        name: `${name}-catalog`,
        tableName: names.catalogTable,
        hashKey: layout_1.CATALOG_HASH_KEY,
        indexes: layout_1.CATALOG_INDEXES,
        transform: transform.catalog,
    };
    const registry = {
        name: `${name}-registry`,
        tableName: names.registryTable,
        hashKey: layout_1.REGISTRY_HASH_KEY,
        indexes: layout_1.REGISTRY_INDEXES,
        transform: transform.registry,
    };
    if (switches.existingTables) {
        const found = (wanted, argument) => existing(wanted, argument, options, lookups);
        return { resources: {}, catalog: found(catalog, "catalogTableName"), registry: found(registry, "registryTableName") };
    }
    const made = (wanted) => (0, transforms_1.child)(aws.dynamodb.Table, wanted.transform, wanted.name, {
        name: wanted.tableName,
        ...(0, keys_1.tableKeys)(wanted.hashKey, wanted.indexes),
        billingMode: "PAY_PER_REQUEST",
        deletionProtectionEnabled: switches.deletionProtection,
        pointInTimeRecovery: { enabled: switches.pointInTimeRecovery },
        ...(tableKmsKeyArn && { serverSideEncryption: { enabled: true, kmsKeyArn: tableKmsKeyArn } }),
        tags,
    }, options);
    const resources = { catalog: made(catalog), registry: made(registry) };
    return { resources, ...resources };
}
/** Normalises a table from the AWS provider, which gives the keys of an index in one of two forms and omits empty values. */
function descriptionOf(found) {
    const { name = "", region = "", hashKey = "", rangeKey = "", billingMode = "", attributes = [] } = found;
    // An AWS provider built without Pulumi's own plurals, e.g. for tests, spells it "indices".
    const indexes = found.globalSecondaryIndexes ?? found.globalSecondaryIndices ?? [];
    const keyOf = ({ keySchemas = [] }, type) => keySchemas.find(({ keyType }) => keyType === type)?.attributeName ?? "";
    return {
        name,
        region,
        hashKey,
        rangeKey,
        billingMode,
        attributes,
        globalSecondaryIndexes: indexes.map((index) => ({
            name: index.name ?? "",
            hashKey: index.hashKey || keyOf(index, "HASH"),
            rangeKey: index.rangeKey || keyOf(index, "RANGE"),
            projectionType: index.projectionType ?? "",
            nonKeyAttributes: index.nonKeyAttributes ?? [],
        })),
    };
}
function existing(wanted, argument, options, lookups) {
    const looked = aws.dynamodb.getTableOutput({ name: wanted.tableName }, { parent: options.parent });
    const found = (0, lookup_1.lookup)(looked, wanted.tableName, lookups, { argument, what: "table", otherwise: "existingTables" });
    const table = found.apply((described) => {
        const problems = (0, existing_1.tableProblems)(descriptionOf(described), wanted.hashKey, Object.values(wanted.indexes));
        if (problems.length > 0)
            throw lookups.refuse(argument, `the table ${described.name} cannot be used: ${problems.join("; ")}`);
        return described;
    });
    lookups.gate.require((0, outputs_1.knownValueOf)(table));
    return { name: table.name, arn: table.arn };
}
