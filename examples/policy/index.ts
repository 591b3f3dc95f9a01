import { PolicyPack, type PolicyConfigSchema, type ResourceValidationPolicy, type StackValidationPolicy } from "@pulumi/policy";
import { missingTags, publicBucket, unblockedBuckets, wildcardActions } from "./rules";

const required: PolicyConfigSchema = {
  properties: { keys: { type: "array", items: { type: "string" }, default: ["cost-center"] } },
};

const noPublicBucket: ResourceValidationPolicy = {
  name: "no-public-bucket",
  description: "No bucket is open to everybody, by an ACL, a policy, or a public access block with a gap.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, props }, report) => publicBucket(type, props).forEach((problem) => report(problem)),
};

const everyBucketBlocked: StackValidationPolicy = {
  name: "every-bucket-blocks-public-access",
  description: "Every bucket has a public access block.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => unblockedBuckets(resources).forEach(({ urn, problem }) => report(problem, urn)),
};

const noWildcardAction: ResourceValidationPolicy = {
  name: "no-wildcard-action",
  description: "No policy allows every action, or every action of a service.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, props }, report) => wildcardActions(type, props).forEach((problem) => report(problem)),
};

const tagged: ResourceValidationPolicy = {
  name: "tags-present",
  description:
    "Every resource that supports tags must have the required tags. Set `keys` in the pack's configuration; the default is cost-center.",
  enforcementLevel: "mandatory",
  configSchema: required,
  validateResource: (args, report) => {
    const { keys } = args.getConfig<{ keys: string[] }>();
    missingTags(args.type, args.props, keys).forEach((problem) => report(problem));
  },
};

new PolicyPack("model-registry", { policies: [noPublicBucket, everyBucketBlocked, noWildcardAction, tagged] });
