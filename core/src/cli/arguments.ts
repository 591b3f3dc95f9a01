/** LOBs, models and versions as arguments, and wrong use of the command line. */
import type { LobErrorOptions } from "../errors.js";
import { LobError } from "../errors.js";
import { parseRef, type Ref, type VersionRef } from "../read/ref.js";

/** Help for an argument that names a version. */
export const VERSION_HELP = "e.g. fraud/churn@7, @LATEST, @prod (an alias), @sha256:<64 hex>, @tree:<64 hex>";

/** Parses LOB/MODEL with a version, LATEST by default. @throws LobError LOB1001, LOB1002 */
export function versionArgument(text: string, command: string): { lob: string; model: string; ref: VersionRef; latest: boolean } {
  const { lob, model, ref } = parseRef(text);
  if (model === undefined) throw needsModel(lob, command);
  return { lob, model, ref: ref ?? { latest: true }, latest: ref === undefined };
}

/** Parses LOB/MODEL without a version. @throws LobError LOB1001, LOB1002 */
export function modelArgument(text: string, command: string): { lob: string; model: string } {
  const { lob, model, ref } = parseRef(text);
  if (model === undefined) throw needsModel(lob, command);
  if (ref !== undefined) throw noVersion(text, command);
  return { lob, model };
}

/** Parses LOB or LOB/MODEL without a version. @throws LobError LOB1001, LOB1002 */
export function listArgument(text: string): Ref {
  const { ref, ...rest } = parseRef(text);
  if (ref !== undefined) throw noVersion(text, "list");
  return rest;
}

/** An error for wrong use of the command line. */
export const usage = (message: string, options: LobErrorOptions = {}): LobError => new LobError("LOB1002", message, options);

const needsModel = (lob: string, command: string): LobError =>
  usage(`${command} takes LOB/MODEL, but got only the LOB ${lob}`, { hint: `\`lobreg list ${lob}\` shows its models.` });

const noVersion = (text: string, command: string): LobError =>
  usage(`${command} takes no version, but got ${JSON.stringify(text)}`, {
    hint: command === "list" ? `\`lobreg show ${text}\` shows one version.` : "The registry assigns the number of a new version.",
  });
