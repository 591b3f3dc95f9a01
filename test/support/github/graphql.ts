/** The part of GitHub's GraphQL API that is used, over GitHub's own schema: what that does not know, is refused. */
import { schema } from "@octokit/graphql-schema";
import { buildSchema, graphql, GraphQLError, type GraphQLSchema } from "graphql";
import { allows } from "./refusals.ts";
import { commentPage, timestamp } from "./shapes.ts";
import type { Account, Comment, State, Token } from "./state.ts";

let built: GraphQLSchema | undefined;
const githubSchema = (): GraphQLSchema => (built ??= buildSchema(schema.idl, { assumeValid: true }));

/** An error with the type that GitHub gives beside the message. */
class TypedError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Answer of GitHub to a query, with status 200 even if it has errors. */
export async function answerGraphql(state: State, token: Token, body: unknown): Promise<object> {
  const { query, variables } = (typeof body === "object" && body !== null ? body : {}) as { query?: unknown; variables?: unknown };
  if (typeof query !== "string") return { errors: [{ message: "A query attribute must be specified and must be a string." }] };
  const { data, errors } = await graphql({
    schema: githubSchema(),
    source: query,
    variableValues: (variables ?? {}) as Record<string, unknown>,
    rootValue: rootOf(state, token),
  });
  return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(told) }) };
}

function told(error: GraphQLError): object {
  const { originalError, message, path, locations } = error;
  return { ...(originalError instanceof TypedError && { type: originalError.type }), path, locations, message };
}

function rootOf(state: State, token: Token): object {
  return {
    viewer: actorOf(token.account, true),
    repository({ owner, name }: { owner: string; name: string }) {
      const repository = state.repositories.get(`${owner}/${name}`);
      if (repository?.fullName !== token.repository) {
        throw new TypedError("NOT_FOUND", `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      }
      return {
        nameWithOwner: repository.fullName,
        pullRequest({ number }: { number: number }) {
          if (!allows(token.permissions, "pull-requests", "read"))
            throw new TypedError("FORBIDDEN", "Resource not accessible by integration");
          const pull = state.pull(repository.fullName, number);
          if (!pull) throw new TypedError("NOT_FOUND", `Could not resolve to a PullRequest with the number of ${number}.`);
          return {
            number,
            headRefOid: pull.head.sha,
            comments: (page: Page) => connection(state.commentsOf(pull), page, (comment) => commentNode(comment, token)),
          };
        },
      };
    },
  };
}

/** A bot's login has no `[bot]` here, but as the viewer. */
function actorOf({ login, type }: Account, viewer = false): object {
  return { __typename: type, login: viewer ? login : login.replace(/\[bot\]$/, "") };
}

function commentNode({ id, pull, author, body, createdAt, updatedAt }: Comment, token: Token): object {
  return {
    __typename: "IssueComment",
    id: Buffer.from(`IC${id}`).toString("base64"),
    fullDatabaseId: String(id),
    // The type has only 32 bits, too few for today's ids.
    databaseId: () => {
      if (id >= 2 ** 31) throw new GraphQLError(`Could not convert BigInt to Int: ${id}`);
      return id;
    },
    author: actorOf(author),
    viewerDidAuthor: author.login === token.account.login,
    body,
    url: commentPage(pull, id),
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(updatedAt),
  };
}

interface Page {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
}

function connection<T>(items: readonly T[], { first, last, after }: Page, nodeOf: (item: T) => object): object {
  const count = first ?? last;
  if (count === null || count === undefined) {
    throw new TypedError(
      "MISSING_PAGINATION_BOUNDARIES",
      "You must provide a `first` or `last` value to properly paginate the connection.",
    );
  }
  if (count < 1 || count > 100) {
    throw new TypedError("EXCESSIVE_PAGINATION", `Requesting ${count} records exceeds the \`first\` limit of 100 records.`);
  }
  const from = after === null || after === undefined ? 0 : Number(Buffer.from(after, "base64url").toString().replace("cursor:", ""));
  const start = first === null || first === undefined ? Math.max(items.length - count, from) : from;
  const shown = items.slice(start, start + count);
  const end = start + shown.length;
  return {
    totalCount: items.length,
    nodes: shown.map(nodeOf),
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      endCursor: shown.length === 0 ? null : Buffer.from(`cursor:${end}`).toString("base64url"),
      startCursor: shown.length === 0 ? null : Buffer.from(`cursor:${start}`).toString("base64url"),
    },
  };
}
