import * as pulumi from "@pulumi/pulumi";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

export const ACCOUNT = "111122223333";
export const REGION = "eu-west-1";

/** A resource that the program registered. */
export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  parent: string;
  /** Reference of an explicit provider, empty for the default one. */
  provider: string;
  protect: boolean;
  retainOnDelete: boolean;
  deleteBeforeReplace: boolean;
  /** URNs. */
  dependsOn: string[];
  urn: string;
}

export interface Deployment {
  resources: Registered[];
  /** Calls to the provider, as `token provider`. */
  calls: string[];
  /** Warnings logged by the program. */
  warnings: string[];
}

export interface DeployOptions {
  /** Whether outputs that AWS computes are unknown. */
  preview?: boolean;
  /** Answers of AWS to data sources, by token, in addition to account and region. */
  answers?: Record<string, MockedAnswer>;
}

type MockedAnswer = (inputs: Record<string, unknown>) => Record<string, unknown>;
const ANSWERS: Record<string, MockedAnswer> = {
  "aws:index/getRegion:getRegion": () => ({ region: REGION }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci`,
  }),
};

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getDependenciesList(): string[];
}

/**
 * Runs a program against Pulumi's mocks and returns everything that it registered. In a preview, outputs that AWS computes are unknown.
 * One process can run several, one after the other.
 */
export async function deploy(program: () => unknown, options: DeployOptions = {}): Promise<Deployment> {
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
        const answer = ANSWERS[call.token] ?? options.answers?.[call.token];
        if (!answer) throw new Error(`unexpected call of ${call.token}`);
        return answer(call.inputs as Record<string, unknown>);
      },
    },
    "project",
    "stack",
    options.preview ?? false,
  );

  // The mocks see few of the options; the request to the engine has them all.
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
      deleteBeforeReplace: request.getDeletebeforereplace(),
      dependsOn: request.getDependenciesList(),
      urn: urnOf(request),
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

/** Members of an output that Pulumi does not declare. */
interface OutputPromises<T> {
  promise(): Promise<T>;
  isKnown: Promise<boolean>;
  isSecret: Promise<boolean>;
  allResources(): Promise<unknown>;
}

/** Returns the URN that the engine would give a resource. Like the engine's, it contains the types of its parents. */
function urnOf(request: RegisterRequest): string {
  const parentType = request.getParent().split("::")[2];
  const type = parentType === undefined || parentType === "pulumi:pulumi:Stack" ? request.getType() : `${parentType}$${request.getType()}`;
  return `urn:pulumi:stack::project::${type}::${request.getName()}`;
}

/** Returns the value of an output, or undefined if it is not known. Rejects if the output failed. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as OutputPromises<T>).promise();
}

/** Returns the error of a failed output. All its promises reject with it, and Node exits if one of them is not handled. */
export async function refusalOf(output: pulumi.Output<unknown>): Promise<unknown> {
  const promises = output as unknown as OutputPromises<unknown>;
  const [value] = await Promise.allSettled([promises.promise(), promises.isKnown, promises.isSecret, promises.allResources()]);
  if (value.status === "fulfilled") throw new Error("the output did not fail");
  return value.reason;
}

function arnOf(type: string, state: Record<string, unknown>): string {
  if (type.startsWith("aws:s3/")) return `arn:aws:s3:::${String(state["bucket"])}`;
  if (type === "aws:iam/role:Role") return `arn:aws:iam::${ACCOUNT}:role${String(state["path"])}${String(state["name"])}`;
  if (type.startsWith("aws:iam/openId")) return `arn:aws:iam::${ACCOUNT}:oidc-provider/${String(state["url"]).replace("https://", "")}`;
  return `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${String(state["name"])}`;
}
