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
exports.gated = exports.Gate = void 0;
const pulumi = __importStar(require("@pulumi/pulumi"));
// An error in an output of one child would leave that child's own outputs pending, and the program waiting for them. So nothing that can refuse
// the arguments happens after the first child: all children wait, and fail together.
const GATES = new WeakMap();
/** Holds back the children of a component until its arguments are found to be right. */
class Gate {
    #conditions = [];
    /** Resolves to no resources, for `dependsOn`; rejects with the first error of a condition. */
    #opened;
    constructor(component) {
        // Runs after the constructor of the component, which adds the conditions.
        this.#opened = Promise.resolve()
            .then(() => Promise.all(this.#conditions))
            .then(() => []);
        GATES.set(component, this);
    }
    /** Adds a condition. It must not wait for a child. */
    require(condition) {
        this.#conditions.push(condition);
    }
    /** Returns outputs that fail if the gate stays closed, while those of the children would stay pending. */
    behind(outputs) {
        const opened = pulumi.output(this.#opened);
        const entries = Object.entries(outputs).map(([name, output]) => [name, pulumi.all([output, opened]).apply(([value]) => value)]);
        return Object.fromEntries(entries);
    }
    /** Returns options of a child that waits at the gate. */
    waiting(options) {
        const dependsOn = this.#opened.then(() => options.dependsOn ?? []);
        return { ...options, dependsOn };
    }
}
exports.Gate = Gate;
/** Returns the options of a child, which waits if its parent has a gate. */
const gated = (options) => (options.parent && GATES.get(options.parent)?.waiting(options)) ?? options;
exports.gated = gated;
