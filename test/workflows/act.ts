/**
 * Runs an example workflow unchanged with act (nektos/act), on this machine without container or network. The workflow is real, with its
 * expressions and its order of steps, and so are this repository's actions with their bundles. Stand-ins in a folder here replace actions of
 * others, which tests cannot download: each has the same effect on later steps as the real one.
 */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../sandbox/python.ts";
import type { GitHubServer } from "../support/github/server.ts";
import type { Repository } from "../support/github/state.ts";

const STAND_INS = join(import.meta.dirname, "stand-ins");

export interface WorkflowRun {
  /** File name in examples/workflows, or a path. */
  readonly file: string;
  readonly event: { readonly name: string; readonly payload: unknown };
  /** Number of the run. */
  readonly id: number;
  /** Folder with the files of the commit that a checkout brings. */
  readonly commit: string;
  /** Its hash. */
  readonly sha: string;
  readonly repository: Repository;
  /** Whether GitHub gives the job's token write permissions, an identity, and the repository's variables: not for a fork's pull request. */
  readonly trusted?: boolean;
  /** A permission that the job is not given, although the workflow asks for it. */
  readonly without?: string;
  readonly github: GitHubServer;
  /** Variables of the sandbox. */
  readonly env: Readonly<Record<string, string>>;
}

export interface WorkflowResult {
  readonly code: number;
  readonly log: string;
  /** Markdown of the job summary, of all steps. */
  readonly summary: string;
  /** Roles that were assumed, in their order. */
  readonly roles: readonly string[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly { readonly uses?: string }[] }>
  >;
}

/** Shared by one test file: artifacts of all runs, and this repository in the form that a workflow using it gets. */
export class Act {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async prepare(): Promise<Act> {
    const folder = await mkdtemp(join(tmpdir(), "lob-act-"));
    const ours = join(folder, "lob-registry");
    await mkdir(ours);
    // Only committed files that actions need: act would pack all of a working copy.
    await cp(join(ROOT, "action.yml"), join(ours, "action.yml"));
    for (const name of await actionFolders()) await cp(join(ROOT, "action", name), join(ours, "action", name), { recursive: true });
    for (const name of ["artifacts", "work"]) await mkdir(join(folder, name));
    return new Act(folder);
  }

  dispose(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  /** Path of a run's artifact; a test may act as a fork that puts something else there. */
  artifact(run: number, name: string): string {
    return join(this.#folder, "artifacts", String(run), name);
  }

  async run({ file, event, id, commit, sha, repository, trusted = true, without, github, env }: WorkflowRun): Promise<WorkflowResult> {
    const path = resolve(ROOT, "examples", "workflows", file);
    const workflow = parse(await readFile(path, "utf8")) as Workflow;
    const work = await mkdtemp(join(this.#folder, "work", "run-"));
    const [out, home, workspace] = ["out", "home", "workspace"].map((name) => join(work, name)) as [string, string, string];
    await Promise.all([out, home, workspace].map((each) => mkdir(each)));
    await writeFile(join(work, "event.json"), JSON.stringify(event.payload));
    const permissions = permissionsOf(workflow, trusted, without);
    const variables = {
      ...awsPlace(env),
      GITHUB_API_URL: github.url,
      GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
      GITHUB_REPOSITORY: repository.fullName,
      GITHUB_RUN_ID: String(id),
      SHA_REF: sha, // what act calls GITHUB_SHA
      STAND_IN_COMMIT: commit,
      STAND_IN_PERMISSIONS: JSON.stringify(permissions),
      STAND_IN_OUT: out,
      STAND_IN_ARTIFACTS: join(this.#folder, "artifacts"),
    };
    const { code, entries } = await execute(
      [
        event.name,
        ...["--directory", workspace, "--workflows", path, "--eventpath", join(work, "event.json"), "--actor", "octocat"],
        ...["--platform", "ubuntu-latest=-self-hosted", "--no-skip-checkout", "--no-cache-server", "--rm", "--json"],
        ...["--secret", `GITHUB_TOKEN=${github.addToken(repository, ofToken(permissions))}`],
        ...(trusted
          ? ["PUBLISHER", "READER"].flatMap((role) => ["--var", `${role}_ROLE_ARN=arn:aws:iam::123456789012:role/${role.toLowerCase()}`])
          : []),
        ...Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
        ...usesOf(workflow).flatMap((uses) => ["--local-repository", this.#local(uses)]),
      ],
      home,
    );
    const log = entries.map(({ msg }) => msg).join("\n");
    const summary = entries.filter(({ command }) => command === "summary").map(({ content }) => content).join("\n"); // prettier-ignore
    const roles = await readFile(join(out, "roles"), "utf8").catch(() => "");
    return { code, log, summary, roles: roles.split("\n").filter((role) => role !== "") };
  }

  /** `owner/name@ref=folder`, of an action that a workflow uses. */
  #local(uses: string): string {
    const [, repository = "", ref = ""] = /^([^/@]+\/[^/@]+)(?:\/[^@]*)?@(.+)$/.exec(uses) ?? [];
    const folder = repository === "acme/lob-registry" ? join(this.#folder, "lob-registry") : join(STAND_INS, basename(repository));
    return `${repository}@${ref}=${folder}`;
  }
}

async function actionFolders(): Promise<string[]> {
  const entries = await readdir(join(ROOT, "action"), { recursive: true, withFileTypes: true });
  const withAction = entries.filter(({ name, parentPath }) => name === "action.yml" && !parentPath.includes("node_modules"));
  return ["dist", ...withAction.map(({ parentPath }) => basename(parentPath))];
}

const usesOf = ({ jobs }: Workflow): string[] => [
  ...new Set(Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses])))),
];

type Permissions = Readonly<Record<string, string>>;

/** Permissions of each job, from the workflow's `permissions:`. A fork's pull request may only read, and has no identity. */
function permissionsOf({ permissions, jobs }: Workflow, trusted: boolean, without?: string): Readonly<Record<string, Permissions>> {
  return Object.fromEntries(
    Object.entries(jobs).map(([name, job]) => {
      const written = Object.entries(job.permissions ?? permissions ?? {}).filter(([permission]) => permission !== without);
      const given = trusted
        ? written
        : written.filter(([permission]) => permission !== "id-token").map(([permission]) => [permission, "read"]);
      return [name, Object.fromEntries(given) as Permissions];
    }),
  );
}

/** act gives all jobs one token. With several jobs it may do nothing, so that a job that needs it fails. */
function ofToken(permissions: Readonly<Record<string, Permissions>>): Permissions {
  const [only, ...others] = Object.values(permissions);
  return only && others.length === 0 ? only : {};
}

/** Where AWS is, but no credentials: those come from the step that assumes a role. */
const awsPlace = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => ["AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED", "NO_PROXY"].includes(name)));

/** A line of act's log. */
interface Entry {
  readonly msg: string;
  /** Command of a step to the runner, if the line is one. */
  readonly command?: string;
  readonly content?: string;
}

/** Runs in a clean environment, so that no variable of this machine reaches a step. */
function execute(args: readonly string[], home: string): Promise<{ code: number; entries: readonly Entry[] }> {
  const env = {
    // Steps run `node`: the one that this repository locks, which is the release that actions run on.
    PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(":"),
    HOME: home,
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_CONFIG_HOME: join(home, "config"),
    TMPDIR: home,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.env["ACT"] ?? "act", args, { env, cwd: home, stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (log += text));
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({
        code: code ?? -1,
        entries: log
          .split("\n")
          .filter((line) => line !== "")
          .map(entryOf),
      }),
    );
  });
}

function entryOf(line: string): Entry {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return { msg: line };
  }
}
