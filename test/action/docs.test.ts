/** Checks READMEs, example workflows and the workflows of this repository against the actions. */
import { describe, expect, test } from "@jest/globals";
import { CODES } from "lob-registry-core";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../sandbox/python.ts";

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = (...path: string[]): Promise<string> => readFile(join(ROOT, ...path), "utf8");

/** The actions by their path in `uses` after the repository, with the file that describes each. */
const folders = (await readdir(join(ROOT, "action"))).filter((name) => existsSync(join(ROOT, "action", name, "action.yml"))).sort();
const actions = await Promise.all(
  [
    { path: "", file: "action.yml", readme: join("action", "README.md") },
    ...folders.map((name) => ({
      path: `/action/${name}`,
      file: join("action", name, "action.yml"),
      readme: join("action", name, "README.md"),
    })),
  ].map(async (action) => ({ ...action, ...(parse(await read(action.file)) as Record<"inputs" | "outputs", Record<string, unknown>>) })),
);
const readmes = await Promise.all(
  [...actions.map(({ readme }) => readme), "README.md", join("docs", "pull-requests.md")].map(async (file) => ({
    file,
    text: await read(file),
  })),
);

const workflowFolders = [join(".github", "workflows"), join("examples", "workflows")];
const workflows = await Promise.all(
  (await Promise.all(workflowFolders.map(async (folder) => (await readdir(join(ROOT, folder))).map((name) => join(folder, name)))))
    .flat()
    .sort()
    .map(async (file) => ({ file, text: await read(file) })),
);
const isWorkflow = ({ text }: { text: string }): boolean => /^jobs:/m.test(text);

const OURS = /^acme\/lob-registry((?:\/[\w-]+)*)@v\d+$/;

/** Inputs and outputs that steps use but their action lacks. */
function unknownNames(steps: readonly Step[], text: string): string[] {
  return steps.flatMap(({ id, uses = "", with: given = {} }) => {
    const path = OURS.exec(uses)?.[1];
    if (path === undefined) return [];
    const action = actions.find((one) => one.path === path);
    if (!action) return [uses];
    const outputs =
      id === undefined ? [] : [...text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, "g"))].map(([, name]) => name!);
    return [...Object.keys(given).filter((name) => !(name in action.inputs)), ...outputs.filter((name) => !(name in action.outputs))];
  });
}

/** The steps of a workflow, a job, or a list of steps. */
function stepsOf(value: unknown): Step[] {
  if (Array.isArray(value)) return value as Step[];
  const { steps = [], jobs = {} } = (value ?? {}) as { steps?: Step[]; jobs?: Record<string, Job> };
  return [...steps, ...Object.values(jobs).flatMap(({ steps: all = [] }) => all)];
}

describe.each(workflows.filter(isWorkflow))("the workflow $file", ({ text }) => {
  const workflow = parse(text) as Workflow;
  const steps = stepsOf(workflow);

  test("uses only inputs and outputs of action.yml", () => {
    expect(unknownNames(steps, text)).toEqual([]);
  });

  test("pins each foreign action by commit, with its version in a comment", () => {
    for (const { uses } of steps) {
      if (uses === undefined || OURS.test(uses)) continue;
      expect(uses).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+`));
    }
  });

  test("grants only permissions that a job names, and puts nothing from an event into a command", () => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) expect(job.permissions).toBeDefined();
    for (const { run = "" } of steps) expect(run).not.toMatch(/\$\{\{\s*(github\.event|github\.head_ref|inputs\.|steps\.)/);
  });
});

test("the same action has the same commit everywhere", () => {
  const commits = new Map<string, Set<string>>();
  for (const { text } of workflows) {
    for (const [, name, commit] of text.matchAll(/uses: ([\w./-]+)@([0-9a-f]{40})/g))
      commits.set(name!, (commits.get(name!) ?? new Set()).add(commit!));
  }
  expect(commits.size).toBeGreaterThan(2);
  for (const [name, all] of commits) expect([name, all.size]).toEqual([name, 1]);
});

describe.each(readmes)("$file", ({ text }) => {
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block!);

  test("uses only inputs and outputs of the actions, in valid YAML", () => {
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) expect(unknownNames(stepsOf(parse(block)), block)).toEqual([]);
  });

  test("explains codes like core", () => {
    const rows = [...text.matchAll(/^\| (LOB\d{4}) \| (.+?) \| .+ \|$/gm)].map(([, code, meaning]) => [code, meaning]);
    expect(rows).toEqual(rows.map(([code]) => [code, CODES[code as keyof typeof CODES]]));
  });
});

test("the README of publishing explains the most frequent codes", () => {
  expect(readmes[0]!.text.match(/^\| LOB\d{4} \|/gm)!.length).toBeGreaterThan(5);
});

describe("the tables of the READMEs", () => {
  const check = (root: string): Promise<{ code: number; said: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [join(ROOT, "action", "scripts", "readme.mjs"), "--check", "--root", root], (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr }),
      );
    });

  test("match action.yml, and the check finds one that does not", async () => {
    expect(await check(ROOT)).toMatchObject({ code: 0 });
    const copy = await mkdtemp(join(tmpdir(), "lob-readme-"));
    try {
      for (const { file, readme } of actions) {
        await mkdir(join(copy, dirname(readme)), { recursive: true });
        await cp(join(ROOT, readme), join(copy, readme));
        await writeFile(join(copy, file), await read(file));
      }
      for (const { file, readme } of actions) {
        await writeFile(join(copy, file), (await read(file)).replace("inputs:", "inputs:\n  more:\n    description: more"));
        expect(await check(copy)).toMatchObject({ code: 1, said: expect.stringContaining(`${readme} does not match`) });
        expect((await check(copy)).said).toContain("node action/scripts/readme.mjs");
        await writeFile(join(copy, file), await read(file));
      }
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});
