/** Installs the packages as a user does, into folders outside this repository, and uses them from programs of every kind. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { cloneAtTag } from "../engine/support/prepare.ts";
import { npm, pack, ROOT } from "./packages.ts";
import { schemaFrom } from "./plugin.ts";

const INSTALLING = 600_000;
const COMPILING = 180_000;
const execute = promisify(execFile);

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "lob-installed-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Makes a folder with these files. */
async function write(path: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

const manifest = (extra: object = {}): string => JSON.stringify({ name: "user", private: true, ...extra });

/** The release of a package that this repository locks, as npm wants it said: so that a run tomorrow tries the same as today. */
async function locked(name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, "node_modules", name, "package.json"), "utf8")) as { version: string };
  return `${name}@${version}`;
}

/** Runs a program of the folder on this Node and answers what it prints. */
async function node(cwd: string, ...args: string[]): Promise<string> {
  return (await execute(process.execPath, args, { cwd, env: { PATH: process.env.PATH } })).stdout.trim();
}

/** Runs the compiler and answers what it complains about, except in the types of Pulumi itself. */
async function compile(cwd: string, project: string): Promise<string[]> {
  const tsc = join(cwd, "node_modules", "typescript", "bin", "tsc");
  const output = await execute(process.execPath, [tsc, "-p", project], { cwd }).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { stdout: string }).stdout || String(error),
  );
  return output.split("\n").filter((line) => line !== "" && !/^node_modules.@pulumi./.test(line));
}

/** The module settings that TypeScript programs have, and what their own package.json must say for them. */
const MODULES = {
  // The value in Pulumi's own templates. The compiler warns that it is deprecated unless this option is set.
  commonjs: { compilerOptions: { module: "commonjs", moduleResolution: "node10", ignoreDeprecations: "6.0" }, type: "commonjs" },
  node16: { compilerOptions: { module: "node16" }, type: "commonjs" },
  nodenext: { compilerOptions: { module: "nodenext" }, type: "commonjs" },
  "ES modules": { compilerOptions: { module: "nodenext" }, type: "module" },
} as const;
const COMPILER = { target: "es2022", strict: true, exactOptionalPropertyTypes: true, types: ["node"], outDir: "out", rootDir: "." };

describe("lob-registry-core, installed", () => {
  let user: string;
  beforeAll(async () => {
    const tarball = await pack("core", folder);
    user = await write(join(folder, "core-user"), { "package.json": manifest() });
    const tools = await Promise.all(["typescript", "@types/node"].map(locked));
    await npm(user, ["install", "--no-audit", "--no-fund", tarball, ...tools]);
  }, INSTALLING);

  test("lobreg runs by npx", async () => {
    const help = await npm(user, ["exec", "--no", "--", "lobreg", "--help"]);
    expect(help).toMatch(/^Usage: lobreg /);
    for (const command of ["publish", "list", "show", "pull"]) expect(help).toMatch(new RegExp(`^ +${command} `, "m"));
    const version = await npm(user, ["exec", "--no", "--", "lobreg", "--version"]);
    expect(version.trim()).toBe((JSON.parse(await readFile(join(ROOT, "core", "package.json"), "utf8")) as { version: string }).version);
  });

  test("the library loads from an ES module, and from CommonJS by import()", async () => {
    await write(user, {
      "module.mjs":
        'import { parseRef, publish } from "lob-registry-core"; console.log(typeof publish, JSON.stringify(parseRef("fraud/churn@7")));',
      "common.cjs":
        'import("lob-registry-core").then(({ parseRef, publish }) => console.log(typeof publish, JSON.stringify(parseRef("fraud/churn@7"))));',
    });
    const wanted = 'function {"lob":"fraud","model":"churn","ref":{"version":7}}';
    expect(await node(user, "module.mjs")).toBe(wanted);
    expect(await node(user, "common.cjs")).toBe(wanted);
  });

  test(
    "its types are right for a program, and wrong use is an error",
    async () => {
      const program = (options: string): string =>
        [
          'import { connect, findLob, listVersions, LobError, publish, type PublishResult } from "lob-registry-core";',
          "export async function run(): Promise<PublishResult> {",
          '  const aws = await connect({ region: "eu-central-1" });',
          `  const result = await publish(aws, ${options});`,
          '  for await (const { version } of listVersions(aws, await findLob(aws, "fraud"), "churn")) console.log(version.toFixed());',
          "  return result;",
          "}",
          'export const isMissing = (error: unknown): boolean => error instanceof LobError && error.code === "LOB3001";',
        ].join("\n");
      const tsconfig = JSON.stringify({ compilerOptions: { ...COMPILER, module: "nodenext", noEmit: true } });
      const right = await write(join(user, "right"), {
        "package.json": manifest({ type: "module" }),
        "tsconfig.json": tsconfig,
        "program.ts": program('{ lob: "fraud", model: "churn", path: "." }'),
      });
      const wrong = await write(join(user, "wrong"), {
        "package.json": manifest({ type: "module" }),
        "tsconfig.json": tsconfig,
        "program.ts": program('{ lob: "fraud", model: 7, path: "." }'),
      });
      expect(await compile(user, right)).toEqual([]);
      expect(await compile(user, wrong)).toEqual([
        expect.stringMatching(/^wrong.program\.ts\(4,\d+\): error TS2322: Type 'number' is not assignable/),
      ]);
    },
    COMPILING,
  );
});

