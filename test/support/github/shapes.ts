/** Converts the state into the shapes of GitHub's REST API, which the compiler checks against its OpenAPI description. */
import { createRequire } from "node:module";
import type { components } from "@octokit/openapi-types";
import type { Account, CheckRun, Comment, Pull, Repository } from "./state.ts";

type Schemas = components["schemas"];
type Json = Record<string, any>;

const webhooks = createRequire(import.meta.url)("@octokit/webhooks-examples") as { name: string; examples: Json[] }[];

/** Returns a copy of a recorded GitHub event, by event and action. */
export function webhook(name: string, action: string): Json {
  const found = webhooks.find((event) => event.name === name)?.examples.find((example) => example["action"] === action);
  if (!found) throw new Error(`no example of ${name} ${action}`);
  return structuredClone(found);
}

export function userOf({ login, id, type }: Account): Schemas["simple-user"] {
  const url = `https://api.github.com/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    type,
    node_id: nodeId(`${type}${id}`),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `https://github.com/${login.replace("[bot]", "")}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    site_admin: false,
  };
}

export function commentOf(api: string, { id, pull, author, body, createdAt, updatedAt }: Comment): Schemas["issue-comment"] {
  const repository = `${api}/repos/${pull.repository.fullName}`;
  return {
    id,
    node_id: nodeId(`IC${id}`),
    url: `${repository}/issues/comments/${id}`,
    issue_url: `${repository}/issues/${pull.number}`,
    html_url: commentPage(pull, id),
    body,
    user: userOf(author),
    created_at: timestamp(createdAt),
    updated_at: timestamp(updatedAt),
    author_association: author.type === "Bot" ? "NONE" : "CONTRIBUTOR",
    performed_via_github_app: null,
  };
}

export const commentPage = (pull: Pull, id: number): string =>
  `https://github.com/${pull.repository.fullName}/pull/${pull.number}#issuecomment-${id}`;

/** As in a webhook, an answer about one pull request, and a list: what GitHub sent once, with the facts of this one. */
export function pullOf(api: string, { number, repository, author, head, base, state, locked }: Pull): Json {
  const pull = (webhook("pull_request", "opened") as { pull_request: Json }).pull_request;
  const side = (of: Repository, ref: string, sha: string) => ({
    label: `${ownerOf(of)}:${ref}`,
    ref,
    sha,
    user: { ...pull["head"].user, login: ownerOf(of) },
    repo: repositoryOf(of),
  });
  return {
    ...pull,
    id: 1_000_000 + number,
    url: `${api}/repos/${repository.fullName}/pulls/${number}`,
    html_url: `https://github.com/${repository.fullName}/pull/${number}`,
    number,
    state,
    locked,
    user: userOf(author),
    head: side(head.repository, head.ref, head.sha),
    base: side(repository, base.ref, base.sha),
  };
}

export function repositoryOf({ id, fullName, parent }: Repository): Json {
  const { repository } = webhook("pull_request", "opened") as { repository: Json };
  const [owner = "", name = ""] = fullName.split("/");
  return {
    ...repository,
    id,
    name,
    full_name: fullName,
    owner: { ...repository["owner"], login: owner },
    fork: parent !== undefined,
    html_url: `https://github.com/${fullName}`,
    default_branch: "main",
  };
}

export function checkRunOf(api: string, { id, repository, fields }: CheckRun): Schemas["check-run"] {
  const { output, annotations } = { annotations: [], ...fields } as Json;
  const url = `${api}/repos/${repository.fullName}/check-runs/${id}`;
  return {
    id,
    node_id: nodeId(`CR${id}`),
    name: fields["name"] as string,
    head_sha: fields["head_sha"] as string,
    external_id: (fields["external_id"] as string | undefined) ?? "",
    url,
    html_url: `https://github.com/${repository.fullName}/runs/${id}`,
    details_url: (fields["details_url"] as string | undefined) ?? null,
    status: fields["status"] as Schemas["check-run"]["status"],
    conclusion: (fields["conclusion"] as Schemas["check-run"]["conclusion"] | undefined) ?? null,
    started_at: (fields["started_at"] as string | undefined) ?? timestamp(new Date()),
    completed_at: fields["status"] === "completed" ? timestamp(new Date()) : null,
    output: {
      title: output?.title ?? null,
      summary: output?.summary ?? null,
      text: output?.text ?? null,
      annotations_count: annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: 5 },
    app: null,
    pull_requests: [],
  };
}

export const ownerOf = ({ fullName }: Repository): string => fullName.split("/")[0]!;
const nodeId = (text: string): string => Buffer.from(text).toString("base64");
export const timestamp = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, "Z");
