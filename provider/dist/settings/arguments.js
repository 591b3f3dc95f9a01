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
const outputs_1 = require("../outputs");
/**
 * Checks the arguments. A value that is known only later is checked then, before any resource that uses it is created; a value that a preview
 * does not know stays unknown.
 *
 * @throws InputPropertiesError listing everything wrong with the values that are known now
 */
function checkedArguments(checks, resourceName, args) {
    const { known, problems } = knownParts(checks.plain, args);
    problems.push(...checks.allProblems(resourceName, known));
    if (problems.length > 0)
        throw (0, wrong_arguments_1.wrongArguments)(checks.component, resourceName, problems);
    const outputs = new Map();
    for (const [name, value] of Object.entries(args)) {
        if (value === undefined || value === null)
            continue;
        const checked = pulumi.output(value).apply((found) => {
            const late = checks.problemsOf(name, found);
            if (late.length > 0)
                throw (0, wrong_arguments_1.wrongArguments)(checks.component, resourceName, late);
            return found;
        });
        outputs.set(name, checked);
    }
    return {
        given: (name) => outputs.get(name),
        checked: Promise.all([...outputs.values()].map(outputs_1.knownValueOf)),
    };
}
const or = (value, otherwise) => value ?? pulumi.output(otherwise);
exports.or = or;
/**
 * Returns a copy in which {@link LATER} stands for each value that is known only later, and a problem for each such value that must be known
 * now.
 */
function knownParts(plain, args) {
    const known = {};
    const problems = [];
    for (const [name, value] of Object.entries(args)) {
        if (!plain.includes(name))
            known[name] = knownPart(value);
        else if (knownPart(value) === problem_1.LATER)
            problems.push({ propertyPath: name, reason: "must be known when the program runs; got an output" });
        else
            known[name] = value;
    }
    return { known, problems };
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
