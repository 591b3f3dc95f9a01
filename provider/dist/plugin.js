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
// The entry that the Pulumi CLI loads for a program in another language: it requires the package's folder, and Node then takes `main` of package.json.
// Programs import the package by name, for which Node takes `exports`. This entry answers the schema that was built with the release; Pulumi's
// own host would infer it again in every process, which takes several seconds of CPU.
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const pulumi = __importStar(require("@pulumi/pulumi"));
const line_of_business_1 = require("./line-of-business");
const peers_1 = require("./peers");
const shared_registry_1 = require("./shared-registry");
const TOKEN = "lob-registry:index:";
const COMPONENTS = {
    [`${TOKEN}LineOfBusiness`]: line_of_business_1.LineOfBusiness,
    [`${TOKEN}SharedRegistry`]: shared_registry_1.SharedRegistry,
};
const read = (name) => JSON.parse((0, node_fs_1.readFileSync)((0, node_path_1.join)(__dirname, "..", name), "utf8"));
/** The component provider that Pulumi hosts. The version is the package's own. */
function componentProvider() {
    const { version } = read("package.json");
    const schema = read("schema.json");
    return {
        version,
        schema: JSON.stringify({ ...schema, version }),
        construct: (name, type, inputs, options) => {
            const component = COMPONENTS[type];
            if (!component)
                return Promise.reject(new Error(`this package has no resource ${type}; it has ${Object.keys(COMPONENTS).join(" and ")}`));
            const instance = new component(name, inputs, options);
            const outputs = instance;
            const names = Object.keys(schema.resources[type]?.properties ?? {});
            return Promise.resolve({ urn: instance.urn, state: Object.fromEntries(names.map((output) => [output, outputs[output]])) });
        },
    };
}
(0, peers_1.requireAws)();
// Pulumi calls the function that a plugin exports.
module.exports = () => pulumi.provider.main(componentProvider(), process.argv.slice(2));
