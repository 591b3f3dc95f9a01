import { describe, expect, test } from "@jest/globals";
import { LATEST, METADATA } from "../layout.js";
import type { AliasFile } from "../registry/alias-rows.js";
import { BY_TABLE, COPYING, IN_PLACE, inventory, migrated, modelRow, object, sha, TIME, versions } from "./fixtures.test.util.js";
import type { ModelInventory, TargetAlias, TargetVersion } from "./inventory.js";
import { emptyIssues, isDone, isEmpty, planModel, type ModelPlan, type PlanContext } from "./plan.js";

const work = ({ versions: steps }: ModelPlan): Record<number, string> => Object.fromEntries(steps.map((step) => [step.version, step.do]));
const issuesOf = ({ issues }: ModelPlan): string[] => issues.map(({ level, code }) => `${level} ${code}`);
const target = (there: Record<number, TargetVersion>, more: Partial<ModelInventory["target"]> = {}): Pick<ModelInventory, "target"> => ({
  target: {
    row: modelRow(),
    versions: new Map(Object.entries(there).map(([n, one]) => [Number(n), one])),
    aliases: new Map(),
    ...more,
  },
});
const plan = (context: PlanContext, change: Partial<ModelInventory> = {}): ModelPlan => planModel(context, inventory(change));

