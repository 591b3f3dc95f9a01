import type { HolderDetails, RoleKind } from "../settings/roles";
import { LIMITS, render, sizeProblem, type PolicyDocument } from "./document";
import { promoterPolicy, publisherPolicy, readerPolicy } from "./permissions";
import type { Models, Target } from "./target";
import { trustPolicy } from "./trust";

/** A policy as text, and what is wrong with it when AWS would not take it. */
export interface PolicyText {
  text: string;
  problem?: string;
}

const POLICIES: Record<RoleKind, (target: Target, models?: Models) => PolicyDocument> = {
  publisher: publisherPolicy,
  promoter: promoterPolicy,
  reader: (target) => readerPolicy(target),
};

/** What a role may do; without models, with all of the LOB. */
export function permissionsText(kind: RoleKind, target: Target, models?: Models): PolicyText {
  const mend = `split it into several ${kind}s, each with some of the models`;
  return fitting(POLICIES[kind](target, models), LIMITS.inline, "its policy", mend);
}

/** Who may take a role. */
export function trustText(
  kind: RoleKind,
  details: Pick<HolderDetails, "repositories" | "principals">,
  where: { partition: string; oidcProviderArn: string },
): PolicyText {
  const mend = `split it into several ${kind}s, each with some of the repositories and principals`;
  return fitting(trustPolicy(details, where, kind !== "reader"), LIMITS.trust, "its trust policy", mend);
}

function fitting(document: PolicyDocument, limit: number, what: string, mend: string): PolicyText {
  const text = render(document);
  const tooLong = sizeProblem(text, limit);
  return { text, ...(tooLong !== undefined && { problem: `${what} would have ${tooLong}: ${mend}` }) };
}
