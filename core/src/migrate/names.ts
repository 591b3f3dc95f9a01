/** Names of objects in the two back ends of the Python library `versioned` 1.0.1. Pure. */
import { decodeVersion, encodeVersion, LATEST, versionProblem } from "../layout.js";

/** Back end of the library: S3 only, or S3 for the bytes and a DynamoDB table for the rest. */
export type BackEnd = "s3" | "s3+dynamodb";

/** Parameters of the library's `Repository`. */
export interface SourceNames {
  readonly backEnd: BackEnd;
  /** Key prefix without a slash at either end; may be empty. */
  readonly prefix: string;
  /** Suffix of every file, e.g. `.zip`; may be empty, which is the library's default. */
  readonly suffix: string;
}

/** Folder of all models, with a trailing slash. */
export const repositoryFolder = ({ prefix }: SourceNames): string => (prefix === "" ? "" : `${prefix}/`);
const modelFolder = (names: SourceNames, model: string): string => `${repositoryFolder(names)}${model}/`;

/** Folder of a model's versions, with a trailing slash. */
export const versionsFolder = (names: SourceNames, model: string): string =>
  names.backEnd === "s3" ? `${modelFolder(names, model)}versions/` : modelFolder(names, model);

/** Folder of a model's aliases in the S3 back end. The other back end keeps aliases in its table. */
export const aliasesFolder = (names: SourceNames, model: string): string => `${modelFolder(names, model)}aliases/`;

/** File name of a version. */
export function fileName(names: SourceNames, version: number | typeof LATEST): string {
  const stem = names.backEnd === "s3" ? encodeVersion(version) : String(version).padStart(6, "0");
  return `${stem}${names.suffix}`;
}

/** Parses a file name. @returns undefined for a name that the library does not write */
export function parseFileName(names: SourceNames, name: string): number | typeof LATEST | undefined {
  if (!name.endsWith(names.suffix)) return undefined;
  const stem = names.suffix === "" ? name : name.slice(0, -names.suffix.length);
  return names.backEnd === "s3" ? decodeVersion(stem) : parseSortKey(stem);
}

/** Guesses the suffix with which the files would be versions; undefined if no suffix fits. */
export function suffixIn({ backEnd }: SourceNames, files: readonly string[]): string | undefined {
  const stem = backEnd === "s3" ? /^\d{6}_(?:\d{6}|LATEST)(\.[^/]*)?$/ : /^(?:\d{6}|LATEST)(\.[^/]*)?$/;
  const match = files.map((name) => stem.exec(name)).find((one) => one !== null);
  return match ? (match[1] ?? "") : undefined;
}

/** Parses a sort key of the library's table, or the name of a file of that back end: LATEST, or a number of six digits. */
export function parseSortKey(key: string): number | typeof LATEST | undefined {
  if (key === LATEST) return LATEST;
  const version = /^\d{6}$/.test(key) ? Number(key) : 0;
  return versionProblem(version) === undefined ? version : undefined;
}

/** Hash key of a model's aliases in the library's table. */
export const aliasesKey = (model: string): string => `__${model}-alias`;

/** Returns the model of a hash key for aliases; undefined for the hash key of a model's versions. */
export const modelOfAliases = (key: string): string | undefined => /^__(.+)-alias$/s.exec(key)?.[1];
