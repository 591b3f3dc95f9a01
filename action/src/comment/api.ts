/**
 * Pull requests and their comments on GitHub. GraphQL's viewerDidAuthor says whether the token's owner wrote a comment, whether that is a
 * job, an app or a person. The REST API has no such field and does not tell a job's token its own name.
 */
import { z } from "zod";
import { LobError } from "lob-registry-core";
import type { GitHub } from "../github.js";
import type { PullRequestHead } from "./event.js";
import { readMarker, type CommentMarker } from "./marker.js";

export interface PullRequestRef {
  readonly owner: string;
  readonly repo: string;
  /** Number of the pull request. */
  readonly number: number;
}

/** A comment that this action wrote. */
export interface OwnComment {
  readonly id: number;
  readonly url: string;
  readonly body: string;
  readonly marker: CommentMarker;
}

export interface Conversation {
  /** The newest commit of the pull request. */
  readonly headSha: string;
  /** Comments by the token's owner that begin with a marker, oldest first. */
  readonly own: readonly OwnComment[];
}

const PERMISSION = "pull-requests: write";
const PAGE = 100;
/** GitHub allows at most 2,500 comments on a pull request. */
const PAGES = 100;

const QUERY = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      headRefOid
      comments(first: ${PAGE}, after: $after) {
        nodes { fullDatabaseId viewerDidAuthor url body }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

const PAGE_OF_COMMENTS = z.object({
  repository: z.object({
    pullRequest: z.object({
      headRefOid: z.string().max(64),
      comments: z.object({
        nodes: z.array(
          z
            .object({
              fullDatabaseId: z.union([z.string().regex(/^\d{1,15}$/), z.int().positive()]).transform(Number),
              viewerDidAuthor: z.boolean(),
              url: z.url({ protocol: /^https?$/ }).max(2000),
              body: z.string(),
            })
            // GitHub's schema allows null without saying when. Such a comment is not ours.
            .nullable(),
        ),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    }),
  }),
});

/** Reads all comments of a pull request. */
export async function readConversation(github: GitHub, pull: PullRequestRef): Promise<Conversation> {
  const own: OwnComment[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const { headRefOid, comments } = await readPage(github, pull, after);
    for (const node of comments.nodes) {
      if (!node?.viewerDidAuthor) continue;
      const { fullDatabaseId: id, url, body } = node;
      const marker = readMarker(body);
      if (marker) own.push({ id, url, body, marker });
    }
    after = comments.pageInfo.endCursor;
    if (!comments.pageInfo.hasNextPage || after === null) return { headSha: headRefOid, own };
  }
  throw new LobError("LOB2012", `reading the comments of pull request ${pull.number}: GitHub returned too many pages`);
}

type PageOfComments = z.infer<typeof PAGE_OF_COMMENTS>["repository"]["pullRequest"];

async function readPage(github: GitHub, pull: PullRequestRef, after: string | null): Promise<PageOfComments> {
  const { repository } = await github.graphql(
    QUERY,
    { ...pull, after },
    { what: `reading the comments of pull request ${pull.number}`, permission: PERMISSION, answer: PAGE_OF_COMMENTS },
  );
  return repository.pullRequest;
}

export interface WrittenComment {
  readonly id: number;
  readonly url: string;
}

const COMMENT = z
  .object({ id: z.int().positive(), html_url: z.url({ protocol: /^https?$/ }).max(2000) })
  .transform(({ id, html_url }): WrittenComment => ({ id, url: html_url }));

export function createComment(github: GitHub, { owner, repo, number }: PullRequestRef, body: string): Promise<WrittenComment> {
  return github.rest(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    { owner, repo, issue_number: number, body },
    { what: `commenting on pull request ${number}`, permission: PERMISSION, answer: COMMENT },
  );
}

/** Undefined if somebody has deleted it. */
export function updateComment(
  github: GitHub,
  { owner, repo, number }: PullRequestRef,
  id: number,
  body: string,
): Promise<WrittenComment | undefined> {
  return unlessGone(
    github.rest(
      "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
      { owner, repo, comment_id: id, body },
      { what: `updating the comment on pull request ${number}`, permission: PERMISSION, answer: COMMENT },
    ),
  );
}

export async function deleteComment(github: GitHub, { owner, repo, number }: PullRequestRef, id: number): Promise<void> {
  await unlessGone(
    github.rest(
      "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
      { owner, repo, comment_id: id },
      { what: `deleting a comment on pull request ${number}`, permission: PERMISSION, answer: z.unknown() },
    ),
  );
}

async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LobError && (error.details["status"] === 404 || error.details["status"] === 410)) return undefined;
    throw error;
  }
}

const PULLS = z.array(
  z.object({
    number: z.int().positive(),
    state: z.string(),
    head: z.object({ sha: z.string(), ref: z.string(), repo: z.object({ id: z.int() }).nullable() }),
  }),
);

/** Open pull requests from a branch, with any newest commit. */
export async function findPulls(
  github: GitHub,
  { owner, repo }: Omit<PullRequestRef, "number">,
  head: PullRequestHead,
): Promise<{ number: number; headSha: string }[]> {
  const pulls = await github.rest(
    "GET /repos/{owner}/{repo}/pulls",
    { owner, repo, state: "open", head: `${head.owner}:${head.branch}`, per_page: 100 },
    { what: `looking for the pull request of ${head.owner}:${head.branch}`, permission: "pull-requests: read", answer: PULLS },
  );
  // An owner can have several forks, and GitHub ignores a filter that it does not understand.
  return pulls
    .filter((pull) => pull.state === "open" && pull.head.ref === head.branch && pull.head.repo?.id === head.repositoryId)
    .map(({ number, head: { sha } }) => ({ number, headSha: sha }))
    .sort((one, other) => one.number - other.number);
}
