import type { HolderDetails, RepositoryDetails } from "../settings/roles";
import { policy, type PolicyDocument, type Statement } from "./document";

// Who may take a role.

const GITHUB_HOST = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";

/** The ARN under which every account has GitHub's OIDC provider. */
export const wellKnownProvider = (partition: string, account: string): string =>
  `arn:${partition}:iam::${account}:oidc-provider/${GITHUB_HOST}`;
export const GITHUB_ISSUER = `https://${GITHUB_HOST}`;
export const GITHUB_AUDIENCES = [AUDIENCE];

/**
 * The trust policy of a role.
 *
 * @param writes whether the role writes: then jobs of pull requests are never meant.
 */
export function trustPolicy(
  { repositories, principals }: Pick<HolderDetails, "repositories" | "principals">,
  where: { partition: string; oidcProviderArn: string },
  writes: boolean,
): PolicyDocument {
  const host = where.oidcProviderArn.replace(/^.*?:oidc-provider\//, "");
  const jobs = (from: readonly RepositoryDetails[], workflows: readonly string[]): Statement => ({
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

  // One statement for all repositories that take any workflow; one for each that does not: conditions on two keys hold for all pairs.
  const anyWorkflow = repositories.filter((one) => (one.workflows ?? []).length === 0 && subjects(one, writes).length > 0);
  const named = repositories.filter(({ workflows = [] }) => workflows.length > 0);
  return policy([
    ...(anyWorkflow.length > 0 ? [jobs(anyWorkflow, [])] : []),
    ...named.map((one) => jobs([one], one.workflows ?? [])),
    ...(principals.length > 0
      ? [
          {
            Effect: "Allow" as const,
            Principal: { AWS: principals.map((principal) => arnOf(principal, where.partition)) },
            Action: ["sts:AssumeRole"],
          },
        ]
      : []),
  ]);
}

/**
 * Names the repositories themselves where an id is left open. A subject is what its repository says: by `include_claim_keys` another repository
 * of the owner can write a subject into which the "*" in place of an id fits. It cannot change the claim `repository`. AWS reads that claim from
 * github.com alone: under another issuer the condition would let nobody in.
 */
function fromRepositories(host: string, from: readonly RepositoryDetails[]): Record<string, string[]> {
  const open = from.some(({ ownerId, repositoryId }) => ownerId === undefined || repositoryId === undefined);
  return open && host === GITHUB_HOST ? { [`${host}:repository`]: [...new Set(from.map(({ repository }) => repository))] } : {};
}

/**
 * The subjects that GitHub gives to the jobs that are meant. Repositories made, renamed or moved since July 2026 carry ids: both forms are
 * meant, with exactly these ids where they are given, and a "*" in place of an id that is not. Alone, that would not hold other repositories
 * of the owner back: see `fromRepositories`.
 */
export function subjects(one: RepositoryDetails, writes: boolean): string[] {
  const [owner, name] = one.repository.split("/") as [string, string];
  const repositories = [`repo:${owner}/${name}`, `repo:${owner}@${one.ownerId ?? "*"}/${name}@${one.repositoryId ?? "*"}`];
  const { branches = [], tags = [], environments = [], workflows = [] } = one;
  const jobs = [
    ...branches.map((branch) => `ref:refs/heads/${branch}`),
    ...tags.map((tag) => `ref:refs/tags/${tag}`),
    ...environments.map((environment) => `environment:${environment.replace(/:/g, "%3A")}`),
    ...(one.pullRequests ? ["pull_request"] : []),
  ];
  // Who writes and is bound to nothing is nobody. The arguments are refused before, and this is for when that fails.
  const unbound = workflows.length > 0 ? ["ref:refs/heads/*", "ref:refs/tags/*", "environment:*"] : writes ? [] : ["*"];
  const bound = jobs.length > 0 ? jobs : unbound;
  return repositories.flatMap((repository) => bound.map((job) => `${repository}:${job}`));
}

const arnOf = (principal: string, partition: string): string =>
  /^\d{12}$/.test(principal) ? `arn:${partition}:iam::${principal}:root` : principal;
