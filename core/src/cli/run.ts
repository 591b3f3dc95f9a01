/** The command line: its words, and how it ends. */
import { Command, CommanderError, Option } from "commander";
import { EXIT, exitCodeOf, internalError, LobError } from "../errors.js";
import { RELEASE } from "../release.js";
import { doctorCommand, type DoctorCommandOptions } from "./doctor.js";
import { Context, isDebugging, usage } from "./command.js";
import { explainCommand } from "./explain.js";
import type { Io } from "./io.js";
import { diffCommand, type DiffCommandOptions } from "./diff.js";
import { listCommand, type ListCommandOptions } from "./list.js";
import { migrateCommand, type MigrateCommandOptions } from "./migrate.js";
import { Output } from "./output.js";
import { publishCommand, type PublishCommandOptions } from "./publish.js";
import { pullCommand, type PullCommandOptions } from "./pull.js";
import { showCommand } from "./show.js";

/**
 * Runs one command.
 *
 * @param args without the interpreter and the script.
 * @returns the exit code, one of {@link EXIT}.
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let context: Context | undefined;
  let code: number = EXIT.ok;
  const start = (command: Command): Context => (context = new Context(io, command.optsWithGlobals()));
  const program = commands(io, {
    publish: (what, path, options, command) => publishCommand(start(command), what, path, options),
    list: (what, options, command) => listCommand(start(command), what, options),
    show: async (what, command) => {
      if (!(await showCommand(start(command), what))) code = EXIT.failed;
    },
    diff: async (before, after, options, command) => {
      if (!(await diffCommand(start(command), before, after, options))) code = EXIT.failed;
    },
    pull: (what, target, options, command) => pullCommand(start(command), what, target, options),
    doctor: async (what, options, command) => {
      if (!(await doctorCommand(start(command), what, options))) code = EXIT.failed;
    },
    explain: (code, command) => explainCommand(start(command), code),
    migrate: async (lob, options, command) => {
      if (!(await migrateCommand(start(command), lob, options))) code = EXIT.failed;
    },
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok; // --help, --version
    if (error instanceof CommanderError && error.code === "commander.help") return EXIT.usage; // no command: the help was shown
    const command = args.find((arg) => program.commands.some((one) => one.name() === arg));
    const known = coded(error, io.signal, command);
    // Wrong usage is found before there is a context; then the words themselves say how to tell it.
    const verbose = args.includes("--verbose") || isDebugging(io.env);
    (context?.output ?? new Output(io, { json: args.includes("--json"), quiet: false, verbose })).error(known);
    return exitCodeOf(known);
  } finally {
    context?.close();
  }
}

/** Any error as one that has a code. */
function coded(error: unknown, signal: AbortSignal, command: string | undefined): LobError {
  // Whatever an interrupted request threw, the interruption is what happened.
  if (signal.aborted && signal.reason instanceof LobError) return signal.reason;
  if (error instanceof LobError) return error;
  if (error instanceof CommanderError) {
    return usage(error.message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " "), {
      hint: `\`lobreg ${command === undefined ? "" : `${command} `}--help\` shows how it is used.`,
    });
  }
  return internalError(`an internal error: ${error instanceof Error ? error.message : String(error)}`, error);
}

interface Actions {
  readonly publish: (what: string, path: string, options: PublishCommandOptions, command: Command) => Promise<void>;
  readonly list: (what: string, options: ListCommandOptions, command: Command) => Promise<void>;
  readonly show: (what: string, command: Command) => Promise<void>;
  readonly doctor: (what: string, options: DoctorCommandOptions, command: Command) => Promise<void>;
  readonly diff: (before: string, after: string, options: DiffCommandOptions, command: Command) => Promise<void>;
  readonly pull: (what: string, target: string | undefined, options: PullCommandOptions, command: Command) => Promise<void>;
  readonly explain: (code: string | undefined, command: Command) => void;
  readonly migrate: (lob: string, options: MigrateCommandOptions, command: Command) => Promise<void>;
}

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

