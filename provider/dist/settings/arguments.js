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
exports.or = void 0;
exports.checkedArguments = checkedArguments;
const pulumi = __importStar(require("@pulumi/pulumi"));
const problem_1 = require("../checks/problem");
const wrong_arguments_1 = require("../checks/wrong-arguments");
/**
 * Checks the arguments. A value that is known only later is checked then, before any resource that uses it is created; a value that a preview
 * does not know stays unknown.
 *
 * @throws InputPropertiesError listing everything wrong with the values that are known now
 */
function checkedArguments(checks, resourceName, args) {
    const problems = checks.allProblems(resourceName, knownParts(checks.plain, args));
    if (problems.length > 0)
        throw (0, wrong_arguments_1.wrongArguments)(checks.component, resourceName, problems);
    return (name) => {
        const value = args[name] ?? undefined;
        if (value === undefined)
            return undefined;
        return pulumi.output(value).apply((known) => {
            const late = checks.problemsOf(name, known);
            if (late.length > 0)
                throw (0, wrong_arguments_1.wrongArguments)(checks.component, resourceName, late);
            return known;
        });
    };
}
const or = (value, otherwise) => value ?? pulumi.output(otherwise);
exports.or = or;
/** Returns a copy in which {@link LATER} stands for each value that is known only later. */
function knownParts(plain, args) {
    const known = {};
    for (const [name, value] of Object.entries(args))
        known[name] = plain.includes(name) ? value : knownPart(value);
    return known;
}
function knownPart(value) {
    if (pulumi.Output.isInstance(value) || value instanceof Promise)
        return problem_1.LATER;
    if (Array.isArray(value))
        return value.map(knownPart);
    if (typeof value !== "object" || value === null)
        return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, knownPart(part)]));
}
