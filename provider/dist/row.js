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
exports.lobRow = lobRow;
const aws = __importStar(require("@pulumi/aws"));
const pulumi = __importStar(require("@pulumi/pulumi"));
const layout_1 = require("./generated/layout");
const transforms_1 = require("./transforms");
/** Declares the row of a LOB in the catalog, from which clients find everything else. */
function lobRow(name, home, settings, transform, options) {
    const item = pulumi
        .output({
        lob: settings.lob,
        bucket: home.bucketName,
        bucketOwner: home.accountId,
        bucketRegion: home.region,
        prefix: home.prefix,
        suffix: home.suffix,
        registryTable: home.registryTableName,
        writeOnce: home.writeOnce,
        protectedAliases: settings.protectedAliases,
        kmsKeyArn: home.kmsKeyArn,
        description: settings.description,
        owner: settings.owner,
    })
        .apply(({ kmsKeyArn, description, owner, ...known }) => JSON.stringify((0, layout_1.lobRowItem)({
        ...known,
        layoutVersion: layout_1.LAYOUT_VERSION,
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
        ...(description !== undefined && { description }),
        ...(owner !== undefined && { owner }),
    })));
    return (0, transforms_1.child)(aws.dynamodb.TableItem, transform.row, `${name}-row`, { tableName: home.catalogTableName, hashKey: layout_1.CATALOG_HASH_KEY, item, ...(home.tableRegion && { region: home.tableRegion }) }, options);
}
