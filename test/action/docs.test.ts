/** What is written about the Action agrees with what it is: README, example workflows, the workflows of this repository. */
import { describe, expect, test } from "@jest/globals";
import { CODES } from "lob-registry-core";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
const action = parse(await read("action.yml")) as Record<"inputs" | "outputs", Record<string, unknown>>;
const readme = await read("action", "README.md");

const folders = [join(".github", "workflows"), join("examples", "workflows")];
const workflows = await Promise.all(
  (await Promise.all(folders.map(async (folder) => (await readdir(join(ROOT, folder))).map((name) => join(folder, name)))))
    .flat()
    .sort()
    .map(async (file) => ({ file, text: await read(file) })),
);
const isWorkflow = ({ text }: { text: string }): boolean => /^jobs:/m.test(text);

const OURS = /^acme\/lob-registry@v\d+$/;

/** Inputs and outputs of a step of ours that a text uses, as names. */
function namesUsed(steps: readonly Step[], text: string): { inputs: string[]; outputs: string[] } {
  const ours = steps.filter(({ uses }) => uses !== undefined && OURS.test(uses));
  return {
    inputs: ours.flatMap((step) => Object.keys(step.with ?? {})),
    outputs: ours.flatMap(({ id }) =>
      id === undefined ? [] : [...text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, "g"))].map(([, name]) => name!),
    ),
  };
}

describe.each(workflows.filter(isWorkflow))("the workflow $file", ({ text }) => {
  const workflow = parse(text) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap(({ steps: all = [] }) => all);

  test("uses inputs and outputs that action.yml has", () => {
    const { inputs, outputs } = namesUsed(steps, text);
    expect(inputs.filter((name) => !(name in action.inputs))).toEqual([]);
    expect(outputs.filter((name) => !(name in action.outputs))).toEqual([]);
  });

  test("pins each action of others by commit, with its version beside it", () => {
    for (const { uses } of steps) {
      if (uses === undefined || OURS.test(uses)) continue;
      expect(uses).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+`));
    }
  });

  test("gives no permission that a job does not name, and puts nothing from an event into a command", () => {
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

describe("action/README.md", () => {
  test("uses inputs and outputs that action.yml has, in YAML that can be read", () => {
    const blocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);
    expect(blocks.length).toBeGreaterThan(3);
    for (const block of blocks) {
      const value = parse(block) as { steps?: Step[] } | Step[];
      const { inputs, outputs } = namesUsed(Array.isArray(value) ? value : (value.steps ?? []), block);
      expect(inputs.filter((name) => !(name in action.inputs))).toEqual([]);
      expect(outputs.filter((name) => !(name in action.outputs))).toEqual([]);
    }
  });

  test("explains codes as core does", () => {
    const rows = [...readme.matchAll(/^\| (LOB\d{4}) \| (.+?) \| .+ \|$/gm)].map(([, code, meaning]) => [code, meaning]);
    expect(rows.length).toBeGreaterThan(5);
    expect(rows).toEqual(rows.map(([code]) => [code, CODES[code as keyof typeof CODES]]));
  });

  const check = (root: string): Promise<{ code: number; said: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [join(ROOT, "action", "scripts", "readme.mjs"), "--check", "--root", root], (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr }),
      );
    });

  test("has the inputs and outputs of action.yml, and a check that notices when it has not", async () => {
    expect(await check(ROOT)).toMatchObject({ code: 0 });
    const copy = await mkdtemp(join(tmpdir(), "lob-readme-"));
    try {
      await mkdir(join(copy, "action"));
      await cp(join(ROOT, "action", "README.md"), join(copy, "action", "README.md"));
      await writeFile(join(copy, "action.yml"), (await read("action.yml")).replace("The line of business", "A line of business"));
      expect(await check(copy)).toMatchObject({ code: 1, said: expect.stringContaining("node action/scripts/readme.mjs") });
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});
