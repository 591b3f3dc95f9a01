/**
 * Prepares once what the tests on the real engine share: the component, taken from a clone of this repository at a tag as the Pulumi CLI does
 * it, the SDKs generated from it, and a folder in which each language's programs can run.
 */
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { ensurePython, ROOT } from "../../sandbox/python.ts";

/** Address of the component in the examples, from which the CLI installs it. */
export const SOURCE = "github.com/acme/lob-registry/provider";
/** The Automation API's own name for a stack's programs here. */
export type Language = "typescript" | "python" | "go" | "yaml";

/** Where everything is. Written for tests in other processes: plain values only. */
export interface Prepared {
  /** Reason to skip all tests of the suite. */
  readonly missing?: string;
  /** Folder of everything here. */
  readonly folder: string;
  /** Folders that come first on the PATH of whoever runs the engine. */
  readonly path: readonly string[];
  /** The component's folder in the clone, installed. */
  readonly component: string;
  /** The tag that it was taken from: `v` and the component's version. */
  readonly tag: string;
  /** Folder that the installer reported. */
  readonly installedIn: string;
  /** Folder with a project of each language: the example, with what `pulumi install` adds to it. */
  readonly projects: string;
  /** Folder of the policy pack, installed. */
  readonly policyPack: string;
  /** A Python that has Pulumi and the generated SDK. */
  readonly python: string;
}

const NOTHING: Prepared = { folder: "", path: [], component: "", tag: "", installedIn: "", projects: "", policyPack: "", python: "" };
const ENGINE = join(import.meta.dirname, "..");
const execute = promisify(execFile);

/**
 * @param say told what takes long, and what cannot be had
 * @returns where things are, and what removes them
 */
export async function prepare(say: (line: string) => void): Promise<{ prepared: Prepared; clear: () => Promise<void> }> {
  const absent = ["pulumi", "pulumi-language-yaml", "pulumi-resource-aws"].filter((name) => findOnPath(name) === undefined);
  if (absent.length > 0) {
    const missing = `not on the PATH: ${absent.join(", ")}`;
    say(`every test is skipped: ${missing}`);
    return { prepared: { ...NOTHING, missing }, clear: () => Promise.resolve() };
  }
  if (findOnPath("go") === undefined) {
    const missing = "there is no go, with which the parts of Pulumi's language hosts are built";
    say(`every test is skipped: ${missing}`);
    return { prepared: { ...NOTHING, missing }, clear: () => Promise.resolve() };
  }
  const folder = await mkdtemp(join(tmpdir(), "lob-engine-"));
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    return { prepared: await prepareIn(folder, say), clear };
  } catch (error) {
    await clear();
    throw error;
  }
}

async function prepareIn(folder: string, say: (line: string) => void): Promise<Prepared> {
  const bin = join(folder, "bin");
  const projects = join(folder, "projects");
  const environment = { python: join(ENGINE, "python", "requirements.txt") };
  await Promise.all([mkdir(bin), mkdir(projects)]);
  // The programs of the Pulumi CLI's language hosts that are not built here, from the libraries that those are made of.
  say("building what installs components and generates SDKs …");
  const [cli, python] = await together(
    goBuild(join(ENGINE, "cli"), join(folder, "cli")),
    ensurePython(say, { requirements: environment.python, contents: "Pulumi for Python" }),
  );

  say("taking the component from a clone at a tag, and generating its SDKs …");
  const { component, tag } = await cloneAtTag(folder);
  const installedIn = (await execute(cli, ["install", component])).stdout.trim();
  const plugin = await pluginOf(component, bin);
  const schema = join(folder, "schema.json");
  const path = [bin];
  const { stdout } = await execute("pulumi", ["package", "get-schema", plugin], {
    env: pulumiEnvironment(folder, path),
    maxBuffer: 1 << 26,
  });
  await writeFile(schema, stdout);

  const sdk = async (language: "python" | "go"): Promise<string> => {
    const project = await copyExample(language, projects);
    const out = join(project, "sdks", "acme-lob-registry");
    await execute(cli, ["sdk", schema, language, SOURCE, out]);
    return project;
  };
  await together(
    copyExample("yaml", projects),
    typescriptProject(folder, projects),
    policyPackProject(projects, bin),
    sdk("python").then((project) => pythonProject(project, python)),
    sdk("go").then(goProject),
  );
  return { folder, path, component, tag, installedIn, projects, policyPack: join(projects, "policy"), python };
}

/** As Promise.all, but when one fails the others have come to their end: none works on in a folder that is removed. */
async function together<T extends unknown[]>(...work: { [Index in keyof T]: Promise<T[Index]> }): Promise<T> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** The environment of a Pulumi CLI that asks nobody and downloads nothing. */
export function pulumiEnvironment(folder: string, path: readonly string[]): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [...path, process.env.PATH ?? ""].join(delimiter),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "a state that is thrown away needs no secret",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
  };
}

