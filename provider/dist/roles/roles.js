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
exports.policyOf = void 0;
exports.declareRoles = declareRoles;
const aws = __importStar(require("@pulumi/aws"));
const pulumi = __importStar(require("@pulumi/pulumi"));
const outputs_1 = require("../outputs");
const wrong_arguments_1 = require("../checks/wrong-arguments");
const texts_1 = require("../policies/texts");
const trust_1 = require("../policies/trust");
const roles_1 = require("../settings/roles");
const transforms_1 = require("../transforms");
const warnings_1 = require("../warnings");
/** Returns the policy of a kind of role for all models of the LOB. */
const policyOf = (kind, target) => target.apply((known) => (0, texts_1.permissionsText)(kind, known).text);
exports.policyOf = policyOf;
/** Declares a role with its policy for each publisher, promoter and reader. */
function declareRoles(owner, settings, transform) {
    const { component, name, tags } = owner;
    const options = {
        parent: component,
        // Changing the path replaces the role. The new role has the same name, so it can only be created after the old one is deleted. Its policy
        // goes with it.
        deleteBeforeReplace: true,
        // If the engine refuses to replace one of these, it has not yet changed a role.
        dependsOn: owner.guards,
    };
    const oidcProvider = settings.createGithubOidcProvider
        ? (0, transforms_1.child)(aws.iam.OpenIdConnectProvider, transform.oidcProvider, `${name}-github`, { url: trust_1.GITHUB_ISSUER, clientIdLists: trust_1.GITHUB_AUDIENCES, tags }, 
        // An account has only one, so other LOBs and other software that trusts GitHub still need it.
        owner.kept)
        : undefined;
    const usualArn = pulumi
        .all([owner.account.partition, owner.account.accountId])
        .apply(([partition, account]) => (0, trust_1.wellKnownProvider)(partition, account));
    const givenArn = settings.githubOidcProviderArn ?? usualArn;
    const resources = { roles: {}, rolePolicies: {}, ...(oidcProvider && { oidcProvider }) };
    const arns = { publisher: {}, promoter: {}, reader: {} };
    for (const holder of settings.holders) {
        const logicalName = `${name}-${holder.kind}-${holder.name}`;
        // The gate must not wait for the provider, which waits for the gate: its ARN will be the usual one.
        const checked = trustOf(holder, { ...owner, oidcProviderArn: givenArn }, settings);
        owner.gate.require((0, outputs_1.knownValueOf)(checked));
        const trust = oidcProvider ? trustOf(holder, { ...owner, oidcProviderArn: oidcProvider.arn }, settings) : checked;
        const role = declareRole(logicalName, holder, trust, owner, settings, transform, options);
        resources.roles[logicalName] = role;
        resources.rolePolicies[logicalName] = (0, transforms_1.child)(aws.iam.RolePolicy, transform.rolePolicy, logicalName, { name: "lob-registry", role: role.name, policy: permissionsOf(holder, owner) }, options);
        arns[holder.kind][holder.name] = role.arn;
    }
    return {
        resources,
        arns: {
            publisher: pulumi.output(arns.publisher),
            promoter: pulumi.output(arns.promoter),
            reader: pulumi.output(arns.reader),
        },
    };
}
function trustOf({ kind, details, path }, owner, { trustPolicyLimit }) {
    return pulumi.output({ details, arn: owner.oidcProviderArn, partition: owner.account.partition }).apply((known) => {
        const where = { oidcProviderArn: known.arn, partition: known.partition };
        return refusing(owner, path, (0, texts_1.trustText)(kind, known.details, where, trustPolicyLimit));
    });
}
function declareRole(logicalName, holder, trust, owner, settings, transform, options) {
    const { kind, details } = holder;
    details.apply((known) => warnOfOpenness(owner.component, holder, known));
    return (0, transforms_1.child)(aws.iam.Role, transform.role, logicalName, {
        name: details.apply(({ roleName }) => roleName ?? (0, roles_1.defaultRoleName)(owner.lob, kind, holder.name)),
        path: settings.rolePath,
        description: `Model registry, LOB ${owner.lob}: ${kind} ${holder.name}`,
        assumeRolePolicy: trust,
        maxSessionDuration: settings.maxSessionDuration,
        ...(settings.permissionsBoundary && { permissionsBoundary: settings.permissionsBoundary }),
        tags: owner.tags,
    }, options);
}
function permissionsOf(holder, owner) {
    return pulumi
        .output({ details: holder.details, target: owner.target })
        .apply(({ details, target }) => refusing(owner, holder.path, (0, texts_1.permissionsText)(holder.kind, target, details.models)));
}
function refusing(owner, path, { text, problem }) {
    if (problem !== undefined)
        throw (0, wrong_arguments_1.wrongArguments)("LineOfBusiness", owner.name, [{ propertyPath: path, reason: problem }]);
    return text;
}
/** Warns about roles that write and that too many people may take. */
function warnOfOpenness(component, { kind, path }, { repositories, principals }) {
    if (kind === "reader")
        return;
    const warnings = [
        ...repositories.flatMap((repository, index) => (0, warnings_1.openRefWarnings)(`${path}.repositories[${String(index)}]`, repository)),
        ...(0, warnings_1.openAccountWarnings)(path, principals),
    ];
    for (const warning of warnings)
        void pulumi.log.warn(warning, component);
}
