/** A refused operation leaves AWS and the stack's state as they were. All operations run on one stack, one after the other. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { nameOf, Stack, type Operation, type Outcome, type Program } from "./support/engine.ts";
import { snapshotOf } from "./support/snapshot.ts";
import { describeOnEngine } from "./support/suite.ts";

const MINUTES = 300_000;
const PROTECTED = /cannot be deleted|unable to replace resource|protected resource/;

interface Case {
  readonly operation: Operation;
  /** Arguments of the program; none: the program that made the stack. */
  readonly args?: object;
  /** Options of the Automation API. Names of resources stand for their URNs. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Expected message. Default: the engine's about a protected resource. */
  readonly text?: RegExp;
  /** Default 1. */
  readonly code?: number;
}

const ROLE = "aws:iam/role:Role fraud-publisher-models";
// The Automation API never previews before it acts; `preview` is what the CLI does first.
const CASES: Readonly<Record<string, Case>> = {
  destroy: { operation: "destroy" },
  "destroy, continuing on errors": { operation: "destroy", options: { continueOnError: true } },
  "destroy of everything that is not protected": {
    operation: "destroy",
    options: { excludeProtected: true },
    code: 0,
    text: /no unprotected resources/,
  },
  "destroy of a role": { operation: "destroy", options: { target: [ROLE] }, text: /depends on|dependent/ },
  "destroy of a role and of what depends on it": { operation: "destroy", options: { target: [ROLE], targetDependents: true } },
  "removal of a LOB with its own storage": { operation: "up", args: { own: null } },
  "removal of a LOB with its own storage, continuing on errors": {
    operation: "up",
    args: { own: null },
    options: { continueOnError: true },
  },
  "removal of a LOB in a shared registry": { operation: "up", args: { shared: null } },
  "removal of a LOB in a shared registry, continuing on errors": {
    operation: "up",
    args: { shared: null },
    options: { continueOnError: true },
  },
};

/** Changes of arguments that would move data, and the beginning of what the component says about them. */
const MOVES: Readonly<Record<string, [args: object, message: string]>> = {
  "lob, with its own storage": [{ own: { lob: "risk" } }, 'LineOfBusiness "fraud" would change lob from "fraud" to "risk"'],
  "lob, in a shared registry": [{ shared: { lob: "risk" } }, 'LineOfBusiness "cards" would change lob from "cards" to "risk"'],
  prefix: [{ own: { prefix: "models" } }, 'LineOfBusiness "fraud" would change prefix from "ml-models" to "models"'],
  suffix: [{ own: { suffix: ".tgz" } }, 'LineOfBusiness "fraud" would change suffix from ".tar.gz" to ".tgz"'],
  bucketName: [{ own: { bucketName: "models" } }, 'LineOfBusiness "fraud" would change bucketName from '],
  catalogTableName: [{ own: { catalogTableName: "catalog" } }, 'LineOfBusiness "fraud" would change catalogTableName from '],
  registryTableName: [{ own: { registryTableName: "registry" } }, 'LineOfBusiness "fraud" would change registryTableName from '],
  "own to shared": [{ move: true }, 'LineOfBusiness "fraud" would change bucketName from '],
  "prefix of a shared registry": [{ registry: { prefix: "models" } }, 'SharedRegistry "models" would change prefix from '],
};

