import type { HolderDetails, RoleKind } from "../settings/roles";
import { LIMITS, render, sizeProblem, type PolicyDocument } from "./document";
import { promoterPolicy, publisherPolicy, readerPolicy } from "./permissions";
import type { ModelPatterns, PolicyTarget } from "./target";
import { trustPolicy } from "./trust";

/** Code of the quota of IAM that limits trust policies. */
const TRUST_QUOTA = "L-C07B4B0D";

/** A policy as text, with the reason if AWS would not accept it. */
export interface PolicyText {
  text: string;
  problem: string | undefined;
}

const POLICIES: Record<RoleKind, (target: PolicyTarget, models?: ModelPatterns) => PolicyDocument> = {
  publisher: publisherPolicy,
  promoter: promoterPolicy,
  reader: readerPolicy,
};

/** Returns the permissions policy of a role, for these models or for the whole LOB. */
export function permissionsText(kind: RoleKind, target: PolicyTarget, models?: ModelPatterns): PolicyText {
  const fix = `split it into several ${kind}s, each with some of the models`;
  return fitting(POLICIES[kind](target, models), LIMITS.inline, "its policy", fix);
}

/** Returns the trust policy of a role. */
export function trustText(
  kind: RoleKind,
  details: Pick<HolderDetails, "repositories" | "principals">,
  where: { partition: string; oidcProviderArn: string },
  limit: number,
): PolicyText {
  const split = `split it into several ${kind}s, each with some of the repositories and principals`;
  const raise = `have AWS raise the quota "Role trust policy length" (${TRUST_QUOTA}) and set trustPolicyLimit`;
  return fitting(trustPolicy(details, where, kind !== "reader"), limit, "its trust policy", `${split}, or ${raise}`);
}

function fitting(document: PolicyDocument, limit: number, what: string, fix: string): PolicyText {
  const text = render(document);
  const tooLong = sizeProblem(text, limit);
  return { text, problem: tooLong && `${what} would have ${tooLong}; ${fix}` };
}
