/** `npm run sandbox`: an embedded AWS with the example's line of business on it, to play with until Ctrl-C. */
import { rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { deploy, DeploymentError } from "./deploy/deploy.ts";
import { ROOT, SANDBOX_FOLDER, SandboxError } from "./python.ts";
import { startSandbox, type Sandbox } from "./server.ts";

const PROGRAM = join(ROOT, "examples", "typescript", "index.ts");
const say = (line = ""): void => void process.stdout.write(`${line}\n`);

const stopped = new Promise<"stopped">((resolve) => {
  // More than once is the same: a terminal's Ctrl-C also comes through npm.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve("stopped"));
});
/** Waiting for a signal alone does not keep a program running. */
const awake = setInterval(() => undefined, 1 << 30);

try {
  if (process.argv.length > 2) throw new SandboxError(`npm run sandbox takes no arguments; got ${process.argv.slice(2).join(" ")}`);
  await run();
} catch (error) {
  if (!(error instanceof SandboxError || error instanceof DeploymentError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  clearInterval(awake);
}

async function run(): Promise<void> {
  const sandbox = await startSandbox({ say });
  const envFile = join(SANDBOX_FOLDER, `${basename(sandbox.log, ".log")}.env`);
  try {
    say(`AWS sandbox at ${sandbox.endpoint}: account ${sandbox.accountId}, region ${sandbox.region}.`);
    const { outputs } = await deploy(sandbox, { program: PROGRAM, project: "model-registry" });
    await writeFile(
      envFile,
      lines(sandbox, (name, value) => `${name}=${value}`),
    );
    explain(sandbox, outputs, envFile);
    if ((await Promise.race([stopped, sandbox.ended])) !== "stopped")
      throw new SandboxError(`The sandbox stopped unexpectedly. Its log: ${sandbox.log}`);
  } finally {
    await rm(envFile, { force: true });
    await sandbox.stop();
  }
  say("\nThe sandbox is stopped, and what was in it is gone.");
}

function explain(sandbox: Sandbox, outputs: Readonly<Record<string, unknown>>, envFile: string): void {
  say(`On it, from ${relative(ROOT, PROGRAM)}:`);
  for (const [name, value] of Object.entries(outputs)) say(`  ${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  say("\nIn another terminal, in this folder:\n");
  say(lines(sandbox, (name, value) => `export ${name}=${value}`));
  say(`or  set -a; . ${relative(ROOT, envFile)}; set +a\n`);
  say("then, for example:\n");
  say("node examples/train-model/train.mjs --out build/churn");
  say("npx lobreg publish fraud/churn build/churn");
  say("npx lobreg list fraud\n");
  say(`Log of requests: ${relative(ROOT, sandbox.log)}`);
  say("Ctrl-C stops the sandbox and forgets everything.");
}

/** One line per variable. */
function lines({ env }: Sandbox, line: (name: string, value: string) => string): string {
  return Object.entries(env)
    .map(([name, value]) => `${line(name, value)}\n`)
    .join("");
}
