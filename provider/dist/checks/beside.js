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
exports.oldVersionsProblems = exports.objectLockProblems = exports.logsProblems = exports.DATA_EVENTS = void 0;
exports.conflicts = conflicts;
const problem_1 = require("./problem");
const values = __importStar(require("./values"));
exports.DATA_EVENTS = ["none", "writes", "all"];
const LOCK_MODES = ["GOVERNANCE", "COMPLIANCE"];
/** Storage classes that answer immediately: `lobreg pull` could not wait for a restore from the others. */
const STORAGE_CLASSES = ["INTELLIGENT_TIERING", "STANDARD_IA", "GLACIER_IR"];
/** S3 moves nothing into this class earlier. */
const LEAST_DAYS = { STANDARD_IA: 30 };
function oneOf(allowed) {
    return (value) => typeof value === "string" && allowed.includes(value)
        ? undefined
        : `must be one of ${allowed.map((name) => JSON.stringify(name)).join(", ")}; got ${(0, problem_1.show)(value)}`;
}
/** Refuses a value that is known only later, because it decides which resources exist. */
function known(rule) {
    return (value, path) => value === problem_1.LATER ? [{ propertyPath: path, reason: "must be known when the program runs, not an output" }] : rule(value, path);
}
const LOGS = {
    bucketName: (0, problem_1.one)(values.bucketNameProblem),
    days: (0, problem_1.one)(values.daysProblem(1)),
    access: known((0, problem_1.one)(values.switchProblem)),
    dataEvents: known((0, problem_1.one)(oneOf(exports.DATA_EVENTS))),
};
exports.logsProblems = known((value, path) => {
    const problems = (0, problem_1.object)(LOGS, [])(value, path);
    if (!(0, problem_1.isObject)(value))
        return problems;
    if (value["access"] === false && [undefined, null, "none"].includes(value["dataEvents"])) {
        problems.push({
            propertyPath: path,
            reason: "logs nothing, because access is false and dataEvents records no requests; remove logs, or turn one of them on",
        });
    }
    if ((0, problem_1.isGiven)(value["days"]) && (0, problem_1.isGiven)(value["bucketName"])) {
        problems.push({ propertyPath: `${path}.days`, reason: "an existing bucket keeps its own lifecycle; remove this, or bucketName" });
    }
    return problems;
});
const OBJECT_LOCK = { days: (0, problem_1.one)(values.daysProblem(1)), mode: (0, problem_1.one)(oneOf(LOCK_MODES)) };
exports.objectLockProblems = (0, problem_1.object)(OBJECT_LOCK, ["days"]);
const OLD_VERSIONS = {
    storageClass: (0, problem_1.one)(oneOf(STORAGE_CLASSES)),
    days: (0, problem_1.one)(values.daysProblem(0)),
};
const oldVersionsProblems = (value, path) => {
    const problems = (0, problem_1.object)(OLD_VERSIONS, ["storageClass"])(value, path);
    if (!(0, problem_1.isObject)(value) || problems.length > 0)
        return problems;
    const least = LEAST_DAYS[String(value["storageClass"])] ?? 0;
    const { days } = value;
    return typeof days === "number" && days < least
        ? [
            {
                propertyPath: `${path}.days`,
                reason: `S3 moves objects to ${String(value["storageClass"])} after ${String(least)} days or more; got ${String(days)}`,
            },
        ]
        : [];
};
exports.oldVersionsProblems = oldVersionsProblems;
/** Returns the conflicts with other arguments. */
function conflicts(args) {
    const { logs, bucketName } = args;
    return (0, problem_1.isObject)(logs) && typeof logs["bucketName"] === "string" && logs["bucketName"] === bucketName
        ? [{ propertyPath: "logs.bucketName", reason: "is the bucket of the models, whose logs would log themselves; name another bucket" }]
        : [];
}