describe("versions", () => {
  test("are copied from another place, newest first, with their expected checksum", () => {
    const one = plan(COPYING);
    expect(one.versions).toMatchObject([
      { version: 2, do: "copy", sha256: sha("two"), twin: false },
      { version: 1, do: "copy", sha256: sha("one"), twin: false },
    ]);
    expect(one).toMatchObject({ next: 3, issues: [], latest: { do: "advance", is: "published" } });
    expect(isDone(one)).toBe(false);
  });

  test("are indexed in place, and LATEST stays", () => {
    const one = plan(IN_PLACE, { target: { versions: new Map(), latest: object(LATEST, "two"), aliases: new Map() } });
    expect(work(one)).toEqual({ 1: "index", 2: "index" });
    expect(one.latest).toEqual({ do: "nothing", is: "published" });
  });

  test("A, B, A: marks numbers with the same bytes as twins", () => {
    const one = plan(COPYING, { versions: versions("A", "B", "A"), latest: object(LATEST, "A") });
    expect(one.versions.map(({ version, twin }) => [version, twin])).toEqual([
      [3, true],
      [2, false],
      [1, true],
    ]);
    expect(one.latest.is).toBe("published");
  });

  test("that are already migrated are left alone, and nothing is left to do", () => {
    const there = { 1: migrated(1, "one"), 2: migrated(2, "two") };
    for (const context of [COPYING, IN_PLACE]) {
      const one = plan(context, target(there, { latest: object(LATEST, "two") }));
      expect([work(one), issuesOf(one), isDone(one)]).toEqual([{ 1: "there", 2: "there" }, [], true]);
    }
  });

  test("an object that a killed migration copied and did not index is indexed", () => {
    const one = plan(COPYING, target({ 2: { object: object(2, "two") } }));
    expect(work(one)).toEqual({ 1: "copy", 2: "index" });
  });

  test.each<[string, TargetVersion]>([
    ["a row of other bytes", migrated(1, "three")],
    ["a row of another size", { ...migrated(1, "one"), row: { ...migrated(1, "one").row!, size: 7 } }],
    ["an object of other bytes", { object: object(1, "three") }],
    ["an object of another size", { object: { ...object(1, "one"), size: 7 } }],
    ["an object of another model", { object: object(1, "one", { metadata: { artifact_name: "ltv", artifact_sha256: sha("one") } }) }],
    ["a number of an abandoned version", migrated(1, "one", { status: "ABANDONED" })],
  ])("migrates nothing from the first number on at which the LOB has %s", (_, there) => {
    const one = plan(COPYING, { versions: versions("one", "two", "three"), latest: object(LATEST, "three"), ...target({ 1: there }) });
    expect(work(one)).toEqual({ 1: "left", 2: "left", 3: "left" });
    expect(issuesOf(one)).toEqual(["problem LOB3020", "problem LOB3020"]);
    expect(one.issues[1]!.message).toMatch(/diverge at version 1; not migrated: 2–3/);
    expect(one.latest.do).toBe("nothing");
  });

  test("below the number at which the histories diverge are migrated", () => {
    const one = plan(COPYING, {
      versions: versions("one", "two", "three", "four"),
      latest: object(LATEST, "four"),
      ...target({ 3: migrated(3, "else") }),
    });
    expect(work(one)).toEqual({ 1: "copy", 2: "copy", 3: "left", 4: "left" });
  });

  test("reports a row without its object, and continues", () => {
    const { row } = migrated(1, "one");
    const one = plan(COPYING, target({ 1: { row: row! } }));
    expect([work(one), issuesOf(one)]).toEqual([{ 1: "left", 2: "copy" }, ["problem LOB3020"]]);
  });

  test("without a checksum are copied with a computed one, but not indexed in place", () => {
    const change = {
      versions: [{ version: 1, object: object(1, "one", { metadata: { artifact_name: "churn" } }) }],
      latest: object(LATEST, "one"),
    };
    const copied = plan(COPYING, change);
    expect(copied.versions).toMatchObject([{ do: "copy" }]);
    expect(copied.versions[0]!.sha256).toBeUndefined();
    expect(issuesOf(copied)).toEqual(["note LOB4021"]);
    expect([work(plan(IN_PLACE, change)), issuesOf(plan(IN_PLACE, change))]).toEqual([{ 1: "left" }, ["problem LOB4021"]]);
    expect(work(plan(COPYING, { ...change, ...target({ 1: migrated(1, "one") }) }))).toEqual({ 1: "there" });
    expect(work(plan(COPYING, { ...change, ...target({ 1: migrated(1, "longer") }) }))).toEqual({ 1: "left" });
  });

  test("in place, does not index an object that claims to belong to another model", () => {
    const stranger = object(1, "one", { metadata: { artifact_name: "ltv", artifact_sha256: sha("one") } });
    const one = plan(IN_PLACE, { versions: [{ version: 1, object: stranger }], latest: object(LATEST, "one") });
    expect([work(one), issuesOf(one)]).toEqual([{ 1: "left" }, ["problem LOB4021"]]);
    expect(work(plan(COPYING, { versions: [{ version: 1, object: stranger }] }))).toEqual({ 1: "copy" });
  });

  test("in place, reports a version of this program without a row, skips one in progress, and reports one that differs", () => {
    const ours = object(1, "one", {
      metadata: {
        artifact_name: "churn",
        artifact_sha256: sha("one"),
        artifact_version: "1",
        write_token: "0123456789abcdef",
        tree_digest: sha("tree"),
      },
    });
    const lost = plan(IN_PLACE, {
      versions: [{ version: 1, object: ours }],
      latest: object(LATEST, "one"),
      ...target({ 1: { object: ours } }),
    });
    expect([work(lost), issuesOf(lost)]).toEqual([{ 1: "left" }, ["problem LOB3029"]]);
    const reserved = plan(IN_PLACE, {
      versions: versions("one"),
      latest: object(LATEST, "one"),
      ...target({ 1: migrated(1, "one", { status: "RESERVED" }) }),
    });
    expect([work(reserved), issuesOf(reserved)]).toEqual([{ 1: "left" }, []]);
    const other = plan(IN_PLACE, {
      versions: versions("one"),
      latest: object(LATEST, "one"),
      ...target({ 1: migrated(1, "one", { sha256: sha("else") }) }),
    });
    expect([work(other), issuesOf(other)]).toEqual([{ 1: "left" }, ["problem LOB3020"]]);
  });

  test("reports missing numbers, and does not fill them", () => {
    const [, second, , fourth, fifth] = versions("a", "b", "c", "d", "e");
    const one = plan(COPYING, { versions: [second!, fourth!, fifth!], latest: object(LATEST, "e") });
    expect(one.issues).toMatchObject([{ level: "note", code: "LOB3027", message: expect.stringContaining("1, 3") }]);
    expect(one.next).toBe(6);
  });
});

describe("a number far above all others", () => {
  const stray = (version: number) => [...versions("one", "two"), { version, object: object(version, "stray") }];

  test("is a problem, and neither it nor higher numbers are migrated or reserved", () => {
    const one = plan(COPYING, { versions: [...stray(1004), { version: 1005, object: object(1005, "x") }] });
    expect([work(one), one.next]).toEqual([{ 1: "copy", 2: "copy", 1004: "left", 1005: "left" }, 3]);
    expect(one.issues).toMatchObject([
      { level: "problem", code: "LOB3027", message: expect.stringMatching(/version 1004; .*: 1004–1005/) },
    ]);
  });

  test("is accepted if at most 1,000 are missing, or if the LOB has assigned it", () => {
    expect(plan(COPYING, { versions: stray(1003) }).next).toBe(1004);
    expect(work(plan(COPYING, { versions: stray(5000), ...target({}, { row: modelRow({ next: 5001 }) }) }))[5000]).toBe("copy");
  });

  test("does not count if it is a deleted record, or if the histories diverge below it", () => {
    const record = (content: string) => ({ sha256: sha(content), deleted: false });
    const known = versions("one", "two").map((one, index) => ({ ...one, record: record(index === 0 ? "one" : "two") }));
    const gone = { version: 999_999, record: { deleted: true } };
    expect(plan(BY_TABLE, { versions: [...known, gone], latestRecord: record("two") }).next).toBe(3);
    expect(plan(COPYING, { versions: versions("one", "two", "three"), ...target({ 2: migrated(2, "else") }) }).next).toBe(2);
  });
});

