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
exports.STORAGE_RULES = void 0;
exports.storageProblems = storageProblems;
const layout_1 = require("../generated/layout");
const problem_1 = require("./problem");
const beside = __importStar(require("./beside"));
const values = __importStar(require("./values"));
/** One rule per argument about bucket and tables; the type makes the compiler complain about a missing one. */
exports.STORAGE_RULES = {
    bucketName: (0, problem_1.one)(values.bucketNameProblem),
    catalogTableName: (0, problem_1.one)(values.tableNameProblem),
    registryTableName: (0, problem_1.one)(values.tableNameProblem),
    prefix: (0, problem_1.one)(layout_1.prefixProblem),
    suffix: (0, problem_1.one)(layout_1.suffixProblem),
    existingBucket: (0, problem_1.one)(values.switchProblem),
    existingTables: (0, problem_1.one)(values.switchProblem),
    tags: values.tagProblems,
    kmsKeyArn: (0, problem_1.one)(values.kmsKeyProblem),
    tableKmsKeyArn: (0, problem_1.one)(values.kmsKeyProblem),
    events: (0, problem_1.one)(values.switchProblem),
    logs: beside.logsProblems,
    objectLock: beside.objectLockProblems,
    oldVersions: beside.oldVersionsProblems,
    retentionPrincipals: (0, problem_1.list)(values.principalProblem),
    administrators: (0, problem_1.list)(values.principalProblem),
    bucketPolicyStatements: (0, problem_1.list)(values.statementProblem),
    stagingDays: (0, problem_1.one)(values.daysProblem(1)),
    incompleteUploadDays: (0, problem_1.one)(values.daysProblem(1)),
    noncurrentLatestDays: (0, problem_1.one)(values.daysProblem(1)),
    noncurrentDays: (0, problem_1.one)(values.daysProblem(0)),
    pointInTimeRecovery: (0, problem_1.one)(values.switchProblem),
    deletionProtection: (0, problem_1.one)(values.switchProblem),
    protect: (0, problem_1.one)(values.switchProblem),
    retainOnDelete: (0, problem_1.one)(values.switchProblem),
    adopt: (0, problem_1.one)(values.switchProblem),
    forceDestroy: (0, problem_1.one)(values.switchProblem),
};
/** Returns the conflicts between the arguments about bucket and tables. */
function storageProblems(args) {
    const problems = [];
    const { catalogTableName, registryTableName } = args;
    if (typeof catalogTableName === "string" && catalogTableName === registryTableName) {
        problems.push({ propertyPath: "registryTableName", reason: "the catalog table has this name already; choose a different name" });
    }
    if (args["existingBucket"] === true && args["forceDestroy"] === true) {
        problems.push({ propertyPath: "forceDestroy", reason: "the component never deletes an existing bucket; remove this" });
    }
    return [...problems, ...beside.conflicts(args)];
}
