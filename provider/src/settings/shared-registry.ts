import type * as pulumi from "@pulumi/pulumi";
import type { SharedRegistryArgs } from "../args/shared-registry";
import { allProblems, problemsOf } from "../checks/shared-registry";
import { checkedArguments, or } from "./arguments";
import { PLAIN_STORAGE_ARGUMENTS, storageSettings, type StorageSettings } from "./storage";

/** Who may replace the published versions of a LOB. */
export interface PythonWriterSettings {
  lob: string;
  principals: string[];
}

/** The arguments of a `SharedRegistry`, checked, with their defaults. */
export interface SharedRegistrySettings {
  pythonWriters: pulumi.Output<PythonWriterSettings[]>;
  storage: StorageSettings;
}

const CHECKS = { component: "SharedRegistry", plain: PLAIN_STORAGE_ARGUMENTS, problemsOf, allProblems };

/**
 * Checks the arguments and fills in the defaults.
 *
 * @throws InputPropertiesError with everything that is wrong with what is known now.
 */
export function sharedRegistrySettings(resourceName: string, args: SharedRegistryArgs): SharedRegistrySettings {
  const given = checkedArguments(CHECKS, resourceName, args);
  const pythonWriters = or<PythonWriterSettings[]>(given("pythonWriters"), []);
  // A list is counted as it stands: its principals may be known later. From a program that is not type-checked all of it may be an output.
  const list: unknown = args.pythonWriters ?? [];
  const anyWriters = Array.isArray(list) ? list.length > 0 : pythonWriters.apply((writers) => writers.length > 0);
  return {
    pythonWriters,
    storage: storageSettings(args, given, anyWriters),
  };
}
