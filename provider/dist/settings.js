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
exports.settle = settle;
const pulumi = __importStar(require("@pulumi/pulumi"));
const checks_1 = require("./checks");
const layout_1 = require("./generated/layout");
const wrong_arguments_1 = require("./wrong-arguments");
/**
 * Checks the arguments and fills in the defaults. Throws one error with everything that is wrong with what is known now. A value that
 * is known only later is checked then, before anything that uses it is made; one that a preview does not know stays unknown.
 */
function settle(resourceName, args) {
    const problems = (0, checks_1.allProblems)(resourceName, knownParts(args));
    if (problems.length > 0)
        throw (0, wrong_arguments_1.wrongArguments)(resourceName, problems);
    const given = (name) => {
        const value = args[name] ?? undefined;
        if (value === undefined)
            return undefined;
        return pulumi.output(value).apply((known) => {
            const late = (0, checks_1.problemsOf)(name, known);
            if (late.length > 0)
                throw (0, wrong_arguments_1.wrongArguments)(resourceName, late);
            return known;
        });
    };
    const or = (value, otherwise) => value ?? pulumi.output(otherwise);
    const pythonWriters = args.pythonWriters ?? false;
    return {
        lob: args.lob ?? resourceName,
        description: or(given("description"), undefined),
        owner: or(given("owner"), undefined),
        bucketName: given("bucketName"),
        catalogTableName: given("catalogTableName"),
        registryTableName: given("registryTableName"),
        prefix: or(given("prefix"), layout_1.DEFAULT_PREFIX),
        suffix: or(given("suffix"), layout_1.DEFAULT_SUFFIX),
        tags: or(given("tags"), {}),
        protectedAliases: or(given("protectedAliases"), []),
        kmsKeyArn: given("kmsKeyArn"),
        retentionPrincipals: or(given("retentionPrincipals"), []),
        administrators: or(given("administrators"), []),
        days: pulumi.output({
            staging: or(given("stagingDays"), 7),
            incompleteUpload: or(given("incompleteUploadDays"), 7),
            noncurrentLatest: or(given("noncurrentLatestDays"), 1),
            noncurrent: or(given("noncurrentDays"), pythonWriters ? 0 : 90),
        }),
        switches: {
            pythonWriters,
            pointInTimeRecovery: args.pointInTimeRecovery ?? true,
            deletionProtection: args.deletionProtection ?? true,
            protect: args.protect ?? true,
            retainOnDelete: args.retainOnDelete ?? true,
            forceDestroy: args.forceDestroy ?? false,
        },
    };
}
/** A copy in which everything that is known only later stands as {@link LATER}. */
function knownParts(args) {
    const known = {};
    for (const [name, value] of Object.entries(args))
        known[name] = MUST_BE_PLAIN.has(name) ? value : knownPart(value);
    return known;
}
const PLAIN = {
    lob: true,
    pythonWriters: true,
    pointInTimeRecovery: true,
    deletionProtection: true,
    protect: true,
    retainOnDelete: true,
    forceDestroy: true,
};
const MUST_BE_PLAIN = new Set(Object.keys(PLAIN));
function knownPart(value) {
    if (pulumi.Output.isInstance(value) || value instanceof Promise)
        return checks_1.LATER;
    if (Array.isArray(value))
        return value.map(knownPart);
    if (typeof value !== "object" || value === null)
        return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, knownPart(part)]));
}
