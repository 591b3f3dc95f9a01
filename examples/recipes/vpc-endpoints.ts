/** Gateway endpoints of a VPC for S3 and DynamoDB that serve one LOB only. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LineOfBusiness } from "lob-registry";
import { endpointPolicy } from "./endpoint-policy.ts";

export function vpcEndpoints(
  name: string,
  lob: LineOfBusiness,
  vpcId: pulumi.Input<string>,
  routeTableIds: pulumi.Input<pulumi.Input<string>[]>,
): aws.ec2.VpcEndpoint[] {
  const policies = pulumi.all([lob.publisherPolicy, lob.promoterPolicy, lob.readerPolicy]);
  return (["s3", "dynamodb"] as const).map(
    (service) =>
      new aws.ec2.VpcEndpoint(`${name}-${service}`, {
        vpcId,
        routeTableIds,
        vpcEndpointType: "Gateway",
        serviceName: pulumi.interpolate`com.amazonaws.${lob.region}.${service}`,
        policy: policies.apply((texts) => endpointPolicy(service, texts)),
      }),
  );
}