describe("the S3 and DynamoDB back end", () => {
  const record = { sha256: sha("one"), deleted: false };

  test("takes the checksum from the table, even if the object has none", () => {
    const bare = object(1, "one", { metadata: {} });
    const one = plan(BY_TABLE, { versions: [{ version: 1, object: bare, record }], latest: object(LATEST, "one") });
    expect(one.versions).toMatchObject([{ do: "copy", sha256: sha("one") }]);
    expect(issuesOf(one)).toEqual([]);
  });

  test("skips deleted versions, and never reuses their numbers", () => {
    const [first, second] = versions("one", "two");
    const deleted = { ...second!, record: { sha256: sha("two"), deleted: true } };
    const one = plan(BY_TABLE, { versions: [{ ...first!, record }, deleted], latest: object(LATEST, "one"), latestRecord: record });
    expect([work(one), issuesOf(one), one.next]).toEqual([{ 1: "copy", 2: "left" }, ["note LOB3028"], 3]);
    expect(one.latest).toEqual({ do: "advance", is: "published" });
  });

  test.each([
    ["a record without object", { version: 2, record }],
    ["an object without record", { version: 2, object: object(2, "two") }],
    ["two checksums", { version: 2, object: object(2, "two"), record }],
  ])("reports %s, and continues", (_, second) => {
    const one = plan(BY_TABLE, {
      versions: [{ ...versions("one")[0]!, record }, second],
      latest: object(LATEST, "one"),
      latestRecord: record,
    });
    expect(work(one)).toEqual({ 1: "copy", 2: "left" });
    expect(issuesOf(one)).toEqual(expect.arrayContaining(["problem LOB4022"]));
    expect(one.next).toBe("record" in second ? 3 : 2);
  });

  test("cannot be contaminated", () => {
    const one = plan(BY_TABLE, { versions: [{ ...versions("one")[0]!, record }], latest: object(LATEST, "one"), strangers: ["notes.txt"] });
    expect(issuesOf(one)).toEqual(["note LOB3022"]);
    const { latest: _, ...headless } = inventory({ versions: [{ ...versions("one")[0]!, record }] });
    expect(issuesOf(planModel(BY_TABLE, headless))).toEqual([]);
  });
});

