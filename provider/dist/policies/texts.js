"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.permissionsText = permissionsText;
exports.trustText = trustText;
const document_1 = require("./document");
const permissions_1 = require("./permissions");
const trust_1 = require("./trust");
/** Code of the quota of IAM that limits trust policies. */
const TRUST_QUOTA = "L-C07B4B0D";
const POLICIES = {
    publisher: permissions_1.publisherPolicy,
    promoter: permissions_1.promoterPolicy,
    reader: permissions_1.readerPolicy,
};
/** Returns the permissions policy of a role, for these models or for the whole LOB. */
function permissionsText(kind, target, models) {
    const fix = `split it into several ${kind}s, each with some of the models`;
    return fitting(POLICIES[kind](target, models), document_1.LIMITS.inline, "its policy", fix);
}
/** Returns the trust policy of a role. */
function trustText(kind, details, where, limit) {
    const split = `split it into several ${kind}s, each with some of the repositories and principals`;
    const raise = `have AWS raise the quota "Role trust policy length" (${TRUST_QUOTA}) and set trustPolicyLimit`;
    return fitting((0, trust_1.trustPolicy)(details, where, kind !== "reader"), limit, "its trust policy", `${split}, or ${raise}`);
}
function fitting(document, limit, what, fix) {
    const text = (0, document_1.render)(document);
    const tooLong = (0, document_1.sizeProblem)(text, limit);
    return { text, problem: tooLong && `${what} would have ${tooLong}; ${fix}` };
}
