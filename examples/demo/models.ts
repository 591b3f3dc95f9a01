/** Steps that train and publish a model. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../test/sandbox/python.ts";
import type { Sandbox } from "../../test/sandbox/server.ts";
import { newRun, runStep } from "../../test/support/runner.ts";
import { clientsOf, readObjects } from "../../test/support/state.ts";
import { check, DemoError } from "./checks.ts";
import type { Place } from "./read.ts";
import { command, note, quote } from "./terminal.ts";

export const MODEL = "churn";
const TRAIN = join("examples", "train-model", "train.mjs");

/** Trains the example's model into a folder. */
export async function train(folder: string, ...flags: string[]): Promise<void> {
  command(["node", TRAIN, ...flags].join(" "));
  await promisify(execFile)(process.execPath, [join(ROOT, TRAIN), "--out", folder, ...flags]);
  const metrics = JSON.parse(await readFile(join(folder, "metrics.json"), "utf8")) as Record<string, number>;
  note(
    Object.entries(metrics)
      .map(([name, value]) => `${name} ${value}`)
      .join(", "),
  );
}

/** Output and result of a publish. */
export interface Published {
  /** The Action's output `json`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Stops the demo if the publish had a different result. */
  expect(wanted: { version: number; changed: boolean; latest: number; wroteObjects?: boolean }): void;
}

/** Publishes a folder with the Action's bundle, like a workflow run for the release `tag`. */
export async function publish(sandbox: Sandbox, place: Place, folder: string, tag: string): Promise<Published> {
  const clients = clientsOf(sandbox);
  const objects = (): Promise<string> => readObjects(clients, place.bucket).then((all) => JSON.stringify(all));
  const before = await objects();
  command(`uses: acme/lob-registry@v1 with: { lob: ${place.lob}, model: ${MODEL}, path: ${MODEL}, metrics: ${MODEL}/metrics.json }`);
  const { code, outputs, summary, log } = await runStep({
    inputs: { lob: place.lob, model: MODEL, path: MODEL, metrics: `${MODEL}/metrics.json` },
    run: newRun(tag),
    workspace: dirname(folder),
    env: sandbox.env,
  });
  quote(withoutCommands(log));
  if (code !== 0) throw new DemoError(`the Action exited with ${code}; its log is above`);
  check("whether the job summary names the model", summary.includes(MODEL), true);
  const wrote = (await objects()) !== before;
  return {
    json: JSON.parse(outputs.json ?? "{}") as Record<string, unknown>,
    expect: ({ version, changed, latest, wroteObjects = changed }) => {
      check("the output version", outputs.version, String(version));
      check("the output changed", outputs.changed, String(changed));
      check("the output latest", outputs.latest, String(latest));
      check("whether objects were written", wrote, wroteObjects);
    },
  };
}

/** Removes the runner's commands from a log, like the page of a run. */
export function withoutCommands(log: string): string {
  return log
    .split(/\r?\n/)
    .flatMap((line) => (line.startsWith("::group::") ? [line.slice("::group::".length)] : line.startsWith("::") ? [] : [line]))
    .join("\n")
    .trim();
}
