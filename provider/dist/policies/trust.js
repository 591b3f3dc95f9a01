"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.GITHUB_AUDIENCES = exports.GITHUB_ISSUER = exports.wellKnownProvider = void 0;
exports.trustPolicy = trustPolicy;
exports.subjects = subjects;
const document_1 = require("./document");
// Trust policies, which say who may take a role.
const GITHUB_HOST = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";
/** Returns the ARN of GitHub's OIDC provider, which is the same in every account but for the account id. */
const wellKnownProvider = (partition, account) => `arn:${partition}:iam::${account}:oidc-provider/${GITHUB_HOST}`;
exports.wellKnownProvider = wellKnownProvider;
exports.GITHUB_ISSUER = `https://${GITHUB_HOST}`;
exports.GITHUB_AUDIENCES = [AUDIENCE];
/**
 * Returns the trust policy of a role.
 *
 * @param writes whether the role writes, so that a repository without restrictions gets no access
 */
function trustPolicy({ repositories, principals }, where, writes) {
    const host = where.oidcProviderArn.replace(/^.*?:oidc-provider\//, "");
    const jobs = (from, workflows) => ({
        Effect: "Allow",
        Principal: { Federated: where.oidcProviderArn },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
            StringEquals: { [`${host}:aud`]: AUDIENCE, ...fromRepositories(host, from) },
            StringLike: {
                [`${host}:sub`]: from.flatMap((one) => subjects(one, writes)),
                ...(workflows.length > 0 && { [`${host}:job_workflow_ref`]: [...workflows] }),
            },
        },
    });
    // Conditions on two keys allow every pair of their values. So a repository with named workflows needs its own statement, while all others
    // share one.
    const anyWorkflow = repositories.filter((one) => (one.workflows ?? []).length === 0 && subjects(one, writes).length > 0);
    const named = repositories.filter(({ workflows = [] }) => workflows.length > 0);
    return (0, document_1.policy)([
        ...(anyWorkflow.length > 0 ? [jobs(anyWorkflow, [])] : []),
        ...named.map((one) => jobs([one], one.workflows ?? [])),
        ...(principals.length > 0
            ? [
                {
                    Effect: "Allow",
                    Principal: { AWS: principals.map((principal) => arnOf(principal, where.partition)) },
                    Action: ["sts:AssumeRole"],
                },
            ]
            : []),
    ]);
}
/**
 * Returns a condition that names the repositories if an id is missing. A repository controls its own subject: with `include_claim_keys` another
 * repository of the same owner can produce a subject that matches the "*" in place of an id. It cannot change the claim `repository`. AWS reads
 * that claim only from tokens of github.com; for another issuer the condition would never hold.
 */
function fromRepositories(host, from) {
    const open = from.some(({ ownerId, repositoryId }) => ownerId === undefined || repositoryId === undefined);
    return open && host === GITHUB_HOST ? { [`${host}:repository`]: [...new Set(from.map(({ repository }) => repository))] } : {};
}
/**
 * Returns the subjects of the tokens that GitHub issues to the allowed jobs. Subjects of repositories created, renamed or moved since July 2026
 * contain ids. Both forms are allowed, with the given ids or a "*" in place of a missing one. The "*" alone would not keep other repositories
 * of the owner out: see `fromRepositories`.
 */
function subjects(one, writes) {
    const [owner, name] = one.repository.split("/");
    const repositories = [`repo:${owner}/${name}`, `repo:${owner}@${one.ownerId ?? "*"}/${name}@${one.repositoryId ?? "*"}`];
    const { branches = [], tags = [], environments = [], workflows = [] } = one;
    const jobs = [
        ...branches.map((branch) => `ref:refs/heads/${branch}`),
        ...tags.map((tag) => `ref:refs/tags/${tag}`),
        ...environments.map((environment) => `environment:${environment.replace(/:/g, "%3A")}`),
        ...(one.pullRequests ? ["pull_request"] : []),
    ];
    // The checks refuse a writer without restrictions. Should they fail, such a writer gets no access.
    const unbound = workflows.length > 0 ? ["ref:refs/heads/*", "ref:refs/tags/*", "environment:*"] : writes ? [] : ["*"];
    const bound = jobs.length > 0 ? jobs : unbound;
    return repositories.flatMap((repository) => bound.map((job) => `${repository}:${job}`));
}
const arnOf = (principal, partition) => /^\d{12}$/.test(principal) ? `arn:${partition}:iam::${principal}:root` : principal;
