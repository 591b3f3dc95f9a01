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
exports.knownValueOf = knownValueOf;
exports.orRefuse = orRefuse;
const pulumi = __importStar(require("@pulumi/pulumi"));
/** Returns the value of an output, or undefined if a preview does not know it: `apply` would never be called. */
async function knownValueOf(output) {
    const { isKnown, promise } = output;
    return (await isKnown) ? promise() : undefined;
}
/**
 * Replaces the error of a failed lookup.
 *
 * @param from argument of the lookup, on whose resources the result depends
 * @param refuse returns the new error
 */
function orRefuse(lookup, from, refuse) {
    const { isKnown, promise, isSecret, allResources } = lookup;
    // Otherwise Node reports the promises that reject with the original error.
    void Promise.allSettled([promise(), isSecret, allResources()]);
    const value = isKnown.then((known) => (known ? promise() : pulumi.unknown), async (error) => {
        throw await refuse(error);
    });
    return pulumi.all([value, from]).apply(([found]) => found);
}
