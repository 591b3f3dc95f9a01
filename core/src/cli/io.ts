/** Everything a command takes from outside, so that tests control all of it. */
import type { connect } from "../aws/connect.js";

/** A text stream that may be a terminal. */
export interface Terminal extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  /** Width in characters, if this is a terminal. */
  readonly columns?: number;
}

export interface CliIo {
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Current folder. */
  readonly cwd: string;
  readonly connect: typeof connect;
  /** Aborted by Ctrl-C and the like, with a LobError as its reason. */
  readonly signal: AbortSignal;
  /** Now, in milliseconds since 1970. */
  readonly now: () => number;
}
