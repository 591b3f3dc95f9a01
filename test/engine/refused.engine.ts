/** A refused operation leaves AWS and the stack's state as they were. All operations run on one stack, one after the other. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";
import { nameOf, Stack, type Operation, type Outcome, type Program } from "./support/engine.ts";
import { snapshotOf } from "./support/snapshot.ts";
import { describeOnEngine } from "./support/suite.ts";

const MINUTES = 300_000;
const PROTECTED = /cannot be deleted|unable to replace resource|protected resource/;
const ROLE = "aws:iam/role:Role fraud-publisher-models";
const ROW = "aws:dynamodb/tableItem:TableItem fraud-row";
const COMPONENT = "lob-registry:index:LineOfBusiness fraud";

interface Case {
  /** `cli destroy` is the command, which previews first. The Automation API never does. */
  readonly operation: Operation | "cli destroy";
  /** Arguments of the program; none: the program that made the stack. */
  readonly args?: object;
  /** Options of the Automation API. Names of resources stand for their URNs. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Expected messages. Default: the engine's about a protected resource. */
  readonly says?: readonly RegExp[];
  /** Default 1. */
  readonly code?: number;
}

const continueOnError = { continueOnError: true };
const REMOVED = { own: null, shared: null };
/** Every argument of a LOB with its own storage that decides where data lies, except `lob`. */
const ELSEWHERE = {
  own: { prefix: "models", suffix: ".tgz", bucketName: "models", catalogTableName: "catalog", registryTableName: "registry" },
};
const ELSEWHERE_SAYS = [
  /LineOfBusiness "fraud" would change bucketName from "\S+-fraud-artifacts" to "models", catalogTableName from "fraud-model-catalog" to "catalog", registryTableName from "fraud-model-registry" to "registry", prefix from "ml-models" to "models", suffix from "\.tar\.gz" to "\.tgz", and what is published there would no longer be found/,
];
const PREFIX_SAYS = [/LineOfBusiness "fraud" would change prefix from "ml-models" to "models", and what is published there/];
const RENAMED = { own: { lob: "risk" }, shared: { lob: "cards-2" } };
const ANY_RENAMED = [/LineOfBusiness "\w+" would change lob from/];

const CASES: Readonly<Record<string, Case>> = {
  destroy: { operation: "destroy" },
  "destroy by the CLI, with a preview": { operation: "cli destroy" },
  "destroy, continuing on errors": { operation: "destroy", options: continueOnError },
  "destroy of everything that is not protected": {
    operation: "destroy",
    options: { excludeProtected: true },
    code: 0,
    says: [/no unprotected resources/],
  },
  "destroy of a role": { operation: "destroy", options: { target: [ROLE] }, says: [/depends on|dependent/] },
  "destroy of a role and of what depends on it": { operation: "destroy", options: { target: [ROLE], targetDependents: true } },
  "removal from the program, in a preview": { operation: "preview", args: REMOVED },
  "removal from the program": { operation: "up", args: REMOVED },
  "removal from the program, continuing on errors": { operation: "up", args: REMOVED, options: continueOnError },
  "another place, in a preview": { operation: "preview", args: ELSEWHERE, says: ELSEWHERE_SAYS },
  "another place": { operation: "up", args: ELSEWHERE, says: ELSEWHERE_SAYS },
  "another place of the component as a target": {
    operation: "up",
    args: ELSEWHERE,
    options: { target: [COMPONENT] },
    says: ELSEWHERE_SAYS,
  },
  "another prefix, continuing on errors": {
    operation: "up",
    args: { own: { prefix: "models" } },
    options: continueOnError,
    says: PREFIX_SAYS,
  },
  "another place of a shared registry": {
    operation: "up",
    args: { registry: { suffix: ".tgz" } },
    says: [/SharedRegistry "models" would change suffix from "\.tar\.gz" to "\.tgz", and/],
  },
  "giving up a bucket and an OIDC provider": {
    operation: "up",
    args: { own: { existingBucket: true, createGithubOidcProvider: false } },
    says: [
      /would change existingBucket from false to true, createGithubOidcProvider from true to false, and the bucket and the OIDC provider would leave the stack/,
    ],
  },
  "another name, in a preview": { operation: "preview", args: RENAMED, says: ANY_RENAMED },
  "another name": { operation: "up", args: RENAMED, says: ANY_RENAMED },
  "another name, continuing on errors": { operation: "up", args: RENAMED, options: continueOnError, says: ANY_RENAMED },
  "own to shared": { operation: "up", args: { move: true }, says: [/LineOfBusiness "fraud" would change bucketName from/] },
};

