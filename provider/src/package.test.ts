import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";

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
  language: Record<string, object>;
  types: Record<string, { description?: string; properties: Record<string, Property> }>;
  resources: Record<string, { description?: string; inputProperties: Record<string, Property>; properties: Record<string, Property> }>;
}

describe("the schema", () => {
  const committed = JSON.parse(read("schema.json")) as Schema;

  test("has the components under the tokens that their classes register", () => {
    expect(Object.keys(committed.resources)).toEqual(["lob-registry:index:LineOfBusiness", "lob-registry:index:SharedRegistry"]);
    expect(read("src", "line-of-business.ts")).toContain('super("lob-registry:index:LineOfBusiness"');
    expect(read("src", "shared-registry.ts")).toContain('super("lob-registry:index:SharedRegistry"');
  });

  test("has a description for everything", () => {
    const texts = Object.values(committed.resources).flatMap(({ description, inputProperties, properties }) => [
      description,
      ...[...Object.values(inputProperties), ...Object.values(properties)].map((property) => property.description),
    ]);
    const ofTypes = Object.values(committed.types).flatMap(({ properties }) =>
      Object.values(properties).map((property) => property.description),
    );
    for (const text of [...texts, ...ofTypes]) expect(text).toMatch(/^[A-Z].{10,}\.$/s);
    expect(JSON.stringify([texts, ofTypes])).not.toContain("[object");
    expect([texts.length > 60, ofTypes.length > 20]).toEqual([true, true]);
  });

  test("gives the default of each argument that has one", () => {
    const all = [
      ...Object.values(committed.resources).flatMap(({ inputProperties }) => Object.entries(inputProperties)),
      ...Object.values(committed.types).flatMap(({ properties }) => Object.entries(properties)),
    ];
    const silent = all.filter(([, { optional, description }]) => optional && !description?.includes("Default: "));
    expect(silent.map(([name]) => name)).toEqual(["description", "owner"]);
  });

  test("describes each type, and says what the Pulumi Registry shows of a package", () => {
    for (const { description } of Object.values(committed.types)) expect(description).toMatch(/^[A-Z].{10,}\.$/s);
    for (const key of ["displayName", "description", "keywords", "homepage", "repository", "license"])
      expect(committed).toHaveProperty(key);
    expect(Object.keys(committed.language)).toEqual(["nodejs", "python", "go"]);
  });

  test("has integers where it counts, because JavaScript's numbers would be fractions in other languages", () => {
    expect(JSON.stringify(committed)).not.toContain('"type":"number"');
    expect(JSON.stringify(committed)).toContain('"type":"integer"');
  });

  test("depends on no particular release of the AWS provider, and on no type that a language cannot express", () => {
    expect(committed.dependencies).toEqual([]);
    expect(JSON.stringify(committed)).not.toMatch(/pulumi\.json#\/(Any|Asset|Archive)/);
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
    exports: object;
    files: string[];
    peerDependencies: object;
    dependencies?: object;
  };
  expect(manifest).toMatchObject({ name: "lob-registry", types: "./dist/index.d.ts" });
  // Pulumi requires the folder, for which Node takes `main`. Programs import the name, for which Node takes `exports`.
  expect(manifest.main).toBe("./dist/plugin.js");
  expect(manifest.exports).toMatchObject({ ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } });
  expect(manifest).not.toHaveProperty("type");
  expect(manifest.files).toEqual(expect.arrayContaining(["dist", "schema.json", "PulumiPlugin.yaml", "README.md"]));
  // A program has one copy of each peer dependency. It could have two copies of an ordinary dependency, one of them unaware of the deployment.
  expect(Object.keys(manifest.peerDependencies).sort()).toEqual(["@pulumi/aws", "@pulumi/pulumi"]);
  expect(manifest.dependencies).toBeUndefined();
  expect(read("PulumiPlugin.yaml")).toBe("runtime: nodejs\n");
});
