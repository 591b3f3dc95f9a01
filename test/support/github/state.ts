/** State of the local GitHub: accounts, tokens, repositories, pull requests, comments, check runs. */

export interface Account {
  readonly login: string;
  readonly id: number;
  readonly type: "User" | "Bot";
}

/** Author of comments with a job's own token. */
export const ACTIONS_BOT: Account = { login: "github-actions[bot]", id: 41898282, type: "Bot" };

/** As a workflow writes them under `permissions:`. */
export type Permission = "actions" | "checks" | "contents" | "issues" | "pull-requests";
export type Permissions = Readonly<Partial<Record<Permission, "read" | "write">>>;

export interface Token {
  readonly account: Account;
  /** Full name of the repository that it reaches. */
  readonly repository: string;
  readonly permissions: Permissions;
}

export interface Repository {
  readonly id: number;
  /** `owner/name`. */
  readonly fullName: string;
  /** Repository that it is a fork of, or undefined. */
  readonly parent?: string;
}

export interface Pull {
  readonly number: number;
  readonly repository: Repository;
  readonly author: Account;
  readonly head: { readonly repository: Repository; readonly ref: string; sha: string };
  readonly base: { readonly ref: string; readonly sha: string };
  state: "open" | "closed";
  locked: boolean;
}

export interface Comment {
  readonly id: number;
  readonly pull: Pull;
  readonly author: Account;
  body: string;
  readonly createdAt: Date;
  updatedAt: Date;
}

export interface CheckRun {
  readonly id: number;
  readonly repository: Repository;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class State {
  readonly repositories = new Map<string, Repository>();
  readonly tokens = new Map<string, Token>();
  readonly pulls: Pull[] = [];
  /** Comments of all pull requests, oldest first. */
  comments: Comment[] = [];
  checkRuns: CheckRun[] = [];
  /** Beyond what 32 bits hold, as GitHub's own are. */
  #lastId = 3_000_000_000;

  newId(): number {
    return ++this.#lastId;
  }

  pull(repository: string, number: number): Pull | undefined {
    return this.pulls.find((pull) => pull.number === number && pull.repository.fullName === repository);
  }

  commentsOf(pull: Pull): Comment[] {
    return this.comments.filter((comment) => comment.pull === pull);
  }

  addComment(pull: Pull, author: Account, body: string): Comment {
    const now = new Date();
    const comment = { id: this.newId(), pull, author, body, createdAt: now, updatedAt: now };
    this.comments.push(comment);
    return comment;
  }
}
