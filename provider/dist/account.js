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
exports.accountOf = accountOf;
const aws = __importStar(require("@pulumi/aws"));
const deployment_1 = require("./deployment");
const mocks_1 = require("./mocks");
// Components that share a provider share one answer: a deployment with forty LOBs asks twice instead of eighty times. Keyed by the
// engine that answers, so that no answer outlives its deployment.
const ASKED = new WeakMap();
/** Looks up the account, region and caller of the component's AWS provider. */
function accountOf(component) {
    const deployment = (0, deployment_1.deploymentOf)();
    const byProvider = ASKED.get(deployment) ?? new Map();
    ASKED.set(deployment, byProvider);
    const provider = component.getProvider("aws:index/getCallerIdentity:getCallerIdentity");
    const known = byProvider.get(provider);
    if (known)
        return known;
    const caller = aws.getCallerIdentityOutput({}, { parent: component });
    const callerArn = answered("arn", caller.arn);
    const account = {
        accountId: answered("accountId", caller.accountId),
        region: answered("region", aws.getRegionOutput({}, { parent: component }).region),
        partition: callerArn.apply((arn) => arn.split(":")[1] ?? "aws"),
        callerArn,
    };
    byProvider.set(provider, account);
    return account;
}
/** AWS answers all of this; the mocks of a unit test often do not. */
function answered(key, output) {
    return output.apply((answer) => {
        if (answer !== undefined)
            return answer;
        if ((0, mocks_1.isMocked)())
            return mocks_1.MOCKED_ACCOUNT[key];
        throw new Error(`the AWS provider did not answer ${key} of the account`);
    });
}
