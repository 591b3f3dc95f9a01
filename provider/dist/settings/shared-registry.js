"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.sharedRegistrySettings = sharedRegistrySettings;
const shared_registry_1 = require("../checks/shared-registry");
const arguments_1 = require("./arguments");
const storage_1 = require("./storage");
const CHECKS = { component: "SharedRegistry", plain: storage_1.PLAIN_STORAGE_ARGUMENTS, problemsOf: shared_registry_1.problemsOf, allProblems: shared_registry_1.allProblems };
/**
 * Checks the arguments and fills in the defaults.
 *
 * @throws InputPropertiesError with everything that is wrong with what is known now.
 */
function sharedRegistrySettings(resourceName, args) {
    const given = (0, arguments_1.checkedArguments)(CHECKS, resourceName, args);
    return {
        pythonWriters: (0, arguments_1.or)(given("pythonWriters"), []),
        storage: (0, storage_1.storageSettings)(args, given, (args.pythonWriters ?? []).length > 0),
    };
}
