/** Values for several tests. Not in the bundle. */
import { defined, type Compared, type Diff, type GateResult, type ModelReport, type Report } from "lob-registry-core";
import { emptyInputs } from "../testing.js";
import { DIFF_INPUTS, type RawDiffInputs } from "./inputs.js";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

export const described = (name: string, digest: string): Compared["candidate"] => ({
  name,
  treeDigest: digest.repeat(64),
  files: 1,
  contentBytes: 10,
  metrics: { auc: 0.9 },
  summary: { formats: {}, tensorCount: 0, parameters: 0, code: [], warnings: [] },
});

const none = { count: 0, items: [] };
const lists = { added: none, removed: none, changed: none, renamed: none };

export const difference = (overrides: Partial<Diff> = {}): Diff => ({
  different: true,
  before: described("fraud/churn@7", "a"),
  after: described("build/churn", "b"),
  files: lists,
  tensors: { ...lists, tensorCount: { before: 0, after: 0 }, parameters: { before: 0, after: 0 } },
  metrics: [],
  requirements: [],
  code: [],
  cards: [],
  properties: none,
  ...overrides,
});

/** A model that differs from version 7, without gates. */
export const compared = (overrides: Partial<Compared> = {}): Compared => {
  const base = overrides.base ?? { kind: "version", version: 7, ref: "LATEST" };
  return {
    kind: "compared",
    lob: "fraud",
    model: "churn",
    candidate: described("build/churn", "b"),
    ...defined({ diff: base.kind === "version" ? difference() : undefined }),
    gates: [],
    ...overrides,
    base,
  };
};

export const failedModel = (model = "chargeback"): ModelReport => ({
  kind: "failed",
  lob: "fraud",
  model,
  code: "LOB3010",
  message: "the version has no manifest",
});

export const gate = (outcome: GateResult["outcome"], text = "auc >= 0.9", reason = "auc is 0.89"): GateResult => ({
  gate: text,
  outcome,
  reason,
});

export const report = (models: readonly ModelReport[]): Report => ({ schema: 1, createdBy: "test", commit: COMMIT, models });

/** Inputs from the runner: all empty except the given ones. */
export const rawInputs = (given: Partial<RawDiffInputs>): RawDiffInputs => ({ ...emptyInputs(DIFF_INPUTS), ...given });
