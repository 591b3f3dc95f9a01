/** The one way to the terminal: results on stdout, everything else on stderr, as text or as JSON. */
import { styleText } from "node:util";
import { requestIdWords, type LobError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import { printable, printableLines } from "../format.js";
import type { Io, Terminal } from "./io.js";
import { progressLines } from "../progress-lines.js";
import { wrap } from "./wrap.js";
import { progressBar, type ProgressView } from "./progress.js";

export interface OutputFlags {
  /** One JSON document on stdout; warnings and errors as JSON on stderr. */
  readonly json: boolean;
  /** Nothing but the result, in its shortest form. */
  readonly quiet: boolean;
  /** AWS requests with their ids, steps, and the stack of an error. */
  readonly verbose: boolean;
}

type Style = "bold" | "dim" | "green" | "yellow" | "red";

export class Output {
  readonly #io: Io;
  readonly #flags: OutputFlags;
  #progress: ProgressView | undefined;

  constructor(io: Io, flags: OutputFlags) {
    this.#io = io;
    this.#flags = flags;
  }

  /** Characters of a line of stdout; undefined where it is no terminal, so that nothing is cut. */
  get width(): number | undefined {
    const { isTTY, columns } = this.#io.stdout;
    return isTTY === true && columns !== undefined && columns > 0 ? columns : undefined;
  }

  /** Text in a style, where stdout is a terminal that shows it and NO_COLOR is not set. */
  style(style: Style, text: string): string {
    return styled(this.#io.stdout, this.#io.env, style, text);
  }

  /**
   * The result of a command.
   * @param document for `--json`
   * @param short for `--quiet`
   * @param text for a person
   */
  result(document: unknown, short: () => string, text: () => string): void {
    this.endProgress();
    const { json, quiet } = this.#flags;
    const what = json ? JSON.stringify(document, null, 2) : quiet ? short() : text();
    if (what !== "") this.#io.stdout.write(`${what}\n`);
  }

  /** Something that helps a person and nobody else. */
  note(text: string): void {
    if (!this.#flags.json && !this.#flags.quiet) this.#line(printableLines(text));
  }

  /** A step or a request, with `--verbose`. */
  debug(text: string): void {
    if (this.#flags.verbose) this.#detail(printable(text));
  }

  /** Something that a person should know, while the command goes on. */
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
        ...(SAYS_ALL.test(code) ? [] : [this.#dim(`\`lobreg explain ${code}\` tells more.`)]),
      ]);
    }
    if (this.#flags.verbose) this.#trace(error);
  }

  /** A bar on a terminal, lines elsewhere (to be asked for once); undefined with `--json` and `--quiet`, where nothing is shown. */
  progress(): OnProgress | undefined {
    if (this.#flags.json || this.#flags.quiet) return undefined;
    const { stderr, env } = this.#io;
    if (stderr.isTTY === true && env.TERM !== "dumb") return (this.#progress ??= progressBar(stderr)).update;
    return progressLines(
      (line) => stderr.write(`${line}\n`),
      () => performance.now(),
    );
  }

  /** Takes the bar away: before anything else is printed there, and in the end. */
  endProgress(): void {
    this.#progress?.end();
  }

  #trace(error: unknown): void {
    for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
      this.#detail(printableLines(`${depth === 0 ? "" : "caused by "}${cause.stack ?? cause.message}`));
    }
  }

  /** A message with what belongs to it, indented below it and broken to the width of the terminal. */
  #block(style: Style, title: string, message: string, lines: readonly string[]): void {
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
/** Errors whose message and hint leave nothing to explain: wrong input, an interruption, a mistake of ours. */
const SAYS_ALL = /^LOB(1...|2010|9001)$/;

/** The message, each of its lines printable, with its code at the end. */
function labelled({ message, code }: { message: string; code?: string }): string {
  return printableLines(message) + (code === undefined ? "" : ` [${code}]`);
}

function styled(stream: Terminal, env: Io["env"], style: Style, text: string): string {
  if (stream.isTTY !== true || env.TERM === "dumb" || Boolean(env.NO_COLOR)) return text;
  return styleText(style, text, { validateStream: false });
}
