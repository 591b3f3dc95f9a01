/** Entry point of `npm run e2e:aws`, which README.md describes. Only this file uses the process. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { connect, findLob } from "lob-registry-core";
import { DeploymentError } from "../sandbox/deploy/deploy.ts";
import { ensurePython, SandboxError } from "../sandbox/python.ts";
import { openAccount, Refusal, type Account } from "./account.ts";
import { parseArguments, USAGE, UsageError, type Arguments } from "./arguments.ts";
import { runChecks, type Result } from "./check.ts";
import { costOf, usageOfRun } from "./cost.ts";
import { isGood, reportOf } from "./report.ts";
import { checksOf, type Setup } from "./suites.ts";
import { lobsOf, make, remove, type Leftover } from "./throw-away.ts";

const say = (line = ""): void => void process.stdout.write(`${line}\n`);

let interrupted: "SIGINT" | "SIGTERM" | "SIGHUP" | undefined;
/** The exit code of a run that was interrupted. */
const interruption = (): number | undefined => (interrupted === undefined ? undefined : 128 + constants.signals[interrupted]);
const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // More than once is the same: a terminal's Ctrl-C also comes through npm, and what was made must be removed.
  process.on(signal, () => {
    if (interrupted === undefined) say("\nInterrupted: waiting for the check under way, then everything is removed …");
    interrupted ??= signal;
    abort.abort();
  });
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const expected = [UsageError, Refusal, SandboxError].some((kind) => error instanceof kind);
  process.stderr.write(`error: ${expected ? (error as Error).message : String((error as Error).stack)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function run(argv: readonly string[]): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    say(USAGE);
    return 0;
  }
  const args = parseArguments(argv, process.env);
  const account = await openAccount(args.account, args.region);
  // This process and the programs that it starts use the same credentials.
  delete process.env["AWS_PROFILE"];
  Object.assign(process.env, account.env);
  if (args.remove !== undefined) return tellOf(await remove(account, args.remove), args.remove);

  const name = `e2e-${randomBytes(4).toString("hex")}`;
  announce(account, args, name);
  if (!(await agreed(args))) return 1;
  const python = await ensurePython(say);
  if (interruption() !== undefined) return interruption()!; // nothing was made yet
  const folder = await mkdtemp(join(tmpdir(), "lob-e2e-"));
  let results: Result[] | undefined;
  let removed: number;
  try {
    results = await tryAll({ ...account, python }, args, name, folder);
  } catch (error) {
    // Resources created until then are removed in any case.
    process.stderr.write(`error: ${error instanceof DeploymentError ? error.message : String((error as Error).stack)}\n`);
  } finally {
    say("\nRemoving what was made …");
    removed = tellOf(await remove(account, name), name);
    await rm(folder, { recursive: true, force: true });
  }
  if (results !== undefined) say(`\n${reportOf(results, process.stdout.isTTY ? process.stdout.columns : undefined)}`);
  if (interruption() !== undefined) return interruption()!;
  return results !== undefined && isGood(results) ? removed : 1;
}

function announce({ accountId, arn, region, isAws, expiration, env }: Account, args: Arguments, name: string): void {
  const { lines, dollars } = costOf(usageOfRun(args));
  const [writeOnce, withPython] = lobsOf(name);
  if (!isAws)
    say(`This is not AWS, but ${env["AWS_ENDPOINT_URL"]}: behaviour that differs from AWS is reported as "not by this server".\n`);
  say(`Account ${accountId}, region ${region}, as ${arn}.`);
  say(
    `Makes the LOBs ${writeOnce} and ${withPython}: two buckets, five tables, no roles. Runs ${args.suites.join(", ")}. Removes everything.\n`,
  );
  say(`It costs at most about ${dollars.toFixed(2)} US dollars, at list prices of us-east-1 (other regions and other days have others):`);
  for (const line of lines) say(line);
  say(`\nShould this be killed midway: npm run e2e:aws -- --account ${accountId} --region ${region} --remove ${name}`);
  if (expiration !== undefined && expiration.getTime() - Date.now() < 30 * 60_000) {
    say(`Warning: these credentials end at ${expiration.toISOString()}. Remove anything left after that with new ones.`);
  }
  say();
}

async function agreed({ yes, account }: Arguments): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new Refusal("nobody is there to agree to the cost: give --yes");
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question("Type the number of the account to go on: ", { signal: abort.signal }).catch(() => "");
  prompt.close();
  if (answer.trim() === account) return true;
  say("Nothing was done.");
  return false;
}

async function tryAll(account: Account & { readonly python: string }, args: Arguments, name: string, folder: string): Promise<Result[]> {
  say("Making the LOBs …");
  await make(account, name);
  const aws = await connect();
  const [writeOnce, withPython] = await Promise.all(lobsOf(name).map((lob) => findLob(aws, lob)));
  const setup: Setup = { target: account, isAws: account.isAws, aws, writeOnce: writeOnce!, withPython: withPython!, folder };
  const onResult = ({ outcome, check }: Result): void => say(`${outcome.padEnd(18)}  ${check.restsOn}`);
  const results: Result[] = [];
  for (const suite of args.suites) {
    say(`\n${suite}`);
    const options = { isAws: account.isAws, signal: abort.signal, onResult };
    results.push(...(await runChecks(checksOf(suite, setup, args), options)));
  }
  aws.s3.destroy();
  aws.dynamodb.destroy();
  return results;
}

/** @returns the exit code */
function tellOf(left: readonly Leftover[], name: string): number {
  if (left.length === 0) {
    say(`Nothing of ${name} is left.`);
    return 0;
  }
  say("COULD NOT BE REMOVED:");
  for (const { what, reason, mend } of left) say(`  ${what}: ${reason}\n    ${mend}`);
  return 1;
}
