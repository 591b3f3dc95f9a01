/**
 * How long preview and up take for many LOBs in one stack, by the component and written by hand, on the sandbox:
 *   node_modules/.bin/node test/engine/benchmark.ts [COUNT...]      default 10 20 40
 * Needs the Pulumi CLI and its AWS provider on the PATH, and a quiet machine. Each pair runs one after the other, never at once.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "../sandbox/server.ts";
import type { Prepared } from "./support/prepare.ts";

const counts = process.argv.slice(2).map(Number);
if (counts.some((count) => !Number.isInteger(count) || count < 1)) throw new Error("the arguments are numbers of LOBs, such as 10 20 40");

const folder = await mkdtemp(join(tmpdir(), "lob-benchmark-"));
const prepared: Prepared = { folder, path: [], component: "", tag: "", installedIn: "", projects: "", policyPack: "", python: "" };
process.env.LOB_REGISTRY_ENGINE = JSON.stringify(prepared);
const { Stack } = await import("./support/engine.ts");

interface Row {
  readonly resources: number;
  readonly preview: number;
  readonly up: number;
  readonly again: number;
}

async function measure(count: number, by: "component" | "hand"): Promise<Row> {
  // An AWS of its own: what is there already slows the sandbox down.
  const sandbox = await startSandbox();
  try {
    const stack = await Stack.create(sandbox);
    const program = { language: "typescript", program: join(import.meta.dirname, "programs", "many.ts"), args: { count, by } } as const;
    const timed = async (operation: "preview" | "up"): Promise<number> => {
      const began = performance.now();
      await stack.must(operation, program);
      return (performance.now() - began) / 1000;
    };
    const preview = await timed("preview");
    const up = await timed("up");
    const again = await timed("preview");
    return { resources: (await stack.resources()).filter(({ id }) => id !== undefined).length, preview, up, again };
  } finally {
    await sandbox.stop();
  }
}

try {
  const seconds = (value: number): string => value.toFixed(1).padStart(8);
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
