import { DEFAULT_PREFIX, DEFAULT_SUFFIX, ownNames, sharedNames } from "../generated/layout";
import { deployerPolicy } from "./deployer";
import type { PolicyDocument } from "./document";
import { promoterPolicy, publisherPolicy, readerPolicy } from "./permissions";
import type { PolicyTarget } from "./target";
import { trustPolicy, wellKnownProvider } from "./trust";

// The policies of LOB `fraud` that docs/policies.md shows.

const ACCOUNT = "123456789012";
const REGION = "us-east-1";
const PARTITION = "aws";

function target(shared: boolean): PolicyTarget {
  const names = shared ? sharedNames(ACCOUNT, REGION) : ownNames(ACCOUNT, REGION, "fraud");
  const table = (name: string): string => `arn:${PARTITION}:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
  return {
    partition: PARTITION,
    region: REGION,
    place: { bucket: names.bucket, lob: "fraud", prefix: DEFAULT_PREFIX, suffix: DEFAULT_SUFFIX },
    catalogArn: table(names.catalogTable),
    registryArn: table(names.registryTable),
    protectedAliases: ["prod"],
    ownBucket: !shared,
  };
}

/** Returns the policies of the page by heading. */
export function examplePolicies(): Record<string, PolicyDocument> {
  const own = target(false);
  const trust = trustPolicy(
    { repositories: [{ repository: "acme/fraud-models", environments: ["production"] }], principals: [] },
    { partition: PARTITION, oidcProviderArn: wellKnownProvider(PARTITION, ACCOUNT) },
    true,
  );
  return {
    publisher: publisherPolicy(own),
    "publisher of a model": publisherPolicy(target(true), ["churn"]),
    promoter: promoterPolicy(own),
    reader: readerPolicy(own),
    trust,
    deployer: deployerPolicy({ partition: PARTITION, account: ACCOUNT }),
  };
}
