/** Parses and formats references to a LOB, a model or a version: `fraud`, `fraud/churn`, `fraud/churn@7`. Pure. */
import { LobError } from "../errors.js";
import { aliasProblem, isSha256, LATEST, lobProblem, MAX_VERSION, modelProblem, versionProblem } from "../layout.js";

/** Reference to a version of a model: a number, the newest, an alias, or the newest with this content or with exactly these bytes. */
export type VersionRef =
  | { readonly version: number }
  | { readonly latest: true }
  | { readonly alias: string }
  | { readonly treeDigest: string }
  | { readonly sha256: string };

export interface Ref {
  readonly lob: string;
  readonly model?: string;
  readonly ref?: VersionRef;
}

const EXAMPLE = `Write LOB, LOB/MODEL or LOB/MODEL@VERSION, such as fraud/churn@7, fraud/churn@${LATEST}, fraud/churn@prod or fraud/churn@tree:<64 hexadecimal characters>.`;

/**
 * Parses `LOB`, `LOB/MODEL` or `LOB/MODEL@VERSION`. VERSION is a number from 1, `LATEST` (in upper or lower case), an alias,
 * `sha256:<64 hex>` (the artifact's SHA-256) or `tree:<64 hex>` (the tree digest of its content).
 *
 * @throws LobError LOB1001 if a name is not allowed, LOB1002 if the version has the wrong format
 */
export function parseRef(text: string): Ref {
  const at = text.indexOf("@");
  const path = at < 0 ? text : text.slice(0, at);
  const slash = path.indexOf("/");
  const lob = slash < 0 ? path : path.slice(0, slash);
  const model = slash < 0 ? undefined : path.slice(slash + 1);
  const problem = lobProblem(lob) ?? (model === undefined ? undefined : modelProblem(model));
  if (problem !== undefined) throw new LobError("LOB1001", problem, { hint: EXAMPLE, details: { ref: text } });
  if (at < 0) return model === undefined ? { lob } : { lob, model };
  const version = text.slice(at + 1);
  if (model === undefined) throw wrong(text, `${quote(text)} names a version but no model`, EXAMPLE);
  return { lob, model, ref: parseVersionRef(version, text) };
}

/** The inverse of {@link parseRef}, for messages. */
export function formatRef({ lob, model, ref }: Ref): string {
  return lob + (model === undefined ? "" : `/${model}`) + (ref === undefined ? "" : `@${formatVersionRef(ref)}`);
}

function formatVersionRef(ref: VersionRef): string {
  if ("version" in ref) return String(ref.version);
  if ("latest" in ref) return LATEST;
  if ("alias" in ref) return ref.alias;
  return "treeDigest" in ref ? `tree:${ref.treeDigest}` : `sha256:${ref.sha256}`;
}

function parseVersionRef(version: string, text: string): VersionRef {
  if (version.toUpperCase() === LATEST) return { latest: true };
  if (/^\d+$/.test(version)) {
    const number = /^0|\d{7}/.test(version) ? NaN : Number(version);
    if (versionProblem(number) === undefined) return { version: number };
    throw wrong(text, `${quote(version)} is not a version: versions are integers from 1 to ${MAX_VERSION.toLocaleString("en")}`, EXAMPLE);
  }
  const digest = /^(sha256|tree):(.*)$/s.exec(version);
  if (digest) {
    const hex = digest[2]!.toLowerCase();
    if (isSha256(hex)) return digest[1] === "tree" ? { treeDigest: hex } : { sha256: hex };
    throw wrong(text, `${quote(version)} is not a digest: it needs all 64 hexadecimal characters after "${digest[1]!}:"`, EXAMPLE);
  }
  if (aliasProblem(version) === undefined) return { alias: version };
  throw wrong(text, `${quote(version)} is neither a version nor an alias`, EXAMPLE);
}

const quote = (text: string): string => JSON.stringify(text.length > 120 ? `${text.slice(0, 117)}…` : text);

function wrong(text: string, message: string, hint: string): LobError {
  return new LobError("LOB1002", message, { hint, details: { ref: text } });
}
