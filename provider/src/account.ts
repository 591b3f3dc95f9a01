import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { deploymentOf } from "./deployment";
import { isMocked, MOCKED_ACCOUNT } from "./mocks";

/** AWS account and region of a component's resources, and the identity that deploys them. */
export interface Account {
  accountId: pulumi.Output<string>;
  region: pulumi.Output<string>;
  /** Partition of AWS, e.g. `aws` or `aws-cn`. */
  partition: pulumi.Output<string>;
  /** ARN of the identity that runs the deployment. */
  callerArn: pulumi.Output<string>;
}

// Components that share a provider share one answer: a deployment with forty LOBs asks twice instead of eighty times. Keyed by the
// engine that answers, so that no answer outlives its deployment.
const ASKED = new WeakMap<object, Map<pulumi.ProviderResource | undefined, Account>>();

/** Looks up the account, region and caller of the component's AWS provider. */
export function accountOf(component: pulumi.ComponentResource): Account {
  const deployment = deploymentOf();
  const byProvider = ASKED.get(deployment) ?? new Map<pulumi.ProviderResource | undefined, Account>();
  ASKED.set(deployment, byProvider);
  const provider = component.getProvider("aws:index/getCallerIdentity:getCallerIdentity");
  const known = byProvider.get(provider);
  if (known) return known;

  const caller = aws.getCallerIdentityOutput({}, { parent: component });
  const callerArn = answered("arn", caller.arn);
  const account = {
    accountId: answered("accountId", caller.accountId),
    region: answered("region", aws.getRegionOutput({}, { parent: component }).region),
    partition: callerArn.apply((arn) => arn.split(":")[1] ?? "aws"),
    callerArn,
  };
  byProvider.set(provider, account);
  return account;
}

/** AWS answers all of this; the mocks of a unit test often do not. */
function answered(key: keyof typeof MOCKED_ACCOUNT, output: pulumi.Output<string | undefined>): pulumi.Output<string> {
  return output.apply((answer) => {
    if (answer !== undefined) return answer;
    if (isMocked()) return MOCKED_ACCOUNT[key];
    throw new Error(`the AWS provider did not answer ${key} of the account`);
  });
}
