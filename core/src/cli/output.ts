/** The only writer to the terminal: results on stdout, everything else on stderr, as text or as JSON. */
import { styleText } from "node:util";
import { requestIdWords, type LobError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import { printable, printableLines } from "../format.js";
import type { CliIo, Terminal } from "./io.js";
import { progressLines } from "../progress-lines.js";
import { wrap } from "./wrap.js";
import { progressBar, type ProgressView } from "./progress.js";

export interface OutputFlags {
  /** One JSON document on stdout; warnings and errors as JSON on stderr. */
  readonly json: boolean;
  /** Only the result, in its shortest form. */
  readonly quiet: boolean;
  /** AWS requests with their ids, steps, and stack traces. */
  readonly verbose: boolean;
}

type TextStyle = "bold" | "dim" | "green" | "yellow" | "red";

export class Output {
  readonly #io: CliIo;
  readonly #flags: OutputFlags;
  #progress: ProgressView | undefined;

  constructor(io: CliIo, flags: OutputFlags) {
    this.#io = io;
    this.#flags = flags;
  }

  /** Width of stdout in characters; undefined if it is not a terminal, so that nothing is cut. */
  get width(): number | undefined {
    const { isTTY, columns } = this.#io.stdout;
    return isTTY === true && columns !== undefined && columns > 0 ? columns : undefined;
  }

  /** Styled text if stdout is a terminal that shows it and NO_COLOR is not set. */
  style(style: TextStyle, text: string): string {
    return styled(this.#io.stdout, this.#io.env, style, text);
  }

  /**
   * Prints the result of a command.
   *
   * @param document for `--json`
   * @param short for `--quiet`
   * @param text otherwise
   */
  result(document: unknown, short: () => string, text: () => string): void {
    this.endProgress();
    const { json, quiet } = this.#flags;
    const what = json ? JSON.stringify(document, null, 2) : quiet ? short() : text();
    if (what !== "") this.#io.stdout.write(`${what}\n`);
  }

  /** Prints a remark for people; scripts do not need it. */
  note(text: string): void {
    if (!this.#flags.json && !this.#flags.quiet) this.#line(printableLines(text));
  }

  /** Prints a step or a request, with `--verbose`. */
  debug(text: string): void {
    if (this.#flags.verbose) this.#detail(printable(text));
  }

  /** Prints a problem that does not stop the command. */
  warn(warning: { message: string; hint?: string | undefined; code?: string }): void {
    if (this.#flags.json) {
      this.#line(JSON.stringify({ warning }));
      return;
    }
    this.#block("yellow", "lobreg: warning:", labelled(warning), warning.hint === undefined ? [] : [printable(warning.hint)]);
  }

  error(error: LobError): void {
    this.endProgress();
    const { code, message, hint, details } = error;
    const ids = requestIdWords(details);
    if (this.#flags.json) {
      this.#io.stderr.write(`${JSON.stringify({ error: { code, message, hint, details } }, null, 2)}\n`);
    } else {
      this.#block("red", "lobreg:", labelled(error), [
        ...(hint === undefined ? [] : [printable(hint)]),
        ...(ids === undefined ? [] : [this.#dim(printable(ids))]),
        ...(SELF_EXPLANATORY.test(code) ? [] : [this.#dim(`Run \`lobreg explain ${code}\` for details.`)]),
      ]);
    }
    if (this.#flags.verbose) this.#trace(error);
  }

  /** A bar on a terminal, lines elsewhere; undefined with `--json` and `--quiet`. Called once per command. */
  progress(): OnProgress | undefined {
    if (this.#flags.json || this.#flags.quiet) return undefined;
    const { stderr, env } = this.#io;
    if (stderr.isTTY === true && env.TERM !== "dumb") return (this.#progress ??= progressBar(stderr)).update;
    return progressLines(
      (line) => stderr.write(`${line}\n`),
      () => performance.now(),
    );
  }

  /** Removes the bar before the result is printed. */
  endProgress(): void {
    this.#progress?.end();
  }

  #trace(error: unknown): void {
    for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
      this.#detail(printableLines(`${depth === 0 ? "" : "caused by "}${cause.stack ?? cause.message}`));
    }
  }

  /** Prints a message and its details, indented and wrapped to the width of the terminal. */
  #block(style: TextStyle, title: string, message: string, lines: readonly string[]): void {
    const { stderr, env } = this.#io;
    const width = stderr.isTTY === true && stderr.columns !== undefined && stderr.columns > 20 ? Math.min(stderr.columns, 100) : undefined;
    this.#line(
      [
        `${styled(stderr, env, style, title)} ${wrap(message, width, INDENT, title.length + 1)}`,
        ...lines.map((line) => INDENT + wrap(line, width, INDENT, INDENT.length)),
      ].join("\n"),
    );
  }

  #dim(text: string): string {
    return styled(this.#io.stderr, this.#io.env, "dim", text);
  }

  #line(text: string): void {
    this.#progress?.pause();
    this.#io.stderr.write(`${text}\n`);
  }

  #detail(text: string): void {
    this.#line(this.#flags.json ? JSON.stringify({ debug: text }) : this.#dim(text));
  }
}

const INDENT = "  ";
/** Errors whose message and hint say everything: wrong input, an interruption, an internal error. */
const SELF_EXPLANATORY = /^LOB(1...|2010|9001)$/;

/** The printable message with its code at the end. */
function labelled({ message, code }: { message: string; code?: string }): string {
  return printableLines(message) + (code === undefined ? "" : ` [${code}]`);
}

function styled(stream: Terminal, env: CliIo["env"], style: TextStyle, text: string): string {
  if (stream.isTTY !== true || env.TERM === "dumb" || Boolean(env.NO_COLOR)) return text;
  return styleText(style, text, { validateStream: false });
}
