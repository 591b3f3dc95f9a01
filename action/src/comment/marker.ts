/**
 * The hidden first line that identifies a comment of this action. Key and model are hashed, so that no name can end the line early. Pure.
 */
import { createHash } from "node:crypto";

const LINE = /^<!-- lob-registry-comment key=([0-9a-f]{16}) about=([0-9a-f]{16}) -->(?:\r?\n|$)/;

export interface CommentMarker {
  /** Identifies the use in this repository. */
  readonly key: string;
  /** Identifies the model that the comment is about, or all models. */
  readonly about: string;
}

export const ALL_MODELS = hash("all models");

/** @param name `lob/model`; undefined for all models */
export const markerOf = (key = "", name?: string): CommentMarker => ({
  key: hash(`key ${key}`),
  about: name === undefined ? ALL_MODELS : hash(`model ${name}`),
});

export const markerLine = ({ key, about }: CommentMarker): string => `<!-- lob-registry-comment key=${key} about=${about} -->`;

/** The marker at the start of a comment; one further down is a quotation. */
export function readMarker(body: string): CommentMarker | undefined {
  const [, key, about] = LINE.exec(body) ?? [];
  return key === undefined || about === undefined ? undefined : { key, about };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
