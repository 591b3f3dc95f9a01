"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.mayBeAmong = mayBeAmong;
/**
 * Whether the identity that runs the deployment can be one of these principals, as far as its ARN shows: the ARN of a role's session lacks the
 * role's path. True for identities that are neither role nor user, e.g. the root user, which no list locks out.
 */
function mayBeAmong(callerArn, principals) {
    const caller = /^arn:[^:]*:(?:iam|sts)::(\d{12}):(user|assumed-role)\/(.+)$/.exec(callerArn);
    if (!caller)
        return true;
    const [, account, kind, rest] = caller;
    const name = kind === "user" ? rest.split("/").pop() : rest.split("/")[0];
    return principals.some((principal) => {
        const named = /^arn:[^:]*:iam::(\d{12}):(user|role)\/(.+)$/.exec(principal);
        const [, inAccount, ofKind, pattern] = named ?? [];
        return inAccount === account && (ofKind === "user") === (kind === "user") && like(pattern.split("/").pop(), name);
    });
}
/** Matches a text against IAM's wildcards. */
function like(pattern, text) {
    const source = pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*/g, ".*")
        .replace(/\?/g, ".");
    return new RegExp(`^${source}$`).test(text);
}
