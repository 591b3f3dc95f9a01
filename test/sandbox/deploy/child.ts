/**
 * Runs one Pulumi program with Pulumi's own runtime, and makes each of its resources on the AWS that the environment points to.
 * Started by deploy.ts as a separate process: the runtime keeps its state in globals, and a program that fails there must not
 * take its caller with it.
 */
import * as pulumi from "@pulumi/pulumi";
import { pathToFileURL } from "node:url";
import { answerOf, planOf } from "./resources.ts";
import { clientsOfEnvironment, send } from "./send.ts";
import type { Job, Report } from "./deploy.ts";

process.once("message", (job: Job) => {
  deploy(job).then(
    (outputs) => finish({ kind: "done", outputs }),
    (error: unknown) => finish({ kind: "failed", message: messageOf(error) }),
  );
});
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error: unknown) => void finish({ kind: "failed", message: messageOf(error) }));
}
// Nobody waits any more.
process.once("disconnect", () => process.exit(1));

async function deploy({ program, project, stack, config, where }: Job): Promise<Record<string, unknown>> {
  const clients = clientsOfEnvironment();
  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, custom }) => {
        // Components are made of other resources, and are nothing themselves.
        if (custom !== true) return { id: undefined, state: inputs as Record<string, unknown> };
        try {
          const { requests, id, outputs } = planOf(type, name, inputs, where);
          for (const request of requests) await send(clients, request);
          report({ kind: "made", type, name });
          return { id, state: { ...(inputs as Record<string, unknown>), ...outputs } };
        } catch (error) {
          // The first failure is the one to show; what the runtime makes of it is not.
          return finish({ kind: "failed", message: `${type} "${name}": ${messageOf(error)}` });
        }
      },
      call: ({ token }) => answerOf(token, where),
    },
    project,
    stack,
    false,
  );
  const outputs: unknown = await pulumi.runtime.runInPulumiStack(async () => {
    const module = (await import(pathToFileURL(program).href)) as Record<string, unknown>;
    // A CommonJS program's exports come a second time, as a whole, under these names.
    const { default: _, "module.exports": __, ...exported } = module;
    return exported;
  });
  // Waits for what is still being made: not every resource is part of an output.
  await pulumi.runtime.disconnect();
  return outputs as Record<string, unknown>;
}

function report(message: Report): void {
  process.send!(message);
}

/** Reports the end and ends, when the report is on its way and not before. */
function finish(message: Report): Promise<never> {
  process.send!(message, undefined, undefined, () => process.exit(0));
  return new Promise(() => undefined);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
