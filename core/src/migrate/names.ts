/** How the two back ends of the Python library `versioned` 1.0.1 name their objects. Pure. */
import { decodeVersion, encodeVersion, LATEST, versionProblem } from "../layout.js";

/** Its S3-only back end, or the one that keeps everything but the bytes in a table. */
export type BackEnd = "s3" | "s3+dynamodb";

/** What the library calls a Repository. */
export interface SourceNames {
  readonly backEnd: BackEnd;
  /** Key prefix without a slash at either end; may be empty. */
  readonly prefix: string;
  /** What every file ends with, such as `.zip`; the library's default is nothing. */
  readonly suffix: string;
}

/** Folder of all models, with its slash at the end. */
export const repositoryFolder = ({ prefix }: SourceNames): string => (prefix === "" ? "" : `${prefix}/`);
const modelFolder = (names: SourceNames, model: string): string => `${repositoryFolder(names)}${model}/`;

/** Folder of a model's versions, with its slash at the end. */
export const versionsFolder = (names: SourceNames, model: string): string =>
  names.backEnd === "s3" ? `${modelFolder(names, model)}versions/` : modelFolder(names, model);

/** Folder of a model's aliases; those of the other back end are in its table. */
export const aliasesFolder = (names: SourceNames, model: string): string => `${modelFolder(names, model)}aliases/`;

/** File name of a version. */
export function fileName(names: SourceNames, version: number | typeof LATEST): string {
  const stem = names.backEnd === "s3" ? encodeVersion(version) : String(version).padStart(6, "0");
  return `${stem}${names.suffix}`;
}

/** What a file name says; undefined for one that the library does not write. */
export function parseFileName(names: SourceNames, name: string): number | typeof LATEST | undefined {
  if (!name.endsWith(names.suffix)) return undefined;
  const stem = names.suffix === "" ? name : name.slice(0, -names.suffix.length);
  return names.backEnd === "s3" ? decodeVersion(stem) : parseSortKey(stem);
}

/** The suffix with which files would be versions; undefined where none would be. */
export function suffixIn({ backEnd }: SourceNames, files: readonly string[]): string | undefined {
  const stem = backEnd === "s3" ? /^\d{6}_(?:\d{6}|LATEST)(\.[^/]*)?$/ : /^(?:\d{6}|LATEST)(\.[^/]*)?$/;
  const match = files.map((name) => stem.exec(name)).find((one) => one !== null);
  return match ? (match[1] ?? "") : undefined;
}

/** What a sort key of the library's table says, or the name of a file beside it: LATEST, or a number of six digits. */
export function parseSortKey(key: string): number | typeof LATEST | undefined {
  if (key === LATEST) return LATEST;
  const version = /^\d{6}$/.test(key) ? Number(key) : 0;
  return versionProblem(version) === undefined ? version : undefined;
}

/** Hash key of a model's aliases in the library's table. */
export const aliasesKey = (model: string): string => `__${model}-alias`;

/** The model of such a key; undefined for the key of a model's versions. */
export const modelOfAliases = (key: string): string | undefined => /^__(.+)-alias$/s.exec(key)?.[1];
