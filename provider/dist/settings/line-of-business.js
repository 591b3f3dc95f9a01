"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.lineOfBusinessSettings = lineOfBusinessSettings;
const line_of_business_1 = require("../checks/line-of-business");
const arguments_1 = require("./arguments");
const storage_1 = require("./storage");
const roles_1 = require("./roles");
const CHECKS = {
    component: "LineOfBusiness",
    plain: ["lob", "pythonWriters", "createGithubOidcProvider", "trustPolicyLimit", ...storage_1.PLAIN_STORAGE_ARGUMENTS],
    problemsOf: line_of_business_1.problemsOf,
    allProblems: line_of_business_1.allProblems,
};
/**
 * Checks the arguments and fills in the defaults.
 *
 * @throws InputPropertiesError listing everything wrong with the values that are known now
 */
function lineOfBusinessSettings(resourceName, args) {
    const { given, checked } = (0, arguments_1.checkedArguments)(CHECKS, resourceName, args);
    const pythonWriters = args.pythonWriters ?? false;
    return {
        checked,
        lob: args.lob ?? resourceName,
        description: (0, arguments_1.or)(given("description"), undefined),
        owner: (0, arguments_1.or)(given("owner"), undefined),
        protectedAliases: (0, arguments_1.or)(given("protectedAliases"), []),
        pythonWriters,
        sharedRegistry: given("sharedRegistry"),
        storage: (0, storage_1.storageSettings)(args, given, pythonWriters),
        roles: (0, roles_1.roleSettings)(args, given),
    };
}
