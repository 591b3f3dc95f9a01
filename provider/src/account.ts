import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Where the resources of a component are made, and by whom. */
export interface Account {
  accountId: pulumi.Output<string>;
  region: pulumi.Output<string>;
  /** Such as `aws` or `aws-cn`. */
  partition: pulumi.Output<string>;
  /** ARN of the identity that runs the deployment. */
  callerArn: pulumi.Output<string>;
}

// One answer for all components of a deployment that have the same provider: with forty LOBs, two questions instead of eighty. By the
// engine that answers, so that nothing outlives its deployment.
const ASKED = new WeakMap<object, Map<pulumi.ProviderResource | undefined, Account>>();

/** Asks AWS where the provider of this component is. */
export function accountOf(component: pulumi.ComponentResource): Account {
  const deployment: object = pulumi.runtime.getMonitor() ?? component;
  const byProvider = ASKED.get(deployment) ?? new Map<pulumi.ProviderResource | undefined, Account>();
  ASKED.set(deployment, byProvider);
  const provider = component.getProvider("aws:index/getCallerIdentity:getCallerIdentity");
  const known = byProvider.get(provider);
  if (known) return known;

  const caller = aws.getCallerIdentityOutput({}, { parent: component });
  const account = {
    accountId: caller.accountId,
    region: aws.getRegionOutput({}, { parent: component }).region,
    partition: caller.arn.apply((arn) => arn.split(":")[1] ?? "aws"),
    callerArn: caller.arn,
  };
  byProvider.set(provider, account);
  return account;
}
