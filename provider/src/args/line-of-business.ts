import type * as pulumi from "@pulumi/pulumi";
import type { Promoter, Publisher, Reader } from "./roles";
import type { SharedRegistryReference } from "./shared-registry";
import type { StorageArgs } from "./storage";

/** What a `LineOfBusiness` can be told. Everything has a default. */
export interface LineOfBusinessArgs extends StorageArgs {
  /**
   * Name of the line of business: 1 to 22 characters, a lower-case letter, then lower-case letters, digits and "-".
   * Two environments of one LOB in one account are two LOBs, such as `fraud-dev` and `fraud`. Default: the name of the resource.
   */
  lob?: string | undefined;

  /** One short text about the LOB, at most 1,000 characters. It is shown by the command line. */
  description?: pulumi.Input<string> | undefined;

  /** Who answers for the LOB: a team, an address, a channel. At most 256 characters. */
  owner?: pulumi.Input<string> | undefined;

  /**
   * The output `reference` of a `SharedRegistry`, of this stack or another: the LOB then lives in the bucket and the tables of that registry,
   * which alone has the arguments about bucket and tables. Default: none, and the LOB has a bucket and tables of its own.
   */
  sharedRegistry?: pulumi.Input<SharedRegistryReference> | undefined;

  /**
   * Who publishes: a role for each. It writes models of this LOB, and cannot replace or delete what is published, nor move a protected alias.
   * Default: none.
   */
  publishers?: pulumi.Input<Publisher>[] | undefined;

  /** Who moves aliases, protected ones too: a role for each. It reads this LOB, and publishes nothing. Default: none. */
  promoters?: pulumi.Input<Promoter>[] | undefined;

  /** Who reads: a role for each. It lists, shows and pulls models of this LOB, and writes nothing. Default: none. */
  readers?: pulumi.Input<Reader>[] | undefined;

  /** Aliases that only promoters may move, such as `prod`. They are written into the LOB's row of the catalog. Default: none. */
  protectedAliases?: pulumi.Input<pulumi.Input<string>[]> | undefined;

  /**
   * ARN of the account's OIDC provider for GitHub, which an account can have once. Default: its well-known ARN,
   * `arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com`, which must exist when a repository is named.
   */
  githubOidcProviderArn?: pulumi.Input<string> | undefined;

  /**
   * Whether this makes the account's OIDC provider for GitHub. Where the account has one already, AWS refuses a second. It stays when the LOB
   * goes, because others may use it. Default: false.
   */
  createGithubOidcProvider?: boolean | undefined;

  /** ARN of the managed policy that bounds the permissions of each role. Default: none. */
  permissionsBoundary?: pulumi.Input<string> | undefined;

  /** Path of the roles in IAM, with its slashes, such as `/ml/`. Default: `/`. */
  rolePath?: pulumi.Input<string> | undefined;

  /**
   * The longest session of the roles, in seconds, from 3,600 to 43,200. A session gets an hour unless it asks for more: a workflow that
   * uploads for longer sets `role-duration-seconds`. Default: 21600, as long as a job on a runner of GitHub can last.
   */
  maxSessionDuration?: pulumi.Input<number> | undefined;

  /**
   * Whether the Python library `versioned` still publishes into this LOB. It copies to a number without a condition, which the bucket's
   * policy refuses; with true the policy lets it, and with it anybody who may write replace a published version. Manifests and the history of
   * aliases stay write-once. In a shared registry it is refused: name the writers there. Default: false.
   */
  pythonWriters?: boolean | undefined;
}
