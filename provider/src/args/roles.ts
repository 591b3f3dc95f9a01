import type * as pulumi from "@pulumi/pulumi";

// Not called …Args: Pulumi adds that in the SDKs of the other languages.

/** Who publishes, and what. At least one of `repositories` and `principals` is needed. */
export interface Publisher {
  /**
   * Name of the publisher, unique among the LOB's publishers: 1 to 31 characters, a letter, then letters, digits, "-" and "_". It is the key of
   * its role in `publisherRoleArns`.
   */
  name: string;
  /** GitHub repositories whose jobs may take the role, each bound to branches, tags, environments or workflows. Default: none. */
  repositories?: pulumi.Input<Repository>[] | undefined;
  /**
   * Who else may take the role, by `sts:AssumeRole`: ARNs of IAM roles or users, such as those of SageMaker, Airflow or ECS tasks, or 12-digit
   * ids of accounts. Default: none.
   */
  principals?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** The models that it may publish; it reads all of the LOB. Default: every model of the LOB. */
  models?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Name of the role in IAM, of at most 64 characters. Default: `{lob}-publisher-{name}`. */
  roleName?: pulumi.Input<string> | undefined;
}

/** Who moves aliases, protected ones too. At least one of `repositories` and `principals` is needed. */
export interface Promoter {
  /**
   * Name of the promoter, unique among the LOB's promoters: 1 to 31 characters, a letter, then letters, digits, "-" and "_". It is the key of its
   * role in `promoterRoleArns`.
   */
  name: string;
  /** GitHub repositories whose jobs may take the role, each bound to branches, tags, environments or workflows. Default: none. */
  repositories?: pulumi.Input<Repository>[] | undefined;
  /**
   * Who else may take the role, by `sts:AssumeRole`: ARNs of IAM roles or users, or 12-digit ids of accounts. Default: none.
   */
  principals?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** The models whose aliases it may move; it reads all of the LOB. Default: every model of the LOB. */
  models?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Name of the role in IAM, of at most 64 characters. Default: `{lob}-promoter-{name}`. */
  roleName?: pulumi.Input<string> | undefined;
}

/** Who reads. At least one of `repositories` and `principals` is needed. */
export interface Reader {
  /**
   * Name of the reader, unique among the LOB's readers: 1 to 31 characters, a letter, then letters, digits, "-" and "_". It is the key of its
   * role in `readerRoleArns`.
   */
  name: string;
  /** GitHub repositories whose jobs may take the role: all of their jobs, or those of branches, tags, environments or workflows. Default: none. */
  repositories?: pulumi.Input<Repository>[] | undefined;
  /**
   * Who else may take the role, by `sts:AssumeRole`: ARNs of IAM roles or users, such as those of SageMaker, Airflow or ECS tasks, or 12-digit
   * ids of accounts, whose administrators then decide who. Default: none.
   */
  principals?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Name of the role in IAM, of at most 64 characters. Default: `{lob}-reader-{name}`. */
  roleName?: pulumi.Input<string> | undefined;
}

/**
 * A GitHub repository and which of its jobs are meant: those on one of the branches, on one of the tags, or in one of the environments; and,
 * where workflows are named, only those that run in one of the workflows.
 */
export interface Repository {
  /** Owner and name, such as `acme/fraud-models`, exactly as GitHub spells them. */
  repository: pulumi.Input<string>;
  /**
   * GitHub's id of the owner, in digits. With `repositoryId`, only this very repository is meant, and not one that takes its name later.
   * `gh api repos/OWNER/NAME --jq .owner.id` prints it. Default: any.
   */
  ownerId?: pulumi.Input<string> | undefined;
  /** GitHub's id of the repository, in digits. `gh api repos/OWNER/NAME --jq .id` prints it. Default: any. */
  repositoryId?: pulumi.Input<string> | undefined;
  /** Branches, such as `main` or `release/*`. Jobs that name an environment are meant by `environments` alone. Default: none. */
  branches?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Tags, such as `v*`. Jobs that name an environment are meant by `environments` alone. Default: none. */
  tags?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Environments, such as `production`. GitHub's settings of an environment say which branches and whose approval it takes. Default: none. */
  environments?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /**
   * Reusable workflows in one of which the job must run, such as `acme/workflows/.github/workflows/publish.yml@refs/heads/main`. Alone, without
   * branches, tags and environments, they mean jobs on any branch, tag or environment of the repository. Default: any workflow.
   */
  workflows?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Whether jobs of pull requests are meant too. For readers only. Default: false. */
  pullRequests?: pulumi.Input<boolean> | undefined;
}
