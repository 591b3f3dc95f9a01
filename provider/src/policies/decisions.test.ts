import { beforeAll, describe, expect, test } from "@jest/globals";
import type { LineOfBusinessArgs } from "../args/line-of-business";
import * as layout from "../generated/layout";
import { LineOfBusiness } from "../line-of-business";
import { SharedRegistry } from "../shared-registry";
import { ACCOUNT, deploy, REGION, type Deployment } from "../testing/deploy";
import { allows, type Principal, type Request } from "../testing/iam";
import type { PolicyDocument } from "./document";

// A table of who may do what, evaluated on the rendered policies of the role and the bucket together.

const ROLES: LineOfBusinessArgs = {
  publishers: [
    { name: "all", principals: [ACCOUNT] },
    { name: "churn", principals: [ACCOUNT], models: ["churn"] },
  ],
  promoters: [{ name: "release", principals: [ACCOUNT] }],
  readers: [
    { name: "serving", principals: [ACCOUNT] },
    { name: "churn", principals: [ACCOUNT], models: ["churn"] },
  ],
  protectedAliases: ["prod", "live"],
};

interface Topology {
  shared: boolean;
  declare(): void;
  /** Names of a LOB's bucket, of the bucket's resource, and of its tables. */
  of(lob: string): { bucket: string; catalogTable: string; registryTable: string; owner: string };
}
const TOPOLOGIES: Record<string, Topology> = {
  "own bucket and tables": {
    shared: false,
    declare() {
      new LineOfBusiness("fraud", ROLES);
      new LineOfBusiness("fraud-dev", ROLES);
    },
    of: (lob) => ({ ...layout.ownNames(ACCOUNT, REGION, lob), owner: lob }),
  },
  "a shared registry": {
    shared: true,
    declare() {
      const { reference } = new SharedRegistry("models");
      new LineOfBusiness("fraud", { ...ROLES, sharedRegistry: reference });
      new LineOfBusiness("fraud-dev", { ...ROLES, sharedRegistry: reference });
    },
    of: () => ({ ...layout.sharedNames(ACCOUNT, REGION), owner: "models" }),
  },
};

/** Callers, in the order of the marks in the table. */
const PRINCIPALS = [
  "fraud-publisher-all",
  "fraud-publisher-churn",
  "fraud-promoter-release",
  "fraud-reader-serving",
  "fraud-reader-churn",
  "fraud-dev-publisher-all",
  "administrator",
] as const;
const ADMINISTRATOR: PolicyDocument = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["*"], Resource: ["*"] }] };

const DIGEST = "d".repeat(64);
const TOKEN = "token-token-token-1";
const ONCE = { "s3:if-none-match": "*" };

