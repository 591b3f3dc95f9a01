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
exports.besideSettings = besideSettings;
exports.transitionSettings = transitionSettings;
const pulumi = __importStar(require("@pulumi/pulumi"));
const problem_1 = require("../checks/problem");
function besideSettings(args, given) {
    const lock = given("objectLock");
    return {
        events: args.events ?? false,
        logs: logSettings(args, given),
        objectLock: lock?.apply(({ days, mode }) => ({ days, mode: mode ?? "GOVERNANCE" })),
    };
}
function logSettings(args, given) {
    if ((args.logs ?? undefined) === undefined)
        return undefined;
    // The type allows an output here, as for publishers. The checks have refused one.
    const logs = (0, problem_1.withoutNulls)(args.logs);
    const later = given("logs");
    return {
        access: logs.access ?? true,
        dataEvents: (logs.dataEvents ?? "none"),
        bucketName: logs.bucketName === undefined ? undefined : later.apply(({ bucketName }) => bucketName),
        days: later.apply(({ days }) => days ?? 365),
    };
}
function transitionSettings(given) {
    const old = given("oldVersions");
    return (old?.apply(({ days, storageClass }) => ({ days: days ?? 90, storageClass })) ?? pulumi.output(undefined));
}
