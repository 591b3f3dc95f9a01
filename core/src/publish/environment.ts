import { randomBytes } from "node:crypto";
import { packTree } from "../archive/index.js";
import { SYSTEM, type Environment } from "../environment.js";
import { buildModelManifest } from "./manifest.js";

/** Everything a publish uses besides S3 and DynamoDB, so that the simulation controls all of it. */
export interface PublishEnvironment extends Environment {
  /** Returns a name for one upload that no other upload ever gets. */
  readonly newToken: () => string;
  readonly packTree: typeof packTree;
  readonly buildManifest: typeof buildModelManifest;
}

export const PUBLISH_SYSTEM: PublishEnvironment = {
  ...SYSTEM,
  newToken: () => randomBytes(16).toString("hex"),
  packTree,
  buildManifest: buildModelManifest,
};
