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

/** Where a LOB is, for the policies of its roles. */
export interface Target {
  /** Partition of the account, such as `aws`. */
  partition: string;
  region: string;
  place: Place;
  catalogArn: string;
  registryArn: string;
  protectedAliases: readonly string[];
  kmsKeyArn?: string;
  /** Whether nobody else has anything in the bucket, so that listing all of it shows no more than the LOB. */
  ownBucket: boolean;
}

// Patterns of IAM are made by the functions that make names, with "*" for a part. No name has a "*" or "?" in it, so that a pattern means no
// more than it says; "/" ends the name of a LOB, so that `fraud/*` is not `fraud-dev/…`.

const ANY = "*";
/** The models of a role: those that are named, or all. */
export type Models = readonly string[] | undefined;
const each = (models: Models): readonly string[] => models ?? [ANY];

/** ARNs of objects. */
export const objects = ({ partition, place }: Target, patterns: string[]): string[] =>
  patterns.map((pattern) => `${bucketArn(partition, place.bucket)}/${pattern}`);
export const bucketArn = (partition: string, bucket: string): string => `arn:${partition}:s3:::${bucket}`;

/** Everything of these models under the LOB's folder. */
export const modelKeys = ({ place }: Target, models: Models): string[] =>
  models === undefined ? [`${lobPrefix(place)}*`] : models.map((model) => `${folderOf(place, model)}*`);
/** The uploads of these models that are on their way. */
export const stagingKeys = ({ place }: Target, models: Models): string[] =>
  models === undefined ? [`${stagingPrefix(place.lob)}*`] : models.map((model) => `${stagingPrefix(place.lob)}${model}/*`);
export const latestKeys = ({ place }: Target, models: Models): string[] => each(models).map((model) => versionKey(place, model, LATEST));
/** The files of an alias, or of all, and their history. */
export const aliasKeys = ({ place }: Target, models: Models, alias = ANY): string[] =>
  each(models).flatMap((model) => [aliasKey(place, model, alias), anyLast(historyKey(place, model, alias, 1))]);

/** Rows that belong to the LOB, its own among them, by the hash keys of both tables. */
export const lobRows = ({ place }: Target): string[] => [
  lobNamespace(place.lob),
  modelNamespace(place.lob, ANY),
  s3Uri(place.bucket, `${lobPrefix(place)}*`),
  digestUrl(place.lob, ANY, ANY),
  keyUrl(place.lob, ANY, ANY),
  anyLast(moveUrl(place.lob, ANY, ANY, 1)),
];

/** Rows that publishing one of these models writes. The LOB's own row is not among them. */
export const modelRows = ({ place }: Target, models: Models): string[] =>
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

/** Rows of an alias, or of all, and of its moves. */
export const aliasRows = ({ place }: Target, models: Models, alias = ANY): string[] =>
  each(models).flatMap((model) => [aliasNamespace(place.lob, model, alias), anyLast(moveUrl(place.lob, model, alias, 1))]);

/** Rows of versions. */
export const versionRows = ({ place }: Target, models: Models): string[] =>
  models === undefined
    ? [s3Uri(place.bucket, `${lobPrefix(place)}*`)]
    : models.map((model) => s3Uri(place.bucket, `${versionsPrefix(place, model)}*`));

/** What the indexes of both tables have as hash keys for the LOB. */
export const indexedBy = ({ place }: Target): string[] => [
  ...new Set([pendingOf(place.lob), lobNamespace(place.lob), versionsOf(place.lob, ANY), historyOf(place.lob, ANY)]),
];

/** Folder of a model, with its slash at the end. */
const folderOf = (place: Place, model: string): string => versionsPrefix(place, model).replace(/[^/]+\/$/, "");
/** A name whose last part may be anything. */
const anyLast = (name: string): string => name.replace(/[^/]*$/, ANY);
