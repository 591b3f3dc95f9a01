import { expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ACCOUNT } from "../testing/deploy";
import { jobMayTake } from "../testing/iam";
import { trustPolicy, wellKnownProvider } from "./trust";

// The examples are copied together: a job of each workflow must get the role that each program declares.

const ROOT = join(__dirname, "..", "..", "..");
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), "utf8");
const PROVIDER = wellKnownProvider("aws", ACCOUNT);

/** Each program, and the README's, up to the first thing that it binds a publisher to. */
const PROGRAMS: Record<string, string> = {
  typescript: read("examples", "typescript", "index.ts"),
  python: read("examples", "python", "__main__.py"),
  go: read("examples", "go", "main.go"),
  yaml: read("examples", "yaml", "Pulumi.yaml"),
  readme: read("README.md"),
};

interface Workflow {
  jobs: Record<string, { environment?: string; steps: { with?: { "aws-region"?: string } }[] }>;
}

const WORKFLOWS: [string, Workflow][] = [
  ...readdirSync(join(ROOT, "examples", "workflows"))
    .map((name): [string, Workflow] => [name, parse(read("examples", "workflows", name)) as Workflow])
    .filter(([, workflow]) => "jobs" in workflow),
  ...["README.md", join("action", "README.md")].map((page): [string, Workflow] => [
    page,
    parse(/```yaml\n(jobs:\n[^]*?)```/.exec(read(page))![1]!) as Workflow,
  ]),
];

/** The repository of a program's publisher, and the one kind of list that binds it, in the syntax of any of the languages. */
function publisherOf(program: string): { repository: string; environments: string[] } {
  const [, repository, list] = /repository"?\)?[:=]\s*(?:pulumi\.String\()?"?([\w-]+\/[\w-]+)"?\)?,\s*(\w+[:=][^\n]*)/i.exec(program)!;
  const environments = /^environments[:=]\s*(?:pulumi\.ToStringArray\(\[\]string)?[[{]([^\]}]+)[\]}]/i.exec(list!)?.[1] ?? "";
  return { repository: repository!, environments: environments.split(",").map((name) => name.trim().replace(/"/g, "")) };
}

test.each(Object.keys(PROGRAMS))(
  "the jobs of all example workflows may take the role that the program in %s declares",
  async (language) => {
    const publisher = publisherOf(PROGRAMS[language]!);
    const trust = trustPolicy({ repositories: [publisher], principals: [] }, { partition: "aws", oidcProviderArn: PROVIDER }, true);
    expect(WORKFLOWS.length).toBeGreaterThan(4);
    for (const [name, { jobs }] of WORKFLOWS) {
      for (const { environment } of Object.values(jobs)) {
        const sub = `repo:acme/fraud-models:environment:${environment ?? "none"}`;
        expect([name, sub, await jobMayTake(trust, { sub }, PROVIDER)]).toEqual([name, sub, true]);
      }
    }
  },
);

test("the examples are in one region", () => {
  const ofWorkflows = WORKFLOWS.flatMap(([, { jobs }]) =>
    Object.values(jobs).flatMap(({ steps }) => steps.flatMap((step) => step.with?.["aws-region"] ?? [])),
  );
  const ofPrograms = ["typescript", "python", "go", "yaml"].flatMap((language) =>
    [...read("examples", language, "README.md").matchAll(/aws[:-]region:? (\S+)/g)].map(([, region]) => region),
  );
  expect(ofPrograms).toHaveLength(8);
  expect(new Set([...ofWorkflows, ...ofPrograms])).toEqual(new Set(["us-east-1"]));
});
