/**
 * Runs a Pulumi program by the real Pulumi engine: the CLI and the AWS plugin that are on this machine. Downloads neither.
 * State is in a folder of the caller's, and no account is needed.
 */
import { LocalWorkspace, PulumiCommand, type OutputMap } from "@pulumi/pulumi/automation/index.js";
import { access, constants, mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Sandbox } from "../../test/sandbox/server.ts";

/** There is no engine to use, or it failed: the message says what is missing and how to get it, or what the engine said. */
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
 * @throws EngineError when the CLI or its AWS plugin is not there
 */
export async function findEngine(home: string): Promise<Engine> {
  const command = await PulumiCommand.get().catch((error: unknown) => {
    throw new EngineError(
      "There is no pulumi on the PATH. Install the Pulumi CLI (https://www.pulumi.com/docs/install/) and run this again, " +
        "or leave out --engine: the demo then deploys the same program without an engine.",
      { cause: error },
    );
  });
  // A plugin on the PATH is taken as it is; one in the user's own Pulumi folder is left there for the CLI to find.
  if (!(await isOnPath("pulumi-resource-aws")) && !(await hasAwsPlugin(command, home))) {
    throw new EngineError(
      "The Pulumi CLI is there, but not its AWS plugin. Install it with\n  pulumi plugin install resource aws\n" +
        "and run this again, or leave out --engine: the demo then deploys the same program without an engine.",
    );
  }
  return {
    version: String(command.version ?? "unknown"),
    up: (program, sandbox, onResource) =>
      up(command, home, program, sandbox, onResource).catch((error: unknown) => {
        throw new EngineError(`The Pulumi CLI could not bring ${program} up: ${(error as Error).message}`, { cause: error });
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

/** Sends the AWS plugin to the sandbox, and keeps it from asking what only real AWS can answer. */
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