function commands(io: Io, actions: Actions): Command {
  const program = new Command("lobreg")
    .description("Publish, list and read the model versions of a line of business (LOB).")
    .version(RELEASE, "-V, --version", "print the release")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => undefined, // told once, by run()
      getOutHelpWidth: () => helpWidth(io.stdout.columns),
      getErrHelpWidth: () => helpWidth(io.stderr.columns),
    })
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
    .showSuggestionAfterError()
    .option("--region <region>", "AWS region (default: AWS_REGION, AWS_DEFAULT_REGION, the profile's)")
    .option("--catalog-table <name>", "catalog table (default: LOB-model-catalog, else model-catalog)")
    .option("--json", "print one JSON document; errors and warnings are JSON on stderr")
    .option("-q, --quiet", "print nothing but the result, in its shortest form")
    .option("--verbose", "print steps, AWS requests with their ids, and the stack of an error")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", EXIT_CODES);

  program
    .command("publish")
    .description("Publish a folder or file as a version. Content that is the newest version already gives no new one.")
    .argument("<lob/model>", "such as fraud/churn")
    .argument("<path>", "the built model: a folder, or one file")
    .option("-m, --metrics <file|name=number>", "metrics: a JSON file or a pair; may be repeated, the later wins", collect)
    .option("-t, --tag <name=value>", "a tag; may be repeated", collect)
    .option("-d, --description <text>", "what is special about this version")
    .option("--idempotency-key <key>", "one key gives one version, however often it is used")
    .option("--dry-run", "only say what would be done")
    .option("--take-over", "replace a LATEST that the Python library put and did not publish")
    .option("--follow-links", "pack what symbolic links inside the folder point to")
    .addHelpText("after", example("lobreg publish fraud/churn build/churn --metrics build/churn/metrics.json --tag team=risk"))
    .action(actions.publish);

  program
    .command("list")
    .alias("ls")
    .description("List the models of a LOB, or the versions of a model, newest first.")
    .argument("<lob[/model]>", "such as fraud or fraud/churn")
    .addOption(new Option("-n, --limit <number>", "versions to list (default: 30)"))
    .option("--all", "list every version")
    .addHelpText("after", example("lobreg list fraud", "lobreg list fraud/churn --limit 5"))
    .action(actions.list);

  program
    .command("show")
    .description("Show everything about one version; LATEST when none is named.")
    .argument("<lob/model[@version]>", VERSION_WORDS)
    .addHelpText("after", example("lobreg show fraud/churn", "lobreg show fraud/churn@7 --json"))
    .action((what: string, _options: unknown, command: Command) => actions.show(what, command));

  program
    .command("diff")
    .description("Say what differs between two models: versions, built folders or files, artifacts, manifests.")
    .argument("<before>", "LOB/MODEL[@VERSION], a folder or file, a .tar.gz, a manifest.json.gz")
    .argument("<after>", "the same; @VERSION is one of the same model")
    .option("--markdown", "print Markdown, as for a pull request")
    .option("--html", "print one HTML page with charts, as for a file: lobreg diff A B --html > diff.html")
    .option("--exit-code", "end with 1 when they differ")
    .option("--gate <gate>", "what the second has to be like, or it ends with 1; may be repeated", collect)
    .option("--better <name=higher|lower>", "which way a metric is better; may be repeated", collect)
    .option("--tolerance <number>", "difference up to which two metrics are the same (default: 0)")
    .option("--numeric", "say how far the numbers of each changed tensor moved; a version is pulled for it")
    .option("--numeric-seconds <number>", "seconds after which other tensors are left without numbers (default: 20)")
    .addHelpText(
      "after",
      example(
        "lobreg diff fraud/churn@7 @9",
        "lobreg diff fraud/churn@prod build/churn.tar.gz",
        "lobreg diff fraud/churn build/churn --gate 'auc >= base - 0.005'",
      ),
    )
    .action(actions.diff);

  program
    .command("pull")
    .description("Bring a version to the disk, verified; LATEST when none is named.")
    .argument("<lob/model[@version]>", VERSION_WORDS)
    .argument("[target]", "a new or empty folder (default: the model's name)")
    .option("--archive", "the artifact's file as it is stored, instead of what is in it")
    .option("-f, --force", "replace what is at the target")
    .option("--yanked", "also when the version was withdrawn")
    .addHelpText(
      "after",
      example("lobreg pull fraud/churn", "lobreg pull fraud/churn@7 models/churn", "lobreg pull fraud/churn@7 --archive"),
    )
    .action(actions.pull);

  program
    .command("doctor")
    .description("Compare S3 with the tables, finish what publishers left, and make rows anew that were deleted.")
    .argument("<lob[/model]>", "such as fraud or fraud/churn")
    .option("--dry-run", "only say what would be mended")
    .option("--clean", "delete old uploads that no version waits for")
    .option("--rebuild", "make rows anew that disagree with their object, or cannot be understood")
    .option("--busy <minutes>", "leave a version on its way to its publisher for so long (default: 15)")
    .option("--age <hours>", "give up what nobody goes on with after so long (default: 24)")
    .addHelpText("after", example("lobreg doctor fraud --dry-run", "lobreg doctor fraud", "lobreg doctor fraud/churn --rebuild"))
    .addHelpText("after", "\nIt may run while others publish, and twice at once. It ends with 1 when something needs a person.")
    .action(actions.doctor);

  program
    .command("explain")
    .description("Explain an error: why it comes up, and how to mend it.")
    .argument("[code]", "such as LOB3003; without it, all codes are listed")
    .addHelpText("after", example("lobreg explain LOB3003"))
    .action((code: string | undefined, _options: unknown, command: Command) => actions.explain(code, command));

  program
    .command("migrate")
    .description("Take what the Python library `versioned` stored into a LOB: shows a plan, and does it with --apply.")
    .argument("<lob>", "such as fraud")
    .option("--from <s3 uri>", "bucket and prefix of the library's Repository (default: where the LOB keeps its models)")
    .option("--suffix <suffix>", 'suffix of the Repository, "" for none (default: the LOB\'s)')
    .option("--table <name>", "its table, where it is of the library's S3 and DynamoDB back end")
    .option("--from-region <region>", "region of its bucket and table (default: the LOB's)")
    .option("--from-account <id>", "account that owns its bucket (default: the LOB's)")
    .option("--models <names>", "only these models, by comma; may be repeated", collect)
    .option("--apply", "do it; without, only the plan is shown")
    .addHelpText(
      "after",
      example("lobreg migrate fraud", "lobreg migrate fraud --from s3://old-bucket/versioned-artifacts --suffix .zip --apply"),
    )
    .action(actions.migrate);
  return program;
}

const VERSION_WORDS = "such as fraud/churn@7, @LATEST, @prod (an alias), @sha256:<64 hex>, @tree:<64 hex>";
const helpWidth = (columns: number | undefined): number => Math.min(columns ?? 80, 120);
const example = (...lines: string[]): string =>
  `\nExample${lines.length === 1 ? "" : "s"}:\n${lines.map((line) => `  ${line}`).join("\n")}`;

const EXIT_CODES = `
Exit codes:
  ${EXIT.ok}    done
  ${EXIT.failed}    it failed: AWS, the disk, a gate, or what was read is not as it should be
  ${EXIT.usage}    wrong arguments or input; nothing was sent
  ${EXIT.notFound}    the LOB, model, version or alias is not found
  130  interrupted (Ctrl-C); 143 terminated`;
