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
exports.settled = settled;
exports.settledRow = settledRow;
const pulumi = __importStar(require("@pulumi/pulumi"));
const node_async_hooks_1 = require("node:async_hooks");
const changes_1 = require("./changes");
const deployment_1 = require("./deployment");
const mocks_1 = require("./mocks");
const outputs_1 = require("./outputs");
const place_1 = require("./place");
// Names of hooks are unique in a deployment.
const HOOKS = new WeakMap();
/**
 * Returns options with a hook that refuses a change of the place before any resource of the component is changed, also in a preview. With
 * `protect` off it warns.
 *
 * @param declared returns the component; called once it exists
 */
function settled(fixed, options, declared) {
    return hooked(`${fixed.kind} ${fixed.name}`, options, async ({ oldInputs = {}, oldOutputs = {}, newInputs = {} }) => {
        const { component, account } = declared();
        // Not awaited: the message waits for the component, whose update waits for this hook.
        const warn = (message) => void pulumi.log.warn(message, component);
        const known = await (0, outputs_1.knownValueOf)(pulumi.output({ accountId: account.accountId, region: account.region }));
        if (known === undefined)
            return;
        const problem = (0, place_1.moveProblem)(fixed, { args: oldInputs, lob: oldInputs["lob"] ?? oldOutputs["lob"] }, newInputs, known);
        if (problem !== undefined && fixed.protect)
            throw new Error(problem);
        for (const warning of [...(problem === undefined ? [] : [problem]), ...(0, changes_1.changeWarnings)(oldInputs, newInputs)])
            warn(warning);
    });
}
/** Returns options of a LOB's row with a hook that refuses to send clients elsewhere. */
function settledRow(fixed, options) {
    if (!fixed.protect)
        return options;
    return hooked(`row of ${fixed.name}`, options, ({ oldInputs = {}, newInputs = {} }) => {
        const problem = (0, place_1.rowProblem)(fixed, oldInputs["item"], newInputs["item"]);
        if (problem !== undefined)
            throw new Error(problem);
    });
}
function hooked(name, options, run) {
    // They have no earlier state to compare with.
    if ((0, mocks_1.isMocked)())
        return options;
    // The engine calls a hook outside of the program. Bound to the program, a message goes to the engine instead of the console.
    const hook = new pulumi.ResourceHook(hookName(`lob-registry ${name}`), node_async_hooks_1.AsyncResource.bind(run), { onDryRun: true });
    return { ...options, hooks: { ...options.hooks, beforeUpdate: [hook, ...(options.hooks?.beforeUpdate ?? [])] } };
}
function hookName(wanted) {
    const deployment = (0, deployment_1.deploymentOf)();
    const taken = HOOKS.get(deployment) ?? new Set();
    HOOKS.set(deployment, taken);
    let name = wanted;
    for (let count = 2; taken.has(name); count++)
        name = `${wanted} ${String(count)}`;
    taken.add(name);
    return name;
}
