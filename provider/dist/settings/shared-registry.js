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
 * @throws InputPropertiesError listing everything wrong with the values that are known now
 */
function sharedRegistrySettings(resourceName, args) {
    const { given, checked } = (0, arguments_1.checkedArguments)(CHECKS, resourceName, args);
    const pythonWriters = (0, arguments_1.or)(given("pythonWriters"), []);
    // Counts a plain list now, though its principals may be known later. In a program without type checks the whole list may be an output.
    const list = args.pythonWriters ?? [];
    const anyWriters = Array.isArray(list) ? list.length > 0 : pythonWriters.apply((writers) => writers.length > 0);
    return {
        checked,
        pythonWriters,
        storage: (0, storage_1.storageSettings)(args, given, anyWriters),
    };
}
