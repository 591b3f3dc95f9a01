"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.rolePathProblem = exports.boundaryProblem = exports.oidcProviderProblem = exports.readerProblems = exports.promoterProblems = exports.publisherProblems = void 0;
exports.roleNameProblems = roleNameProblems;
exports.trustSizeProblems = trustSizeProblems;
const layout_1 = require("../generated/layout");
const document_1 = require("../policies/document");
const texts_1 = require("../policies/texts");
const trust_1 = require("../policies/trust");
const roles_1 = require("../settings/roles");
const problem_1 = require("./problem");
const values_1 = require("./values");
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,30}$/;
const ROLE_NAME = /^[A-Za-z0-9+=,.@_-]{1,64}$/;
const ROLE_PATH = /^\/([\x21-\x2e\x30-\x7e]+\/)*$/;
const TAKER = /^arn:aws[a-z-]*:iam::\d{12}:((role|user)\/[A-Za-z0-9+=,.@_/-]{1,512}|root)$/;
const OIDC_PROVIDER = /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[A-Za-z0-9._/-]{1,200}$/;
const BOUNDARY = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[A-Za-z0-9+=,.@_/-]{1,512}$/;
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;
const ID = /^[1-9]\d{0,18}$/;
const WORKFLOW = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}\/\.github\/workflows\/[A-Za-z0-9._-]+\.ya?ml@(refs\/(heads|tags)\/[^\s:~^\\[]+|[0-9a-f]{40})$/;
const REFUSED_BY_GIT = /\.\.|@\{|\/\/|^\/|\/$|\$\{/;
const REPOSITORY_RULES = {
    repository: (0, problem_1.one)((value) => typeof value === "string" && REPOSITORY.test(value) ? undefined : `must be owner/name, e.g. "acme/fraud-models"; got ${(0, problem_1.show)(value)}`),
    ownerId: (0, problem_1.one)(idProblem),
    repositoryId: (0, problem_1.one)(idProblem),
    branches: (0, problem_1.list)(refProblem("branch")),
    tags: (0, problem_1.list)(refProblem("tag")),
    environments: (0, problem_1.list)((value) => typeof value === "string" && /^[^\s*?](.{0,253}[^\s*?])?$/.test(value) && !/[*?$]/.test(value)
        ? undefined
        : `must be the name of an environment, at most 255 characters, without "*", "?" and "$"; got ${(0, problem_1.show)(value)}`),
    workflows: (0, problem_1.list)((value) => typeof value === "string" && WORKFLOW.test(value) && !value.includes("${")
        ? undefined
        : `must be a workflow with its ref, e.g. acme/workflows/.github/workflows/publish.yml@refs/heads/main; got ${(0, problem_1.show)(value)}`),
    pullRequests: (0, problem_1.one)(values_1.switchProblem),
};
const BINDINGS = ["branches", "tags", "environments", "workflows"];
/** Checks repositories. One whose jobs may write must be restricted, because anyone who can push a branch to it can run a job in it. */
function repositoryProblems(writes) {
    return (0, problem_1.listOf)((value, path) => {
        const problems = (0, problem_1.object)(REPOSITORY_RULES, ["repository"])(value, path);
        if (!(0, problem_1.isObject)(value))
            return problems;
        const { ownerId, repositoryId, pullRequests } = value;
        if ((0, problem_1.isGiven)(ownerId) !== (0, problem_1.isGiven)(repositoryId)) {
            problems.push({ propertyPath: `${path}.${(0, problem_1.isGiven)(ownerId) ? "repositoryId" : "ownerId"}`, reason: "set both ids or neither" });
        }
        if (writes && !BINDINGS.some((name) => (0, problem_1.isGiven)(value[name]) && !isEmpty(value[name]))) {
            problems.push({
                propertyPath: path,
                reason: `name branches, tags, environments or workflows; without them every job of ${(0, problem_1.show)(value["repository"])} could write, including jobs of pull requests`,
            });
        }
        if (writes && (0, problem_1.isGiven)(pullRequests) && pullRequests !== false) {
            problems.push({ propertyPath: `${path}.pullRequests`, reason: "only readers allow jobs of pull requests; remove this" });
        }
        return problems;
    });
}
const takers = (0, problem_1.list)((value) => typeof value === "string" && (TAKER.test(value) || (0, values_1.accountProblem)(value) === undefined)
    ? undefined
    : `must be the ARN of one IAM role or user without "*", e.g. arn:aws:iam::111122223333:role/sagemaker, or a 12-digit account id; got ${(0, problem_1.show)(value)}`);
const rulesOf = (writes) => ({
    name: (0, problem_1.one)((value) => typeof value === "string" && NAME.test(value)
        ? undefined
        : `must be 1 to 31 characters (a letter, then letters, digits, "-" and "_"), and known when the program runs; got ${(0, problem_1.show)(value)}`),
    repositories: repositoryProblems(writes),
    principals: takers,
    models: (0, problem_1.list)(layout_1.modelProblem),
    roleName: (0, problem_1.one)((value) => typeof value === "string" && ROLE_NAME.test(value)
        ? undefined
        : `a role name must be 1 to 64 letters, digits and "+=,.@_-"; got ${(0, problem_1.show)(value)}`),
});
const WRITER = rulesOf(true);
const READER = rulesOf(false);
/** Reports roles of the three lists that would have the same name, or a default name that is too long. IAM ignores upper and lower case. */
function roleNameProblems(args, lob) {
    const named = roles_1.ROLE_KINDS.flatMap((kind) => {
        const list = roles_1.ROLE_LISTS[kind];
        const holders = args[list];
        if (!Array.isArray(holders))
            return [];
        return holders.flatMap((holder, index) => {
            if (!(0, problem_1.isObject)(holder))
                return [];
            const { name, roleName } = holder;
            const path = `${list}[${String(index)}]`;
            if ((0, problem_1.isGiven)(roleName))
                return typeof roleName === "string" ? [{ roleName, path: `${path}.roleName`, chosen: true }] : [];
            if (typeof name !== "string" || typeof lob !== "string")
                return [];
            return [{ roleName: (0, roles_1.defaultRoleName)(lob, kind, name), path: `${path}.name`, chosen: false }];
        });
    });
    const same = (one, other) => one.roleName.toLowerCase() === other.roleName.toLowerCase() &&
        // The check of the list reports a name that is in it twice.
        (one.chosen || other.chosen || one.roleName !== other.roleName);
    const long = named
        .filter(({ roleName, chosen }) => !chosen && roleName.length > 64)
        .map(({ roleName, path }) => ({
        propertyPath: path,
        reason: `the role would be called ${(0, problem_1.show)(roleName)}, and IAM allows 64 characters; choose a shorter name, or set roleName`,
    }));
    const repeated = named
        .filter((one, index) => named.slice(0, index).some((other) => same(one, other)))
        .map(({ roleName, path }) => ({
        propertyPath: path,
        reason: `another role here has the name ${(0, problem_1.show)(roleName)}; choose a different name`,
    }));
    return [...long, ...repeated];
}
exports.publisherProblems = holders(WRITER);
exports.promoterProblems = holders(WRITER);
exports.readerProblems = holders(READER);
/** Checks a list of publishers, promoters or readers. Each needs a unique name, and somebody who may take its role. */
function holders(rules) {
    const each = (0, problem_1.listOf)((holder, path, all, index) => {
        // The names decide which resources exist, so they must be known now.
        if (holder === problem_1.LATER)
            return [{ propertyPath: path, reason: "must be known when the program runs; only its properties may be outputs" }];
        const plain = (0, problem_1.isObject)(holder) && holder["name"] === problem_1.LATER ? { ...holder, name: {} } : holder;
        const problems = (0, problem_1.object)(rules, ["name"])(plain, path);
        if (!(0, problem_1.isObject)(holder))
            return problems;
        const nameOf = (one) => ((0, problem_1.isObject)(one) ? one["name"] : undefined);
        if (typeof holder["name"] === "string" && all.findIndex((other) => nameOf(other) === holder["name"]) < index) {
            problems.push({ propertyPath: `${path}.name`, reason: `${(0, problem_1.show)(holder["name"])} is in the list already; names must be unique` });
        }
        if (![holder["repositories"], holder["principals"]].some((takers) => (0, problem_1.isGiven)(takers) && !isEmpty(takers))) {
            problems.push({ propertyPath: path, reason: "name repositories or principals; otherwise nobody could assume this role" });
        }
        if ((0, problem_1.isGiven)(holder["models"]) && isEmpty(holder["models"])) {
            problems.push({ propertyPath: `${path}.models`, reason: "name a model, or remove this to allow all models of the LOB" });
        }
        return problems;
    });
    // The number of items also decides which resources exist.
    return (value, path) => value === problem_1.LATER
        ? [{ propertyPath: path, reason: "this list must be known when the program runs; only the properties of its items may be outputs" }]
        : each(value, path);
}
/**
 * Reports trust policies that are too long together with the other problems, if all of one is known now; otherwise it is measured later.
 *
 * @param found the other problems: a holder that has one is not measured
 */
function trustSizeProblems(args, found) {
    const { trustPolicyLimit } = args;
    const limit = typeof trustPolicyLimit === "number" ? trustPolicyLimit : document_1.LIMITS.trust;
    return roles_1.ROLE_KINDS.flatMap((kind) => {
        const holders = args[roles_1.ROLE_LISTS[kind]];
        if (!Array.isArray(holders))
            return [];
        return holders.flatMap((holder, index) => {
            const path = `${roles_1.ROLE_LISTS[kind]}[${String(index)}]`;
            if (!(0, problem_1.isObject)(holder) || isLater(holder) || found.some(({ propertyPath }) => propertyPath.startsWith(path)))
                return [];
            const details = (0, problem_1.withoutNulls)({ repositories: holder["repositories"] ?? [], principals: holder["principals"] ?? [] });
            const where = { partition: "aws", oidcProviderArn: (0, trust_1.wellKnownProvider)("aws", "0".repeat(12)) };
            const { problem } = (0, texts_1.trustText)(kind, details, where, limit);
            return problem === undefined ? [] : [{ propertyPath: path, reason: problem }];
        });
    });
}
function isLater(value) {
    if (Array.isArray(value))
        return value.some(isLater);
    return value === problem_1.LATER || ((0, problem_1.isObject)(value) && Object.values(value).some(isLater));
}
const oidcProviderProblem = (value) => typeof value === "string" && OIDC_PROVIDER.test(value)
    ? undefined
    : `must be the ARN of an OIDC provider, e.g. arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com; got ${(0, problem_1.show)(value)}`;
exports.oidcProviderProblem = oidcProviderProblem;
const boundaryProblem = (value) => typeof value === "string" && BOUNDARY.test(value)
    ? undefined
    : `must be the ARN of a managed policy, e.g. arn:aws:iam::111122223333:policy/boundary; got ${(0, problem_1.show)(value)}`;
exports.boundaryProblem = boundaryProblem;
const rolePathProblem = (value) => typeof value === "string" && value.length <= 512 && ROLE_PATH.test(value)
    ? undefined
    : `must begin and end with "/", e.g. "/ml/"; got ${(0, problem_1.show)(value)}`;
exports.rolePathProblem = rolePathProblem;
/** Applies Git's rules for names of branches and tags, but allows the wildcards "*" and "?", which Git refuses in names. */
function refProblem(what) {
    const example = what === "tag" ? '"v*"' : '"main" or "release/*"';
    return (value) => {
        const allowed = typeof value === "string" && value.length <= 255 && /^[^\s\p{Cc}:~^\\[]+$/u.test(value) && !REFUSED_BY_GIT.test(value);
        if (!allowed)
            return `must be the name of a ${what}, e.g. ${example}; got ${(0, problem_1.show)(value)}`;
        return value.startsWith("refs/") ? `remove the "refs/heads/" or "refs/tags/"; got ${(0, problem_1.show)(value)}` : undefined;
    };
}
function idProblem(value) {
    return typeof value === "string" && ID.test(value) ? undefined : `must be a GitHub id, a string of digits; got ${(0, problem_1.show)(value)}`;
}
const isEmpty = (value) => Array.isArray(value) && value.length === 0;
