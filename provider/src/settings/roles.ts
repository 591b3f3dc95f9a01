import type * as pulumi from "@pulumi/pulumi";
import type { LineOfBusinessArgs } from "../args/line-of-business";
import type { Reader } from "../args/roles";
import { LIMITS } from "../policies/document";
import { withoutNulls } from "../checks/problem";
import { or, type GivenArguments } from "./arguments";

/** Kind of a role. */
export type RoleKind = "publisher" | "promoter" | "reader";
export const ROLE_KINDS: readonly RoleKind[] = ["publisher", "promoter", "reader"];
/** Name of the argument that lists the holders of each kind of role. */
export const ROLE_LISTS = { publisher: "publishers", promoter: "promoters", reader: "readers" } as const;
/** Returns the default name of a role on AWS. */
export const defaultRoleName = (lob: string, kind: RoleKind, name: string): string => `${lob}-${kind}-${name}`;

/** A publisher, promoter or reader, checked. Each has one role. */
export interface Holder {
  kind: RoleKind;
  /** Known while the program runs, because names of resources contain it. */
  name: string;
  /** Property path in the arguments, for errors. */
  path: string;
  /** All other properties, once they are known. */
  details: pulumi.Output<HolderDetails>;
}

export interface HolderDetails {
  repositories: RepositoryDetails[];
  principals: string[];
  /** Undefined: every model of the LOB. */
  models?: string[];
  roleName?: string;
}

export interface RepositoryDetails {
  repository: string;
  ownerId?: string;
  repositoryId?: string;
  branches?: string[];
  tags?: string[];
  environments?: string[];
  workflows?: string[];
  pullRequests?: boolean;
}

export interface RoleSettings {
  holders: Holder[];
  githubOidcProviderArn: pulumi.Output<string> | undefined;
  createGithubOidcProvider: boolean;
  permissionsBoundary: pulumi.Output<string> | undefined;
  rolePath: pulumi.Output<string>;
  maxSessionDuration: pulumi.Output<number>;
  /** Characters that a trust policy may have in this account. */
  trustPolicyLimit: number;
}

/** Maximum duration of a job on a GitHub-hosted runner, in seconds: 6 hours. */
const LONGEST_JOB = 21_600;

export function roleSettings(args: LineOfBusinessArgs, given: GivenArguments<LineOfBusinessArgs>): RoleSettings {
  const holders = ROLE_KINDS.flatMap((kind): Holder[] => {
    const list = ROLE_LISTS[kind];
    const known = given(list) as pulumi.Output<unknown[]> | undefined;
    return (args[list] ?? []).map((holder, index) => ({
      kind,
      // The type allows an output here, because Pulumi cannot generate a Go SDK for lists of plain objects. The checks have refused one.
      name: (holder as Reader).name,
      path: `${list}[${String(index)}]`,
      details: known!.apply((all) => ({ repositories: [], principals: [], ...(withoutNulls(all[index]) as Partial<HolderDetails>) })),
    }));
  });
  return {
    holders,
    githubOidcProviderArn: given("githubOidcProviderArn"),
    createGithubOidcProvider: args.createGithubOidcProvider ?? false,
    permissionsBoundary: given("permissionsBoundary"),
    rolePath: or(given("rolePath"), "/"),
    maxSessionDuration: or(given("maxSessionDuration"), LONGEST_JOB),
    trustPolicyLimit: args.trustPolicyLimit ?? LIMITS.trust,
  };
}
