"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.defaultRoleName = exports.ROLE_LISTS = exports.ROLE_KINDS = void 0;
exports.roleSettings = roleSettings;
const document_1 = require("../policies/document");
const problem_1 = require("../checks/problem");
const arguments_1 = require("./arguments");
exports.ROLE_KINDS = ["publisher", "promoter", "reader"];
/** Name of the argument that lists the holders of each kind of role. */
exports.ROLE_LISTS = { publisher: "publishers", promoter: "promoters", reader: "readers" };
/** Returns the default name of a role on AWS. */
const defaultRoleName = (lob, kind, name) => `${lob}-${kind}-${name}`;
exports.defaultRoleName = defaultRoleName;
/** Maximum duration of a job on a GitHub-hosted runner, in seconds: 6 hours. */
const LONGEST_JOB = 21_600;
function roleSettings(args, given) {
    const holders = exports.ROLE_KINDS.flatMap((kind) => {
        const list = exports.ROLE_LISTS[kind];
        const known = given(list);
        return (args[list] ?? []).map((holder, index) => ({
            kind,
            // The type allows an output here, because Pulumi cannot generate a Go SDK for lists of plain objects. The checks have refused one.
            name: holder.name,
            path: `${list}[${String(index)}]`,
            details: known.apply((all) => ({ repositories: [], principals: [], ...(0, problem_1.withoutNulls)(all[index]) })),
        }));
    });
    return {
        holders,
        githubOidcProviderArn: given("githubOidcProviderArn"),
        createGithubOidcProvider: args.createGithubOidcProvider ?? false,
        permissionsBoundary: given("permissionsBoundary"),
        rolePath: (0, arguments_1.or)(given("rolePath"), "/"),
        maxSessionDuration: (0, arguments_1.or)(given("maxSessionDuration"), LONGEST_JOB),
        trustPolicyLimit: args.trustPolicyLimit ?? document_1.LIMITS.trust,
    };
}
