import type { Promoter, Publisher, Reader, Repository } from "../args/roles";
import { modelProblem } from "../generated/layout";
import { LIMITS } from "../policies/document";
import { trustText } from "../policies/texts";
import { wellKnownProvider } from "../policies/trust";
import { defaultRoleName, ROLE_KINDS, ROLE_LISTS, type HolderDetails } from "../settings/roles";
import {
  isGiven,
  isObject,
  LATER,
  list,
  listOf,
  object,
  one,
  show,
  type ArgumentProblem,
  type ArgumentRule,
  withoutNulls,
} from "./problem";
import { accountProblem, switchProblem } from "./values";

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,30}$/;
const ROLE_NAME = /^[A-Za-z0-9+=,.@_-]{1,64}$/;
const ROLE_PATH = /^\/([\x21-\x2e\x30-\x7e]+\/)*$/;
const TAKER = /^arn:aws[a-z-]*:iam::\d{12}:((role|user)\/[A-Za-z0-9+=,.@_/-]{1,512}|root)$/;
const OIDC_PROVIDER = /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[A-Za-z0-9._/-]{1,200}$/;
const BOUNDARY = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[A-Za-z0-9+=,.@_/-]{1,512}$/;
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;
const ID = /^[1-9]\d{0,18}$/;
const WORKFLOW =
  /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}\/\.github\/workflows\/[A-Za-z0-9._-]+\.ya?ml@(refs\/(heads|tags)\/[^\s:~^\\[]+|[0-9a-f]{40})$/;

const REFUSED_BY_GIT = /\.\.|@\{|\/\/|^\/|\/$|\$\{/;

const REPOSITORY_RULES: Record<keyof Repository, ArgumentRule> = {
  repository: one((value) =>
    typeof value === "string" && REPOSITORY.test(value) ? undefined : `must be owner/name, e.g. "acme/fraud-models"; got ${show(value)}`,
  ),
  ownerId: one(idProblem),
  repositoryId: one(idProblem),
  branches: list(refProblem("branch")),
  tags: list(refProblem("tag")),
  environments: list((value) =>
    typeof value === "string" && /^[^\s*?](.{0,253}[^\s*?])?$/.test(value) && !/[*?$]/.test(value)
      ? undefined
      : `must be the name of an environment, at most 255 characters, without "*", "?" and "$"; got ${show(value)}`,
  ),
  workflows: list((value) =>
    typeof value === "string" && WORKFLOW.test(value) && !value.includes("${")
      ? undefined
      : `must be a workflow with its ref, e.g. acme/workflows/.github/workflows/publish.yml@refs/heads/main; got ${show(value)}`,
  ),
  pullRequests: one(switchProblem),
};

const BINDINGS = ["branches", "tags", "environments", "workflows"] as const;

/** Checks repositories. One whose jobs may write must be restricted, because anyone who can push a branch to it can run a job in it. */
function repositoryProblems(writes: boolean): ArgumentRule {
  return listOf((value, path) => {
    const problems = object(REPOSITORY_RULES, ["repository"])(value, path);
    if (!isObject(value)) return problems;
    const { ownerId, repositoryId, pullRequests } = value;
    if (isGiven(ownerId) !== isGiven(repositoryId)) {
      problems.push({ propertyPath: `${path}.${isGiven(ownerId) ? "repositoryId" : "ownerId"}`, reason: "set both ids or neither" });
    }
    if (writes && !BINDINGS.some((name) => isGiven(value[name]) && !isEmpty(value[name]))) {
      problems.push({
        propertyPath: path,
        reason: `name branches, tags, environments or workflows; without them every job of ${show(value["repository"])} could write, including jobs of pull requests`,
      });
    }
    if (writes && isGiven(pullRequests) && pullRequests !== false) {
      problems.push({ propertyPath: `${path}.pullRequests`, reason: "only readers allow jobs of pull requests; remove this" });
    }
    return problems;
  });
}

const takers = list((value) =>
  typeof value === "string" && (TAKER.test(value) || accountProblem(value) === undefined)
    ? undefined
    : `must be the ARN of one IAM role or user without "*", e.g. arn:aws:iam::111122223333:role/sagemaker, or a 12-digit account id; got ${show(value)}`,
);

const rulesOf = (writes: boolean): Record<keyof Publisher & keyof Promoter & keyof Reader, ArgumentRule> => ({
  name: one((value) =>
    typeof value === "string" && NAME.test(value)
      ? undefined
      : `must be 1 to 31 characters (a letter, then letters, digits, "-" and "_"), and known when the program runs; got ${show(value)}`,
  ),
  repositories: repositoryProblems(writes),
  principals: takers,
  models: list(modelProblem),
  roleName: one((value) =>
    typeof value === "string" && ROLE_NAME.test(value)
      ? undefined
      : `a role name must be 1 to 64 letters, digits and "+=,.@_-"; got ${show(value)}`,
  ),
});

const WRITER = rulesOf(true);
const READER = rulesOf(false);

/** Reports roles of the three lists that would have the same name, or a default name that is too long. IAM ignores upper and lower case. */
export function roleNameProblems(args: Readonly<Record<string, unknown>>, lob: unknown): ArgumentProblem[] {
  const named = ROLE_KINDS.flatMap((kind) => {
    const list = ROLE_LISTS[kind];
    const holders = args[list];
    if (!Array.isArray(holders)) return [];
    return holders.flatMap((holder: unknown, index) => {
      if (!isObject(holder)) return [];
      const { name, roleName } = holder;
      const path = `${list}[${String(index)}]`;
      if (isGiven(roleName)) return typeof roleName === "string" ? [{ roleName, path: `${path}.roleName`, chosen: true }] : [];
      if (typeof name !== "string" || typeof lob !== "string") return [];
      return [{ roleName: defaultRoleName(lob, kind, name), path: `${path}.name`, chosen: false }];
    });
  });
  const same = (one: (typeof named)[number], other: (typeof named)[number]): boolean =>
    one.roleName.toLowerCase() === other.roleName.toLowerCase() &&
    // The check of the list reports a name that is in it twice.
    (one.chosen || other.chosen || one.roleName !== other.roleName);
  const long = named
    .filter(({ roleName, chosen }) => !chosen && roleName.length > 64)
    .map(({ roleName, path }) => ({
      propertyPath: path,
      reason: `the role would be called ${show(roleName)}, and IAM allows 64 characters; choose a shorter name, or set roleName`,
    }));
  const repeated = named
    .filter((one, index) => named.slice(0, index).some((other) => same(one, other)))
    .map(({ roleName, path }) => ({
      propertyPath: path,
      reason: `another role here has the name ${show(roleName)}; choose a different name`,
    }));
  return [...long, ...repeated];
}

export const publisherProblems = holders(WRITER);
export const promoterProblems = holders(WRITER);
export const readerProblems = holders(READER);

/** Checks a list of publishers, promoters or readers. Each needs a unique name, and somebody who may take its role. */
function holders(rules: Readonly<Record<string, ArgumentRule>>): ArgumentRule {
  const each = listOf((holder, path, all, index) => {
    // The names decide which resources exist, so they must be known now.
    if (holder === LATER)
      return [{ propertyPath: path, reason: "must be known when the program runs; only its properties may be outputs" }];
    const plain = isObject(holder) && holder["name"] === LATER ? { ...holder, name: {} } : holder;
    const problems = object(rules, ["name"])(plain, path);
    if (!isObject(holder)) return problems;
    const nameOf = (one: unknown): unknown => (isObject(one) ? one["name"] : undefined);
    if (typeof holder["name"] === "string" && all.findIndex((other) => nameOf(other) === holder["name"]) < index) {
      problems.push({ propertyPath: `${path}.name`, reason: `${show(holder["name"])} is in the list already; names must be unique` });
    }
    if (![holder["repositories"], holder["principals"]].some((takers) => isGiven(takers) && !isEmpty(takers))) {
      problems.push({ propertyPath: path, reason: "name repositories or principals; otherwise nobody could assume this role" });
    }
    if (isGiven(holder["models"]) && isEmpty(holder["models"])) {
      problems.push({ propertyPath: `${path}.models`, reason: "name a model, or remove this to allow all models of the LOB" });
    }
    return problems;
  });
  // The number of items also decides which resources exist.
  return (value, path) =>
    value === LATER
      ? [{ propertyPath: path, reason: "this list must be known when the program runs; only the properties of its items may be outputs" }]
      : each(value, path);
}

/**
 * Reports trust policies that are too long together with the other problems, if all of one is known now; otherwise it is measured later.
 *
 * @param found the other problems: a holder that has one is not measured
 */
export function trustSizeProblems(args: Readonly<Record<string, unknown>>, found: readonly ArgumentProblem[]): ArgumentProblem[] {
  const { trustPolicyLimit } = args;
  const limit = typeof trustPolicyLimit === "number" ? trustPolicyLimit : LIMITS.trust;
  return ROLE_KINDS.flatMap((kind) => {
    const holders = args[ROLE_LISTS[kind]];
    if (!Array.isArray(holders)) return [];
    return holders.flatMap((holder: unknown, index) => {
      const path = `${ROLE_LISTS[kind]}[${String(index)}]`;
      if (!isObject(holder) || isLater(holder) || found.some(({ propertyPath }) => propertyPath.startsWith(path))) return [];
      const details = withoutNulls({ repositories: holder["repositories"] ?? [], principals: holder["principals"] ?? [] });
      const where = { partition: "aws", oidcProviderArn: wellKnownProvider("aws", "0".repeat(12)) };
      const { problem } = trustText(kind, details as Pick<HolderDetails, "repositories" | "principals">, where, limit);
      return problem === undefined ? [] : [{ propertyPath: path, reason: problem }];
    });
  });
}

function isLater(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isLater);
  return value === LATER || (isObject(value) && Object.values(value).some(isLater));
}

export const oidcProviderProblem = (value: unknown): string | undefined =>
  typeof value === "string" && OIDC_PROVIDER.test(value)
    ? undefined
    : `must be the ARN of an OIDC provider, e.g. arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com; got ${show(value)}`;

export const boundaryProblem = (value: unknown): string | undefined =>
  typeof value === "string" && BOUNDARY.test(value)
    ? undefined
    : `must be the ARN of a managed policy, e.g. arn:aws:iam::111122223333:policy/boundary; got ${show(value)}`;

export const rolePathProblem = (value: unknown): string | undefined =>
  typeof value === "string" && value.length <= 512 && ROLE_PATH.test(value)
    ? undefined
    : `must begin and end with "/", e.g. "/ml/"; got ${show(value)}`;

/** Applies Git's rules for names of branches and tags, but allows the wildcards "*" and "?", which Git refuses in names. */
function refProblem(what: string): (value: unknown) => string | undefined {
  const example = what === "tag" ? '"v*"' : '"main" or "release/*"';
  return (value) => {
    const allowed = typeof value === "string" && value.length <= 255 && /^[^\s\p{Cc}:~^\\[]+$/u.test(value) && !REFUSED_BY_GIT.test(value);
    if (!allowed) return `must be the name of a ${what}, e.g. ${example}; got ${show(value)}`;
    return value.startsWith("refs/") ? `remove the "refs/heads/" or "refs/tags/"; got ${show(value)}` : undefined;
  };
}

function idProblem(value: unknown): string | undefined {
  return typeof value === "string" && ID.test(value) ? undefined : `must be a GitHub id, a string of digits; got ${show(value)}`;
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
