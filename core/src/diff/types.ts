/**
 * What differs between two models: plain values that are their own JSON. They come back from a report that another job wrote, which is
 * hostile until parsed: so their shape is a schema.
 */
import { z } from "zod";
import { codeSchema, columnSchema, summarySchema, tensorSchema, text } from "../findings/findings.js";
import { INSPECT_LIMITS } from "../findings/limits.js";
import { count, sha256 } from "../findings/values.js";
import type { ManifestFile, Metrics } from "../types.js";

/** One of the two models that are compared. */
export interface Side {
  /** What a person calls it: `fraud/churn@7`, or a folder. */
  readonly name: string;
  readonly treeDigest: string;
  readonly files: number;
  readonly contentBytes: number;
  /** Undefined where they are not known, as of a folder without a metrics file: then there is nothing to compare. */
  readonly metrics: Metrics | undefined;
  /** Whether its files were looked into; not so where an older release published it. Then nothing is known of what is in them. */
  readonly inspected: boolean;
  /** Sorted by path, as a manifest has them. Read once. */
  readonly entries: AsyncIterable<ManifestFile>;
}

/** A side that holds something open while it is compared. */
export interface OpenSide extends Side {
  /** Removes temporary files. */
  close(): Promise<void>;
}

const path = z.string().max(1024);
const finite = z.number();

/** Things of one kind that changed: all are counted, and as many listed as have room. */
const listed = <T extends z.ZodType>(item: T) => z.object({ count, items: z.array(item).max(1_000).readonly() }).readonly();
/** A fact before and after. */
const change = <T extends z.ZodType>(fact: T) => z.object({ before: fact, after: fact }).readonly();

/** A model as a whole: what a side is, when its files have been gone through. */
export const describedModelSchema = z
  .object({
    name: path.describe("what a person calls it"),
    treeDigest: sha256,
    files: count,
    contentBytes: count,
    metrics: z.record(z.string().max(1024), finite).exactOptional().describe("absent where they are not known"),
    summary: summarySchema,
  })
  .readonly();

const listedFile = z.object({ path, mode: z.int(), size: count, sha256 }).readonly();

const placedTensor = z
  .object({
    ...tensorSchema.unwrap().shape,
    path,
    index: count.exactOptional().describe("its place among all tensors of the newer model, in the order of the files' paths"),
  })
  .readonly();

/** How far the numbers of a tensor moved. */
export const numericChangeSchema = z
  .object({
    elements: count.describe("of the tensor"),
    examined: count.describe("of them that were looked at"),
    nonFinite: count.describe("of those looked at that are NaN or infinite on either side; they count nowhere else"),
    l2: finite.min(0).describe("length of the difference of those that were looked at"),
    relative: finite.min(0).exactOptional().describe("that, divided by the length of what was there before; absent where that is 0"),
    maxAbs: finite.min(0).describe("largest difference of one element"),
    cosine: finite.min(-1).max(1).exactOptional().describe("of the angle between before and after; absent where either is all 0"),
  })
  .readonly();

const tensorChange = z
  .object({
    before: placedTensor,
    after: placedTensor,
    shape: z.boolean(),
    dtype: z.boolean(),
    content: z.boolean().exactOptional().describe("whether the content differs; absent where one of the two has no hash"),
    numeric: numericChangeSchema.exactOptional().describe("present where it was asked for, and both sides' numbers were to hand"),
  })
  .readonly();

const directionSchema = z.literal(["higher", "lower"]);

const metricChange = z
  .object({
    name: z.string().max(1024),
    before: finite.exactOptional(),
    after: finite.exactOptional(),
    better: directionSchema.exactOptional().describe("which way is better; absent where it is neither declared nor known"),
    verdict: z
      .literal(["better", "worse", "same", "changed", "added", "removed"])
      .describe("same: the difference is within the tolerance; changed: it is not known which way is better"),
  })
  .readonly();

const columnChange = z
  .object({
    part: z.literal(["inputs", "outputs", "params"]),
    column: text.describe("the column's name, or its place where it has none"),
    before: columnSchema.exactOptional(),
    after: columnSchema.exactOptional(),
    breaking: z.boolean().describe("whether who calls the model has to change"),
    what: z
      .string()
      .max(4 * INSPECT_LIMITS.name)
      .describe("in words, such as `type double → string`"),
  })
  .readonly();

const requirementChange = z.object({ name: z.string().max(2_000), before: z.string().max(10_000).exactOptional(), after: z.string().max(10_000).exactOptional() }).readonly(); // prettier-ignore

