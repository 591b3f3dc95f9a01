import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import type * as provider from "@pulumi/pulumi/provider/experimental/provider";

// The package as Pulumi and npm see it, besides its code.

const ROOM = dirname(__dirname);
const read = (...path: string[]): string => readFileSync(join(ROOM, ...path), "utf8");
const HINT = "run: npm run generate";

interface Property {
  description?: string;
  optional?: boolean;
}
interface Schema {
  version?: string;
  dependencies: unknown[];
  types: Record<string, { properties: Record<string, Property> }>;
  resources: Record<string, { description?: string; inputProperties: Record<string, Property>; properties: Record<string, Property> }>;
}

/** Infers the schema with Pulumi, using the TypeScript of this repository or the old one that Pulumi bundles. */
async function inferSchema(typescript: "installed" | "carried"): Promise<{ schema: Schema; compiler: string }> {
  let inferred: { schema: Schema; compiler: string } | undefined;
  await jest.isolateModulesAsync(async () => {
    if (typescript === "carried") {
      jest.doMock("typescript", () => {
        throw new Error("Cannot find module 'typescript'");
      });
    }
    const { ComponentProvider, getPulumiComponents } = jest.requireActual<typeof provider>("@pulumi/pulumi/provider/experimental/provider");
    const components = getPulumiComponents(jest.requireActual("./index"));
    const schema = JSON.parse(await new ComponentProvider({ name: "lob-registry", dirname: ROOM, components }).getSchema()) as Schema;
    inferred = { schema, compiler: jest.requireActual<{ version: string }>("@pulumi/pulumi/typescript-shim").version };
  });
  jest.dontMock("typescript");
  delete inferred!.schema.version;
  return inferred!;
}

describe("the schema", () => {
  const golden = JSON.parse(read("schema.golden.json")) as Schema;

  test.each([
    ["installed", /^6\./],
    ["carried", /^3\.8\./],
  ] as const)(
    `is the committed one, by the TypeScript that is %s (${HINT})`,
    async (which, version) => {
      const { schema, compiler } = await inferSchema(which);
      expect(compiler).toMatch(version);
      expect(schema).toEqual(golden);
    },
    60_000,
  );

  test("has the components under the tokens that their classes register", () => {
    expect(Object.keys(golden.resources)).toEqual(["lob-registry:index:LineOfBusiness", "lob-registry:index:SharedRegistry"]);
    expect(read("src", "line-of-business.ts")).toContain('super("lob-registry:index:LineOfBusiness"');
    expect(read("src", "shared-registry.ts")).toContain('super("lob-registry:index:SharedRegistry"');
  });

  test("has a description for everything", () => {
    const texts = Object.values(golden.resources).flatMap(({ description, inputProperties, properties }) => [
      description,
      ...[...Object.values(inputProperties), ...Object.values(properties)].map((property) => property.description),
    ]);
    const ofTypes = Object.values(golden.types).flatMap(({ properties }) =>
      Object.values(properties).map((property) => property.description),
    );
    for (const text of [...texts, ...ofTypes]) expect(text).toMatch(/^[A-Z].{10,}\.$/s);
    expect(JSON.stringify([texts, ofTypes])).not.toContain("[object");
    expect([texts.length > 60, ofTypes.length > 20]).toEqual([true, true]);
  });

  test("gives the default of each argument that has one", () => {
    const all = [
      ...Object.values(golden.resources).flatMap(({ inputProperties }) => Object.entries(inputProperties)),
      ...Object.values(golden.types).flatMap(({ properties }) => Object.entries(properties)),
    ];
    const silent = all.filter(([, { optional, description }]) => optional && !description?.includes("Default: "));
    expect(silent.map(([name]) => name)).toEqual(["description", "owner"]);
  });

  test("depends on no particular release of the AWS provider, and on no type that a language cannot express", () => {
    expect(golden.dependencies).toEqual([]);
    expect(JSON.stringify(golden)).not.toMatch(/pulumi\.json#\/(Any|Asset|Archive)/);
  });
});

test(`the layout is a copy of core's, byte for byte below the first line (${HINT})`, () => {
  const [mark, ...rest] = read("src", "generated", "layout.ts").split("\n");
  expect(mark).toMatch(/^\/\/ Generated .* Do not edit\.$/);
  expect(rest.join("\n")).toBe(read("..", "core", "src", "layout.ts"));
});

test("the package is complete for npm and for Pulumi", () => {
  const manifest = JSON.parse(read("package.json")) as {
    main: string;
    types: string;
    files: string[];
    peerDependencies: object;
    dependencies?: object;
  };
  expect(manifest).toMatchObject({ name: "lob-registry", main: "./dist/index.js", types: "./dist/index.d.ts" });
  expect(manifest).not.toHaveProperty("type");
  expect(manifest.files).toEqual(expect.arrayContaining(["dist", "src", "PulumiPlugin.yaml", "tsconfig.json", "README.md"]));
  // A program has one copy of each peer dependency. It could have two copies of an ordinary dependency, one of them unaware of the deployment.
  expect(Object.keys(manifest.peerDependencies).sort()).toEqual(["@pulumi/aws", "@pulumi/pulumi"]);
  expect(manifest.dependencies).toBeUndefined();
  expect(read("PulumiPlugin.yaml")).toBe("runtime: nodejs\n");
});