describe("LATEST", () => {
  const draft = object(LATEST, "draft");

  test("without a number is a draft: it is copied, and stays in place", () => {
    expect(plan(COPYING, { latest: draft })).toMatchObject({
      latest: { do: "copy-draft", is: "draft", sha256: sha("draft") },
      issues: [{ level: "note", code: "LOB3021" }],
    });
    expect(plan(IN_PLACE, { latest: draft })).toMatchObject({
      latest: { do: "nothing", is: "draft" },
      issues: [{ level: "note", code: "LOB3021" }],
    });
  });

  test("with an older content is a draft until it is published", () => {
    expect(plan(COPYING, { latest: object(LATEST, "one") }).latest.do).toBe("copy-draft");
  });

  test("with another ETag but the bytes of the newest number is not a draft", () => {
    expect(plan(COPYING, { latest: object(LATEST, "two", { etag: '"in parts-2"' }) }).latest).toEqual({ do: "advance", is: "published" });
  });

  test("alone is a draft of a model without versions", () => {
    const one = plan(COPYING, { versions: [], latest: draft });
    expect(one).toMatchObject({ versions: [], next: 1, latest: { do: "copy-draft" } });
    expect(isDone(one)).toBe(false);
    expect(isDone(plan(IN_PLACE, { versions: [], latest: draft }))).toBe(true);
  });

  test("reports a draft that the LOB already has without copying it, and never overwrites other content", () => {
    const there = { 1: migrated(1, "one"), 2: migrated(2, "two") };
    const again = plan(COPYING, { latest: draft, ...target(there, { latest: draft }) });
    expect([again.latest.do, issuesOf(again), isDone(again)]).toEqual(["nothing", ["note LOB3021"], true]);
    const other = plan(COPYING, { latest: draft, ...target(there, { latest: object(LATEST, "somebody's") }) });
    expect([other.latest.do, issuesOf(other)]).toEqual(["nothing", ["problem LOB3021"]]);
    const published = object(LATEST, "draft", { metadata: { ...draft.metadata, [METADATA.artifactVersion]: "1" } });
    const behind = plan(COPYING, { latest: draft, ...target(there, { latest: published }) });
    expect([behind.latest.do, issuesOf(behind)]).toEqual(["advance", ["problem LOB3021"]]);
  });

  test("of the LOB moves if it is behind the source; a draft of the LOB stays, and is reported", () => {
    const held = (n: number) =>
      object(LATEST, "one", { metadata: { ...object(1, "one").metadata, [METADATA.artifactVersion]: String(n) } });
    expect(plan(COPYING, target({ 1: migrated(1, "one") }, { latest: held(1) })).latest.do).toBe("advance");
    expect(plan(COPYING, target({ 1: migrated(1, "one") }, { latest: held(2) })).latest.do).toBe("nothing");
    const stale = plan(COPYING, target({ 1: migrated(1, "one") }, { latest: object(LATEST, "old draft") }));
    expect([stale.latest.do, issuesOf(stale)]).toEqual(["nothing", ["problem LOB3021"]]);
  });

  test("is restored from the newest number if it is missing", () => {
    const { latest: _, ...headless } = inventory();
    for (const context of [COPYING, IN_PLACE]) {
      const one = planModel(context, headless);
      expect(one).toMatchObject({ latest: { do: "advance", is: "absent" }, issues: [{ level: "note", code: "LOB3022" }] });
    }
  });

  test("that was deleted in the table is not a draft", () => {
    const latestRecord = { sha256: sha("draft"), deleted: true };
    const version = { ...versions("one")[0]!, record: { sha256: sha("one"), deleted: false } };
    expect(plan(BY_TABLE, { versions: [version], latest: draft, latestRecord }).latest).toEqual({ do: "advance", is: "published" });
  });
});

describe("aliases", () => {
  const file = (change: Partial<AliasFile> = {}): AliasFile => ({ alias: "prod", version: 1, ...change });
  const aliased = (one: AliasFile, there?: TargetAlias, context = COPYING): ModelPlan =>
    plan(context, {
      aliases: [{ alias: one.alias, file: one }],
      ...target({}, { aliases: new Map(there ? [[one.alias, there]] : []) }),
    });
  const row = (change: Partial<NonNullable<TargetAlias["row"]>> = {}) => ({
    lob: "fraud",
    model: "churn",
    alias: "prod",
    version: 1,
    revision: 1,
    createdAt: TIME,
    updatedAt: TIME,
    ...change,
  });
  const steps = ({ aliases }: ModelPlan): unknown => aliases.map((step) => [step.alias, step.do]);

  test("are migrated with both versions and the weight", () => {
    const one = aliased(file({ secondaryVersion: 2, secondaryWeight: 20 }));
    expect(one.aliases).toEqual([
      { alias: "prod", do: "point", file: { alias: "prod", version: 1, secondaryVersion: 2, secondaryWeight: 20 } },
    ]);
    expect(issuesOf(one)).toEqual([]);
  });

  test("that follow LATEST keep their file and get no row", () => {
    for (const follows of [file({ version: LATEST }), file({ secondaryVersion: LATEST, secondaryWeight: 5 })]) {
      expect([steps(aliased(follows)), issuesOf(aliased(follows))]).toEqual([[["prod", "file"]], ["note LOB3025"]]);
      expect(steps(aliased(follows, undefined, IN_PLACE))).toEqual([["prod", "there"]]);
      expect(steps(aliased(follows, { history: false, file: follows }))).toEqual([["prod", "there"]]);
    }
  });

  test("are completed if something is missing, and otherwise left alone", () => {
    expect(steps(aliased(file(), { row: row(), history: true, file: file() }))).toEqual([["prod", "there"]]);
    expect(steps(aliased(file(), { row: row(), history: false, file: file() }))).toEqual([["prod", "point"]]);
    expect(steps(aliased(file(), { row: row(), history: true }))).toEqual([["prod", "point"]]);
  });

  test("whose file in the LOB differs stay, with or without a row, and if they follow LATEST", () => {
    for (const there of [file({ version: 2 }), file({ secondaryVersion: 2, secondaryWeight: 5 }), "it is not JSON"]) {
      for (const one of [
        { history: false, file: there },
        { row: row(), history: true, file: there },
      ]) {
        expect([steps(aliased(file(), one)), issuesOf(aliased(file(), one))]).toEqual([[["prod", "left"]], ["problem LOB3020"]]);
      }
      const follows = aliased(file({ version: LATEST }), { history: false, file: there });
      expect([steps(follows), issuesOf(follows)]).toEqual([[["prod", "left"]], ["problem LOB3020"]]);
    }
    expect(steps(aliased(file(), { history: false, file: file() }))).toEqual([["prod", "point"]]);
  });

  test("that point elsewhere in the LOB stay: a problem, unless moved after the migration", () => {
    const other = aliased(file(), { row: row({ version: 2 }), history: true, file: file() });
    expect([steps(other), issuesOf(other)]).toEqual([[["prod", "left"]], ["problem LOB3020"]]);
    const weight = aliased(file(), { row: row({ secondaryVersion: 2, secondaryWeight: 1 }), history: true, file: file() });
    expect(issuesOf(weight)).toEqual(["problem LOB3020"]);
    expect(issuesOf(aliased(file(), { row: row({ version: 2, revision: 2 }), history: true, file: file() }))).toEqual(["note LOB3020"]);
  });

  test.each<[string, ModelInventory["aliases"][number], string]>([
    ["a name that is not allowed", { alias: "a-b", file: file({ alias: "a-b" }) }, "problem LOB3024"],
    ["LATEST as a name", { alias: "latest", file: file({ alias: "latest" }) }, "problem LOB3024"],
    ["a file that cannot be parsed", { alias: "prod", problem: "it is not JSON" }, "problem LOB4023"],
    ["a version that is not there", { alias: "prod", file: file({ version: 7 }) }, "problem LOB3025"],
    [
      "a secondary version that is not there",
      { alias: "prod", file: file({ secondaryVersion: 7, secondaryWeight: 1 }) },
      "problem LOB3025",
    ],
  ])("reports %s, and continues", (_, alias, issue) => {
    const one = plan(COPYING, { aliases: [alias, { alias: "ok", file: file({ alias: "ok" }) }] });
    expect([steps(one), issuesOf(one)]).toEqual([
      [
        [alias.alias, "left"],
        ["ok", "point"],
      ],
      [issue],
    ]);
  });
});