/** Returns functions that build requests about one LOB. */
function requestsOf(topology: Topology, lob: string) {
  const { bucket, catalogTable, registryTable } = topology.of(lob);
  const place: layout.Place = { bucket, lob, prefix: layout.DEFAULT_PREFIX, suffix: layout.DEFAULT_SUFFIX };
  const table = (name: string): string => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
  const rows =
    (name: string) =>
    (action: string, ...keys: string[]): Request => ({
      action: `dynamodb:${action}`,
      resource: table(name),
      ...(keys.length > 0 && { context: { "dynamodb:LeadingKeys": keys } }),
    });
  return {
    place,
    catalog: rows(catalogTable),
    registry: rows(registryTable),
    query: (index: layout.IndexSpec, ...keys: string[]): Request => ({
      action: "dynamodb:Query",
      resource: `${table(index === layout.CATALOG_INDEXES.byLob ? catalogTable : registryTable)}/index/${index.name}`,
      ...(keys.length > 0 && { context: { "dynamodb:LeadingKeys": keys } }),
    }),
    list: (prefix?: string): Request => ({
      action: "s3:ListBucket",
      resource: `arn:aws:s3:::${bucket}`,
      ...(prefix !== undefined && { context: { "s3:prefix": prefix } }),
    }),
    bucket: (action: string): Request => ({ action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}` }),
    object: (action: string, key: string, context: Record<string, string> = {}): Request => ({
      action: `s3:${action}`,
      resource: `arn:aws:s3:::${bucket}/${key}`,
      context: { ...(action === "PutObject" && { "s3:ObjectCreationOperation": "true" }), ...context },
    }),
    version: (model: string, n: number | typeof layout.LATEST = 7) => layout.versionKey(place, model, n),
    manifest: (model: string) => layout.manifestKey(place, model, DIGEST),
    aliasFile: (model: string, alias: string) => layout.aliasKey(place, model, alias),
    history: (model: string, alias: string) => layout.historyKey(place, model, alias, 3),
    staging: (model: string) => layout.stagingKey(place, model, DIGEST, TOKEN),
  };
}
type Requests = ReturnType<typeof requestsOf>;

/** Returns a request that changes these attributes in the row of version 7 of churn. */
function changing({ registry, place }: Requests, attributes: string[] | undefined): Request {
  const request = registry("UpdateItem", layout.versionUrl(place, "churn", 7));
  return { ...request, context: { ...request.context, ...(attributes && { "dynamodb:Attributes": attributes }) } };
}

// The marks: publisher, publisher of churn, promoter, reader, reader of churn, publisher of the LOB fraud-dev, administrator with * on *.
const TABLE: [what: string, request: (fraud: Requests, dev: Requests) => Request, marks: string, marksInOwnBucket?: string][] = [];
const row = (...entry: (typeof TABLE)[number]): void => void TABLE.push(entry);

// Rows of the catalog
row("reads the LOB's row", (f) => f.catalog("GetItem", "fraud"), "+++++-+");
row("reads a model's row", (f) => f.catalog("GetItem", "fraud/churn"), "+++++-+");
row("reads another model's row", (f) => f.catalog("GetItem", "fraud/chargeback"), "++++--+");
row("reads a protected alias", (f) => f.catalog("GetItem", "fraud/churn@prod"), "+++++-+");
row("reads a row of another LOB", (_, d) => d.catalog("GetItem", "fraud-dev/churn"), "-----++");
row("reads rows of two LOBs at once", (f) => f.catalog("BatchGetItem", "fraud/churn", "fraud-dev/churn"), "------+");
row(
  "reads many rows at once",
  (f) => f.registry("BatchGetItem", layout.versionUrl(f.place, "churn", 1), layout.versionUrl(f.place, "ltv", 2)),
  "++----+",
);
row("lists the LOB", (f) => f.query(layout.CATALOG_INDEXES.byLob, "fraud"), "++++--+");
row("lists another LOB", (_, d) => d.query(layout.CATALOG_INDEXES.byLob, "fraud-dev"), "-----++");
row("queries an index without a key", (f) => f.query(layout.CATALOG_INDEXES.byLob), "------+");
row("scans the catalog", (f) => f.catalog("Scan"), "------+");
row("selects by PartiQL", (f) => f.catalog("PartiQLSelect", "fraud/churn"), "------+");
row("replaces the LOB's row", (f) => f.catalog("PutItem", "fraud"), "------+");
row("changes the LOB's row", (f) => f.catalog("UpdateItem", "fraud"), "------+");
row("deletes the LOB's row", (f) => f.catalog("DeleteItem", "fraud"), "------+");
row("writes a model's row", (f) => f.catalog("UpdateItem", "fraud/churn"), "++----+");
row("writes another model's row", (f) => f.catalog("UpdateItem", "fraud/chargeback"), "+-----+");
row("writes the row of a model with a longer name", (f) => f.catalog("PutItem", "fraud/churn2"), "+-----+");
row("writes a model's row of another LOB", (_, d) => d.catalog("UpdateItem", "fraud-dev/churn"), "-----++");
row("writes a row of its LOB and one of another", (f) => f.catalog("PutItem", "fraud/churn", "fraud-dev/churn"), "------+");
row("deletes a model's row", (f) => f.catalog("DeleteItem", "fraud/churn"), "------+");
row("moves a protected alias", (f) => f.catalog("UpdateItem", "fraud/churn@prod"), "--+---+");
row("creates a protected alias", (f) => f.catalog("PutItem", "fraud/churn@live"), "--+---+");
row("moves a protected alias with another row", (f) => f.catalog("PutItem", "fraud/churn", "fraud/churn@prod"), "------+");
row("deletes a protected alias", (f) => f.catalog("DeleteItem", "fraud/churn@prod"), "------+");
row("moves another alias", (f) => f.catalog("UpdateItem", "fraud/churn@candidate"), "+++---+");
row("moves an alias whose name begins with a protected one", (f) => f.catalog("UpdateItem", "fraud/churn@prod_2"), "+++---+");
row("moves an alias of another model", (f) => f.catalog("UpdateItem", "fraud/chargeback@candidate"), "+-+---+");
row("inserts by PartiQL", (f) => f.catalog("PartiQLInsert", "fraud/churn"), "------+");
row("writes in a batch", (f) => f.catalog("BatchWriteItem", "fraud/churn"), "------+");
row("deletes the table", (f) => f.catalog("DeleteTable"), "------+");

// Rows of the registry
row("reads a version's row", (f) => f.registry("GetItem", layout.versionUrl(f.place, "churn", 7)), "+++++-+");
row("reads a version's row of another model", (f) => f.registry("GetItem", layout.versionUrl(f.place, "chargeback", 7)), "++++--+");
row("reads a digest's pointer", (f) => f.registry("GetItem", layout.digestUrl("fraud", "churn", DIGEST)), "+++++-+");
row("reads a move", (f) => f.registry("GetItem", layout.moveUrl("fraud", "churn", "prod", 3)), "+++++-+");
row("reads a version's row of another LOB", (_, d) => d.registry("GetItem", layout.versionUrl(d.place, "churn", 7)), "-----++");
row("lists versions", (f) => f.query(layout.REGISTRY_INDEXES.versions, layout.versionsOf("fraud", "churn")), "+++++-+");
row(
  "lists versions of another model",
  (f) => f.query(layout.REGISTRY_INDEXES.versions, layout.versionsOf("fraud", "chargeback")),
  "++++--+",
);
row("lists pending versions", (f) => f.query(layout.REGISTRY_INDEXES.pending, layout.pendingOf("fraud")), "++++--+");
row("lists moves", (f) => f.query(layout.REGISTRY_INDEXES.history, layout.historyOf("fraud", "churn")), "+++++-+");
row(
  "lists versions of another LOB",
  (_, d) => d.query(layout.REGISTRY_INDEXES.versions, layout.versionsOf("fraud-dev", "churn")),
  "-----++",
);
row("scans the registry", (f) => f.registry("Scan"), "------+");
row("reserves a version", (f) => f.registry("PutItem", layout.versionUrl(f.place, "churn", 7)), "++----+");
row("commits a version", (f) => changing(f, ["url", "status", "sha256", "versionsOf"]), "++----+");
row("holds a version by an alias", (f) => changing(f, ["url", "status", "holders"]), "+++---+");
row("changes the content hash of a version while holding it", (f) => changing(f, ["url", "status", "holders", "sha256"]), "++----+");
row("changes a version's row without naming attributes", (f) => changing(f, undefined), "++----+");
row("checks a version", (f) => f.registry("ConditionCheckItem", layout.versionUrl(f.place, "churn", 7)), "+++---+");
row("writes a version of another model", (f) => f.registry("PutItem", layout.versionUrl(f.place, "chargeback", 7)), "+-----+");
row("writes a version of another LOB", (_, d) => d.registry("PutItem", layout.versionUrl(d.place, "churn", 7)), "-----++");
row("points a digest", (f) => f.registry("PutItem", layout.digestUrl("fraud", "churn", DIGEST)), "++----+");
row("points a key", (f) => f.registry("PutItem", layout.keyUrl("fraud", "churn", "run/1")), "++----+");
row("points a key of another model", (f) => f.registry("PutItem", layout.keyUrl("fraud", "chargeback", "run/1")), "+-----+");
row("records a move of a protected alias", (f) => f.registry("PutItem", layout.moveUrl("fraud", "churn", "prod", 4)), "--+---+");
row("records a move of another alias", (f) => f.registry("PutItem", layout.moveUrl("fraud", "churn", "candidate", 4)), "+++---+");
row("deletes a version's row", (f) => f.registry("DeleteItem", layout.versionUrl(f.place, "churn", 7)), "------+");

// Listing and reading objects
row("lists a model's objects", (f) => f.list(layout.versionsPrefix(f.place, "churn")), "+++++-+");
row("lists another model's objects", (f) => f.list(layout.versionsPrefix(f.place, "chargeback")), "++++--+");
row("lists the LOB's objects", (f) => f.list(layout.lobPrefix(f.place)), "++++--+");
row("checks whether an object exists", (f) => f.list(f.version("churn")), "+++++-+");
row("lists the LOB's uploads", (f) => f.list(layout.stagingPrefix("fraud")), "++----+", "++++--+");
row("lists another LOB's objects", (_, d) => d.list(layout.lobPrefix(d.place)), "-----++");
row("lists by part of a LOB's name", (f) => f.list("ml-models/fraud"), "------+", "++++--+");
row("lists the folders of LOBs", (f) => f.list("ml-models/"), "------+", "++++--+");
row("lists the bucket", (f) => f.list(), "------+", "++++--+");
row("lists unfinished uploads of the whole bucket", (f) => f.bucket("ListBucketMultipartUploads"), "------+", "++----+");
row("lists old objects", (f) => f.bucket("ListBucketVersions"), "------+");
row("reads a version", (f) => f.object("GetObject", f.version("churn")), "+++++-+");
row("reads a version of another model", (f) => f.object("GetObject", f.version("chargeback")), "++++--+");
row("reads LATEST", (f) => f.object("GetObject", f.version("churn", layout.LATEST)), "+++++-+");
row("reads a manifest", (f) => f.object("GetObject", f.manifest("churn")), "+++++-+");
row("reads an alias's file", (f) => f.object("GetObject", f.aliasFile("churn", "prod")), "+++++-+");
row("reads an unfinished upload", (f) => f.object("GetObject", f.staging("churn")), "++----+");
row("reads another LOB's version", (_, d) => d.object("GetObject", d.version("churn")), "-----++");
row("reads without TLS", (f) => f.object("GetObject", f.version("churn"), { "aws:SecureTransport": "false" }), "-------");

// Writing objects
row("stages an upload", (f) => f.object("PutObject", f.staging("churn")), "++----+");
row("stages an upload of another model", (f) => f.object("PutObject", f.staging("chargeback")), "+-----+");
row("stages an upload for another LOB", (_, d) => d.object("PutObject", d.staging("churn")), "-----++");
row("creates a version", (f) => f.object("PutObject", f.version("churn"), ONCE), "++----+");
row("creates a version of another model", (f) => f.object("PutObject", f.version("chargeback"), ONCE), "+-----+");
row("replaces a version", (f) => f.object("PutObject", f.version("churn")), "-------");
row("replaces version 1", (f) => f.object("PutObject", f.version("churn", 1)), "-------");
row("replaces the highest version", (f) => f.object("PutObject", f.version("churn", layout.MAX_VERSION)), "-------");
row("uploads a part", (f) => f.object("PutObject", f.version("churn"), { "s3:ObjectCreationOperation": "false" }), "++----+");
row("creates a version in another LOB", (_, d) => d.object("PutObject", d.version("churn"), ONCE), "-----++");
row("advances LATEST", (f) => f.object("PutObject", f.version("churn", layout.LATEST)), "++----+");
row("tags LATEST", (f) => f.object("PutObjectTagging", f.version("churn", layout.LATEST)), "++----+");
row("tags a version", (f) => f.object("PutObjectTagging", f.version("churn")), "------+");
row("writes a manifest", (f) => f.object("PutObject", f.manifest("churn"), ONCE), "++----+");
row("replaces a manifest", (f) => f.object("PutObject", f.manifest("churn")), "-------");
row("moves a protected alias's file", (f) => f.object("PutObject", f.aliasFile("churn", "prod")), "--+---+");
row("moves another alias's file", (f) => f.object("PutObject", f.aliasFile("churn", "candidate")), "+++---+");
row("writes a protected alias's history", (f) => f.object("PutObject", f.history("churn", "prod"), ONCE), "--+---+");
row("writes another alias's history", (f) => f.object("PutObject", f.history("churn", "candidate"), ONCE), "+++---+");
row("replaces a protected alias's history", (f) => f.object("PutObject", f.history("churn", "prod")), "-------");
row("replaces another alias's history", (f) => f.object("PutObject", f.history("churn", "candidate")), "-------");
row("writes outside of all LOBs", (f) => f.object("PutObject", "ml-models/elsewhere"), "------+");
row("changes an ACL", (f) => f.object("PutObjectAcl", f.version("churn")), "------+");

// Deleting
row("deletes its upload", (f) => f.object("DeleteObject", f.staging("churn")), "++----+");
row("deletes an upload of another model", (f) => f.object("DeleteObject", f.staging("chargeback")), "+-----+");
row("deletes an upload of another LOB", (_, d) => d.object("DeleteObject", d.staging("churn")), "-----++");
row("aborts an upload", (f) => f.object("AbortMultipartUpload", f.version("churn")), "++----+");
row("deletes LATEST", (f) => f.object("DeleteObject", f.version("churn", layout.LATEST)), "------+");
row("deletes an alias's file", (f) => f.object("DeleteObject", f.aliasFile("churn", "candidate")), "------+");
for (const action of ["DeleteObject", "DeleteObjectVersion"]) {
  row(`${action} of a version`, (f) => f.object(action, f.version("churn")), "-------");
  row(`${action} of a manifest`, (f) => f.object(action, f.manifest("churn")), "-------");
  row(`${action} of history`, (f) => f.object(action, f.history("churn", "prod")), "-------");
}

// The rules
for (const action of ["PutBucketPolicy", "DeleteBucketPolicy", "PutBucketVersioning", "PutLifecycleConfiguration", "DeleteBucket"]) {
  row(action, (f) => f.bucket(action), "------+");
}

describe.each(Object.entries(TOPOLOGIES))("%s", (_, topology) => {
  let principals: Principal[];
  let policyOf: (request: Request) => PolicyDocument | undefined;
  const fraud = requestsOf(topology, "fraud");
  const dev = requestsOf(topology, "fraud-dev");

  beforeAll(async () => {
    const deployment = await deploy(() => topology.declare());
    principals = PRINCIPALS.map((name) => ({
      roleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
      policies: [name === "administrator" ? ADMINISTRATOR : documentOf(deployment, "aws:iam/rolePolicy:RolePolicy", name)],
    }));
    policyOf = ({ resource }) => {
      if (!resource.startsWith("arn:aws:s3:::")) return undefined;
      const bucket = resource.slice("arn:aws:s3:::".length).split("/")[0];
      const owner = ["fraud", "fraud-dev"].map((lob) => topology.of(lob)).find((names) => names.bucket === bucket)!.owner;
      return documentOf(deployment, "aws:s3/bucketPolicy:BucketPolicy", `${owner}-policy`);
    };
  });

  test.each(TABLE)("%s", async (_what, requestOf, marksInShared, marksInOwn = marksInShared) => {
    const request = requestOf(fraud, dev);
    const marks = topology.shared ? marksInShared : marksInOwn;
    const decisions = await Promise.all(principals.map((principal) => allows(principal, request, policyOf(request))));
    const decided = decisions.map((allowed, index) => `${PRINCIPALS[index]!}: ${allowed ? "allowed" : "denied"}`);
    expect(decided).toEqual(Array.from(marks, (mark, index) => `${PRINCIPALS[index]!}: ${mark === "+" ? "allowed" : "denied"}`));
  });
});

function documentOf({ resources }: Deployment, type: string, name: string): PolicyDocument {
  const found = resources.find((one) => one.type === type && one.name === name);
  return JSON.parse(found!.inputs["policy"] as string) as PolicyDocument;
}

test("the roles have these actions and no others", async () => {
  const { resources } = await deploy(() => TOPOLOGIES["a shared registry"]!.declare());
  const actions = (name: string): string[] => {
    const { Statement } = documentOf({ resources, calls: [], warnings: [] }, "aws:iam/rolePolicy:RolePolicy", name);
    return [...new Set(Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action))].sort();
  };
  const reading = ["dynamodb:GetItem", "dynamodb:Query", "s3:GetObject", "s3:ListBucket"];
  expect(actions("fraud-reader-serving")).toEqual(reading);
  const moving = ["dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "s3:PutObject"];
  expect(actions("fraud-reader-churn")).toEqual(reading);
  expect(actions("fraud-promoter-release")).toEqual([...reading, ...moving].sort());
  const publishing = [...moving, "dynamodb:BatchGetItem", "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObjectTagging"];
  expect(actions("fraud-publisher-all")).toEqual([...reading, ...publishing].sort());
});
