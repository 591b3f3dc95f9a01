"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.rolePathProblem = exports.boundaryProblem = exports.oidcProviderProblem = exports.readerProblems = exports.promoterProblems = exports.publisherProblems = void 0;
exports.sameRoleProblems = sameRoleProblems;
const layout_1 = require("../generated/layout");
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
    repository: (0, problem_1.one)((value) => typeof value === "string" && REPOSITORY.test(value) ? undefined : `this is owner/name, such as "acme/fraud-models"; got ${(0, problem_1.show)(value)}`),
    ownerId: (0, problem_1.one)(idProblem),
    repositoryId: (0, problem_1.one)(idProblem),
    branches: (0, problem_1.list)(refProblem("branch")),
    tags: (0, problem_1.list)(refProblem("tag")),
    environments: (0, problem_1.list)((value) => typeof value === "string" && /^[^\s*?](.{0,253}[^\s*?])?$/.test(value) && !/[*?$]/.test(value)
        ? undefined
        : `this is the name of an environment, at most 255 characters, without "*", "?" and "$"; got ${(0, problem_1.show)(value)}`),
    workflows: (0, problem_1.list)((value) => typeof value === "string" && WORKFLOW.test(value) && !value.includes("${")
        ? undefined
        : `this is a workflow with its ref, such as acme/workflows/.github/workflows/publish.yml@refs/heads/main; got ${(0, problem_1.show)(value)}`),
    pullRequests: (0, problem_1.one)(values_1.switchProblem),
};
const BINDINGS = ["branches", "tags", "environments", "workflows"];
/** A repository of those who write must be bound, because anybody who can push a branch to it can run a job in it. */
function repositoryProblems(writes) {
    return (0, problem_1.listOf)((value, path) => {
        const problems = (0, problem_1.object)(REPOSITORY_RULES, ["repository"])(value, path);
        if (!(0, problem_1.isObject)(value))
            return problems;
        const { ownerId, repositoryId, pullRequests } = value;
        if ((0, problem_1.isGiven)(ownerId) !== (0, problem_1.isGiven)(repositoryId)) {
            problems.push({ propertyPath: `${path}.${(0, problem_1.isGiven)(ownerId) ? "repositoryId" : "ownerId"}`, reason: "both ids are given, or none" });
        }
        if (writes && !BINDINGS.some((name) => (0, problem_1.isGiven)(value[name]) && !isEmpty(value[name]))) {
            problems.push({
                propertyPath: path,
                reason: `name branches, tags, environments or workflows: without them every job of ${(0, problem_1.show)(value["repository"])} could write, those of pull requests too`,
            });
        }
        if (writes && (0, problem_1.isGiven)(pullRequests) && pullRequests !== false) {
            problems.push({ propertyPath: `${path}.pullRequests`, reason: "jobs of pull requests only read; leave this out" });
        }
        return problems;
    });
}
const takers = (0, problem_1.list)((value) => typeof value === "string" && (TAKER.test(value) || (0, values_1.accountProblem)(value) === undefined)
    ? undefined
    : `this is the ARN of one IAM role or user, such as arn:aws:iam::111122223333:role/sagemaker, without "*", or the 12-digit id of an account; got ${(0, problem_1.show)(value)}`);
