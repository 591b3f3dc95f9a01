import type * as pulumi from "@pulumi/pulumi";
import type { LineOfBusinessArgs } from "../args/line-of-business";
import type { SharedRegistryReference } from "../args/shared-registry";
import { allProblems, problemsOf } from "../checks/line-of-business";
import { checkedArguments, or } from "./arguments";
import { PLAIN_STORAGE_ARGUMENTS, storageSettings, type StorageSettings } from "./storage";
import { roleSettings, type RoleSettings } from "./roles";

/** The arguments of a `LineOfBusiness`, checked, with their defaults. */
export interface LineOfBusinessSettings {
  lob: string;
  description: pulumi.Output<string | undefined>;
  owner: pulumi.Output<string | undefined>;
  protectedAliases: pulumi.Output<string[]>;
  pythonWriters: boolean;
  /** Where the LOB is when it has no bucket and tables of its own. */
  sharedRegistry: pulumi.Output<pulumi.Unwrap<SharedRegistryReference>> | undefined;
  storage: StorageSettings;
  roles: RoleSettings;
}

const CHECKS = {
  component: "LineOfBusiness",
  plain: ["lob", "pythonWriters", "createGithubOidcProvider", ...PLAIN_STORAGE_ARGUMENTS],
  problemsOf: problemsOf as (argument: string, value: unknown) => ReturnType<typeof problemsOf>,
  allProblems,
};

/**
 * Checks the arguments and fills in the defaults.
 *
 * @throws InputPropertiesError with everything that is wrong with what is known now.
 */
export function lineOfBusinessSettings(resourceName: string, args: LineOfBusinessArgs): LineOfBusinessSettings {
  const given = checkedArguments(CHECKS, resourceName, args);
  const pythonWriters = args.pythonWriters ?? false;
  return {
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
