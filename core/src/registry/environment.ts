import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { packTree } from "../archive/index.js";
import { buildModelManifest } from "../inspect/index.js";

/** What a publish takes from outside besides S3 and DynamoDB, so that a simulation can hold all of it in its hands. */
export interface Surroundings {
  /** Waits that many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
  /** Now, ISO 8601 in UTC, as rows have it. */
  readonly now: () => string;
  /** A name for one upload and never for another. */
  readonly newToken: () => string;
  readonly packTree: typeof packTree;
  readonly buildManifest: typeof buildModelManifest;
}

export const SURROUNDINGS: Surroundings = {
  sleep: (milliseconds) => delay(milliseconds),
  random: Math.random,
  now: () => new Date().toISOString(),
  newToken: () => randomBytes(16).toString("hex"),
  packTree,
  buildManifest: buildModelManifest,
};