test("reports version rows of a model without a row", () => {
  const there = new Map([[1, migrated(1, "one")]]);
  const one = plan(COPYING, { target: { versions: there, aliases: new Map() } });
  expect([work(one), issuesOf(one)]).toEqual([{ 1: "there", 2: "copy" }, ["problem LOB3029"]]);
});

test("reports a row that cannot be parsed, and continues", () => {
  for (const context of [COPYING, IN_PLACE]) {
    const one = plan(context, target({ 1: { object: object(1, "one"), problem: "it says that it is another" } }));
    expect([work(one)[1], issuesOf(one)]).toEqual(["left", ["problem LOB4004"]]);
  }
});

test("reports a name that is not allowed, and skips the model", () => {
  const one = plan(COPYING, { model: "my model" });
  expect([issuesOf(one), isDone(one), one.versions]).toEqual([["problem LOB3024"], true, []]);
});

test("names that are not versions are a problem in place, and otherwise not copied", () => {
  const strangers = ["notes.txt", "sub/x", "a", "b", "c", "d"];
  expect(plan(IN_PLACE, { strangers }).issues).toMatchObject([
    { level: "problem", code: "LOB3022", message: expect.stringContaining("and 1 more") },
  ]);
  expect(issuesOf(plan(COPYING, { strangers }))).toEqual(["note LOB3022"]);
});

test("a folder without versions is not a model; one that looks like a model is reported with the suffix that would fit", () => {
  const { latest: _, ...rest } = inventory({ versions: [] });
  expect(isEmpty(rest)).toBe(true);
  expect(isEmpty(inventory({ versions: [] }))).toBe(false);
  expect(emptyIssues(COPYING, rest)).toEqual([]);
  const [tar] = emptyIssues(COPYING, { ...rest, strangers: ["notes", "999999_000001.tar.gz"] });
  expect(tar).toMatchObject({ level: "problem", code: "LOB3026", hint: 'Migrate it with --suffix ".tar.gz".' });
  expect(emptyIssues(COPYING, { ...rest, strangers: ["000000_LATEST"] })).toMatchObject([{ hint: 'Migrate it with --suffix "".' }]);
  expect(emptyIssues(BY_TABLE, { ...rest, strangers: ["000001"] })).toMatchObject([
    { level: "note", hint: 'Migrate it with --suffix "".' },
  ]);
  expect(emptyIssues(COPYING, { ...rest, aliases: [{ alias: "prod", problem: "x" }] })).toMatchObject([
    { hint: expect.stringContaining("another prefix") },
  ]);
});
