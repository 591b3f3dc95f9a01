/**
 * Starts the component's plugin as the Pulumi CLI does, and asks for its schema.
 *   node_modules/.bin/node test/packages/plugin.ts      prints the CPU time of a start beside that of loading Pulumi and its AWS provider
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** Longer than a start on a machine that is busy with other tests. */
const PATIENCE = 120_000;

type Answer = (error: Error | null, response: { getSchema(): string }) => void;
interface Client {
  getSchema(request: unknown, answer: Answer): void;
  close(): void;
}

/**
 * The schema that the plugin in a folder answers.
 *
 * @param folder absolute; Pulumi is installed in it or in a folder above
 */
export async function schemaFrom(folder: string): Promise<Record<string, unknown>> {
  const require = createRequire(join(folder, "package.json"));
  const { credentials } = require("@grpc/grpc-js") as { credentials: { createInsecure(): unknown } };
  const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
    ResourceProviderClient: new (address: string, credentials: unknown) => Client;
  };
  const { GetSchemaRequest } = require("@pulumi/pulumi/proto/provider_pb") as { GetSchemaRequest: new () => unknown };

  const runner = require.resolve("@pulumi/pulumi/cmd/run-plugin");
  const plugin = spawn(process.execPath, [runner, folder], { stdio: ["ignore", "pipe", "inherit"], timeout: PATIENCE });
  const ended = once(plugin, "exit");
  try {
    const said = once(createInterface(plugin.stdout), "line") as Promise<[string]>;
    const [port] = await Promise.race([said, ended.then(() => Promise.reject(new Error("the plugin ended before it named its port")))]);
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const schema = await new Promise<string>((resolve, reject) =>
      client.getSchema(new GetSchemaRequest(), (error, response) => (error ? reject(error) : resolve(response.getSchema()))),
    );
    client.close();
    return JSON.parse(schema) as Record<string, unknown>;
  } finally {
    plugin.kill();
    await ended;
  }
}

/** Seconds of CPU that this Node takes for an expression. */
async function cpuOf(expression: string, folder: string): Promise<number> {
  const program = `Promise.resolve(${expression}).then(() => { const { userCPUTime, systemCPUTime } = process.resourceUsage(); console.log((userCPUTime + systemCPUTime) / 1e6); process.exit(); });`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", program], { cwd: folder });
  return Number(stdout.trim().split("\n").at(-1));
}

if (import.meta.main) {
  const provider = join(import.meta.dirname, "..", "..", "provider");
  for (let round = 1; round <= 5; round++) {
    const floor = await cpuOf('[require("@pulumi/pulumi"), require("@pulumi/aws")]', provider);
    const start = await cpuOf(`[require("@pulumi/pulumi/cmd/run-plugin/run.js"), require(${JSON.stringify(provider)})()]`, provider);
    process.stdout.write(
      `loading Pulumi and AWS ${floor.toFixed(2)} s, starting the plugin ${start.toFixed(2)} s, ${(start / floor).toFixed(2)} times\n`,
    );
  }
}