/**
 * A clone of the last commit, as the CLI makes it of the tag that a release of it would have: without history, and nothing in it that is not
 * committed.
 *
 * @returns the component's folder in it, and the tag
 */
export async function cloneAtTag(folder: string): Promise<{ component: string; tag: string }> {
  const [origin, clone] = [join(folder, "origin.git"), join(folder, "clone")];
  const { version } = JSON.parse(await readFile(join(ROOT, "provider", "package.json"), "utf8")) as { version: string };
  const tag = `v${version}`;
  await execute("git", ["clone", "--quiet", "--bare", "--no-local", ROOT, origin]);
  const { stdout: head } = await execute("git", ["-C", ROOT, "rev-parse", "HEAD"]);
  await execute("git", ["-C", origin, "tag", "--force", tag, head.trim()]);
  await execute("git", ["clone", "--quiet", "--depth", "1", "--branch", tag, `file://${origin}`, clone]);
  await rm(origin, { recursive: true });
  return { component: join(clone, "provider"), tag };
}

/** The program by which an engine without the host for Node finds and runs the component. */
function pluginOf(component: string, bin: string): Promise<string> {
  const runner = join(component, "node_modules", "@pulumi", "pulumi", "cmd", "run-plugin");
  return writeProgram(join(bin, "pulumi-resource-lob-registry"), `'${runner}' --pwd='${component}' '${component}'`);
}

/** The policy pack with its dependencies from npm, and the program by which an engine without the host for Node runs it, in its folder. */
async function policyPackProject(projects: string, bin: string): Promise<void> {
  const pack = await copyExample("policy", projects);
  await npm(pack, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...(await pinned()));
  const runner = join(pack, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");
  await writeProgram(join(bin, "pulumi-analyzer-policy-nodejs"), `'${runner}'`);
}

/** A program that runs JavaScript on this Node, with more arguments after these. */
async function writeProgram(file: string, args: string): Promise<string> {
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' ${args} "$@"\n`);
  await chmod(file, 0o755);
  return file;
}

/** Copies the committed files of an example, not dependencies that somebody has installed in it. */
async function copyExample(name: string, projects: string): Promise<string> {
  const project = join(projects, name);
  const committed = (path: string): boolean => !/[\\/](node_modules|sdks|venv|package-lock\.json|Pulumi\.[^\\/]+\.yaml)$/.test(path);
  await cp(join(ROOT, "examples", name), project, { recursive: true, filter: committed });
  return project;
}

/** The releases of Pulumi and its AWS provider that the component is tested with, as npm wants them said. */
async function pinned(): Promise<string[]> {
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, "provider", "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  return Object.entries(devDependencies).map(([name, version]) => `${name}@${version}`);
}

/** The example with its dependencies from npm, and with the component as it is packed for npm. */
async function typescriptProject(folder: string, projects: string): Promise<void> {
  const project = await copyExample("typescript", projects);
  const packed = join(folder, "packed");
  await mkdir(packed);
  await npm(join(ROOT, "provider"), "pack", "--pack-destination", packed);
  const [tarball] = await readdir(packed);
  await npm(
    project,
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    join(packed, tarball!),
    ...(await pinned()),
  );
  await cp(join(ENGINE, "runners", "run.mjs"), join(project, "run.mjs"));
}

/** As `pip install -r requirements.txt` does after `pulumi install` has added the SDK to it; Pulumi itself is there already. */
async function pythonProject(project: string, python: string): Promise<void> {
  const sdk = join(project, "sdks", "acme-lob-registry");
  const flags = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-build-isolation"];
  await execute(python, ["-m", "pip", "install", ...flags, "--target", join(project, "site-packages"), sdk]);
  await cp(join(ENGINE, "runners", "run.py"), join(project, "run.py"));
}

/** As `pulumi install` does: the SDK takes the place of a module that nobody publishes. The program is built with its runner in a test of it. */
async function goProject(project: string): Promise<void> {
  await cp(join(ENGINE, "runners", "run_test.go"), join(project, "run_test.go"));
  const env = goEnvironment();
  await execute("go", ["mod", "edit", "-replace", "github.com/acme/lob-registry/sdk/go=./sdks/acme-lob-registry"], {
    cwd: project,
    env,
  });
  await execute("go", ["mod", "tidy"], { cwd: project, env, maxBuffer: 1 << 26 });
  await execute("go", ["test", "-c", "-trimpath", "-o", "run"], { cwd: project, env, maxBuffer: 1 << 26 });
}

const goEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, GOFLAGS: "-buildvcs=false" });

async function goBuild(module: string, program: string): Promise<string> {
  await execute("go", ["build", "-trimpath", "-o", program, "."], { cwd: module, env: goEnvironment(), maxBuffer: 1 << 26 });
  return program;
}

async function npm(cwd: string, ...args: string[]): Promise<void> {
  await execute("npm", args, { cwd, maxBuffer: 1 << 26 });
}

function findOnPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not for us to run: another folder may have one.
    }
  }
  return undefined;
}
