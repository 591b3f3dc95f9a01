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
exports.referenceProblems = void 0;
exports.problemsOf = problemsOf;
exports.allProblems = allProblems;
const layout_1 = require("../generated/layout");
const problem_1 = require("./problem");
const storage_1 = require("./storage");
const values = __importStar(require("./values"));
const PYTHON_WRITER = { lob: (0, problem_1.one)(layout_1.lobProblem), principals: (0, problem_1.list)(values.principalProblem) };
const RULES = {
    ...storage_1.STORAGE_RULES,
    pythonWriters: (0, problem_1.listOf)((writer, path, all, index) => {
        const problems = (0, problem_1.object)(PYTHON_WRITER, ["lob", "principals"])(writer, path);
        const lobOf = (one) => ((0, problem_1.isObject)(one) ? one["lob"] : undefined);
        const twice = typeof lobOf(writer) === "string" && all.findIndex((other) => lobOf(other) === lobOf(writer)) < index;
        return twice
            ? [...problems, { propertyPath: `${path}.lob`, reason: "this LOB is in the list already; put all its principals into one entry" }]
            : problems;
    }),
};
const REFERENCE = {
    bucketName: (0, problem_1.one)(values.bucketNameProblem),
    catalogTableName: (0, problem_1.one)(values.tableNameProblem),
    registryTableName: (0, problem_1.one)(values.tableNameProblem),
    accountId: (0, problem_1.one)(values.accountProblem),
    region: (0, problem_1.one)(values.regionProblem),
    prefix: (0, problem_1.one)(layout_1.prefixProblem),
    suffix: (0, problem_1.one)(layout_1.suffixProblem),
    kmsKeyArn: (0, problem_1.one)(values.kmsKeyProblem),
    tableKmsKeyArn: (0, problem_1.one)(values.kmsKeyProblem),
    pythonLobs: (0, problem_1.list)(layout_1.lobProblem),
};
/** Checks the reference to a shared registry. */
exports.referenceProblems = (0, problem_1.object)(REFERENCE, ["bucketName", "catalogTableName", "registryTableName"]);
/** Returns the problems of one argument. */
function problemsOf(argument, value) {
    return (0, problem_1.propertyProblems)(RULES, argument, value);
}
/** Returns all problems of the arguments, as far as they are known now. */
function allProblems(_resourceName, args) {
    return [...Object.keys(args).flatMap((name) => problemsOf(name, args[name])), ...(0, storage_1.storageProblems)(args)];
}
