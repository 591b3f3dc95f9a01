/**
 * Translates each resource of the component into AWS requests. Pure: inputs in, requests out.
 *
 * Strict on purpose: a resource type or a property that s3.ts, dynamodb.ts and iam.ts do not list is refused by name. A deployment that skipped
 * one silently would not show what the component declares.
 */
import { DYNAMODB_RESOURCES } from "./dynamodb.ts";
import { IAM_RESOURCES } from "./iam.ts";
import { NotCovered, type Plan, type Resources, type Where } from "./plan.ts";
import { S3_RESOURCES } from "./s3.ts";

const RESOURCES: Resources = { ...S3_RESOURCES, ...DYNAMODB_RESOURCES, ...IAM_RESOURCES };
/** The resource types that the sandbox covers. */
export const COVERED_TYPES: readonly string[] = Object.keys(RESOURCES);

/**
 * Returns the requests that create a resource.
 *
 * @throws NotCovered for any other type than {@link COVERED_TYPES}, and for properties that s3.ts, dynamodb.ts and iam.ts do not list
 */
export function planOf(type: string, name: string, inputs: unknown, where: Where): Plan {
  const covered = RESOURCES[type];
  if (covered === undefined) {
    throw new NotCovered(`The sandbox does not cover the resource type ${type} ("${name}"). It covers:\n  ${COVERED_TYPES.join("\n  ")}`);
  }
  return covered(type, name, inputs, where);
}

/**
 * The answer to a function of the AWS provider.
 *
 * @throws NotCovered for any other function than these two
 */
export function answerOf(token: string, { accountId, region }: Where): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId, id: accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId };
    case "aws:index/getRegion:getRegion":
      return { region, name: region, id: region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
    default:
      throw new NotCovered(`The sandbox does not cover the function ${token}.`);
  }
}