describeOnEngine("a refused operation", () => {
  let sandbox: Sandbox;
  let stack: Stack;
  let before: unknown;
  beforeAll(async () => {
    sandbox = await startSandbox();
    stack = await Stack.create(sandbox);
    await stack.must("up", lobs());
    before = await everything();
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
    const { resources = [] } = await stack.state();
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
      const { operation, args, options = {}, says = [PROTECTED], code = 1 } = CASES[name]!;
      const outcome =
        operation === "cli destroy"
          ? await stack.command("destroy", "--yes")
          : await stack.run(operation, lobs(args, await withUrns(options)));
      expect({ code: outcome.code === 0 ? 0 : 1, text: outcome.text }).toEqual({ code, text: expect.anything() });
      for (const message of says) expect(outcome.text).toMatch(message);
      expect(outcome.text).not.toMatch(/[Uu]nhandled|node:internal|at .*\.js:\d/);
      expect(await everything()).toEqual(before);
    },
    MINUTES,
  );

  test("changes nothing on AWS: another place of the row, which is the only target", async () => {
    const { code, text } = await stack.run("up", lobs({ own: { prefix: "models" } }, await withUrns({ target: [ROW] })));
    expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(PREFIX_SAYS[0]!) });
    expect(await snapshotOf(sandbox)).toEqual((before as { aws: unknown }).aws);
    // The engine has stored the outputs of the component, which it did not update.
    await stack.must("up", lobs());
    expect(await everything()).toEqual(before);
  });

  test("is not a default that is written out", async () => {
    const written = { lob: "fraud", prefix: "ml-models", suffix: ".tar.gz", registryTableName: "fraud-model-registry" };
    expect(changesOf(await stack.must("preview", lobs({ own: written })))).toEqual(["update fraud"]);
  });

  test("leaves a stack that the original program does not change", async () => {
    expect(changesOf(await stack.must("preview", lobs()))).toEqual([]);
  });

  test("is only a warning with `protect: false`", async () => {
    const { text } = await stack.must("preview", lobs({ own: { protect: false, prefix: "models" } }));
    expect(text).toMatch(
      /warning: LineOfBusiness "fraud" would change prefix from "ml-models" to "models", .*; protect is off, so this is not refused/,
    );
  });

  test(
    "is not the removal of a publisher, nor the replacement of roles: each takes one `up`, and the new roles have their policies",
    async () => {
      const up = await stack.must("up", lobs({ own: { publishers: [] }, shared: { rolePath: "/ml/" } }));
      const ofOwn = changesOf(up).filter((change) => change.includes(" fraud"));
      expect(ofOwn.sort()).toEqual([
        "delete fraud-publisher-models",
        "delete fraud-publisher-models",
        "delete fraud-publisher-notebooks",
        "delete fraud-publisher-notebooks",
        // The component itself, whose arguments have changed.
        "update fraud",
      ]);
      const { roles } = await snapshotOf(sandbox);
      const paths = Object.entries(roles).map(([name, { role }]) => [name, (role as { Role: { Path: string } }).Role.Path]);
      expect(Object.fromEntries(paths)).toEqual({
        "fraud-promoter-release": "/",
        "fraud-reader-serving": "/",
        "cards-publisher-models": "/ml/",
        "cards-publisher-notebooks": "/ml/",
        "cards-promoter-release": "/ml/",
        "cards-reader-serving": "/ml/",
      });
      expect(Object.values(roles).flatMap(({ policies }) => Object.keys(policies as object))).toEqual(Array(6).fill("lob-registry"));
    },
    MINUTES,
  );
});
