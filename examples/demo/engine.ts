/**
 * Runs a Pulumi program on the real Pulumi engine, with the CLI and the AWS plugin that this machine has. Downloads neither.
 * The state is in a folder of the caller. Needs no account.
 */
import { LocalWorkspace, PulumiCommand, type OutputMap } from "@pulumi/pulumi/automation/index.js";
import { access, constants, mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Sandbox } from "../../test/sandbox/server.ts";

/** The engine is missing or failed. The message says how to install what is missing, or has the engine's error. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

export interface Engine {
  /** Version of the Pulumi CLI. */
  readonly version: string;
  /**
   * Brings a program up.
   *
   * @param onResource told the type and name of each resource that was made
   * @returns the program's exports
   * @throws EngineError with what the engine said
   */
  up(program: string, sandbox: Sandbox, onResource: (type: string, name: string) => void): Promise<Record<string, unknown>>;
}

/**
 * Finds the engine.
 *
 * @param home folder for the engine's state and settings
 * @throws EngineError if the CLI or its AWS plugin is missing
 */
export async function findEngine(home: string): Promise<Engine> {
  const command = await PulumiCommand.get().catch((error: unknown) => {
    throw new EngineError(
      "pulumi is not on the PATH. Install the Pulumi CLI (https://www.pulumi.com/docs/install/) and run this again, " +
        "or leave out --engine: the demo then deploys the same program without an engine.",
      { cause: error },
    );
  });
  // Uses a plugin on the PATH directly; the CLI finds one in the user's own Pulumi folder.
  if (!(await isOnPath("pulumi-resource-aws")) && !(await hasAwsPlugin(command, home))) {
    throw new EngineError(
      "The Pulumi CLI is installed, but not its AWS plugin. Install it with\n  pulumi plugin install resource aws\n" +
        "and run this again, or leave out --engine: the demo then deploys the same program without an engine.",
    );
  }
  return {
    version: String(command.version ?? "unknown"),
    up: (program, sandbox, onResource) =>
      up(command, home, program, sandbox, onResource).catch((error: unknown) => {
        throw new EngineError(`The Pulumi CLI could not deploy ${program}: ${(error as Error).message}`, { cause: error });
      }),
  };
}

async function up(
  pulumiCommand: PulumiCommand,
  home: string,
  program: string,
  sandbox: Sandbox,
  onResource: (type: string, name: string) => void,
): Promise<Record<string, unknown>> {
  const [state, workDir] = [join(home, "state"), join(home, "work")];
  await Promise.all([mkdir(state, { recursive: true }), mkdir(workDir, { recursive: true })]);
  const stack = await LocalWorkspace.createOrSelectStack(
    {
      projectName: "model-registry",
      stackName: "demo",
      program: async () => {
        const module = (await import(pathToFileURL(program).href)) as Record<string, unknown>;
        const { default: _, "module.exports": __, ...exported } = module;
        return exported;
      },
    },
    {
      pulumiCommand,
      workDir,
      envVars: {
        ...sandbox.env,
        PULUMI_BACKEND_URL: pathToFileURL(state).href,
        PULUMI_CONFIG_PASSPHRASE: "a state that is thrown away needs no secret",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
    },
  );
  await stack.setAllConfig(awsConfig(sandbox));
  const { outputs } = await stack.up({
    onEvent: ({ resOutputsEvent }) => {
      if (resOutputsEvent?.metadata.op !== "create") return;
      const { type, urn } = resOutputsEvent.metadata;
      if (type.startsWith("aws:")) onResource(type, urn.slice(urn.lastIndexOf("::") + 2));
    },
  });
  return valuesOf(outputs);
}

/** Points the AWS plugin to the sandbox, and turns off checks that only real AWS can answer. */
function awsConfig({ endpoint, region, env }: Sandbox): Record<string, { value: string; secret?: boolean }> {
  const services = ["s3", "dynamodb", "sts", "iam", "kms"];
  const endpoints = [Object.fromEntries(services.map((service) => [service, endpoint]))];
  return {
    "aws:region": { value: region },
    "aws:accessKey": { value: env.AWS_ACCESS_KEY_ID!, secret: true },
    "aws:secretKey": { value: env.AWS_SECRET_ACCESS_KEY!, secret: true },
    "aws:s3UsePathStyle": { value: "true" },
    "aws:skipCredentialsValidation": { value: "true" },
    "aws:skipMetadataApiCheck": { value: "true" },
    "aws:skipRequestingAccountId": { value: "true" },
    "aws:maxRetries": { value: "2" },
    "aws:endpoints": { value: JSON.stringify(endpoints) },
  };
}

async function hasAwsPlugin(pulumiCommand: PulumiCommand, home: string): Promise<boolean> {
  await mkdir(home, { recursive: true });
  const workspace = await LocalWorkspace.create({ pulumiCommand, workDir: home });
  return (await workspace.listPlugins()).some(({ name, kind }) => name === "aws" && kind === "resource");
}

async function isOnPath(name: string): Promise<boolean> {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const isThere = await access(join(folder, file), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}

const valuesOf = (outputs: OutputMap): Record<string, unknown> =>
  Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]));
