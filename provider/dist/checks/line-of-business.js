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
exports.problemsOf = problemsOf;
exports.allProblems = allProblems;
const layout_1 = require("../generated/layout");
const problem_1 = require("./problem");
const roles_1 = require("./roles");
const document_1 = require("../policies/document");
const shared_registry_1 = require("./shared-registry");
const storage_1 = require("./storage");
const values = __importStar(require("./values"));
/** One rule per argument; the type makes the compiler complain about a missing one. */
const RULES = {
    lob: (0, problem_1.one)(layout_1.lobProblem),
    description: (0, problem_1.one)(values.textProblem(1000)),
    owner: (0, problem_1.one)(values.textProblem(256)),
    ...storage_1.STORAGE_RULES,
    sharedRegistry: shared_registry_1.referenceProblems,
    publishers: roles_1.publisherProblems,
    promoters: roles_1.promoterProblems,
    readers: roles_1.readerProblems,
    protectedAliases: (0, problem_1.list)(layout_1.aliasProblem),
    githubOidcProviderArn: (0, problem_1.one)(roles_1.oidcProviderProblem),
    createGithubOidcProvider: (0, problem_1.one)(values.switchProblem),
    permissionsBoundary: (0, problem_1.one)(roles_1.boundaryProblem),
    rolePath: (0, problem_1.one)(roles_1.rolePathProblem),
    maxSessionDuration: (0, problem_1.one)(values.wholeNumberProblem("a whole number of seconds", 3600, 43_200)),
    trustPolicyLimit: (0, problem_1.one)(values.wholeNumberProblem("a whole number of characters", document_1.LIMITS.trust, document_1.LIMITS.trustAtMost)),
    pythonWriters: (0, problem_1.one)(values.switchProblem),
};
/** Arguments about bucket and tables that a LOB in a shared registry does not take. */
const NOT_SHARED = Object.keys(storage_1.STORAGE_RULES).filter((name) => name !== "tags" && name !== "protect");
/** Returns the problems of one argument. A missing value (undefined or null) is fine, because every argument has a default. */
function problemsOf(argument, value) {
    return (0, problem_1.propertyProblems)(RULES, argument, value);
}
/** Returns all problems of the arguments, as far as they are known now. */
function allProblems(resourceName, args) {
    const problems = Object.keys(args).flatMap((name) => (0, problem_1.propertyProblems)(RULES, name, args[name]));
    if (!(0, problem_1.isGiven)(args["lob"])) {
        const problem = (0, layout_1.lobProblem)(resourceName);
        if (problem)
            problems.push({ propertyPath: "lob", reason: `lob is not set, so the resource's name is the LOB's name, but ${problem}; set lob` });
    }
    const lob = (0, problem_1.isGiven)(args["lob"]) ? args["lob"] : resourceName;
    if (typeof lob === "string" && !(0, layout_1.lobProblem)(lob) && !(0, problem_1.isGiven)(args["bucketName"]) && !(0, problem_1.isGiven)(args["sharedRegistry"])) {
        const problem = (0, layout_1.bucketLobProblem)(lob);
        if (problem)
            problems.push({ propertyPath: "lob", reason: `${problem}; set bucketName or sharedRegistry, or choose a shorter name` });
    }
    problems.push(...(0, storage_1.storageProblems)(args), ...(0, roles_1.roleNameProblems)(args, lob));
    if ((0, problem_1.isGiven)(args["sharedRegistry"])) {
        const reason = "the shared registry decides this for all its LOBs; set it there, or remove sharedRegistry";
        for (const name of [...NOT_SHARED, "pythonWriters"])
            if ((0, problem_1.isGiven)(args[name]))
                problems.push({ propertyPath: name, reason });
    }
    if (args["createGithubOidcProvider"] === true && (0, problem_1.isGiven)(args["githubOidcProviderArn"])) {
        problems.push({
            propertyPath: "githubOidcProviderArn",
            reason: "createGithubOidcProvider creates a provider; set only one of the two",
        });
    }
    problems.push(...(0, roles_1.trustSizeProblems)(args, problems));
    return problems;
}
