import type * as pulumi from "@pulumi/pulumi";
import type { LineOfBusinessArgs } from "../args/line-of-business";
import type { SharedRegistryReference } from "../args/shared-registry";
import { allProblems, problemsOf } from "../checks/line-of-business";
import { checkedArguments, or } from "./arguments";
import { PLAIN_STORAGE_ARGUMENTS, storageSettings, type StorageSettings } from "./storage";
import { roleSettings, type RoleSettings } from "./roles";

/** Checked arguments of a `LineOfBusiness`, with defaults filled in. */
export interface LineOfBusinessSettings {
  /** Rejects if an argument turns out to be wrong when it is known. */
  checked: Promise<unknown>;
  lob: string;
  description: pulumi.Output<string | undefined>;
  owner: pulumi.Output<string | undefined>;
  protectedAliases: pulumi.Output<string[]>;
  pythonWriters: boolean;
  /** Location of the shared registry; undefined if the LOB has its own bucket and tables. */
  sharedRegistry: pulumi.Output<pulumi.Unwrap<SharedRegistryReference>> | undefined;
  storage: StorageSettings;
  roles: RoleSettings;
}

const CHECKS = {
  component: "LineOfBusiness",
  plain: ["lob", "pythonWriters", "createGithubOidcProvider", "trustPolicyLimit", ...PLAIN_STORAGE_ARGUMENTS],
  problemsOf: problemsOf as (argument: string, value: unknown) => ReturnType<typeof problemsOf>,
  allProblems,
};

/**
 * Checks the arguments and fills in the defaults.
 *
 * @throws InputPropertiesError listing everything wrong with the values that are known now
 */
export function lineOfBusinessSettings(resourceName: string, args: LineOfBusinessArgs): LineOfBusinessSettings {
  const { given, checked } = checkedArguments(CHECKS, resourceName, args);
  const pythonWriters = args.pythonWriters ?? false;
  return {
    checked,
    lob: args.lob ?? resourceName,
    description: or<string | undefined>(given("description"), undefined),
    owner: or<string | undefined>(given("owner"), undefined),
    protectedAliases: or(given("protectedAliases"), []),
    pythonWriters,
    sharedRegistry: given("sharedRegistry"),
    storage: storageSettings(args, given, pythonWriters),
    roles: roleSettings(args, given),
  };
}
