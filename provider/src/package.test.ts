import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import type * as provider from "@pulumi/pulumi/provider/experimental/provider";

// What the package is to Pulumi and to npm, beside its code.

const ROOM = dirname(__dirname);
const read = (...path: string[]): string => readFileSync(join(ROOM, ...path), "utf8");
const HINT = "run: npm run generate";

interface Property {
  description?: string;
}
interface Schema {
  version?: string;
  resources: Record<string, { description?: string; inputProperties: Record<string, Property>; properties: Record<string, Property> }>;
}

/** The schema as Pulumi infers it, with the TypeScript of this repository or with the old one that Pulumi carries itself. */
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

  test("has the components under the tokens that the classes register", () => {
    expect(Object.keys(golden.resources)).toEqual(["lob-registry:index:LineOfBusiness", "lob-registry:index:SharedRegistry"]);
    expect(read("src", "line-of-business.ts")).toContain('super("lob-registry:index:LineOfBusiness"');
    expect(read("src", "shared-registry.ts")).toContain('super("lob-registry:index:SharedRegistry"');
  });

  test("has a text for everything", () => {
    for (const { description, inputProperties, properties } of Object.values(golden.resources)) {
      const texts = [
        description,
        ...[...Object.values(inputProperties), ...Object.values(properties)].map((property) => property.description),
      ];
      for (const text of texts) expect(text).toMatch(/^[A-Z].{15,}\.$/s);
      expect(JSON.stringify(texts)).not.toContain("[object");
      expect(texts.length).toBeGreaterThan(30);
    }
  });

  test("says the default of each argument that has one", () => {
    const silent = Object.entries(golden.resources["lob-registry:index:LineOfBusiness"]!.inputProperties).filter(
      ([, { description }]) => !description?.includes("Default: "),
    );
    expect(silent.map(([name]) => name)).toEqual(["description", "owner"]);
  });
});

test("the README names every argument and output", () => {
  const readme = read("README.md");
  const component = (JSON.parse(read("schema.golden.json")) as Schema).resources["lob-registry:index:LineOfBusiness"]!;
  const names = [...Object.keys(component.inputProperties), ...Object.keys(component.properties)];
  expect(names.filter((name) => !readme.includes(`| \`${name}\` |`))).toEqual([]);
});

test(`the layout is core's, byte for byte below the mark (${HINT})`, () => {
  const [mark, ...rest] = read("src", "generated", "layout.ts").split("\n");
  expect(mark).toMatch(/^\/\/ Generated .* Do not edit\.$/);
  expect(rest.join("\n")).toBe(read("..", "core", "src", "layout.ts"));
});

test("what ships is complete for npm and for Pulumi", () => {
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
  // As peers there is one copy of each in a program; as dependencies there could be two, of which one knows nothing of the deployment.
  expect(Object.keys(manifest.peerDependencies).sort()).toEqual(["@pulumi/aws", "@pulumi/pulumi"]);
  expect(manifest.dependencies).toBeUndefined();
  expect(read("PulumiPlugin.yaml")).toBe("runtime: nodejs\n");
});
