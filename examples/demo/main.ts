/**
 * `npm run demo` shows the whole product on this machine in under two minutes: an embedded AWS, a line of business declared by
 * the component, a model trained and published by the same bundle that GitHub runs, and read back by the Python library.
 *
 * Everything that it shows is read back and checked; a wrong value ends the demo with an error.
 */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { DeploymentError } from "../../test/sandbox/deploy/deploy.ts";
import { ROOT, SandboxError } from "../../test/sandbox/python.ts";
import { startSandbox, type Sandbox } from "../../test/sandbox/server.ts";
import { DemoError } from "./checks.ts";
import { declare } from "./declare.ts";
import { EngineError, findEngine, type Engine } from "./engine.ts";
import { publish, train, type Published } from "./models.ts";
import { listByCommandLine, readRegistry, readWithPython, showEnd, type Place } from "./read.ts";
import { review } from "./review.ts";
import { facts, note, paint, say, step } from "./terminal.ts";

const USAGE = `Usage: npm run demo [-- --engine]

  --engine   declare the line of business by the Pulumi CLI that is on the PATH, with its AWS plugin.
             Without it, the same program is deployed without an engine.
`;

const FAILURES = [DemoError, DeploymentError, EngineError, SandboxError];

const started = performance.now();
const options = readOptions();
const work = await mkdtemp(join(tmpdir(), "lob-registry-demo-"));
// Hides the user's own AWS settings from all programs that the demo starts.
for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
// Everything runs on this machine's own address, which a proxy cannot reach.
for (const name of ["NO_PROXY", "no_proxy"]) process.env[name] = [process.env[name], "127.0.0.1"].filter(Boolean).join(",");
// Temporary files of all parts of the demo are also in this folder, and removed with it.
process.env.TMPDIR = work;
const clear = (): void => rmSync(work, { recursive: true, force: true });
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
] as const) {
  process.on(signal, () => {
    clear();
    // The sandbox ends with this process.
    process.exit(128 + number);
  });
}

try {
  const engine = options.engine ? await findEngine(join(work, "pulumi")) : undefined;
  say(paint("bold", "lob-registry: declare a line of business, publish a model, read it back"));
  step("Start an embedded AWS");
  const sandbox = await startSandbox({ say: note });
  try {
    await tell(sandbox, engine);
  } finally {
    await sandbox.stop();
  }
} catch (error) {
  if (!FAILURES.some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`\nerror: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  clear();
}

async function tell(sandbox: Sandbox, engine: Engine | undefined): Promise<void> {
  facts([
    ["server", `MiniStack at ${sandbox.endpoint}, on this machine only`],
    ["account", `${sandbox.accountId}, region ${sandbox.region}`],
    ["log", relative(ROOT, sandbox.log)],
  ]);

  step('Declare the line of business "fraud"');
  const place: Place = await declare(sandbox, engine);

  const model = join(work, "churn");
  step("Train a model");
  await train(model);

  const publishIt = (tag: string): Promise<Published> => publish(sandbox, place, model, tag);
  step("Publish it: version 1");
  note("with action/dist, the same bundle that GitHub runs, started like on its runner");
  const first = await publishIt("v1.0.0");
  first.expect({ version: 1, changed: true, latest: 1 });

  step("Publish the same content again: no new version");
  const again = await publishIt("v1.0.1");
  again.expect({ version: 1, changed: false, latest: 1, wroteObjects: false });

  step("Change one hyper-parameter, and see what a reviewer would see on the pull request");
  await train(model, "--learning-rate", "0.003");
  await review(sandbox, place, model);

  step("Publish the change: version 2");
  const second = await publishIt("v1.1.0");
  second.expect({ version: 2, changed: true, latest: 2 });

  step("Ask the command line, then look into the bucket and the tables");
  await listByCommandLine(sandbox, place);
  const versions = await readRegistry(sandbox, place, [first, second]);

  step("Read it in Python with the library `versioned`");
  const read = await readWithPython(sandbox, place, model, versions);

  showEnd(sandbox, place, versions, read, (performance.now() - started) / 1000);
}

function readOptions(): { engine: boolean } {
  try {
    const { values } = parseArgs({
      options: { engine: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
    });
    if (!values.help) return values;
    process.stdout.write(USAGE);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}
