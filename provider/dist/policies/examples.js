"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.examplePolicies = examplePolicies;
const layout_1 = require("../generated/layout");
const deployer_1 = require("./deployer");
const permissions_1 = require("./permissions");
const trust_1 = require("./trust");
// The policies of LOB `fraud` that docs/policies.md shows.
const ACCOUNT = "123456789012";
const REGION = "us-east-1";
const PARTITION = "aws";
function target(shared) {
    const names = shared ? (0, layout_1.sharedNames)(ACCOUNT, REGION) : (0, layout_1.ownNames)(ACCOUNT, REGION, "fraud");
    const table = (name) => `arn:${PARTITION}:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
    return {
        partition: PARTITION,
        region: REGION,
        place: { bucket: names.bucket, lob: "fraud", prefix: layout_1.DEFAULT_PREFIX, suffix: layout_1.DEFAULT_SUFFIX },
        catalogArn: table(names.catalogTable),
        registryArn: table(names.registryTable),
        protectedAliases: ["prod"],
        ownBucket: !shared,
    };
}
/** Returns the policies of the page by heading. */
function examplePolicies() {
    const own = target(false);
    const trust = (0, trust_1.trustPolicy)({ repositories: [{ repository: "acme/fraud-models", environments: ["production"] }], principals: [] }, { partition: PARTITION, oidcProviderArn: (0, trust_1.wellKnownProvider)(PARTITION, ACCOUNT) }, true);
    return {
        publisher: (0, permissions_1.publisherPolicy)(own),
        "publisher of a model": (0, permissions_1.publisherPolicy)(target(true), ["churn"]),
        promoter: (0, permissions_1.promoterPolicy)(own),
        reader: (0, permissions_1.readerPolicy)(own),
        trust,
        deployer: (0, deployer_1.deployerPolicy)({ partition: PARTITION, account: ACCOUNT }),
    };
}
