import {
  aliasKey,
  aliasNamespace,
  digestUrl,
  moveUrl,
  historyKey,
  historyOf,
  keyUrl,
  LATEST,
  lobNamespace,
  lobPrefix,
  modelNamespace,
  pendingOf,
  s3Uri,
  stagingPrefix,
  versionKey,
  versionsOf,
  versionsPrefix,
  type Place,
} from "../generated/layout";

/** Location of a LOB, for the policies of its roles. */
export interface PolicyTarget {
  /** Partition of the account, e.g. `aws`. */
  partition: string;
  region: string;
  place: Place;
  catalogArn: string;
  registryArn: string;
  protectedAliases: readonly string[];
  kmsKeyArn?: string | undefined;
  /** The key of the tables; undefined: one that AWS owns. */
  tableKmsKeyArn?: string | undefined;
  /** Whether the bucket holds nothing else, so that listing all of it reveals only this LOB. */
  ownBucket: boolean;
}

// The functions of the layout that build names also build IAM patterns, with "*" for a part. This is safe because no name contains "*" or
// "?", and because "/" ends the name of a LOB, so that `fraud/*` does not match `fraud-dev/…`.

const ANY = "*";
/** Names of a role's models; undefined for all models. */
export type ModelPatterns = readonly string[] | undefined;
const each = (models: ModelPatterns): readonly string[] => models ?? [ANY];

/** Returns ARN patterns of objects. */
export const objects = ({ partition, place }: PolicyTarget, patterns: string[]): string[] =>
  patterns.map((pattern) => `${bucketArn(partition, place.bucket)}/${pattern}`);
export const bucketArn = (partition: string, bucket: string): string => `arn:${partition}:s3:::${bucket}`;

/** Returns key patterns of all objects of these models. */
export const modelKeys = ({ place }: PolicyTarget, models: ModelPatterns): string[] =>
  models === undefined ? [`${lobPrefix(place)}*`] : models.map((model) => `${folderOf(place, model)}*`);
/** Returns key patterns of unfinished uploads of these models. */
export const stagingKeys = ({ place }: PolicyTarget, models: ModelPatterns): string[] =>
  models === undefined ? [`${stagingPrefix(place.lob)}*`] : models.map((model) => `${stagingPrefix(place.lob)}${model}/*`);
export const latestKeys = ({ place }: PolicyTarget, models: ModelPatterns): string[] =>
  each(models).map((model) => versionKey(place, model, LATEST));
/** Returns key patterns of the files and the history of one alias, or of all. */
export const aliasKeys = ({ place }: PolicyTarget, models: ModelPatterns, alias = ANY): string[] =>
  each(models).flatMap((model) => [aliasKey(place, model, alias), anyLast(historyKey(place, model, alias, 1))]);

/** Returns the hash key of the LOB's own row, by which clients find everything else. */
export const lobRow = ({ place }: PolicyTarget): string[] => [lobNamespace(place.lob)];

/** Returns hash key patterns, for both tables, of all rows of the LOB, including the LOB's own row. */
export const lobRows = ({ place }: PolicyTarget): string[] => [
  lobNamespace(place.lob),
  modelNamespace(place.lob, ANY),
  s3Uri(place.bucket, `${lobPrefix(place)}*`),
  digestUrl(place.lob, ANY, ANY),
  keyUrl(place.lob, ANY, ANY),
  anyLast(moveUrl(place.lob, ANY, ANY, 1)),
];

/** Returns hash key patterns of the rows that publishing one of these models writes. The LOB's own row does not match. */
export const modelRows = ({ place }: PolicyTarget, models: ModelPatterns): string[] =>
  models === undefined
    ? [
        modelNamespace(place.lob, ANY),
        s3Uri(place.bucket, `${lobPrefix(place)}*`),
        digestUrl(place.lob, ANY, ANY),
        keyUrl(place.lob, ANY, ANY),
        anyLast(moveUrl(place.lob, ANY, ANY, 1)),
      ]
    : models.flatMap((model) => [
        modelNamespace(place.lob, model),
        aliasNamespace(place.lob, model, ANY),
        s3Uri(place.bucket, `${versionsPrefix(place, model)}*`),
        digestUrl(place.lob, model, ANY),
        keyUrl(place.lob, model, ANY),
        anyLast(moveUrl(place.lob, model, ANY, 1)),
      ]);

/** Returns hash key patterns of the rows and the moves of one alias, or of all. */
export const aliasRows = ({ place }: PolicyTarget, models: ModelPatterns, alias = ANY): string[] =>
  each(models).flatMap((model) => [aliasNamespace(place.lob, model, alias), anyLast(moveUrl(place.lob, model, alias, 1))]);

/** Returns hash key patterns of rows of versions. */
export const versionRows = ({ place }: PolicyTarget, models: ModelPatterns): string[] =>
  models === undefined
    ? [s3Uri(place.bucket, `${lobPrefix(place)}*`)]
    : models.map((model) => s3Uri(place.bucket, `${versionsPrefix(place, model)}*`));

/** Returns patterns of the LOB's hash keys in the indexes of both tables. */
export const indexedBy = ({ place }: PolicyTarget): string[] => [
  ...new Set([pendingOf(place.lob), lobNamespace(place.lob), versionsOf(place.lob, ANY), historyOf(place.lob, ANY)]),
];

/** Returns patterns of the hash keys of these models in the indexes of the registry: lists of their versions and of the moves of their aliases. */
export const modelsIndexedBy = ({ place }: PolicyTarget, models: readonly string[]): string[] => [
  ...new Set(models.flatMap((model) => [versionsOf(place.lob, model), historyOf(place.lob, model)])),
];

/** Returns the folder of a model, with a slash at the end. */
const folderOf = (place: Place, model: string): string => versionsPrefix(place, model).replace(/[^/]+\/$/, "");
/** Replaces the last part of a name with a wildcard. */
const anyLast = (name: string): string => name.replace(/[^/]*$/, ANY);
