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
exports.placeOf = placeOf;
exports.moveOf = moveOf;
exports.moveProblem = moveProblem;
exports.rowProblem = rowProblem;
const pulumi = __importStar(require("@pulumi/pulumi"));
const changes_1 = require("./changes");
const layout_1 = require("./generated/layout");
/**
 * Returns where data lies with these arguments, defaults filled in.
 *
 * @param lob name of the LOB; undefined for a shared registry
 */
function placeOf(args, lob, accountId, region) {
    const reference = args["sharedRegistry"] ?? undefined;
    // A secret or something that a preview does not know yet cannot be compared.
    if (reference !== undefined && !isPlainObject(reference))
        return {};
    const names = lob === undefined ? (0, layout_1.sharedNames)(accountId, region) : (0, layout_1.ownNames)(accountId, region, lob);
    const given = reference ?? args;
    const text = (name, otherwise) => {
        const value = given[name] ?? otherwise;
        return typeof value === "string" ? value : undefined;
    };
    return {
        bucketName: text("bucketName", names.bucket),
        catalogTableName: text("catalogTableName", names.catalogTable),
        registryTableName: text("registryTableName", names.registryTable),
        prefix: text("prefix", layout_1.DEFAULT_PREFIX),
        suffix: text("suffix", layout_1.DEFAULT_SUFFIX),
        region: text("region", region),
    };
}
const isPlainObject = (value) => typeof value === "object" && value !== null && !pulumi.Output.isInstance(value) && !pulumi.containsUnknowns(value);
/** Returns what would change, in words, or undefined if nothing would. */
function moveOf(before, after) {
    const changes = Object.keys(before).flatMap((part) => {
        const [from, to] = [before[part], after[part]];
        return from === undefined || to === undefined || from === to ? [] : [`${part} from ${JSON.stringify(from)} to ${JSON.stringify(to)}`];
    });
    return changes.length === 0 ? undefined : changes.join(", ");
}
/** Returns the error or the warning for arguments that would move a component's data, or undefined. */
function moveProblem({ kind, name, lob, protect }, before, args, account) {
    const { accountId, region } = account;
    const oldLob = typeof before.lob === "string" ? before.lob : lob;
    // Both with the old name, whose change also changes default names: only the name is reported then.
    const [old, changed] = [before.args, args].map((of) => placeOf(of, oldLob, accountId, region));
    const move = moveOf({ lob: oldLob, ...old }, { lob, ...changed });
    return refusalOf({ kind, name, protect }, move === undefined ? (0, changes_1.releaseOf)(before.args, args) : lossOf(move));
}
/** Returns the problem of a row that would send clients elsewhere: `--target` can update the row without its component. */
function rowProblem(component, before, item) {
    const [old, changed] = [placeInRow(before), placeInRow(item)];
    const move = old && changed && moveOf(old, changed);
    return refusalOf(component, move === undefined ? undefined : lossOf(move));
}
/** Returns the location that a LOB's row gives to clients, or undefined if it is not known. */
function placeInRow(item) {
    if (typeof item !== "string")
        return undefined;
    const row = JSON.parse(item);
    return {
        bucketName: row["bucket"]?.S,
        registryTableName: row["registryTable"]?.S,
        prefix: row["prefix"]?.S,
        suffix: row["suffix"]?.S,
        region: row["bucketRegion"]?.S,
    };
}
const lossOf = (move) => `would change ${move}, and what is published there would no longer be found`;
function refusalOf({ kind, name, protect }, change) {
    if (change === undefined)
        return undefined;
    const consequence = protect
        ? "restore the argument, or declare another one beside this one (protect: false would allow the change)"
        : "protect is off, so this is not refused";
    return `${kind} ${JSON.stringify(name)} ${change}; ${consequence}`;
}
