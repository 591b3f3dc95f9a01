/** What every command is given: its output, and AWS once its arguments are known to be right. */
import { traceRequests } from "../aws/trace.js";
import type { LobErrorOptions } from "../errors.js";
import { LobError } from "../errors.js";
import { parseRef, type Ref, type VersionRef } from "../read/ref.js";
import { findLob } from "../registry/lob.js";
import { RELEASE } from "../release.js";
import type { Aws, Lob } from "../types.js";
import type { Io } from "./io.js";
import { Output, type OutputFlags } from "./output.js";

/** Options that every command has. */
export interface GlobalOptions extends Partial<OutputFlags> {
  readonly region?: string;
  readonly catalogTable?: string;
}

export class Context {
  readonly io: Io;
  readonly output: Output;
  readonly options: GlobalOptions;
  readonly #verbose: boolean;
  #aws: Aws | undefined;

  constructor(io: Io, options: GlobalOptions) {
    this.io = io;
    this.options = options;
    this.#verbose = options.verbose ?? isDebugging(io.env);
    this.output = new Output(io, { json: options.json ?? false, quiet: options.quiet ?? false, verbose: this.#verbose });
  }

  /** The clients. A command calls this when all that can be checked without AWS has been checked. */
  async aws(): Promise<Aws> {
    if (this.#aws !== undefined) return this.#aws;
    const { region } = this.options;
    this.#aws = await this.io.connect({ ...(region !== undefined && { region }), userAgent: `lobreg/${RELEASE}` });
    if (this.#verbose) traceRequests(this.#aws, (line) => this.output.debug(line));
    return this.#aws;
  }

  async lob(lob: string): Promise<{ aws: Aws; lob: Lob }> {
    const aws = await this.aws();
    const { catalogTable } = this.options;
    return { aws, lob: await findLob(aws, lob, catalogTable === undefined ? {} : { catalogTable }) };
  }

  /** Closes idle connections, so that the process ends at once. */
  close(): void {
    this.output.endProgress();
    this.#aws?.s3.destroy();
    this.#aws?.dynamodb.destroy();
  }
}

/** Whether this runs in a workflow whose debug logging is on: all is told then, as with `--verbose`. */
export const isDebugging = (env: Io["env"]): boolean => env["RUNNER_DEBUG"] === "1";

/** LOB/MODEL with a version; LATEST when none is named. @throws LobError LOB1001, LOB1002 */
export function versionArgument(text: string, command: string): { lob: string; model: string; ref: VersionRef; latest: boolean } {
  const { lob, model, ref } = parseRef(text);
  if (model === undefined) throw needsModel(lob, command);
  return { lob, model, ref: ref ?? { latest: true }, latest: ref === undefined };
}

/** LOB/MODEL, and no version. @throws LobError LOB1001, LOB1002 */
export function modelArgument(text: string, command: string): { lob: string; model: string } {
  const { lob, model, ref } = parseRef(text);
  if (model === undefined) throw needsModel(lob, command);
  if (ref !== undefined) throw noVersion(text, command);
  return { lob, model };
}

/** LOB or LOB/MODEL, and no version. @throws LobError LOB1001, LOB1002 */
export function listArgument(text: string): Ref {
  const { ref, ...rest } = parseRef(text);
  if (ref !== undefined) throw noVersion(text, "list");
  return rest;
}

/** Wrong use of the command line. */
export const usage = (message: string, options: LobErrorOptions = {}): LobError => new LobError("LOB1002", message, options);

const needsModel = (lob: string, command: string): LobError =>
  usage(`${command} takes LOB/MODEL, and got the LOB ${lob} alone`, { hint: `\`lobreg list ${lob}\` shows its models.` });

const noVersion = (text: string, command: string): LobError =>
  usage(`${command} takes no version, and got ${JSON.stringify(text)}`, {
    hint: command === "list" ? `\`lobreg show ${text}\` shows one version.` : "The number of a new version is given by the registry.",
  });
