/**
 * The report of what a pull request changes in the models of a repository. One job writes it, and another job, which may post comments,
 * reads it. A report from a fork is untrusted.
 */
import { z } from "zod";
import { describedModelSchema, diffSchema } from "../diff/types.js";
import { gateResultSchema } from "../diff/gate-result.js";
import { lobProblem, modelProblem } from "../layout.js";

const names = {
  lob: z.string().refine((lob) => lobProblem(lob) === undefined),
  model: z.string().refine((model) => modelProblem(model) === undefined),
};

/** A built model, compared with the version in use. */
export const comparedSchema = z
  .object({
    kind: z.literal("compared"),
    ...names,
    base: z
      .discriminatedUnion("kind", [
        z.object({ kind: z.literal("version"), version: z.int().min(1), ref: z.string().max(200) }).describe("ref: the requested reference, e.g. LATEST or prod"),
        z.object({ kind: z.literal("none") }).describe("nothing is published yet"),
        z.object({ kind: z.literal("unknown"), reason: z.string().max(4_000) }).describe("the registry could not be read, e.g. in a fork's pull request"),
      ])
      .readonly(), // prettier-ignore
    candidate: describedModelSchema,
    diff: diffSchema.exactOptional().describe("present if the base is a version"),
    gates: z.array(gateResultSchema).max(1_000).readonly(),
    shortened: z
      .array(z.string().max(40))
      .max(20)
      .readonly()
      .exactOptional()
      .describe("parts of the diff that were shortened for lack of room: code, metrics, summary, …"),
  })
  .readonly();

/** A model that could not be compared. */
export const failedSchema = z
  .object({
    kind: z.literal("failed"),
    ...names,
    code: z.string().regex(/^LOB\d{4}$/),
    message: z.string().max(10_000),
    hint: z.string().max(10_000).exactOptional(),
  })
  .readonly();

export const reportSchema = z
  .object({
    schema: z.literal(1),
    createdBy: z.string().max(200),
    commit: z
      .string()
      .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
      .exactOptional()
      .describe("newest commit of the pull request at the time of writing"),
    models: z
      .array(z.discriminatedUnion("kind", [comparedSchema, failedSchema]))
      .max(1_000)
      .readonly(),
  })
  .readonly();

export type Compared = z.infer<typeof comparedSchema>;
export type ComparisonBase = Compared["base"];
export type Failed = z.infer<typeof failedSchema>;
export type ModelReport = Compared | Failed;
export type Report = z.infer<typeof reportSchema>;
