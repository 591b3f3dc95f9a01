"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.releaseOf = releaseOf;
exports.changeWarnings = changeWarnings;
const problem_1 = require("./checks/problem");
/** Arguments with which the component holds something, and the value that gives it up. */
const RELEASES = {
    existingBucket: { giveUp: true, what: "the bucket" },
    existingTables: { giveUp: true, what: "the tables" },
    createGithubOidcProvider: { giveUp: false, what: "the OIDC provider" },
};
/**
 * Returns what leaves the stack because a component no longer creates it, or undefined. The engine refuses to delete it, but only after it
 * has changed the roles and the component.
 */
function releaseOf(before, after) {
    const released = Object.entries(RELEASES).filter(([name, { giveUp }]) => (before[name] === true) !== giveUp && (after[name] === true) === giveUp);
    if (released.length === 0)
        return undefined;
    const changes = released.map(([name, { giveUp }]) => `${name} from ${String(!giveUp)} to ${String(giveUp)}`).join(", ");
    return `would change ${changes}, and ${released.map(([, { what }]) => what).join(" and ")} would leave the stack`;
}
/** Returns warnings about changes that a person may want, and that `protect` therefore does not refuse. */
function changeWarnings(before, after) {
    return [...keyWarnings(before, after), ...retentionWarnings(before, after)];
}
function keyWarnings(before, after) {
    const [from, to] = [keyOf(before), keyOf(after)];
    if (typeof from !== "string" || from === to || (to !== undefined && typeof to !== "string"))
        return [];
    return [
        `kmsKeyArn changes from ${from} to ${to ?? "none"}: published versions stay encrypted with the old key, but the roles lose their permissions on it, and can no longer read them. Copy the objects under the new key, or grant the roles the old key with a policy of your own.`,
    ];
}
function keyOf(args) {
    const reference = args["sharedRegistry"];
    return (reference ?? args)["kmsKeyArn"] ?? undefined;
}
function retentionWarnings(before, after) {
    const [from, to] = [noncurrentDaysOf(before), noncurrentDaysOf(after)];
    if (from === undefined || to === undefined || to === 0 || (from !== 0 && from <= to))
        return [];
    const kept = from === 0 ? "indefinitely" : `for ${String(from)} days`;
    return [
        `noncurrentDays changes from ${String(from)} to ${String(to)}: S3 deletes replaced or deleted objects that were kept ${kept} and are older than ${String(to)} days, for good.`,
    ];
}
/** Returns the days with the default filled in; undefined if they are not known. */
function noncurrentDaysOf(args) {
    if ((0, problem_1.isGiven)(args["sharedRegistry"]))
        return undefined;
    const writers = args["pythonWriters"];
    const replaceable = writers === true || (Array.isArray(writers) && writers.length > 0);
    const days = args["noncurrentDays"] ?? (replaceable ? 0 : 90);
    return typeof days === "number" ? days : undefined;
}