const codeChange = z
  .object({
    path,
    before: codeSchema.exactOptional(),
    after: codeSchema.exactOptional(),
    newImports: z.array(text).max(INSPECT_LIMITS.imports).readonly().describe("what loading imports now and did not import before"),
  })
  .readonly();

/** Lines of a text that only one of the two has. */
const textChange = z
  .object({ path, added: listed(z.string().max(INSPECT_LIMITS.card)), removed: listed(z.string().max(INSPECT_LIMITS.card)) })
  .readonly();

const propertyChange = z.object({ path, property: text, before: text.exactOptional(), after: text.exactOptional() }).readonly();

const fileStatus = z.literal(["same", "changed", "added", "removed", "renamed"]);
const fileOverview = z.object({ path, size: count, status: fileStatus }).readonly();
const tensorCell = z
  .object({ same: count.exactOptional(), changed: count.exactOptional(), added: count.exactOptional(), renamed: count.exactOptional() })
  .readonly();

const overviewSchema = z
  .object({
    files: z
      .object({
        items: z.array(fileOverview).max(200).readonly().describe("the largest files of both models together"),
        others: z
          .array(z.object({ status: fileStatus, files: count, bytes: count }).readonly())
          .max(5)
          .readonly(),
      })
      .readonly(),
    tensors: z
      .object({
        each: z.int().min(1).describe("tensors of a cell; the last one may have fewer"),
        cells: z.array(tensorCell).max(600).readonly().describe("the newer model's tensors in their order"),
      })
      .readonly(),
  })
  .readonly();

export const diffSchema = z
  .object({
    different: z.boolean().describe("whether the files or the metrics differ"),
    before: describedModelSchema,
    after: describedModelSchema,
    files: z.object({
      added: listed(listedFile),
      removed: listed(listedFile),
      changed: listed(change(listedFile)).describe("other content, or another mode, under the same path"),
      renamed: listed(change(listedFile)).describe("the same content under another path"),
    }).readonly(), // prettier-ignore
    tensors: z.object({
      added: listed(placedTensor),
      removed: listed(placedTensor),
      changed: listed(tensorChange),
      renamed: listed(change(placedTensor)).describe("the same content under another name"),
      numeric: z
        .object({
          compared: count.describe("tensors with numbers"),
          outOfTime: count.describe("those for which no time was left"),
          unread: count.describe("those of which a side's numbers are not to hand, or cannot be read"),
        })
        .readonly()
        .exactOptional()
        .describe("present where numbers were asked for: of the listed tensors that changed, with one shape and elements that are numbers"),
      tensorCount: change(count),
      parameters: change(count),
    }).readonly(), // prettier-ignore
    metrics: z.array(metricChange).max(10_000).readonly(),
    signature: z.object({ breaking: z.boolean(), columns: z.array(columnChange).max(10_000).readonly() }).readonly().exactOptional(), // prettier-ignore
    requirements: z.array(requirementChange).max(10_000).readonly(),
    code: z.array(codeChange).max(100_000).readonly(),
    cards: z.array(textChange).max(10_000).readonly(),
    properties: listed(propertyChange),
    overview: overviewSchema.exactOptional().describe("both models in little, with what did not change"),
  })
  .readonly();

export interface BoundedList<T> {
  readonly count: number;
  readonly items: readonly T[];
}

export interface Change<T> {
  readonly before: T;
  readonly after: T;
}

export type DescribedModel = z.infer<typeof describedModelSchema>;
export type ListedFile = z.infer<typeof listedFile>;
/** A tensor, with the file that holds it. */
export type PlacedTensor = z.infer<typeof placedTensor>;
export type NumericChange = z.infer<typeof numericChangeSchema>;
export type TensorChange = z.infer<typeof tensorChange>;
export type Direction = z.infer<typeof directionSchema>;
export type MetricChange = z.infer<typeof metricChange>;
export type ColumnChange = z.infer<typeof columnChange>;
export type RequirementChange = z.infer<typeof requirementChange>;
export type CodeChange = z.infer<typeof codeChange>;
export type TextChange = z.infer<typeof textChange>;
export type PropertyChange = z.infer<typeof propertyChange>;
export type FileStatus = z.infer<typeof fileStatus>;
export type FileOverview = z.infer<typeof fileOverview>;
export type TensorCell = z.infer<typeof tensorCell>;
export type Overview = z.infer<typeof overviewSchema>;
export type Diff = z.infer<typeof diffSchema>;
export type FilesDiff = Diff["files"];
export type TensorsDiff = Diff["tensors"];
export type SignatureDiff = NonNullable<Diff["signature"]>;
