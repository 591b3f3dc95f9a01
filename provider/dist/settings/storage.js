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
exports.PLAIN_STORAGE_ARGUMENTS = void 0;
exports.storageSettings = storageSettings;
const pulumi = __importStar(require("@pulumi/pulumi"));
const layout_1 = require("../generated/layout");
const arguments_1 = require("./arguments");
const beside_1 = require("./beside");
/** Arguments that must be known while the program runs. The type makes the compiler complain about a missing switch. */
const PLAIN = {
    existingBucket: true,
    existingTables: true,
    pointInTimeRecovery: true,
    deletionProtection: true,
    protect: true,
    retainOnDelete: true,
    adopt: true,
    forceDestroy: true,
};
exports.PLAIN_STORAGE_ARGUMENTS = [...Object.keys(PLAIN), "events"];
/**
 * Fills in the defaults of the arguments about bucket and tables.
 *
 * @param numbersCanBeReplaced whether Python writers may replace published versions, so that replaced versions are kept indefinitely
 */
function storageSettings(args, given, numbersCanBeReplaced) {
    return {
        bucketName: given("bucketName"),
        catalogTableName: given("catalogTableName"),
        registryTableName: given("registryTableName"),
        prefix: (0, arguments_1.or)(given("prefix"), layout_1.DEFAULT_PREFIX),
        suffix: (0, arguments_1.or)(given("suffix"), layout_1.DEFAULT_SUFFIX),
        tags: (0, arguments_1.or)(given("tags"), {}),
        kmsKeyArn: given("kmsKeyArn"),
        retentionPrincipals: (0, arguments_1.or)(given("retentionPrincipals"), []),
        administrators: (0, arguments_1.or)(given("administrators"), []),
        bucketPolicyStatements: (0, arguments_1.or)(given("bucketPolicyStatements"), []),
        days: pulumi.output({
            staging: (0, arguments_1.or)(given("stagingDays"), 7),
            incompleteUpload: (0, arguments_1.or)(given("incompleteUploadDays"), 7),
            noncurrentLatest: (0, arguments_1.or)(given("noncurrentLatestDays"), 1),
            noncurrent: given("noncurrentDays") ?? pulumi.output(numbersCanBeReplaced).apply((replaceable) => (replaceable ? 0 : 90)),
        }),
        tableKmsKeyArn: given("tableKmsKeyArn"),
        oldVersions: (0, beside_1.transitionSettings)(given),
        beside: (0, beside_1.besideSettings)(args, given),
        switches: {
            existingBucket: args.existingBucket ?? false,
            existingTables: args.existingTables ?? false,
            pointInTimeRecovery: args.pointInTimeRecovery ?? true,
            deletionProtection: args.deletionProtection ?? true,
            protect: args.protect ?? true,
            retainOnDelete: args.retainOnDelete ?? true,
            adopt: args.adopt ?? false,
            forceDestroy: args.forceDestroy ?? false,
        },
    };
}
