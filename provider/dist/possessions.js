"use strict";
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __setModuleDefault = (this && this.__setModuleDefault) || (Object.create ? (function(o, v) {
    Object.defineProperty(o, "default", { enumerable: true, value: v });
}) : function(o, v) {
    o["default"] = v;
});
var __importStar = (this && this.__importStar) || (function () {
    var ownKeys = function(o) {
        ownKeys = Object.getOwnPropertyNames || function (o) {
            var ar = [];
            for (var k in o) if (Object.prototype.hasOwnProperty.call(o, k)) ar[ar.length] = k;
            return ar;
        };
        return ownKeys(o);
    };
    return function (mod) {
        if (mod && mod.__esModule) return mod;
        var result = {};
        if (mod != null) for (var k = ownKeys(mod), i = 0; i < k.length; i++) if (k[i] !== "default") __createBinding(result, mod, k[i]);
        __setModuleDefault(result, mod);
        return result;
    };
})();
Object.defineProperty(exports, "__esModule", { value: true });
exports.claimsOfLob = claimsOfLob;
exports.claimsOfRegistry = claimsOfRegistry;
const pulumi = __importStar(require("@pulumi/pulumi"));
const layout_1 = require("./generated/layout");
const outputs_1 = require("./outputs");
const trust_1 = require("./policies/trust");
const roles_1 = require("./settings/roles");
/** Returns the claims of a `LineOfBusiness`. */
async function claimsOfLob(settings, account) {
    const where = await (0, outputs_1.knownValueOf)(pulumi.output({ accountId: account.accountId, region: account.region }));
    if (where === undefined)
        return [];
    const { lob, sharedRegistry, storage, roles } = settings;
    const names = (0, layout_1.ownNames)(where.accountId, where.region, lob);
    const shared = sharedRegistry && (await (0, outputs_1.knownValueOf)(sharedRegistry));
    const catalog = sharedRegistry ? shared?.catalogTableName : await nameOf(storage.catalogTableName, names.catalogTable);
    const row = catalog === undefined ? [] : [rowClaim({ ...where, region: shared?.region ?? where.region }, catalog, lob)];
    return [...row, ...(sharedRegistry ? [] : await storageClaims(storage, names, where)), ...(await roleClaims(roles, lob, where))];
}
/** Returns the claims of a `SharedRegistry`. */
async function claimsOfRegistry(storage, account) {
    const where = await (0, outputs_1.knownValueOf)(pulumi.output({ accountId: account.accountId, region: account.region }));
    return where === undefined ? [] : storageClaims(storage, (0, layout_1.sharedNames)(where.accountId, where.region), where);
}
async function nameOf(given, otherwise) {
    return given === undefined ? otherwise : (0, outputs_1.knownValueOf)(given);
}
const rowClaim = ({ accountId, region }, catalog, lob) => ({
    things: [`row ${accountId} ${region} ${catalog} ${lob}`],
    problem: (_, owner) => ({
        propertyPath: "lob",
        reason: `${owner} of this program is the LOB ${JSON.stringify(lob)} in the same account and region; choose another name`,
    }),
});
async function storageClaims(storage, names, { accountId, region }) {
    const bucket = await nameOf(storage.bucketName, names.bucket);
    const catalog = await nameOf(storage.catalogTableName, names.catalogTable);
    const registry = await nameOf(storage.registryTableName, names.registryTable);
    const table = (argument, name) => name === undefined || storage.switches.existingTables
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
const bucketClaim = (bucket) => ({
    things: [`bucket ${bucket}`],
    problem: (_, owner) => ({
        propertyPath: "bucketName",
        reason: `${owner} of this program owns the bucket ${bucket}, and a bucket has only one policy; declare one SharedRegistry with this bucket and pass its reference to the LOBs`,
    }),
});
async function roleClaims(settings, lob, { accountId }) {
    const provider = {
        things: [`oidc-provider ${accountId} ${trust_1.GITHUB_ISSUER}`],
        problem: (_, owner) => ({
            propertyPath: "createGithubOidcProvider",
            reason: `${owner} of this program creates the account's OIDC provider for GitHub, and an account can have only one; remove this`,
        }),
    };
    const named = settings.holders.map(async ({ kind, name, details }) => {
        const known = await (0, outputs_1.knownValueOf)(details);
        return known === undefined ? [] : [known.roleName ?? (0, roles_1.defaultRoleName)(lob, kind, name)];
    });
    // IAM ignores case, and the names of roles are unique in an account, not in a region.
    const prefix = `role ${accountId} `;
    const roles = {
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
