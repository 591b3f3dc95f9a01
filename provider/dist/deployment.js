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
exports.isHosted = void 0;
exports.deploymentOf = deploymentOf;
const pulumi = __importStar(require("@pulumi/pulumi"));
// A host runs each component of a program on a new connection, all to the same address. The engine starts a host for each deployment, so this
// has one entry unless a person attached a debugger to the host.
const HOSTED = new Map();
/** Returns an object that stands for the deployment in progress, to key state that must not outlive it. */
function deploymentOf() {
    const monitor = pulumi.runtime.getMonitor();
    const address = hostedAt(monitor);
    if (address === undefined)
        return monitor ?? {};
    const deployment = HOSTED.get(address) ?? {};
    HOSTED.set(address, deployment);
    return deployment;
}
/** Whether a host runs the component for a program in another process, usually in another language. */
const isHosted = () => hostedAt(pulumi.runtime.getMonitor()) !== undefined;
exports.isHosted = isHosted;
function hostedAt(monitor) {
    // Only a program in this process has a stack as the root of its resources.
    return pulumi.runtime.getStackResource() === undefined ? monitor?.getChannel?.().getTarget() : undefined;
}
