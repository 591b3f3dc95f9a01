/** Reports like those of the action that compares. */
import type { Report } from "lob-registry-core";

type Model = Report["models"][number];

export interface ReportedModel {
  readonly model: string;
  /** Whether its files differ from the base's; true by default. */
  readonly different?: boolean;
  readonly gate?: "passed" | "failed" | "unknown";
  /** Name of a new file, which may be any text. */
  readonly file?: string;
  /** A file that another job could have written. */
  readonly text?: string;
}

export function reportOf(models: readonly ReportedModel[], commit?: string): Report {
  return { schema: 1, createdBy: "lob-registry/test", ...(commit !== undefined && { commit }), models: models.map(comparedOf) };
}

function comparedOf({ model, different = true, gate, file = "weights.bin", text = "auc >= 0.9" }: ReportedModel): Model {
  const described = (name: string, treeDigest: string) => ({
    name,
    treeDigest,
    files: 1,
    contentBytes: 10,
    metrics: { auc: 0.9 },
    summary: { formats: {}, tensorCount: 0, parameters: 0, code: [], warnings: [] },
  });
  const before = described(`fraud/${model}@7`, "a".repeat(64));
  const after = described("build", (different ? "b" : "a").repeat(64));
  const nothing = { count: 0, items: [] };
  const added = { count: 1, items: [{ path: file, mode: 0o644, size: 10, sha256: "c".repeat(64) }] };
  return {
    kind: "compared",
    lob: "fraud",
    model,
    base: { kind: "version", version: 7, ref: "LATEST" },
    candidate: after,
    diff: {
      different,
      before,
      after,
      files: { added: different ? added : nothing, removed: nothing, changed: nothing, renamed: nothing },
      tensors: {
        added: nothing,
        removed: nothing,
        changed: nothing,
        renamed: nothing,
        tensorCount: { before: 0, after: 0 },
        parameters: { before: 0, after: 0 },
      },
      metrics: [],
      requirements: [],
      code: [],
      cards: [],
      properties: nothing,
    },
    gates: gate === undefined ? [] : [{ gate: text, outcome: gate, reason: text }],
  };
}
