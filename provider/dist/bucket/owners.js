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
exports.claimsOf = claimsOf;
const pulumi = __importStar(require("@pulumi/pulumi"));
// A bucket has only one policy, so a second component with the same bucket would undo the write-once rules of the first. Keyed by the engine
// that answers, so that no entry outlives its deployment.
const OWNERS = new WeakMap();
/** Returns a function that makes the component the owner of a bucket, and returns a problem if another component of this deployment owns it. */
function claimsOf(component) {
    const deployment = pulumi.runtime.getMonitor() ?? component;
    const owners = OWNERS.get(deployment) ?? new Map();
    OWNERS.set(deployment, owners);
    return (bucket) => {
        const owner = owners.get(bucket) ?? component;
        owners.set(bucket, owner);
        if (owner === component)
            return undefined;
        const reason = `another LineOfBusiness or SharedRegistry of this program owns the bucket ${bucket}, and a bucket has only one policy; declare one SharedRegistry with this bucket and pass its reference to the LOBs`;
        return { propertyPath: "bucketName", reason };
    };
}
