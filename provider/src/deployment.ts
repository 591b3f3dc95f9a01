import * as pulumi from "@pulumi/pulumi";

/** Connection to the engine. Pulumi's mocks have no channel. */
interface Monitor {
  getChannel?(): { getTarget(): string };
}

// A host runs each component of a program on a new connection, all to the same address. The engine starts a host for each deployment, so this
// has one entry unless a person attached a debugger to the host.
const HOSTED = new Map<string, object>();

/** Returns an object that stands for the deployment in progress, to key state that must not outlive it. */
export function deploymentOf(): object {
  const monitor = pulumi.runtime.getMonitor() as Monitor | undefined;
  const address = hostedAt(monitor);
  if (address === undefined) return monitor ?? {};
  const deployment = HOSTED.get(address) ?? {};
  HOSTED.set(address, deployment);
  return deployment;
}

/** Whether a host runs the component for a program in another process, usually in another language. */
export const isHosted = (): boolean => hostedAt(pulumi.runtime.getMonitor() as Monitor | undefined) !== undefined;

function hostedAt(monitor: Monitor | undefined): string | undefined {
  // Only a program in this process has a stack as the root of its resources.
  return pulumi.runtime.getStackResource() === undefined ? monitor?.getChannel?.().getTarget() : undefined;
}
