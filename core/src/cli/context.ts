/** What every command works with: its output, and AWS clients once the arguments are known to be valid. */
import { traceRequests } from "../aws/trace.js";
import { defined } from "../defined.js";
import { findLob } from "../registry/lob.js";
import { RELEASE } from "../release.js";
import type { Aws, Lob } from "../types.js";
import type { CliIo } from "./io.js";
import { Output, type OutputFlags } from "./output.js";

/** Options that every command has. */
export interface GlobalOptions extends Partial<OutputFlags> {
  readonly region?: string;
  readonly catalogTable?: string;
}

export class CommandContext {
  readonly io: CliIo;
  readonly output: Output;
  readonly options: GlobalOptions;
  readonly #verbose: boolean;
  #aws: Aws | undefined;

  constructor(io: CliIo, options: GlobalOptions) {
    this.io = io;
    this.options = options;
    this.#verbose = options.verbose ?? isDebugging(io.env);
    this.output = new Output(io, { json: options.json ?? false, quiet: options.quiet ?? false, verbose: this.#verbose });
  }

  /** The clients. A command calls this after it has checked everything that needs no AWS. */
  async aws(): Promise<Aws> {
    if (this.#aws !== undefined) return this.#aws;
    this.#aws = await this.connect(this.options.region);
    if (this.#verbose) traceRequests(this.#aws, (line) => this.output.debug(line));
    return this.#aws;
  }

  /** Clients for any region, which the caller closes. */
  connect(region: string | undefined): Promise<Aws> {
    return this.io.connect(defined({ region, userAgent: `lobreg/${RELEASE}` }));
  }

  async lob(lob: string): Promise<{ aws: Aws; lob: Lob }> {
    const aws = await this.aws();
    return { aws, lob: await findLob(aws, lob, defined({ catalogTable: this.options.catalogTable })) };
  }

  /** Closes idle connections, so that the process exits at once. */
  close(): void {
    this.output.endProgress();
    this.#aws?.s3.destroy();
    this.#aws?.dynamodb.destroy();
  }
}

/** Whether this runs in a workflow with debug logging, which turns on `--verbose`. */
export const isDebugging = (env: CliIo["env"]): boolean => env["RUNNER_DEBUG"] === "1";