describeOnEngine("a refused operation", () => {
  let sandbox: Sandbox;
  let stack: Stack;
  beforeAll(async () => {
    sandbox = await startSandbox();
    stack = await Stack.create(sandbox);
    await stack.must("up", lobs());
  }, MINUTES);
  afterAll(() => sandbox?.stop());

  const lobs = (args: object = {}, options: Readonly<Record<string, unknown>> = {}): Program => ({
    language: "typescript",
    program: join(import.meta.dirname, "programs", "refused.ts"),
    args: { ...args },
    options,
  });
  const everything = async (): Promise<unknown> => ({ aws: await snapshotOf(sandbox), state: await stack.state() });
  const changesOf = ({ steps }: Outcome): string[] => steps.flatMap(({ op, name }) => (op === "same" ? [] : [`${op} ${name}`]));

  /** Replaces names of resources by their URNs. */
  async function withUrns({ target, ...options }: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    if (target === undefined) return options;
    const resources = await stack.resources();
    const urns = (target as string[]).map((named) => resources.find(({ type, urn }) => `${type} ${nameOf(urn)}` === named)!.urn);
    return { ...options, target: urns };
  }

  test("is compared with all that is there", async () => {
    const { buckets, tables, roles, oidcProviders } = await snapshotOf(sandbox);
    expect([buckets, tables, oidcProviders].map((part) => Object.keys(part).length)).toEqual([2, 4, 1]);
    expect(Object.keys(roles)).toHaveLength(8);
    const settings = Object.values(buckets).flatMap(({ objects, tags, ...others }) => Object.values(others));
    expect(settings.filter((setting) => typeof setting !== "object" || Object.keys(setting!).length === 0)).toEqual([]);
    expect(Object.values(roles).flatMap(({ policies }) => Object.keys(policies as object))).toEqual(Array(8).fill("lob-registry"));
  });

  test.each(Object.keys(CASES))(
    "changes nothing: %s",
    async (name) => {
      const { operation, args, options = {}, text = PROTECTED, code = 1 } = CASES[name]!;
      const before = await everything();
      const outcome = await stack.run(operation, lobs(args, await withUrns(options)));
      expect({ code: outcome.code, text: outcome.text }).toEqual({ code, text: expect.stringMatching(text) });
      expect(await everything()).toEqual(before);
    },
    MINUTES,
  );

  test.each(
    Object.keys(MOVES).flatMap((name) => (["preview", "up", "up, continuing on errors"] as const).map((way) => [name, way] as const)),
  )(
    "changes nothing: a move by %s, in %s",
    async (name, way) => {
      const [args, message] = MOVES[name]!;
      const before = await everything();
      const outcome = await stack.run(way === "preview" ? "preview" : "up", lobs(args, { continueOnError: way.endsWith("errors") }));
      expect({ code: outcome.code, text: outcome.text }).toEqual({ code: 1, text: expect.stringContaining(message) });
      expect(outcome.text).not.toMatch(/[Uu]nhandled|node:internal|at .*\.js:\d/);
      expect(await everything()).toEqual(before);
    },
    MINUTES,
  );

  test("is not a default that is written out", async () => {
    const written = { lob: "fraud", prefix: "ml-models", suffix: ".tar.gz", registryTableName: "fraud-model-registry" };
    expect(changesOf(await stack.must("preview", lobs({ own: written })))).toEqual(["update fraud"]);
  });

  test("leaves a stack that the original program does not change", async () => {
    expect(changesOf(await stack.must("preview", lobs()))).toEqual([]);
  });

  test(
    "is none of these: one `up` removes a publisher",
    async () => {
      const up = await stack.must("up", lobs({ own: { publishers: [] } }));
      expect(changesOf(up).sort()).toEqual([
        "delete fraud-publisher-models",
        "delete fraud-publisher-models",
        "delete fraud-publisher-notebooks",
        "delete fraud-publisher-notebooks",
        // The component itself, whose arguments have changed.
        "update fraud",
      ]);
      const { roles } = await snapshotOf(sandbox);
      expect(Object.keys(roles).filter((role) => role.startsWith("fraud"))).toEqual(["fraud-promoter-release", "fraud-reader-serving"]);
      await stack.must("up", lobs());
    },
    MINUTES,
  );

  test(
    "is none of these: one `up` replaces the roles, which keep their policies",
    async () => {
      await stack.must("up", lobs({ own: { rolePath: "/ml/" }, shared: { rolePath: "/ml/" } }));
      const { roles } = await snapshotOf(sandbox);
      expect(Object.values(roles).map(({ role }) => (role as { Role: { Path: string } }).Role.Path)).toEqual(Array(8).fill("/ml/"));
      expect(Object.values(roles).flatMap(({ policies }) => Object.keys(policies as object))).toEqual(Array(8).fill("lob-registry"));
    },
    MINUTES,
  );
});
