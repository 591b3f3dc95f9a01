import type * as pulumi from "@pulumi/pulumi";

// The names have no suffix "Args": Pulumi adds it in the SDKs of the other languages.

/** A publisher: who may take its role, and which models it may publish. Needs at least one of `repositories` and `principals`. */
export interface Publisher {
  /**
   * Name of the publisher, unique among the LOB's publishers: 1 to 31 characters, a letter, then letters, digits, "-" and "_". The output
   * `publisherRoleArns` has the ARN of its role under this key.
   */
  name: string;
  /** GitHub repositories whose jobs may take the role, each bound to branches, tags, environments or workflows. Default: none. */
  repositories?: pulumi.Input<Repository>[] | undefined;
  /**
   * Others that may take the role with `sts:AssumeRole`: ARNs of IAM roles or users, e.g. those of SageMaker, Airflow or ECS tasks, or 12-digit
   * account ids. Default: none.
   */
  principals?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Models that it may publish; it can read the whole LOB. Default: every model of the LOB. */
  models?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Name of the role in IAM, at most 64 characters. Default: `{lob}-publisher-{name}`. */
  roleName?: pulumi.Input<string> | undefined;
}

/** A promoter, which moves aliases, including protected ones. Needs at least one of `repositories` and `principals`. */
export interface Promoter {
  /**
   * Name of the promoter, unique among the LOB's promoters: 1 to 31 characters, a letter, then letters, digits, "-" and "_". The output
   * `promoterRoleArns` has the ARN of its role under this key.
   */
  name: string;
  /** GitHub repositories whose jobs may take the role, each bound to branches, tags, environments or workflows. Default: none. */
  repositories?: pulumi.Input<Repository>[] | undefined;
  /**
   * Others that may take the role with `sts:AssumeRole`: ARNs of IAM roles or users, or 12-digit account ids. Default: none.
   */
  principals?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Models whose aliases it may move; it can read the whole LOB. Default: every model of the LOB. */
  models?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Name of the role in IAM, at most 64 characters. Default: `{lob}-promoter-{name}`. */
  roleName?: pulumi.Input<string> | undefined;
}

/** A reader. Needs at least one of `repositories` and `principals`. */
export interface Reader {
  /**
   * Name of the reader, unique among the LOB's readers: 1 to 31 characters, a letter, then letters, digits, "-" and "_". The output
   * `readerRoleArns` has the ARN of its role under this key.
   */
  name: string;
  /** GitHub repositories whose jobs may take the role: all jobs, or only those of some branches, tags, environments or workflows. Default: none. */
  repositories?: pulumi.Input<Repository>[] | undefined;
  /**
   * Others that may take the role with `sts:AssumeRole`: ARNs of IAM roles or users, e.g. those of SageMaker, Airflow or ECS tasks, or 12-digit
   * account ids. The administrators of a named account decide who in it may. Default: none.
   */
  principals?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Models that it may list, show and pull; other models of the LOB stay hidden, also their names. Default: every model of the LOB. */
  models?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Name of the role in IAM, at most 64 characters. Default: `{lob}-reader-{name}`. */
  roleName?: pulumi.Input<string> | undefined;
}

/**
 * A GitHub repository and those of its jobs that may take the role: jobs on one of the branches, on one of the tags or in one of the
 * environments. If workflows are named, the job must also run in one of them.
 */
export interface Repository {
  /** Owner and name, spelled exactly as on GitHub, e.g. `acme/fraud-models`. */
  repository: pulumi.Input<string>;
  /**
   * GitHub's id of the owner, in digits. Together with `repositoryId` it excludes a repository that takes over the name later.
   * `gh api repos/OWNER/NAME --jq .owner.id` prints it. Default: any.
   */
  ownerId?: pulumi.Input<string> | undefined;
  /** GitHub's id of the repository, in digits. `gh api repos/OWNER/NAME --jq .id` prints it. Default: any. */
  repositoryId?: pulumi.Input<string> | undefined;
  /** Branches, e.g. `main` or `release/*`. Does not cover jobs that name an environment: list that in `environments`. Default: none. */
  branches?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Tags, e.g. `v*`. Does not cover jobs that name an environment: list that in `environments`. Default: none. */
  tags?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Environments, e.g. `production`. Their settings on GitHub decide which branches may use them, and who must approve. Default: none. */
  environments?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /**
   * Reusable workflows; the job must run in one of them, e.g. `acme/workflows/.github/workflows/publish.yml@refs/heads/main`. Without branches,
   * tags and environments, this covers jobs on any branch, tag or environment of the repository. Default: any workflow.
   */
  workflows?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Whether jobs of pull requests may also take the role. For readers only. Default: false. */
  pullRequests?: pulumi.Input<boolean> | undefined;
}
