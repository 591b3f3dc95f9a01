/**
 * The line by which a comment is known again: the first one, hidden, of GitHub's author that we are. What is told apart by it goes in as a
 * hash, so that no name can end it early. Pure.
 */
import { createHash } from "node:crypto";

const LINE = /^<!-- lob-registry-comment key=([0-9a-f]{16}) about=([0-9a-f]{16}) -->(?:\r?\n|$)/;

export interface CommentMarker {
  /** Of the use in this repository. */
  readonly key: string;
  /** Of the model that the comment is about, or of all of them. */
  readonly about: string;
}

export const ALL_MODELS = hash("all models");

/** @param name `lob/model`, or undefined for all models */
export const markerOf = (key: string, name: string | undefined): CommentMarker => ({
  key: hash(`key ${key}`),
  about: name === undefined ? ALL_MODELS : hash(`model ${name}`),
});

export const markerLine = ({ key, about }: CommentMarker): string => `<!-- lob-registry-comment key=${key} about=${about} -->`;

/** The marker that a comment begins with; one further down is a quotation. */
export function readMarker(body: string): CommentMarker | undefined {
  const [, key, about] = LINE.exec(body) ?? [];
  return key === undefined || about === undefined ? undefined : { key, about };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
