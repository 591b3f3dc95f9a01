/**
 * Deploys a Pulumi program onto a sandbox without an engine: Pulumi's own runtime runs the program, and each resource that it
 * declares is made with the AWS SDK. Covers exactly the resource types that the component declares; fails on any other.
 */
import { fork } from "node:child_process";
import { join } from "node:path";
import { environmentFor, type Sandbox } from "../server.ts";
import type { Where } from "./plan.ts";

/** Program to deploy. */
export interface Program {
  /** Path of the program's entry file. */
  readonly program: string;
  /** Default `sandbox`. */
  readonly project?: string;
  /** Default `dev`. */
  readonly stack?: string;
  /** Configuration by full name, such as `aws:region`. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface MadeResource {
  readonly type: string;
  readonly name: string;
}

export interface Deployment {
  /** The program's exports. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Every resource, in the order in which they were finished. */
  readonly resources: readonly MadeResource[];
  /** Output of the program, including warnings of Pulumi. */
  readonly written: string;
}

/** A deployment that failed; what was made until then stays. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
}

/** Message to the child. */
export interface Job {
  readonly program: string;
  readonly project: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  readonly where: Where;
}

/** Message from the child. */
export type Report =
  | ({ readonly kind: "made" } & MadeResource)
  | { readonly kind: "done"; readonly outputs: Readonly<Record<string, unknown>> }
  | { readonly kind: "failed"; readonly message: string };

/**
 * Runs a program and makes what it declares.
 *
 * @param onMade called for each created resource
 * @throws DeploymentError with what failed and why, naming the type of a resource that is not covered
 */
export async function deploy(
  sandbox: Pick<Sandbox, "env" | "accountId" | "region">,
  { program, project = "sandbox", stack = "dev", config = {} }: Program,
  onMade: (resource: MadeResource) => void = () => undefined,
): Promise<Deployment> {
  const { accountId, region } = sandbox;
  const child = fork(join(import.meta.dirname, "child.ts"), {
    env: environmentFor(sandbox),
    // An example has no "type" in its package.json, as most Pulumi programs.
    execArgv: ["--disable-warning=ExperimentalWarning", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let written = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", (text: string) => (written += text));

  const resources: MadeResource[] = [];
  let end: Report | undefined;
  child.on("message", (report: Report) => {
    if (report.kind !== "made") end ??= report;
    else {
      const { type, name } = report;
      resources.push({ type, name });
      onMade({ type, name });
    }
  });
  const job: Job = { program, project, stack, config, where: { accountId, region } };
  child.send(job, () => undefined);
  await new Promise<void>((resolve, reject) => child.once("error", reject).once("close", () => resolve()));

  if (end?.kind === "done") return { outputs: end.outputs, resources, written };
  const reason = end?.kind === "failed" ? end.message : "the program ended before it was deployed";
  throw new DeploymentError(`${program} could not be deployed: ${reason}${written.trim() ? `\n${written.trim()}` : ""}`);
}
