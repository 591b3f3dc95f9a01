import type * as pulumi from "@pulumi/pulumi";
import type { SharedRegistryArgs } from "../args/shared-registry";
import { allProblems, problemsOf } from "../checks/shared-registry";
import { checkedArguments, or } from "./arguments";
import { PLAIN_STORAGE_ARGUMENTS, storageSettings, type StorageSettings } from "./storage";

/** Principals that may replace published versions of a LOB. */
export interface PythonWriterSettings {
  lob: string;
  principals: string[];
}

/** Checked arguments of a `SharedRegistry`, with defaults filled in. */
export interface SharedRegistrySettings {
  /** Rejects if an argument turns out to be wrong when it is known. */
  checked: Promise<unknown>;
  pythonWriters: pulumi.Output<PythonWriterSettings[]>;
  storage: StorageSettings;
}

const CHECKS = { component: "SharedRegistry", plain: PLAIN_STORAGE_ARGUMENTS, problemsOf, allProblems };

/**
 * Checks the arguments and fills in the defaults.
 *
 * @throws InputPropertiesError listing everything wrong with the values that are known now
 */
export function sharedRegistrySettings(resourceName: string, args: SharedRegistryArgs): SharedRegistrySettings {
  const { given, checked } = checkedArguments(CHECKS, resourceName, args);
  const pythonWriters = or<PythonWriterSettings[]>(given("pythonWriters"), []);
  // Counts a plain list now, though its principals may be known later. In a program without type checks the whole list may be an output.
  const list: unknown = args.pythonWriters ?? [];
  const anyWriters = Array.isArray(list) ? list.length > 0 : pythonWriters.apply((writers) => writers.length > 0);
  return {
    checked,
    pythonWriters,
    storage: storageSettings(args, given, anyWriters),
  };
}
