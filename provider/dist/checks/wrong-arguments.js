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
const deployment_1 = require("../deployment");
/** Wrong arguments of a resource. */
class WrongArguments extends pulumi.InputPropertiesError {
    /** Marks a `RunError`, whose message Pulumi prints without a stack. */
    __pulumiRunError = true;
    constructor(title, list, errors) {
        // The engine lists `errors` below the message of a hosted component.
        const message = (0, deployment_1.isHosted)() ? title : title + list;
        super({ message, errors });
        // Pulumi would put "error serializing property …" before the message for each resource that the error passes.
        Object.defineProperty(this, "message", { get: () => message, set: () => undefined });
        // A host prints the stack, whose frames say nothing about the program.
        this.stack = title + list;
    }
}
/** Returns one error for all wrong arguments of a resource, with a line for each. */
function wrongArguments(component, resourceName, problems) {
    const [first, ...others] = problems.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
    const title = `${component} ${JSON.stringify(resourceName)} has ${others.length === 0 ? "a wrong argument" : `${String(problems.length)} wrong arguments`}`;
    const list = others.length === 0 ? `: ${first}` : [first, ...others].map((line) => `\n  ${line}`).join("");
    return new WrongArguments(title, list, problems);
}
