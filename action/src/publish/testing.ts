/** Values for several tests. Not in the bundle. */
import type { PublishResult } from "lob-registry-core";
import { PUBLISH_INPUTS, type RawPublishInputs } from "./inputs.js";
import type { WorkflowRun } from "../provenance.js";
import { emptyInputs } from "../testing.js";
import type { PublishOutcome, PublishReport } from "./run.js";

export const DIGEST = "3fa9c1d2e4b5".padEnd(64, "0");
export const SHA256 = "0123456789ab".padEnd(64, "f");

export const RUN: WorkflowRun = {
  provenance: {
    gitCommit: "0123456789abcdef0123456789abcdef01234567",
    gitRef: "refs/tags/v1.2.0",
    releaseTag: "v1.2.0",
    runUrl: "https://github.com/acme/fraud-models/actions/runs/42/attempts/1",
    repository: "acme/fraud-models",
    actor: "octocat",
    event: "release",
  },
  attempt: 1,
  mayHaveIdentity: true,
  keyFor: (model) => `7/42/${model}`,
};

export function result(overrides: Partial<PublishResult> = {}): PublishResult {
  return {
    lob: "fraud",
    model: "churn",
    version: 8,
    outcome: overrides.changed === false ? "unchanged" : "published",
    changed: true,
    dryRun: false,
    descriptorsUpdated: false,
    joined: false,
    latest: 8,
    treeDigest: DIGEST,
    sha256: SHA256,
    size: 1_300_000_000,
    files: 12,
    contentBytes: 1_400_000_000,
    bucket: "111122223333-us-east-1-fraud-artifacts",
    key: "ml-models/fraud/churn/versions/999992_000008.tar.gz",
    s3Uri: "s3://111122223333-us-east-1-fraud-artifacts/ml-models/fraud/churn/versions/999992_000008.tar.gz",
    consoleUrl: "https://us-east-1.console.aws.amazon.com/s3/object/b?prefix=ml-models%2Ffraud",
    metrics: { auc: 0.9312345, rows: 1200 },
    leftOut: [],
    tags: { team: "risk" },
    ...overrides,
  };
}

export function done(overrides: Partial<PublishResult> = {}, before = 7): PublishOutcome {
  const published = result(overrides);
  return { kind: "done", model: published.model, result: published, before, milliseconds: 12_340 };
}

export function report(overrides: Partial<PublishReport> = {}): PublishReport {
  return { lob: "fraud", dryRun: false, several: false, outcomes: [done()], problems: [], region: "us-east-1", ...overrides };
}

/** Inputs from the runner: all empty except the given ones. */
export const rawInputs = (given: Partial<RawPublishInputs>): RawPublishInputs => ({ ...emptyInputs(PUBLISH_INPUTS), ...given });
