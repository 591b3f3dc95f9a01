/** Runs the command line: builds the parser from the list of commands, and turns every ending into an exit code. */
import { Command, CommanderError } from "commander";
import { EXIT, exitCodeOf, internalError, LobError } from "../errors.js";
import { RELEASE } from "../release.js";
import { usage } from "./arguments.js";
import type { CliCommand } from "./command.js";
import { COMMANDS } from "./commands/index.js";
import { CommandContext, isDebugging } from "./context.js";
import type { CliIo } from "./io.js";
import { Output } from "./output.js";

/**
 * Runs one command.
 *
 * @param args without the interpreter and the script
 * @returns the exit code, one of {@link EXIT}
 */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  let context: CommandContext | undefined;
  let code: number = EXIT.ok;
  const program = programFor(io);
  for (const spec of COMMANDS) {
    addCommand(program, spec, async (positional, options, globals) => {
      context = new CommandContext(io, globals);
      if ((await spec.run(context, positional, options)) === "failed") code = EXIT.failed;
    });
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok; // --help, --version
    if (error instanceof CommanderError && error.code === "commander.help") return EXIT.usage; // no command: help was printed
    const command = args.find((arg) => program.commands.some((one) => one.name() === arg));
    const known = withCode(error, io.signal, command);
    // Wrong usage is found before a context exists, so the raw arguments decide the format.
    const verbose = args.includes("--verbose") || isDebugging(io.env);
    (context?.output ?? new Output(io, { json: args.includes("--json"), quiet: false, verbose })).error(known);
    return exitCodeOf(known);
  } finally {
    context?.close();
  }
}

/** Any error as one that has a code. */
function withCode(error: unknown, signal: AbortSignal, command: string | undefined): LobError {
  // An interrupted request may throw anything; the interruption is what happened.
  if (signal.aborted && signal.reason instanceof LobError) return signal.reason;
  if (error instanceof LobError) return error;
  if (error instanceof CommanderError) {
    return usage(error.message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " "), {
      hint: `Run \`lobreg ${command === undefined ? "" : `${command} `}--help\` for usage.`,
    });
  }
  return internalError(`internal error: ${error instanceof Error ? error.message : String(error)}`, error);
}

function programFor(io: CliIo): Command {
  return new Command("lobreg")
    .description("Publish, list and read the model versions of a line of business (LOB)")
    .version(RELEASE, "-V, --version", "print the release")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => undefined, // run() prints it
      getOutHelpWidth: () => helpWidth(io.stdout.columns),
      getErrHelpWidth: () => helpWidth(io.stderr.columns),
    })
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
    .showSuggestionAfterError()
    .option("--region <region>", "AWS region (default: AWS_REGION, AWS_DEFAULT_REGION, the profile's)")
    .option("--catalog-table <name>", "catalog table (default: LOB-model-catalog, else model-catalog)")
    .option("--json", "print one JSON document; errors and warnings are JSON on stderr")
    .option("-q, --quiet", "print only the result, in its shortest form")
    .option("--verbose", "print steps, AWS requests with their ids, and stack traces")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "Print help for a command")
    .addHelpText("after", EXIT_CODES);
}

type CommandAction = (positional: readonly string[], options: Readonly<Record<string, never>>, globals: object) => Promise<void>;

function addCommand(program: Command, spec: CliCommand, act: CommandAction): void {
  const command = program.command(spec.name).description(spec.description);
  if (spec.alias !== undefined) command.alias(spec.alias);
  for (const [term, help] of spec.arguments) command.argument(term, help);
  for (const { flags, help, repeatable } of Object.values(spec.options)) {
    if (repeatable) command.option(flags, help, collect);
    else command.option(flags, help);
  }
  command.addHelpText("after", examples(spec.examples));
  if (spec.notes !== undefined) command.addHelpText("after", `\n${spec.notes}`);
  // Commander passes the arguments, then the options, then the command.
  command.action((...given: unknown[]) =>
    act(given.slice(0, spec.arguments.length) as string[], command.opts(), command.optsWithGlobals()),
  );
}

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];
const helpWidth = (columns: number | undefined): number => Math.min(columns ?? 80, 120);
const examples = (lines: readonly string[]): string =>
  `\nExample${lines.length === 1 ? "" : "s"}:\n${lines.map((line) => `  ${line}`).join("\n")}`;

const EXIT_CODES = `
Exit codes:
  ${EXIT.ok}    success
  ${EXIT.failed}    failure: AWS, the disk, a gate, or unexpected data
  ${EXIT.usage}    wrong arguments or input; nothing was sent
  ${EXIT.notFound}    LOB, model, version or alias not found
  130  interrupted (Ctrl-C); 143 terminated`;
