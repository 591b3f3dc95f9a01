import { expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ACCOUNT } from "../testing/deploy";
import { jobMayTake } from "../testing/iam";
import { trustPolicy, wellKnownProvider } from "./trust";

// People combine the examples: the jobs of each workflow must get a role that each program, or the page on pull requests, declares.

const ROOT = join(__dirname, "..", "..", "..");
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), "utf8");
const PROVIDER = wellKnownProvider("aws", ACCOUNT);

/** Matches each program, including the README's, up to the first restriction of a publisher. */
const PROGRAMS: Record<string, string> = {
  typescript: read("examples", "typescript", "index.ts"),
  python: read("examples", "python", "__main__.py"),
  go: read("examples", "go", "main.go"),
  yaml: read("examples", "yaml", "Pulumi.yaml"),
  readme: read("README.md"),
};

interface Job {
  environment?: string;
  permissions?: Record<string, string>;
  steps: { run?: string; with?: { "aws-region"?: string; "role-to-assume"?: string } }[];
}

interface Workflow {
  on?: unknown;
  jobs: Record<string, Job>;
}

const WORKFLOWS: [string, Workflow][] = [
  ...readdirSync(join(ROOT, "examples", "workflows"))
    .map((name): [string, Workflow] => [name, parse(read("examples", "workflows", name)) as Workflow])
    // A reusable workflow gets its role from its caller.
    .filter(([, workflow]) => "jobs" in workflow && !("workflow_call" in Object(workflow.on))),
  ...["README.md", join("action", "README.md")].map((page): [string, Workflow] => [
    page,
    parse(/```yaml\n(jobs:\n[^]*?)```/.exec(read(page))![1]!) as Workflow,
  ]),
];

/** Returns the repository of a program's publisher and the one list that restricts it, in the syntax of any of the languages. */
function publisherOf(program: string): { repository: string; environments: string[] } {
  const [, repository, list] = /repository"?\)?[:=]\s*(?:pulumi\.String\()?"?([\w-]+\/[\w-]+)"?\)?,\s*(\w+[:=][^\n]*)/i.exec(program)!;
  const environments = /^environments[:=]\s*(?:pulumi\.ToStringArray\(\[\]string)?[[{]([^\]}]+)[\]}]/i.exec(list!)?.[1] ?? "";
  return { repository: repository!, environments: environments.split(",").map((name) => name.trim().replace(/"/g, "")) };
}

/** Returns the jobs that request the role that a variable of the repository names. */
const jobsWith = (variable: string): [name: string, workflow: Workflow, job: Job][] =>
  WORKFLOWS.flatMap(([name, workflow]) =>
    Object.values(workflow.jobs)
      .filter(({ steps }) => steps.some((step) => step.with?.["role-to-assume"] === `\${{ vars.${variable} }}`))
      .map((job): [string, Workflow, Job] => [name, workflow, job]),
  );

test("each job with an identity requests the role of a publisher or of a reader, and no job with an identity runs a build", () => {
  const identified = WORKFLOWS.flatMap(([name, { jobs }]) =>
    Object.values(jobs).flatMap((job) => (job.permissions?.["id-token"] === "write" ? [[name, job] as const] : [])),
  );
  const all = identified.map(([name]) => name);
  const building = identified.filter(([, { steps }]) => steps.some(({ run }) => run?.startsWith("make ") === true));
  // On a pull request the builder and the reader are one job: it may read, and shows what it built.
  expect(building.map(([name]) => name)).toEqual(["diff-on-pull-request.yml"]);
  expect([...jobsWith("PUBLISHER_ROLE_ARN"), ...jobsWith("READER_ROLE_ARN")].map(([name]) => name).sort()).toEqual(all.sort());
});

test.each(Object.keys(PROGRAMS))(
  "the publishing jobs of all example workflows may take the role that the program in %s declares",
  async (language) => {
    const publisher = publisherOf(PROGRAMS[language]!);
    const trust = trustPolicy({ repositories: [publisher], principals: [] }, { partition: "aws", oidcProviderArn: PROVIDER }, true);
    expect(jobsWith("PUBLISHER_ROLE_ARN").length).toBeGreaterThan(4);
    for (const [name, , { environment }] of jobsWith("PUBLISHER_ROLE_ARN")) {
      const sub = `repo:acme/fraud-models:environment:${environment ?? "none"}`;
      expect([name, sub, await jobMayTake(trust, { sub }, PROVIDER)]).toEqual([name, sub, true]);
    }
  },
);

test("the comparing jobs may take the reader role that the page on pull requests declares, and the other jobs of their workflows may not", async () => {
  const page = read("docs", "pull-requests.md");
  const [, repository, branch] = /repository: "([\w/-]+)", pullRequests: true, branches: \["(\w+)"\]/.exec(page)!;
  const reader = { repository: repository!, environments: [], branches: [branch!], pullRequests: true };
  const trust = trustPolicy({ repositories: [reader], principals: [] }, { partition: "aws", oidcProviderArn: PROVIDER }, false);
  const may = (sub: string): Promise<boolean> => jobMayTake(trust, { sub: `repo:acme/fraud-models:${sub}` }, PROVIDER);
  expect(jobsWith("READER_ROLE_ARN").map(([name]) => name)).toEqual(["comment-on-forks.yml", "diff-on-pull-request.yml"]);
  for (const [name, { on }] of jobsWith("READER_ROLE_ARN")) {
    const event = Object.keys(on as object);
    // GitHub runs a workflow that another workflow's end triggers on the default branch.
    const sub = event.includes("workflow_run") ? "ref:refs/heads/main" : event.includes("pull_request") ? "pull_request" : "";
    expect([name, await may(sub)]).toEqual([name, true]);
  }
  expect([await may("ref:refs/heads/other"), await may("environment:production")]).toEqual([false, false]);
});

test("all examples use the same region", () => {
  const ofWorkflows = WORKFLOWS.flatMap(([, { jobs }]) =>
    Object.values(jobs).flatMap(({ steps }) => steps.flatMap((step) => step.with?.["aws-region"] ?? [])),
  );
  const ofPrograms = ["typescript", "python", "go", "yaml"].flatMap((language) =>
    [...read("examples", language, "README.md").matchAll(/aws[:-]region:? ([\w-]+)/g)].map(([, region]) => region),
  );
  expect(ofPrograms).toHaveLength(8);
  expect(new Set([...ofWorkflows, ...ofPrograms])).toEqual(new Set(["us-east-1"]));
});
