/** Schema of the lines of a manifest, published as docs/manifest.schema.json. */
import { z } from "zod";
import { findingsSchema, summarySchema } from "../findings/findings.js";
import { lobProblem, modelProblem } from "../layout.js";
import { MANIFEST_LIMITS } from "./limits.js";
import { count, sha256 } from "../findings/values.js";

// Keys that we do not know are left out, so that a later release can add some without a new schema version.
export const headerSchema = z.object({
  schema: z.literal(1),
  lob: z.string().refine((lob) => lobProblem(lob) === undefined),
  model: z.string().refine((model) => modelProblem(model) === undefined),
  treeDigest: sha256,
  files: count.min(1).max(MANIFEST_LIMITS.files),
  contentBytes: count,
  metrics: z.record(z.string(), z.number()),
  createdBy: z.string().max(200),
  summary: summarySchema.exactOptional().describe("what is in the model; absent where its files were not inspected"),
});

export const fileSchema = z.object({
  path: z.string(),
  mode: z.literal([0o644, 0o755]),
  size: count,
  sha256,
  offset: count.describe("offset of the file's bytes in the uncompressed tar"),
  findings: findingsSchema.exactOptional().describe("findings about the file; absent if no reader recognizes it"),
});

/** The JSON Schema of a line; keys that it does not name are allowed. */
export function manifestJsonSchema(): object {
  const part = (schema: z.ZodType): object => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, {
      io: "input",
      unrepresentable: "any",
      override: ({ jsonSchema }) => {
        delete jsonSchema.readOnly; // That is a matter of our types.
      },
    });
    return rest;
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A line of a manifest of lob-registry, schema 1",
    description: "A manifest is gzip-compressed JSON lines: the first is a header, each other one a file, sorted by path.",
    anyOf: [{ $ref: "#/$defs/header" }, { $ref: "#/$defs/file" }],
    $defs: { header: part(headerSchema), file: part(fileSchema) },
  };
}