describe("lob-registry, installed", () => {
  let user: string;
  beforeAll(async () => {
    const tarball = await pack("provider", folder);
    user = await write(join(folder, "provider-user"), { "package.json": manifest() });
    const tools = await Promise.all(["@pulumi/aws", "@pulumi/pulumi", "typescript", "@types/node"].map(locked));
    await npm(user, ["install", "--no-audit", "--no-fund", tarball, ...tools]);
  }, INSTALLING);

  test.each(Object.entries(MODULES))(
    "a program of %s compiles with its types and declares a LOB",
    async (name, { compilerOptions, type }) => {
      const project = await write(join(user, name.replace(" ", "-")), {
        "package.json": manifest({ type }),
        "tsconfig.json": JSON.stringify({ compilerOptions: { ...COMPILER, ...compilerOptions } }),
        "program.ts": [
          'import * as registry from "lob-registry";',
          'import { LineOfBusiness, type LineOfBusinessArgs } from "lob-registry";',
          'const args: LineOfBusinessArgs = { owner: "risk", protectedAliases: ["prod"], tags: { team: "risk" } };',
          'export const fraud = new LineOfBusiness("fraud", args);',
          "export const same: boolean = registry.LineOfBusiness === LineOfBusiness;",
          "export const bucketName: string extends typeof fraud.bucketName ? never : typeof fraud.bucketName = fraud.bucketName;",
        ].join("\n"),
        // Runs the program here in place of the engine.
        "run.cjs": RUNNER,
      });
      expect(await compile(user, project)).toEqual([]);
      expect(JSON.parse(await node(project, "run.cjs"))).toEqual({
        same: true,
        bucketName: "123456789012-eu-central-1-fraud-artifacts",
        types: expect.arrayContaining(["lob-registry:index:LineOfBusiness", "aws:s3/bucket:Bucket", "aws:dynamodb/table:Table"]),
      });
    },
    COMPILING,
  );

  test(
    "its plugin answers the schema that this repository holds",
    async () => {
      const { version: _, ...schema } = await schemaFrom(join(user, "node_modules", "lob-registry"));
      expect(schema).toEqual(JSON.parse(await readFile(join(ROOT, "provider", "schema.json"), "utf8")));
    },
    COMPILING,
  );
});

describe("the component at a git tag, after the Pulumi CLI ran npm install in its folder", () => {
  let component: string;
  beforeAll(async () => {
    ({ component } = await cloneAtTag(folder));
    await npm(component, ["install", "--loglevel=error"]);
  }, INSTALLING);

  test("is part of no npm workspace, which the CLI would install as a whole", async () => {
    const { workspaces } = JSON.parse(await readFile(join(component, "..", "package.json"), "utf8")) as { workspaces: string[] };
    expect(workspaces).not.toContain("provider");
    // The CLI also looks for patterns; the package has no patterns.
    expect(workspaces.filter((pattern) => !/^[a-z]+$/.test(pattern))).toEqual([]);
  });

  test("is under 250 MB, the clone included", async () => {
    const entries = await readdir(dirname(component), { recursive: true, withFileTypes: true });
    let bytes = 0;
    for (const entry of entries) if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
    expect(bytes).toBeLessThan(250e6);
  });

  test(
    "answers the schema that this repository holds",
    async () => {
      const { version: _, ...schema } = await schemaFrom(component);
      expect(schema).toEqual(JSON.parse(await readFile(join(ROOT, "provider", "schema.json"), "utf8")));
    },
    COMPILING,
  );
});

const RUNNER = `
const pulumi = require("@pulumi/pulumi");
const types = [];
pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    types.push(type);
    return { id: name + "-id", state: { ...inputs, arn: "arn:aws:s3:::" + name } };
  },
  call: ({ token }) =>
    token.startsWith("aws:index/getCallerIdentity")
      ? { accountId: "123456789012", arn: "arn:aws:iam::123456789012:role/deploy", userId: "x", id: "x" }
      : { region: "eu-central-1", id: "eu-central-1", name: "eu-central-1" },
}, "fraud-registry", "test", false);
import("./out/program.js").then(async (module) => {
  const { fraud, same, bucketName } = "fraud" in module ? module : module.default;
  const name = await new Promise((resolve) => bucketName.apply(resolve));
  await new Promise((resolve) => pulumi.output(fraud.registryTableArn).apply(resolve));
  console.log(JSON.stringify({ same, bucketName: name, types }));
});
`;
