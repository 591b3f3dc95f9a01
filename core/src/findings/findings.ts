/**
 * Findings of the readers about one file, as stored in the manifest. Texts come from untrusted files: they are bounded and
 * well-formed Unicode, nothing more. Escape them for display.
 */
import { z } from "zod";
import { count, sha256 } from "./values.js";
import { INSPECT_LIMITS as LIMITS } from "./limits.js";

export const text = z.string().max(LIMITS.name);
const list = <T extends z.ZodType>(item: T) => z.array(item).max(LIMITS.items).readonly();

export const tensorSchema = z
  .object({
    name: text,
    dtype: text.describe("float32, bfloat16, int8, q4_k, … as NumPy, PyTorch or GGUF call it, in lower case"),
    shape: z
      .array(z.int().min(-1).max(Number.MAX_SAFE_INTEGER))
      .max(LIMITS.dimensions)
      .readonly()
      .describe("-1 for a dimension without a fixed length"),
    bytes: count.exactOptional().describe("bytes of its content, if it is in this file"),
    sha256: sha256.exactOptional().describe("SHA-256 of its content as it is stored"),
  })
  .readonly();

export const columnSchema = z
  .object({
    name: text.exactOptional(),
    type: text.describe("as MLflow writes it; nested types as JSON"),
    required: z.boolean(),
    shape: z
      .array(z.int())
      .max(LIMITS.dimensions)
      .readonly()
      .exactOptional()
      .describe("of a tensor; -1 for a dimension without a fixed length"),
    default: text.exactOptional().describe("of a parameter, as JSON"),
  })
  .readonly();

const signatureSchema = z
  .object({
    inputs: list(columnSchema).exactOptional(),
    outputs: list(columnSchema).exactOptional(),
    params: list(columnSchema).exactOptional(),
  })
  .readonly();

export const codeSchema = z
  .object({
    kind: z.string().max(40).describe("pickle, torchscript, python, native, keras-lambda, …"),
    imports: z.array(text).max(LIMITS.imports).readonly().describe("module:name that loading the file imports, sorted"),
    unknown: z.array(text).max(LIMITS.imports).readonly().describe("those of the imports that are not known to be harmless"),
    whole: z.boolean().describe("whether all of the code was followed; if not, anything may be in it"),
  })
  .readonly();

export const findingsSchema = z
  .object({
    format: z.string().min(1).max(40),
    tensors: z.array(tensorSchema).max(LIMITS.tensors).readonly().exactOptional(),
    tensorCount: count.exactOptional().describe("all tensors, also those that are not listed"),
    parameters: count.exactOptional().describe("elements of all tensors"),
    code: codeSchema.exactOptional().describe("present when loading the file can run code"),
    signature: signatureSchema.exactOptional(),
    requirements: list(text).exactOptional(),
    metrics: z.record(text, z.number()).exactOptional(),
    properties: z.record(text, z.string().max(LIMITS.name)).exactOptional().describe("other statements of the file about the model"),
    card: z
      .object({ text: z.string().max(LIMITS.card), cut: z.boolean() })
      .readonly()
      .exactOptional(),
    picture: z.object({ width: count, height: count }).readonly().exactOptional(),
    warnings: z.array(z.string().max(LIMITS.name)).max(LIMITS.warnings).readonly().exactOptional(),
  })
  .readonly();

/** Summary of the findings of all files, for the manifest's first line. */
export const summarySchema = z
  .object({
    formats: z.record(z.string().max(40), count).describe("files of each format that was recognised"),
    tensorCount: count,
    parameters: count,
    code: z
      .array(z.object({ kind: z.string().max(40), files: count, unknown: list(text), whole: z.boolean() }).readonly())
      .max(20)
      .readonly()
      .describe("formats that can run code when they are loaded"),
    signature: signatureSchema.exactOptional(),
    requirements: list(text).exactOptional(),
    properties: z.record(text, z.string().max(LIMITS.name)).exactOptional(),
    warnings: list(z.object({ path: z.string().max(1024), warning: z.string().max(LIMITS.name) }).readonly()),
  })
  .readonly();

export type Tensor = z.infer<typeof tensorSchema>;
export type Column = z.infer<typeof columnSchema>;
export type Signature = z.infer<typeof signatureSchema>;
export type CodeFinding = z.infer<typeof codeSchema>;
export type Findings = z.infer<typeof findingsSchema>;
export type Summary = z.infer<typeof summarySchema>;
