/**
 * How long preview and up take for many LOBs in one stack, by the component and written by hand, on the sandbox:
 *   node_modules/.bin/node test/engine/benchmark.ts [--preview] [COUNT...]      default 10 20 40; --preview leaves up out
 * Needs the Pulumi CLI and its AWS provider on the PATH, and a quiet machine. Each pair runs one after the other, never at once.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startSandbox } from "../sandbox/server.ts";
import type { Step } from "./support/engine.ts";
import type { Prepared } from "./support/prepare.ts";

const { values, positionals } = parseArgs({ options: { preview: { type: "boolean", default: false } }, allowPositionals: true });
const counts = positionals.map(Number);
if (counts.some((count) => !Number.isInteger(count) || count < 1)) throw new Error("the arguments are numbers of LOBs, such as 10 20 40");

const folder = await mkdtemp(join(tmpdir(), "lob-benchmark-"));
const prepared: Prepared = { folder, path: [], component: "", tag: "", installedIn: "", projects: "", policyPack: "", python: "" };
process.env.LOB_REGISTRY_ENGINE = JSON.stringify(prepared);
const { Stack } = await import("./support/engine.ts");

interface Row {
  readonly resources: number;
  readonly preview: number;
  readonly up?: number;
  readonly again?: number;
}

/** How many resources of AWS there are among these. */
const resourcesIn = (steps: readonly Step[]): number =>
  new Set(steps.flatMap(({ type, name }) => (type.startsWith("aws:") ? [`${type} ${name}`] : []))).size;

async function measure(count: number, by: "component" | "hand"): Promise<Row> {
  // A separate sandbox, because existing resources slow it down.
  const sandbox = await startSandbox();
  try {
    const stack = await Stack.create(sandbox, { patience: 1_800_000 });
    const program = { language: "typescript", program: join(import.meta.dirname, "programs", "many.ts"), args: { count, by } } as const;
    const timed = async (operation: "preview" | "up"): Promise<{ seconds: number; made: readonly Step[] }> => {
      const began = performance.now();
      const { steps } = await stack.must(operation, program);
      return { seconds: (performance.now() - began) / 1000, made: steps };
    };
    const { seconds, made } = await timed("preview");
    if (values.preview) return { resources: resourcesIn(made), preview: seconds };
    const { seconds: up } = await timed("up");
    const { seconds: again } = await timed("preview");
    return { resources: resourcesIn(made), preview: seconds, up, again };
  } finally {
    await sandbox.stop();
  }
}

try {
  const seconds = (value?: number): string => (value?.toFixed(1) ?? "").padStart(8);
  process.stdout.write(`${cpus().length} cores; seconds; "up" has 55 s of the AWS provider's own wait after a lifecycle configuration\n\n`);
  process.stdout.write("LOBs  by         resources   preview        up  preview without a change\n");
  for (const count of counts.length > 0 ? counts : [10, 20, 40]) {
    for (const by of ["hand", "component"] as const) {
      const { resources, preview, up, again } = await measure(count, by);
      process.stdout.write(
        `${String(count).padStart(4)}  ${by.padEnd(9)}  ${String(resources).padStart(9)}  ${seconds(preview)}  ${seconds(up)}  ${seconds(again)}\n`,
      );
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
