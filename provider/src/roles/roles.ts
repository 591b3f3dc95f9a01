import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../account";
import type { Gate } from "../gate";
import { knownValueOf } from "../outputs";
import { wrongArguments } from "../checks/wrong-arguments";
import type { PolicyTarget } from "../policies/target";
import { permissionsText, trustText, type PolicyText } from "../policies/texts";
import { GITHUB_AUDIENCES, GITHUB_ISSUER, wellKnownProvider } from "../policies/trust";
import { defaultRoleName, type Holder, type HolderDetails, type RoleKind, type RoleSettings } from "../settings/roles";
import { child, type LineOfBusinessTransforms } from "../transforms";
import { openAccountWarnings, openRefWarnings } from "../warnings";

/** Resources of a LOB's roles, by the logical names of the roles, e.g. `fraud-publisher-models`. */
export interface RoleResources {
  roles: Record<string, aws.iam.Role>;
  rolePolicies: Record<string, aws.iam.RolePolicy>;
  /** Undefined unless the component creates it. */
  oidcProvider?: aws.iam.OpenIdConnectProvider;
}

export type RoleArns = Record<RoleKind, pulumi.Output<Record<string, string>>>;

/** The component that declares roles, with everything that the roles of one LOB share. */
export interface RoleOwner {
  component: pulumi.ComponentResource;
  name: string;
  lob: string;
  account: Account;
  target: pulumi.Output<PolicyTarget>;
  tags: pulumi.Output<Record<string, string>>;
  /** Options of children that stay when the LOB is removed. */
  kept: pulumi.CustomResourceOptions;
  /** Holds back the children. */
  gate: Gate;
  /** Everything that holds or guards the LOB's data. */
  guards: pulumi.Input<pulumi.Input<pulumi.Resource>[]>;
}

/** Returns the policy of a kind of role for all models of the LOB. */
export const policyOf = (kind: RoleKind, target: pulumi.Output<PolicyTarget>): pulumi.Output<string> =>
  target.apply((known) => permissionsText(kind, known).text);

/** Declares a role with its policy for each publisher, promoter and reader. */
export function declareRoles(
  owner: RoleOwner,
  settings: RoleSettings,
  transform: LineOfBusinessTransforms,
): { resources: RoleResources; arns: RoleArns } {
  const { component, name, tags } = owner;
  const options: pulumi.CustomResourceOptions = {
    parent: component,
    // Changing the path replaces the role. The new role has the same name, so it can only be created after the old one is deleted. Its policy
    // goes with it.
    deleteBeforeReplace: true,
    // If the engine refuses to replace one of these, it has not yet changed a role.
    dependsOn: owner.guards,
  };
  const oidcProvider = settings.createGithubOidcProvider
    ? child(
        aws.iam.OpenIdConnectProvider,
        transform.oidcProvider,
        `${name}-github`,
        { url: GITHUB_ISSUER, clientIdLists: GITHUB_AUDIENCES, tags },
        // An account has only one, so other LOBs and other software that trusts GitHub still need it.
        owner.kept,
      )
    : undefined;
  const usualArn = pulumi
    .all([owner.account.partition, owner.account.accountId])
    .apply(([partition, account]) => wellKnownProvider(partition, account));
  const givenArn = settings.githubOidcProviderArn ?? usualArn;

  const resources: RoleResources = { roles: {}, rolePolicies: {}, ...(oidcProvider && { oidcProvider }) };
  const arns: Record<RoleKind, Record<string, pulumi.Output<string>>> = { publisher: {}, promoter: {}, reader: {} };
  for (const holder of settings.holders) {
    const logicalName = `${name}-${holder.kind}-${holder.name}`;
    // The gate must not wait for the provider, which waits for the gate: its ARN will be the usual one.
    const checked = trustOf(holder, { ...owner, oidcProviderArn: givenArn }, settings);
    owner.gate.require(knownValueOf(checked));
    const trust = oidcProvider ? trustOf(holder, { ...owner, oidcProviderArn: oidcProvider.arn }, settings) : checked;
    const role = declareRole(logicalName, holder, trust, owner, settings, transform, options);
    resources.roles[logicalName] = role;
    resources.rolePolicies[logicalName] = child(
      aws.iam.RolePolicy,
      transform.rolePolicy,
      logicalName,
      { name: "lob-registry", role: role.name, policy: permissionsOf(holder, owner) },
      options,
    );
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

function trustOf(
  { kind, details, path }: Holder,
  owner: RoleOwner & { oidcProviderArn: pulumi.Output<string> },
  { trustPolicyLimit }: RoleSettings,
): pulumi.Output<string> {
  return pulumi.output({ details, arn: owner.oidcProviderArn, partition: owner.account.partition }).apply((known) => {
    const where = { oidcProviderArn: known.arn, partition: known.partition };
    return refusing(owner, path, trustText(kind, known.details, where, trustPolicyLimit));
  });
}

function declareRole(
  logicalName: string,
  holder: Holder,
  trust: pulumi.Output<string>,
  owner: RoleOwner,
  settings: RoleSettings,
  transform: LineOfBusinessTransforms,
  options: pulumi.CustomResourceOptions,
): aws.iam.Role {
  const { kind, details } = holder;
  details.apply((known) => warnOfOpenness(owner.component, holder, known));
  return child(
    aws.iam.Role,
    transform.role,
    logicalName,
    {
      name: details.apply(({ roleName }) => roleName ?? defaultRoleName(owner.lob, kind, holder.name)),
      path: settings.rolePath,
      description: `Model registry, LOB ${owner.lob}: ${kind} ${holder.name}`,
      assumeRolePolicy: trust,
      maxSessionDuration: settings.maxSessionDuration,
      ...(settings.permissionsBoundary && { permissionsBoundary: settings.permissionsBoundary }),
      tags: owner.tags,
    },
    options,
  );
}

function permissionsOf(holder: Holder, owner: RoleOwner): pulumi.Output<string> {
  return pulumi
    .output({ details: holder.details, target: owner.target })
    .apply(({ details, target }) => refusing(owner, holder.path, permissionsText(holder.kind, target, details.models)));
}

function refusing(owner: RoleOwner, path: string, { text, problem }: PolicyText): string {
  if (problem !== undefined) throw wrongArguments("LineOfBusiness", owner.name, [{ propertyPath: path, reason: problem }]);
  return text;
}

/** Warns about roles that write and that too many people may take. */
function warnOfOpenness(component: pulumi.ComponentResource, { kind, path }: Holder, { repositories, principals }: HolderDetails): void {
  if (kind === "reader") return;
  const warnings = [
    ...repositories.flatMap((repository, index) => openRefWarnings(`${path}.repositories[${String(index)}]`, repository)),
    ...openAccountWarnings(path, principals),
  ];
  for (const warning of warnings) void pulumi.log.warn(warning, component);
}
