import * as pulumi from "@pulumi/pulumi";
import type { Account } from "./account";
import type { Claim } from "./claims";
import { ownNames, sharedNames } from "./generated/layout";
import { knownValueOf } from "./outputs";
import { GITHUB_ISSUER } from "./policies/trust";
import type { LineOfBusinessSettings } from "./settings/line-of-business";
import { defaultRoleName, type RoleSettings } from "./settings/roles";
import type { StorageSettings } from "./settings/storage";

// Things on AWS that a component claims. A name that a preview does not know yet is not claimed: the deployment itself then knows it.

interface Where {
  accountId: string;
  region: string;
}

/** Returns the claims of a `LineOfBusiness`. */
export async function claimsOfLob(settings: LineOfBusinessSettings, account: Account): Promise<Claim[]> {
  const where = await knownValueOf(pulumi.output({ accountId: account.accountId, region: account.region }));
  if (where === undefined) return [];
  const { lob, sharedRegistry, storage, roles } = settings;
  const names = ownNames(where.accountId, where.region, lob);
  const shared = sharedRegistry && (await knownValueOf(sharedRegistry));
  const catalog = sharedRegistry ? shared?.catalogTableName : await nameOf(storage.catalogTableName, names.catalogTable);
  const row = catalog === undefined ? [] : [rowClaim({ ...where, region: shared?.region ?? where.region }, catalog, lob)];
  return [...row, ...(sharedRegistry ? [] : await storageClaims(storage, names, where)), ...(await roleClaims(roles, lob, where))];
}

/** Returns the claims of a `SharedRegistry`. */
export async function claimsOfRegistry(storage: StorageSettings, account: Account): Promise<Claim[]> {
  const where = await knownValueOf(pulumi.output({ accountId: account.accountId, region: account.region }));
  return where === undefined ? [] : storageClaims(storage, sharedNames(where.accountId, where.region), where);
}

async function nameOf(given: pulumi.Output<string> | undefined, otherwise: string): Promise<string | undefined> {
  return given === undefined ? otherwise : knownValueOf(given);
}

const rowClaim = ({ accountId, region }: Where, catalog: string, lob: string): Claim => ({
  things: [`row ${accountId} ${region} ${catalog} ${lob}`],
  problem: (_, owner) => ({
    propertyPath: "lob",
    reason: `${owner} of this program is the LOB ${JSON.stringify(lob)} in the same account and region; choose another name`,
  }),
});

async function storageClaims(storage: StorageSettings, names: ReturnType<typeof ownNames>, { accountId, region }: Where): Promise<Claim[]> {
  const bucket = await nameOf(storage.bucketName, names.bucket);
  const catalog = await nameOf(storage.catalogTableName, names.catalogTable);
  const registry = await nameOf(storage.registryTableName, names.registryTable);
  const table = (argument: string, name: string | undefined): Claim[] =>
    name === undefined || storage.switches.existingTables
      ? []
      : [
          {
            things: [`table ${accountId} ${region} ${name}`],
            problem: (_, owner) => ({
              propertyPath: argument,
              reason: `${owner} of this program declares the table ${name}; choose another name, or declare one SharedRegistry with this table and pass its reference to the LOBs`,
            }),
          },
        ];
  return [
    ...(bucket === undefined ? [] : [bucketClaim(bucket)]),
    ...table("catalogTableName", catalog),
    ...table("registryTableName", registry),
  ];
}

// Bucket names are unique in all accounts and regions.
const bucketClaim = (bucket: string): Claim => ({
  things: [`bucket ${bucket}`],
  problem: (_, owner) => ({
    propertyPath: "bucketName",
    reason: `${owner} of this program owns the bucket ${bucket}, and a bucket has only one policy; declare one SharedRegistry with this bucket and pass its reference to the LOBs`,
  }),
});

async function roleClaims(settings: RoleSettings, lob: string, { accountId }: Where): Promise<Claim[]> {
  const provider: Claim = {
    things: [`oidc-provider ${accountId} ${GITHUB_ISSUER}`],
    problem: (_, owner) => ({
      propertyPath: "createGithubOidcProvider",
      reason: `${owner} of this program creates the account's OIDC provider for GitHub, and an account can have only one; remove this`,
    }),
  };
  const named = settings.holders.map(async ({ kind, name, details }) => {
    const known = await knownValueOf(details);
    return known === undefined ? [] : [known.roleName ?? defaultRoleName(lob, kind, name)];
  });
  // IAM ignores case, and the names of roles are unique in an account, not in a region.
  const prefix = `role ${accountId} `;
  const roles: Claim = {
    things: (await Promise.all(named)).flat().map((role) => prefix + role.toLowerCase()),
    problem: (taken, owner) => {
      const several = taken.length > 1;
      const list = taken.map((thing) => thing.slice(prefix.length)).join(", ");
      const reason = `${owner} of this program has the role${several ? "s" : ""} ${list}, and names of roles are unique in an account, across regions; choose another lob, or set roleName for ${several ? "each" : "this one"}`;
      return { propertyPath: "lob", reason };
    },
  };
  return [...(settings.createGithubOidcProvider ? [provider] : []), roles];
}
