import type * as pulumi from "@pulumi/pulumi";
import type { Promoter, Publisher, Reader } from "./roles";
import type { SharedRegistryReference } from "./shared-registry";
import type { StorageArgs } from "./storage";

/** Arguments of a `LineOfBusiness`. All have defaults. */
export interface LineOfBusinessArgs extends StorageArgs {
  /**
   * Name of the line of business: 1 to 40 characters, a lower-case letter, then lower-case letters, digits, "-" and "_".
   * More than 22 characters, or "_", need `bucketName` or `sharedRegistry`: the bucket's default name has no room for them.
   * Declare two environments of one LOB in one account as two LOBs, e.g. `fraud-dev` and `fraud`. `protect` refuses a later
   * change. Default: the name of the resource.
   */
  lob?: string | undefined;

  /** Short description of the LOB, at most 1,000 characters. `lobreg` shows it. */
  description?: pulumi.Input<string> | undefined;

  /** Contact for the LOB: a team, an address or a channel. At most 256 characters. */
  owner?: pulumi.Input<string> | undefined;

  /**
   * The output `reference` of a `SharedRegistry` in this or another stack. The LOB then lives in the bucket and tables of that registry, and
   * takes no arguments about bucket and tables except `tags` and `protect`. `protect` refuses a later change to another bucket or other tables.
   * Default: none; the LOB gets its own bucket and tables.
   */
  sharedRegistry?: pulumi.Input<SharedRegistryReference> | undefined;

  /**
   * Publishers of this LOB, each with its own role. The role writes models of this LOB, but cannot replace or delete a published version or
   * move a protected alias. Default: none.
   */
  publishers?: pulumi.Input<Publisher>[] | undefined;

  /** Promoters of this LOB, each with its own role. The role reads this LOB and moves all aliases, but cannot publish. Default: none. */
  promoters?: pulumi.Input<Promoter>[] | undefined;

  /** Readers of this LOB, each with its own role. The role lists, shows and pulls models of this LOB, but cannot write. Default: none. */
  readers?: pulumi.Input<Reader>[] | undefined;

  /** Aliases that only promoters may move, e.g. `prod`. The LOB's row in the catalog stores them. Default: none. */
  protectedAliases?: pulumi.Input<pulumi.Input<string>[]> | undefined;

  /**
   * ARN of the account's OIDC provider for GitHub; an account can have only one. It must exist if any role names a repository. Default: its
   * well-known ARN, `arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com`.
   */
  githubOidcProviderArn?: pulumi.Input<string> | undefined;

  /**
   * Whether to create the account's OIDC provider for GitHub. AWS refuses a second one in the same account. The provider stays when the LOB
   * is removed, because others may use it. Default: false.
   */
  createGithubOidcProvider?: boolean | undefined;

  /** ARN of a managed policy that is the permissions boundary of each role. Default: none. */
  permissionsBoundary?: pulumi.Input<string> | undefined;

  /** IAM path of the roles, with a slash at both ends, e.g. `/ml/`. Default: `/`. */
  rolePath?: pulumi.Input<string> | undefined;

  /**
   * Maximum session of the roles, in seconds, from 3,600 to 43,200. A session lasts an hour unless it asks for more: a workflow with longer
   * uploads sets `role-duration-seconds`. Default: 21600, the maximum duration of a job on a GitHub-hosted runner.
   */
  maxSessionDuration?: pulumi.Input<number> | undefined;

  /**
   * Characters that a role's trust policy may have in this account, 2,048 to 8,192: the quota "Role trust policy length" (L-C07B4B0D) of IAM, which
   * AWS raises on request. Default: 2048.
   */
  trustPolicyLimit?: number | undefined;

  /**
   * Whether the Python library `versioned` still publishes into this LOB. The library writes version objects without a condition, which the
   * bucket's policy normally refuses. If true, the policy allows this, so that anyone with write access can replace a published version;
   * manifests and the history of aliases stay write-once. Not allowed in a shared registry: name the writers there. Default: false.
   */
  pythonWriters?: boolean | undefined;
}