const common = (writes) => ({
    name: (0, problem_1.one)((value) => typeof value === "string" && NAME.test(value)
        ? undefined
        : `this is 1 to 31 characters, known when the program runs: a letter, then letters, digits, "-" and "_"; got ${(0, problem_1.show)(value)}`),
    repositories: repositoryProblems(writes),
    principals: takers,
    roleName: (0, problem_1.one)((value) => typeof value === "string" && ROLE_NAME.test(value)
        ? undefined
        : `the name of a role is 1 to 64 letters, digits and "+=,.@_-"; got ${(0, problem_1.show)(value)}`),
});
const PUBLISHER = { ...common(true), models: (0, problem_1.list)(layout_1.modelProblem) };
const PROMOTER = PUBLISHER;
const READER = common(false);
/** Roles of the three lists that would have one name. IAM does not tell capitals from small letters. */
function sameRoleProblems(args, lob) {
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
        // One name twice in a list is told of the list.
        (one.chosen || other.chosen || one.roleName !== other.roleName);
    return named
        .filter((one, index) => named.slice(0, index).some((other) => same(one, other)))
        .map(({ roleName, path }) => ({ propertyPath: path, reason: `${(0, problem_1.show)(roleName)} is the name of another role here; give each its own` }));
}
exports.publisherProblems = holders("publisher", PUBLISHER);
exports.promoterProblems = holders("promoter", PROMOTER);
exports.readerProblems = holders("reader", READER);
/** A list of those who have roles: each with a name of its own, and with somebody who may take the role. */
function holders(kind, rules) {
    const each = (0, problem_1.listOf)((holder, path, all, index) => {
        // A name decides which resources there are, and so cannot come later.
        if (holder === problem_1.LATER)
            return [{ propertyPath: path, reason: "this must be known when the program runs; only what is in it may be an output" }];
        const plain = (0, problem_1.isObject)(holder) && holder["name"] === problem_1.LATER ? { ...holder, name: {} } : holder;
        const problems = (0, problem_1.object)(rules, ["name"])(plain, path);
        if (!(0, problem_1.isObject)(holder))
            return problems;
        const nameOf = (one) => ((0, problem_1.isObject)(one) ? one["name"] : undefined);
        if (typeof holder["name"] === "string" && all.findIndex((other) => nameOf(other) === holder["name"]) < index) {
            problems.push({ propertyPath: `${path}.name`, reason: `${(0, problem_1.show)(holder["name"])} is in the list already; each has a name of its own` });
        }
        if (![holder["repositories"], holder["principals"]].some((takers) => (0, problem_1.isGiven)(takers) && !isEmpty(takers))) {
            problems.push({ propertyPath: path, reason: "name repositories or principals: nobody could take this role" });
        }
        if ((0, problem_1.isGiven)(holder["models"]) && isEmpty(holder["models"])) {
            problems.push({ propertyPath: `${path}.models`, reason: "name a model, or leave this out for all models of the LOB" });
        }
        return problems.length > 0 ? problems : tooLong(kind, holder, path);
    });
    // So is how many there are.
    return (value, path) => value === problem_1.LATER
        ? [{ propertyPath: path, reason: "this list must be known when the program runs; only what is in it may be an output" }]
        : each(value, path);
}
/** A trust policy that is too long is refused with the rest, as far as all of it is known; what comes later is measured then. */
function tooLong(kind, holder, path) {
    const { repositories, principals } = holder;
    if (isLater(repositories) || isLater(principals))
        return [];
    const details = (0, problem_1.withoutNulls)({ repositories: repositories ?? [], principals: principals ?? [] });
    const account = "0".repeat(12);
    const { problem } = (0, texts_1.trustText)(kind, details, {
        partition: "aws",
        oidcProviderArn: (0, trust_1.wellKnownProvider)("aws", account),
    });
    return problem === undefined ? [] : [{ propertyPath: path, reason: problem }];
}
function isLater(value) {
    if (Array.isArray(value))
        return value.some(isLater);
    return value === problem_1.LATER || ((0, problem_1.isObject)(value) && Object.values(value).some(isLater));
}
const oidcProviderProblem = (value) => typeof value === "string" && OIDC_PROVIDER.test(value)
    ? undefined
    : `this is the ARN of an OIDC provider, such as arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com; got ${(0, problem_1.show)(value)}`;
exports.oidcProviderProblem = oidcProviderProblem;
const boundaryProblem = (value) => typeof value === "string" && BOUNDARY.test(value)
    ? undefined
    : `this is the ARN of a managed policy, such as arn:aws:iam::111122223333:policy/boundary; got ${(0, problem_1.show)(value)}`;
exports.boundaryProblem = boundaryProblem;
const rolePathProblem = (value) => typeof value === "string" && value.length <= 512 && ROLE_PATH.test(value)
    ? undefined
    : `a path begins and ends with "/", such as "/ml/"; got ${(0, problem_1.show)(value)}`;
exports.rolePathProblem = rolePathProblem;
/** Git's rules for names of branches and tags, with "*" and "?" as wildcards, which Git refuses in names. */
function refProblem(what) {
    const example = what === "tag" ? '"v*"' : '"main" or "release/*"';
    return (value) => {
        const allowed = typeof value === "string" && value.length <= 255 && /^[^\s\p{Cc}:~^\\[]+$/u.test(value) && !REFUSED_BY_GIT.test(value);
        if (!allowed)
            return `this is the name of a ${what}, such as ${example}; got ${(0, problem_1.show)(value)}`;
        return value.startsWith("refs/") ? `leave "refs/heads/" and "refs/tags/" out; got ${(0, problem_1.show)(value)}` : undefined;
    };
}
function idProblem(value) {
    return typeof value === "string" && ID.test(value) ? undefined : `this is GitHub's id, a text of digits; got ${(0, problem_1.show)(value)}`;
}
const isEmpty = (value) => Array.isArray(value) && value.length === 0;
