/** The result of one gate for one model. */
import { z } from "zod";

export const gateResultSchema = z
  .object({
    gate: z.string().max(1_000).describe("as it was written"),
    outcome: z
      .literal(["passed", "failed", "skipped", "unknown"])
      .describe("skipped: the gate compares with a base, but there is no version yet; unknown: the base could not be read"),
    reason: z.string().max(4_000).describe("one sentence with the numbers: `auc is 0.89, but must be at least 0.905 (base 0.91 - 0.005)`"),
    actual: z.number().exactOptional(),
    bound: z.number().exactOptional(),
  })
  .readonly();

export type GateResult = z.infer<typeof gateResultSchema>;
