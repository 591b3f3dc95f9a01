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
exports.wrongArguments = wrongArguments;
const pulumi = __importStar(require("@pulumi/pulumi"));
/**
 * Returns one error for all wrong arguments of a resource. An engine that hosts the component for another language lists them from `errors`.
 * A program in Node prints only the stack, so the stack also lists them, below the message.
 */
function wrongArguments(component, resourceName, problems) {
    const count = problems.length === 1 ? "a wrong argument" : `${String(problems.length)} wrong arguments`;
    const message = `${component} ${JSON.stringify(resourceName)} has ${count}`;
    const error = new pulumi.InputPropertiesError({ message, errors: problems });
    const list = problems.map(({ propertyPath, reason }) => `\n  ${propertyPath}: ${reason}`).join("");
    error.stack = (error.stack ?? message).replace(message, () => message + list);
    return error;
}
