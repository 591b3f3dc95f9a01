/** Values for the tests of planning. */
import { encodeVersion, LATEST, METADATA } from "../layout.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Lob, ModelSummary, Version } from "../types.js";
import { LOB } from "../testing/simulation.js";
import { versionOfObject } from "../registry/recover.js";
import type { ModelInventory, SourceVersion, TargetVersion } from "./inventory.js";
import type { PlanContext } from "./plan.js";

export { LOB };
export const TIME = "2026-11-01T12:00:00.000Z";
/** Returns a SHA-256 for the name of a content. */
export const sha = (content: string): string => Buffer.from(content).toString("hex").padEnd(64, "0").slice(0, 64);

export const COPYING: PlanContext = { lob: LOB, names: { backEnd: "s3", prefix: "old", suffix: ".zip" }, inPlace: false };
export const BY_TABLE: PlanContext = { lob: LOB, names: { backEnd: "s3+dynamodb", prefix: "old", suffix: ".zip" }, inPlace: false };
export const IN_PLACE: PlanContext = { lob: LOB, names: { backEnd: "s3", prefix: "ml-models/fraud", suffix: ".tar.gz" }, inPlace: true };

/** Returns an object as the Python library writes it. */
export function object(version: number | typeof LATEST, content: string, change: Partial<ObjectHead> = {}): ObjectHead {
  return {
    key: `old/churn/versions/${encodeVersion(version)}.zip`,
    etag: `"${content}"`,
    size: content.length,
    metadata: { [METADATA.artifactName]: "churn", [METADATA.artifactSha256]: sha(content) },
    lastModified: new Date(TIME),
    ...change,
  };
}

/** Returns versions 1, 2, … with these contents. */
export const versions = (...contents: string[]): SourceVersion[] =>
  contents.map((content, index) => ({ version: index + 1, object: object(index + 1, content) }));

export function inventory(change: Partial<ModelInventory> = {}): ModelInventory {
  return {
    model: "churn",
    versions: versions("one", "two"),
    latest: object(LATEST, "two"),
    aliases: [],
    strangers: [],
    target: { versions: new Map(), aliases: new Map() },
    ...change,
  };
}

/** Returns the LOB's state at a number after its migration. */
export function migrated(version: number, content: string, change: Partial<Version> = {}, lob: Lob = LOB): TargetVersion {
  const copy = object(version, content);
  return { object: copy, row: { ...versionOfObject(lob, "churn", version, copy, TIME), ...change } };
}

export const modelRow = (change: Partial<ModelSummary> = {}): ModelSummary => ({
  lob: "fraud",
  model: "churn",
  next: 3,
  latest: 2,
  tags: {},
  createdAt: TIME,
  updatedAt: TIME,
  ...change,
});
