// The entry that the Pulumi CLI loads for a program in another language: it requires the package's folder, and Node then takes `main` of package.json.
// Programs import the package by name, for which Node takes `exports`. This entry answers the schema that was built with the release; Pulumi's
// own host would infer it again in every process, which takes several seconds of CPU.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LineOfBusiness } from "./line-of-business";
import { requireAws } from "./peers";
import { SharedRegistry } from "./shared-registry";

interface Schema {
  resources: Record<string, { properties: Record<string, unknown> }>;
}
interface Manifest {
  version: string;
}

type Component = new (name: string, args: never, options: pulumi.ComponentResourceOptions) => pulumi.ComponentResource;

const TOKEN = "lob-registry:index:";
const COMPONENTS: Readonly<Record<string, Component>> = {
  [`${TOKEN}LineOfBusiness`]: LineOfBusiness,
  [`${TOKEN}SharedRegistry`]: SharedRegistry,
};

const read = (name: string): unknown => JSON.parse(readFileSync(join(__dirname, "..", name), "utf8"));

/** The component provider that Pulumi hosts. The version is the package's own. */
function componentProvider(): pulumi.provider.Provider {
  const { version } = read("package.json") as Manifest;
  const schema = read("schema.json") as Schema;
  return {
    version,
    schema: JSON.stringify({ ...schema, version }),
    construct: (name, type, inputs, options) => {
      const component = COMPONENTS[type];
      if (!component)
        return Promise.reject(new Error(`this package has no resource ${type}; it has ${Object.keys(COMPONENTS).join(" and ")}`));
      const instance = new component(name, inputs as never, options);
      const outputs = instance as unknown as Record<string, unknown>;
      const names = Object.keys(schema.resources[type]?.properties ?? {});
      return Promise.resolve({ urn: instance.urn, state: Object.fromEntries(names.map((output) => [output, outputs[output]])) });
    },
  };
}

requireAws();

// Pulumi calls the function that a plugin exports.
module.exports = (): Promise<void> => pulumi.provider.main(componentProvider(), process.argv.slice(2));
