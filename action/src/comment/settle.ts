/**
 * Turns the existing comments into the wanted ones. The oldest comment of each kind stays and keeps its place in the conversation. Two jobs
 * may both create a first comment; the next one to look deletes the newer one. Gets its access to GitHub as an argument.
 */
import { LobError } from "lob-registry-core";
import type { Conversation, OwnComment, WrittenComment } from "./api.js";
import type { CommentMarker } from "./marker.js";

/** The comments of one pull request. */
export interface Comments {
  read(): Promise<Conversation>;
  create(body: string): Promise<WrittenComment>;
  /** Undefined if somebody has deleted it. */
  update(id: number, body: string): Promise<WrittenComment | undefined>;
  /** Does nothing if somebody has deleted it. */
  remove(id: number): Promise<void>;
}

export interface WantedComment {
  readonly marker: CommentMarker;
  readonly body: string;
  /** Whether to create it if it does not exist yet. */
  readonly worthNew: boolean;
}

export type SettledComment = (WrittenComment & { readonly action: "created" | "updated" | "unchanged" }) | { readonly action: "skipped" };

/** @param before the existing comments; those with the key that are no longer wanted are deleted */
export async function settle(
  comments: Comments,
  key: string,
  wanted: readonly WantedComment[],
  before: Pick<Conversation, "own">,
): Promise<{ readonly kept: readonly SettledComment[]; readonly deleted: number }> {
  const kept: SettledComment[] = [];
  for (const each of wanted) {
    const own = before.own.filter(isAbout(each.marker));
    kept.push((await keepOldest(comments, own, each.body)) ?? (await first(comments, each)));
  }
  const obsolete = before.own.filter(({ marker }) => marker.key === key && !wanted.some((each) => each.marker.about === marker.about));
  for (const { id } of obsolete) await comments.remove(id);
  return { kept, deleted: obsolete.length };
}

const isAbout =
  ({ key, about }: CommentMarker) =>
  ({ marker }: OwnComment): boolean =>
    marker.key === key && marker.about === about;

/** Updates the oldest existing comment and deletes the others; undefined if all were deleted. */
async function keepOldest(comments: Comments, own: readonly OwnComment[], body: string): Promise<SettledComment | undefined> {
  for (const [index, comment] of own.entries()) {
    const kept = isSame(comment.body, body)
      ? ({ id: comment.id, url: comment.url, action: "unchanged" } as const)
      : await update(comments, comment.id, body);
    if (!kept) continue;
    for (const { id } of own.slice(index + 1)) await comments.remove(id);
    return kept;
  }
  return undefined;
}

async function update(comments: Comments, id: number, body: string): Promise<SettledComment | undefined> {
  const written = await comments.update(id, body);
  return written && { ...written, action: "updated" };
}

async function first(comments: Comments, { marker, body, worthNew }: WantedComment): Promise<SettledComment> {
  if (!worthNew) return { action: "skipped" };
  const look = async (): Promise<OwnComment[]> => (await comments.read()).own.filter(isAbout(marker));
  let written: WrittenComment | undefined;
  try {
    written = await comments.create(body);
  } catch (error) {
    if (!(error instanceof LobError) || error.code !== "LOB2012") throw error;
    // The response is lost, but GitHub may have created the comment.
    const [there] = await look();
    written = there ?? (await comments.create(body));
  }
  const created: SettledComment = { id: written.id, url: written.url, action: "created" };
  const own = await look();
  return own.length > 1 ? ((await keepOldest(comments, own, body)) ?? created) : created;
}

/** GitHub may change line endings and trim the end. */
const isSame = (one: string, other: string): boolean => normal(one) === normal(other);
const normal = (body: string): string => body.replaceAll("\r\n", "\n").trimEnd();
