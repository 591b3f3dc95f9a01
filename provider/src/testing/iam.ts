import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { PolicyDocument } from "../policies/document";
import { ACCOUNT } from "./deploy";

// Decisions of AWS, simulated by an evaluator that knows IAM's conditions and which action supports which of them. Only tests use it, because
// its licence differs from ours.

/** One request to AWS. */
export interface Request {
  action: string;
  resource: string;
  /** Values of condition keys. */
  context?: Record<string, string | string[]>;
}

/** A role that sends requests, with its IAM policies. */
export interface Principal {
  roleArn: string;
  policies: PolicyDocument[];
}

/** Whether AWS allows a request in the account of the role. Throws if the evaluator cannot decide. */
export async function allows(principal: Principal, request: Request, resourcePolicy?: PolicyDocument): Promise<boolean> {
  const known = { "aws:PrincipalArn": principal.roleArn, "aws:SecureTransport": "true", ...request.context };
  const account = /^arn:aws:iam::(\d+):/.exec(principal.roleArn)![1]!;
  return simulate(sessionOf(principal.roleArn), account, { ...request, context: known }, principal.policies, resourcePolicy);
}

/** Claims of GitHub's token, under the names that conditions use. */
export interface Claims {
  sub: string;
  aud?: string;
  job_workflow_ref?: string;
  /** Default: the repository at the start of the subject. */
  repository?: string;
}

const GITHUB = "token.actions.githubusercontent.com";
/**
 * The evaluator does not know GitHub's `sub` and `aud`, and would drop them from the request. This issuer has the same claims, and the
 * evaluator knows it.
 */
const KNOWN_ISSUER = "accounts.google.com";

/** Whether a GitHub job with these claims may take a role with this trust policy. */
export async function jobMayTake(trust: PolicyDocument, claims: Claims, providerArn: string): Promise<boolean> {
  const { sub, aud = "sts.amazonaws.com", job_workflow_ref: workflow, repository = repositoryOf(sub) } = claims;
  const translated = JSON.parse(
    JSON.stringify(trust).replaceAll(`"${GITHUB}:sub"`, `"${KNOWN_ISSUER}:sub"`).replaceAll(`"${GITHUB}:aud"`, `"${KNOWN_ISSUER}:aud"`),
  ) as PolicyDocument;
  const context = {
    [`${KNOWN_ISSUER}:sub`]: sub,
    [`${KNOWN_ISSUER}:aud`]: aud,
    [`${GITHUB}:repository`]: repository,
    ...(workflow !== undefined && { [`${GITHUB}:job_workflow_ref`]: workflow }),
  };
  return simulate(providerArn, ACCOUNT, { action: "sts:AssumeRoleWithWebIdentity", resource: ROLE, context }, [], translated);
}

/** Returns the repository in a subject without ids, like GitHub's claim `repository`. */
function repositoryOf(sub: string): string {
  const [, owner, name] = /^repo:([^/@:]+)(?:@\d+)?\/([^@:]+)/.exec(sub)!;
  return `${owner!}/${name!}`;
}

const ROLE = `arn:aws:iam::${ACCOUNT}:role/any`;
const ASSUME_ALL: PolicyDocument = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["sts:AssumeRole"], Resource: ["*"] }] };

/** Whether a role that may take any role, according to its own policies, may take one with this trust policy. */
export async function roleMayTake(trust: PolicyDocument, roleArn: string): Promise<boolean> {
  return simulate(sessionOf(roleArn), ACCOUNT, { action: "sts:AssumeRole", resource: ROLE }, [ASSUME_ALL], trust);
}

/** Whether a policy of a bucket lets a service of AWS, which has no IAM policies, send a request. */
export async function serviceAllows(service: string, request: Request, resourcePolicy: PolicyDocument): Promise<boolean> {
  const context = { "aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "true", ...request.context };
  return simulate(service, ACCOUNT, { ...request, context }, [], resourcePolicy);
}

async function simulate(
  principal: string,
  account: string,
  { action, resource, context = {} }: Request,
  policies: PolicyDocument[],
  resourcePolicy?: PolicyDocument,
): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
      identityPolicies: policies.map((policy, index) => ({ name: `policy-${String(index)}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy && { resourcePolicy }),
    },
    {},
  );
  if (answer.resultType !== "single")
    throw new Error(`the evaluator cannot decide about ${action} on ${resource}: ${JSON.stringify(answer)}`);
  const ignored = answer.result.ignoredContextKeys ?? [];
  if (ignored.length > 0) throw new Error(`${ignored.join(", ")} cannot be in a request of ${action}`);
  return answer.overallResult === "Allowed";
}

function sessionOf(roleArn: string): string {
  const [, account, name] = /^arn:aws:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(roleArn)!;
  return `arn:aws:sts::${account!}:assumed-role/${name!}/session`;
}
