/**
 * The difference between two models, as plain values that serialize to JSON. Defined as schemas, because a report that another job wrote is
 * untrusted until it is parsed.
 */
import { z } from "zod";
import { codeSchema, columnSchema, summarySchema, tensorSchema, text } from "../findings/findings.js";
import { INSPECT_LIMITS } from "../findings/limits.js";
import { count, sha256 } from "../findings/values.js";
import type { ManifestFile, Metrics } from "../types.js";

/** One of two models to compare. */
export interface Side {
  /** Name for people: `fraud/churn@7`, or a folder. */
  readonly name: string;
  readonly treeDigest: string;
  readonly files: number;
  readonly contentBytes: number;
  /** Undefined if unknown, e.g. for a folder without a metrics file. Unknown metrics are not compared. */
  readonly metrics: Metrics | undefined;
  /** Whether its files were inspected. False for versions of releases without inspection; the content of their files is unknown. */
  readonly inspected: boolean;
  /** All files, sorted by path as in a manifest. Iterated once. */
  readonly entries: AsyncIterable<ManifestFile>;
}

/** A side that holds resources until it is closed. */
export interface OpenSide extends Side {
  /** Removes temporary files. */
  close(): Promise<void>;
}

const path = z.string().max(1024);
const finite = z.number();

/** Changes of one kind: counts all of them, and lists at most 1,000. */
const listed = <T extends z.ZodType>(item: T) => z.object({ count, items: z.array(item).max(1_000).readonly() }).readonly();
/** A value before and after. */
const change = <T extends z.ZodType>(value: T) => z.object({ before: value, after: value }).readonly();

/** A model as a whole: a side after its files were read. */
export const describedModelSchema = z
  .object({
    name: path.describe("name for people"),
    treeDigest: sha256,
    files: count,
    contentBytes: count,
    metrics: z.record(z.string().max(1024), finite).exactOptional().describe("absent if unknown"),
    summary: summarySchema,
  })
  .readonly();

const listedFile = z.object({ path, mode: z.int(), size: count, sha256 }).readonly();

const placedTensor = z
  .object({
    ...tensorSchema.unwrap().shape,
    path,
    index: count.exactOptional().describe("position among all tensors of the newer model, ordered by file path"),
  })
  .readonly();

/** How far the numbers of a tensor moved. Only examined elements count. */
export const numericChangeSchema = z
  .object({
    elements: count.describe("elements of the tensor"),
    examined: count.describe("elements that were examined"),
    nonFinite: count.describe("examined elements that are NaN or infinite on either side; they are excluded from all other numbers"),
    l2: finite.min(0).describe("Euclidean norm of the difference"),
    relative: finite.min(0).exactOptional().describe("l2 divided by the Euclidean norm before; absent if that is 0"),
    maxAbs: finite.min(0).describe("largest absolute difference of one element"),
    cosine: finite.min(-1).max(1).exactOptional().describe("cosine similarity of before and after; absent if either is all 0"),
  })
  .readonly();

const tensorChange = z
  .object({
    before: placedTensor,
    after: placedTensor,
    shape: z.boolean(),
    dtype: z.boolean(),
    content: z.boolean().exactOptional().describe("whether the content differs; absent if a hash is missing"),
    numeric: numericChangeSchema.exactOptional().describe("present if requested and the numbers of both sides were available"),
  })
  .readonly();

const directionSchema = z.literal(["higher", "lower"]);

const metricChange = z
  .object({
    name: z.string().max(1024),
    before: finite.exactOptional(),
    after: finite.exactOptional(),
    better: directionSchema.exactOptional().describe("direction that is better; absent if neither declared nor known"),
    verdict: z
      .literal(["better", "worse", "same", "changed", "added", "removed"])
      .describe("same: the difference is within the tolerance; changed: the better direction is unknown"),
  })
  .readonly();

const columnChange = z
  .object({
    part: z.literal(["inputs", "outputs", "params"]),
    column: text.describe("name of the column, or `#` and its position if it has no name"),
    before: columnSchema.exactOptional(),
    after: columnSchema.exactOptional(),
    breaking: z.boolean().describe("whether callers of the model must change"),
    what: z
      .string()
      .max(4 * INSPECT_LIMITS.name)
      .describe("the change in words, e.g. `type double → string`"),
  })
  .readonly();

const requirementChange = z.object({ name: z.string().max(2_000), before: z.string().max(10_000).exactOptional(), after: z.string().max(10_000).exactOptional() }).readonly(); // prettier-ignore

const codeChange = z
  .object({
    path,
    before: codeSchema.exactOptional(),
    after: codeSchema.exactOptional(),
    newImports: z.array(text).max(INSPECT_LIMITS.imports).readonly().describe("names that loading imports now and did not import before"),
  })
  .readonly();

/** Lines that only one of two texts has. */
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
        each: z.int().min(1).describe("tensors per cell; the last cell may have fewer"),
        cells: z.array(tensorCell).max(600).readonly().describe("the tensors of the newer model in their order"),
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
      changed: listed(change(listedFile)).describe("other content or mode under the same path"),
      renamed: listed(change(listedFile)).describe("the same content under another path"),
    }).readonly(), // prettier-ignore
    tensors: z.object({
      added: listed(placedTensor),
      removed: listed(placedTensor),
      changed: listed(tensorChange),
      renamed: listed(change(placedTensor)).describe("the same content under another name"),
      numeric: z
        .object({
          compared: count.describe("tensors that were compared numerically"),
          outOfTime: count.describe("tensors that were skipped when the time limit was reached"),
          unread: count.describe("tensors whose numbers are unavailable or unreadable on a side"),
        })
        .readonly()
        .exactOptional()
        .describe("present if numbers were requested; covers the listed changed tensors with equal shapes and numeric elements"),
      tensorCount: change(count),
      parameters: change(count),
    }).readonly(), // prettier-ignore
    metrics: z.array(metricChange).max(10_000).readonly(),
    signature: z.object({ breaking: z.boolean(), columns: z.array(columnChange).max(10_000).readonly() }).readonly().exactOptional(), // prettier-ignore
    requirements: z.array(requirementChange).max(10_000).readonly(),
    code: z.array(codeChange).max(100_000).readonly(),
    cards: z.array(textChange).max(10_000).readonly(),
    properties: listed(propertyChange),
    overview: overviewSchema.exactOptional().describe("both models condensed, including everything unchanged"),
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
/** A tensor with the file that contains it. */
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
