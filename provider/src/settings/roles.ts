import type * as pulumi from "@pulumi/pulumi";
import type { LineOfBusinessArgs } from "../args/line-of-business";
import type { Reader } from "../args/roles";
import { withoutNulls } from "../checks/problem";
import { or, type Given } from "./arguments";

/** What a role is for. */
export type RoleKind = "publisher" | "promoter" | "reader";
export const ROLE_KINDS: readonly RoleKind[] = ["publisher", "promoter", "reader"];
/** The argument that lists those of a kind. */
export const ROLE_LISTS = { publisher: "publishers", promoter: "promoters", reader: "readers" } as const;
/** The name of a role on AWS where none is given. */
export const defaultRoleName = (lob: string, kind: RoleKind, name: string): string => `${lob}-${kind}-${name}`;

/** One who has a role, checked. */
export interface Holder {
  kind: RoleKind;
  /** Known while the program runs: resources are named by it. */
  name: string;
  /** Where it stands in the arguments, for errors. */
  path: string;
  /** All of it, once it is known. */
  details: pulumi.Output<HolderDetails>;
}

export interface HolderDetails {
  repositories: RepositoryDetails[];
  principals: string[];
  /** Absent: every model of the LOB. */
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
}

/** As long as a job on a runner of GitHub can last: 6 hours. */
const LONGEST_JOB = 21_600;

export function roleSettings(args: LineOfBusinessArgs, given: Given<LineOfBusinessArgs>): RoleSettings {
  const holders = ROLE_KINDS.flatMap((kind): Holder[] => {
    const list = ROLE_LISTS[kind];
    const known = given(list) as pulumi.Output<unknown[]> | undefined;
    return (args[list] ?? []).map((holder, index) => ({
      kind,
      // The checks have refused an output in its place. Its type allows one, because Pulumi makes no SDK for Go of lists of plain objects.
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
  };
}
