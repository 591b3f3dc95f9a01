/** How a command of `lobreg` is declared. commands/index.ts lists them; run.ts runs them. */
import type { CommandContext } from "./context.js";

/** `failed`: the command did its work and the result is bad news, such as a gate that failed. It exits 1 without an error. */
export type CommandOutcome = "ok" | "failed";

/** `<name>` is required, `[name]` is optional. */
type ArgumentTerm = `<${string}>` | `[${string}]`;
export type CommandArgument = readonly [term: ArgumentTerm, help: string];

export interface CommandOption<Value = unknown> {
  /** As commander takes them: `-n, --limit <number>`. */
  readonly flags: string;
  readonly help: string;
  readonly repeatable: boolean;
  /** Only carries the type of the parsed value. */
  readonly value?: Value;
}

export const flag = (flags: string, help: string): CommandOption<boolean> => ({ flags, help, repeatable: false });
export const value = (flags: string, help: string): CommandOption<string> => ({ flags, help, repeatable: false });
export const values = (flags: string, help: string): CommandOption<readonly string[]> => ({
  flags,
  help: `${help} (repeatable)`,
  repeatable: true,
});

type CommandArguments = readonly CommandArgument[];
type CommandOptions = Readonly<Record<string, CommandOption>>;

type ArgumentValues<A extends CommandArguments> = {
  readonly [K in keyof A]: A[K][0] extends `[${string}]` ? string | undefined : string;
};
type OptionValues<O extends CommandOptions> = { readonly [K in keyof O]?: Exclude<O[K]["value"], undefined> };

interface CommandSpec<A extends CommandArguments, O extends CommandOptions> {
  readonly name: string;
  readonly alias?: string;
  /** Imperative, on one line, without a full stop. */
  readonly description: string;
  readonly arguments: A;
  /** By the name that commander derives from the long flag: `dryRun` for `--dry-run`. */
  readonly options: O;
  readonly examples: readonly string[];
  /** Sentences below the examples. */
  readonly notes?: string;
  run(context: CommandContext, args: ArgumentValues<A>, options: OptionValues<O>): Promise<CommandOutcome>;
}

/** A declared command, without the types of its arguments and options. */
export type CliCommand = CommandSpec<CommandArguments, CommandOptions>;

/** Declares a command; `run` gets the types of the declared arguments and options. */
export const command = <const A extends CommandArguments, const O extends CommandOptions>(spec: CommandSpec<A, O>): CliCommand => spec;
