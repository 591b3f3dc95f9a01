// Rules over the plain properties of resources. Each function returns what is wrong, or undefined.

type Properties = Readonly<Record<string, unknown>>;

/** A resource of a stack. */
export interface Declared {
  readonly type: string;
  readonly urn: string;
  readonly props: Properties;
}

const BLOCKS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
const PUBLIC_ACLS = ["public-read", "public-read-write", "authenticated-read"];
/** Condition keys that say who asks, or from where, in lower case: IAM takes them in any. */
const NARROWING = ["aws:principalorgid", "aws:principalaccount", "aws:sourcevpce", "aws:sourceaccount", "aws:sourcearn"];
/** Operators that do not match if the key is missing or has a different value. */
const DEMANDING = /^(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like))$/;
/** Types that can be tagged, of those that a model registry is made of. */
const TAGGABLE = [
  "aws:s3/bucket:Bucket",
  "aws:dynamodb/table:Table",
  "aws:iam/role:Role",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
];
/** Where each type has its policy document. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:iam/policy:Policy": "policy",
  "aws:iam/rolePolicy:RolePolicy": "policy",
  "aws:iam/role:Role": "assumeRolePolicy",
};

/** Returns what opens a bucket to everyone: an ACL, a policy, or a gap in its public access block. */
export function publicBucket(type: string, props: Properties): string[] {
  switch (type) {
    case "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":
      return BLOCKS.filter((block) => props[block] !== true).map((block) => `${block} is not on`);
    case "aws:s3/bucket:Bucket":
    case "aws:s3/bucketAcl:BucketAcl":
      return PUBLIC_ACLS.filter((acl) => props.acl === acl).map((acl) => `the ACL ${acl} lets strangers in`);
    case "aws:s3/bucketPolicy:BucketPolicy":
      return allowing(type, props).flatMap((statement) =>
        isEverybody(statement.Principal) && !isNarrowed(statement.Condition) ? [`${nameOf(statement)} allows everybody`] : [],
      );
    default:
      return [];
  }
}

/** Buckets for which there is no public access block in the stack. */
export function unblockedBuckets(resources: readonly Declared[]): { urn: string; problem: string }[] {
  const blocked = resources
    .filter(({ type }) => type === "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
    .map(({ props }) => props.bucket);
  return resources
    .filter(({ type, props }) => type === "aws:s3/bucket:Bucket" && !blocked.includes(props.bucket))
    .map(({ urn, props }) => ({ urn, problem: `the bucket ${String(props.bucket)} has no public access block` }));
}

/** Statements that allow every action, or every action of a service. */
export function wildcardActions(type: string, props: Properties): string[] {
  return allowing(type, props).flatMap((statement) => {
    const inverted = statement.NotAction === undefined ? [] : [`${nameOf(statement)} allows all but some actions (NotAction)`];
    const wild = listOf(statement.Action).filter((action) => /^([^:]*:)?[*?]*\*[*?]*$/.test(action));
    return [...inverted, ...wild.map((action) => `${nameOf(statement)} allows ${action}`)];
  });
}

/** Required tags that a resource does not carry. */
export function missingTags(type: string, props: Properties, required: readonly string[]): string[] {
  if (!TAGGABLE.includes(type)) return [];
  const tags = { ...asObject(props.tagsAll), ...asObject(props.tags) };
  return required.filter((key) => typeof tags[key] !== "string" || tags[key] === "").map((key) => `the tag ${key} is missing`);
}

/** The statements that allow something. A document that is not known yet, or is no JSON, allows nothing. */
function allowing(type: string, props: Properties): Properties[] {
  const document = props[DOCUMENTS[type] ?? ""];
  const { Statement = [] } = typeof document === "string" ? asObject(parsed(document)) : asObject(document);
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  return statements.map(asObject).filter(({ Effect }) => Effect === "Allow");
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const asObject = (value: unknown): Properties => (typeof value === "object" && value !== null ? (value as Properties) : {});
const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === "string");
const isEverybody = (principal: unknown): boolean => principal === "*" || listOf(asObject(principal).AWS).includes("*");
/** Whether a condition says whose requests they must be. Others, such as that of TLS, leave everybody in. */
function isNarrowed(condition: unknown): boolean {
  return Object.entries(asObject(condition)).some(
    ([operator, keys]) =>
      DEMANDING.test(operator) &&
      Object.entries(asObject(keys)).some(
        ([key, values]) => NARROWING.includes(key.toLowerCase()) && listOf(values).every((value) => !/^[*?]*$/.test(value)),
      ),
  );
}
const nameOf = ({ Sid }: Properties): string => (typeof Sid === "string" ? `the statement ${Sid}` : "a statement");
