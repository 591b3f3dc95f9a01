import * as pulumi from "@pulumi/pulumi";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

export const ACCOUNT = "111122223333";
export const REGION = "eu-west-1";

/** One resource as the program registered it. */
export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  parent: string;
  /** Reference of an explicit provider, empty for the default one. */
  provider: string;
  protect: boolean;
  retainOnDelete: boolean;
  /** URNs. */
  dependsOn: string[];
}

export interface Deployment {
  resources: Registered[];
  /** Calls to the provider, as `token provider`. */
  calls: string[];
  /** Warnings logged by the program. */
  warnings: string[];
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
}

/**
 * Runs a program against Pulumi's mocks and gives what it registered. In a preview, outputs that AWS computes are unknown.
 * Several in one process are fine, one after the other.
 */
export async function deploy(program: () => unknown, options: { preview?: boolean } = {}): Promise<Deployment> {
  const deployment: Deployment = { resources: [], calls: [], warnings: [] };
  const inputs = new Map<string, Record<string, unknown>>();
  await pulumi.runtime.setMocks(
    {
      newResource: (resource) => {
        const state = resource.inputs as Record<string, unknown>;
        inputs.set(`${resource.type} ${resource.name}`, state);
        const computed = options.preview ? {} : { arn: arnOf(resource.type, state) };
        return { id: resource.custom === false ? undefined : `${resource.name}-id`, state: { ...computed, ...state } };
      },
      call: (call) => {
        deployment.calls.push(`${call.token} ${call.provider ?? ""}`);
        if (call.token === "aws:index/getRegion:getRegion") return { region: REGION };
        if (call.token !== "aws:index/getCallerIdentity:getCallerIdentity") throw new Error(`unexpected call of ${call.token}`);
        return { accountId: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci` };
      },
    },
    "project",
    "stack",
    options.preview ?? false,
  );

  // The mocks are told little of the options; the request to the engine has them.
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request: RegisterRequest, callback) => {
    await register(request, callback);
    deployment.resources.push({
      type: request.getType(),
      name: request.getName(),
      inputs: inputs.get(`${request.getType()} ${request.getName()}`) ?? {},
      parent: request.getParent(),
      provider: request.getProvider(),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      dependsOn: request.getDependenciesList(),
    });
  };

  const warn = pulumi.log.warn;
  const log = pulumi.log as { warn: typeof warn };
  log.warn = (message) => {
    deployment.warnings.push(message);
    return Promise.resolve();
  };
  try {
    await program();
    await pulumi.runtime.disconnect();
  } finally {
    log.warn = warn;
  }
  return deployment;
}

/** What an output is made of, below what Pulumi declares. */
interface OutputPromises<T> {
  promise(): Promise<T>;
  isKnown: Promise<boolean>;
  isSecret: Promise<boolean>;
  allResources(): Promise<unknown>;
}

/** The value of an output when it is known; undefined when it is not; rejects with what went wrong. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as OutputPromises<T>).promise();
}

/** The error with which an output fails. All its promises fail with it, and Node ends a process that leaves one unheard. */
export async function refusalOf(output: pulumi.Output<unknown>): Promise<unknown> {
  const promises = output as unknown as OutputPromises<unknown>;
  const [value] = await Promise.allSettled([promises.promise(), promises.isKnown, promises.isSecret, promises.allResources()]);
  if (value.status === "fulfilled") throw new Error("the output did not fail");
  return value.reason;
}

function arnOf(type: string, state: Record<string, unknown>): string {
  return type.startsWith("aws:s3/")
    ? `arn:aws:s3:::${String(state["bucket"])}`
    : `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${String(state["name"])}`;
}
