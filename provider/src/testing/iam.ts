import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { PolicyDocument } from "../policies/document";
import { ACCOUNT } from "./deploy";

// What AWS would decide, by an evaluator that knows IAM's conditions and which of them belong to which action. It stays in the tests: its licence
// is another one than ours.

/** One request to AWS. */
export interface Request {
  action: string;
  resource: string;
  /** Values of condition keys. */
  context?: Record<string, string | string[]>;
}

/** Who asks: the ARN of a role, and what IAM lets it. */
export interface Principal {
  roleArn: string;
  policies: PolicyDocument[];
}

/** Whether AWS allows it in the account of the role; throws where the evaluator cannot tell. */
export async function allows(principal: Principal, request: Request, resourcePolicy?: PolicyDocument): Promise<boolean> {
  const known = { "aws:PrincipalArn": principal.roleArn, "aws:SecureTransport": "true", ...request.context };
  const account = /^arn:aws:iam::(\d+):/.exec(principal.roleArn)![1]!;
  return simulate(sessionOf(principal.roleArn), account, { ...request, context: known }, principal.policies, resourcePolicy);
}

/** Claims of GitHub's token, as conditions name them. */
export interface Claims {
  sub: string;
  aud?: string;
  job_workflow_ref?: string;
  /** Left out: the repository with which the subject begins. */
  repository?: string;
}

const GITHUB = "token.actions.githubusercontent.com";
/**
 * The evaluator takes it that AWS knows no `sub` and `aud` of GitHub, and would leave them out of the request. These are the names of the same
 * claims that it knows.
 */
const KNOWN_ISSUER = "accounts.google.com";

/** Whether a job of GitHub with these claims may take a role with this trust policy. */
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

/** The repository of a subject, which GitHub's own claim `repository` names without ids. */
function repositoryOf(sub: string): string {
  const [, owner, name] = /^repo:([^/@:]+)(?:@\d+)?\/([^@:]+)/.exec(sub)!;
  return `${owner!}/${name!}`;
}

const ROLE = `arn:aws:iam::${ACCOUNT}:role/any`;
const ASSUME_ALL: PolicyDocument = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["sts:AssumeRole"], Resource: ["*"] }] };

/** Whether a role, which its own account lets take any role, may take one with this trust policy. */
export async function roleMayTake(trust: PolicyDocument, roleArn: string): Promise<boolean> {
  return simulate(sessionOf(roleArn), ACCOUNT, { action: "sts:AssumeRole", resource: ROLE }, [ASSUME_ALL], trust);
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
    throw new Error(`the evaluator cannot tell about ${action} on ${resource}: ${JSON.stringify(answer)}`);
  const ignored = answer.result.ignoredContextKeys ?? [];
  if (ignored.length > 0) throw new Error(`${ignored.join(", ")} cannot be in a request of ${action}`);
  return answer.overallResult === "Allowed";
}

function sessionOf(roleArn: string): string {
  const [, account, name] = /^arn:aws:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(roleArn)!;
  return `arn:aws:sts::${account!}:assumed-role/${name!}/session`;
}
