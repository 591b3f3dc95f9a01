/** What a gate says of one model. */
import { z } from "zod";

export const gateResultSchema = z
  .object({
    gate: z.string().max(1_000).describe("as it was written"),
    outcome: z
      .literal(["passed", "failed", "skipped", "unknown"])
      .describe("skipped: it compares with a base, and there is no version yet; unknown: the base could not be read"),
    reason: z.string().max(4_000).describe("in words, with the numbers: `auc is 0.89, and has to be at least 0.905 (base 0.91 - 0.005)`"),
    actual: z.number().exactOptional(),
    bound: z.number().exactOptional(),
  })
  .readonly();

export type GateResult = z.infer<typeof gateResultSchema>;
