/** Every suite of .ci/run has a job on GitHub, and the jobs use the versions that the repository locks. */
import { expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const ROOT = join(import.meta.dirname, "..", "..");
const WORKFLOWS = join(ROOT, ".github", "workflows");

interface Job {
  readonly strategy?: { readonly matrix?: { readonly suite?: readonly string[] } };
  readonly steps?: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Record<string, unknown>;
    readonly env?: { readonly SUITE?: string };
  }[];
  readonly env?: Record<string, string>;
}

const script = readFileSync(join(ROOT, ".ci", "run"), "utf8");
const list = (name: string): string[] => new RegExp(`^${name}=\\((.*?)\\)`, "m").exec(script)![1]!.split(" ").filter(Boolean);
const suites = [...list("SUITES"), ...list("NIGHTLY")];

const jobs = readdirSync(WORKFLOWS).flatMap((file) => {
  const { jobs } = parse(readFileSync(join(WORKFLOWS, file), "utf8")) as { jobs: Record<string, Job> };
  return Object.values(jobs);
});

/** The suites that a job runs, by name or from its matrix. */
function suitesOf({ steps = [], strategy }: Job): string[] {
  return steps.flatMap(({ run = "", env }) => {
    const named = [...run.matchAll(/^\.ci\/run ([a-z0-9 ]+)$/gm)].flatMap(([, names]) => names!.split(" "));
    const fromMatrix = run === '.ci/run "$SUITE"' && env?.SUITE === "${{ matrix.suite }}" ? (strategy?.matrix?.suite ?? []) : [];
    return [...named, ...fromMatrix];
  });
}

test("every suite of .ci/run has one job, and no job names another", () => {
  expect(jobs.flatMap(suitesOf).sort()).toEqual([...suites].sort());
});

test("every suite is a function of .ci/run", () => {
  const functions = [...script.matchAll(/^suite_(\w+)\(\)/gm)].map(([, name]) => name!);
  expect(functions.sort()).toEqual([...suites].sort());
});

test("the engine job installs the Pulumi versions that the component is tested with", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { devDependencies: Record<string, string> };
  const job = jobs.find((candidate) => suitesOf(candidate).includes("engine"))!;
  const cli = job.steps?.find(({ uses }) => uses?.startsWith("pulumi/actions@"));
  expect(cli?.with).toEqual({ "pulumi-version": devDependencies["@pulumi/pulumi"] });
  expect(job.env).toEqual({ AWS_PLUGIN: devDependencies["@pulumi/aws"] });
});
