/** Publishes and reads as users do, on what the engine made. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../sandbox/python.ts";
import { environmentFor, type Sandbox } from "../../sandbox/server.ts";
import { newRun, runStep } from "../../support/runner.ts";

/** Publishes `content` as the model `churn` by the Action's bundle, with a stack's outputs as its inputs; answers the Action's outputs. */
export async function publish(
  sandbox: Sandbox,
  { lob, region }: Readonly<Record<string, string>>,
  content: string,
): Promise<Record<string, string>> {
  const workspace = await mkdtemp(join(tmpdir(), "lob-engine-publish-"));
  try {
    await writeFile(join(workspace, "churn"), content);
    const inputs = { lob: lob ?? "", region: region ?? "", model: "churn", path: "churn" };
    const { code, outputs, log } = await runStep({ inputs, run: newRun("v1.0.0"), workspace, env: { ...sandbox.env, HOME: workspace } });
    if (code !== 0) throw new Error(`the Action ended with ${code}:\n${log}`);
    return { ...outputs };
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** Output of `lobreg list LOB/churn --json`. */
export async function listVersions(sandbox: Sandbox, lob: string): Promise<{ version: number }[]> {
  const lobreg = join(ROOT, "core", "dist", "cli", "main.js");
  const { stdout } = await promisify(execFile)(process.execPath, [lobreg, "list", `${lob}/churn`, "--json"], {
    env: environmentFor(sandbox),
  });
  return (JSON.parse(stdout) as { versions: { version: number }[] }).versions;
}
