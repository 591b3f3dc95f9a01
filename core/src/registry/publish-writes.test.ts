/** The protocol's transactions: what each writes, and each way in which it must be refused. */
import { expect, test } from "@jest/globals";
import { digestUrl, versionUrl } from "../layout.js";
import { parseVersionRow } from "./rows.js";
import { LOB } from "../testing/simulation.js";
import {
  A,
  B,
  BEFORE,
  digestPointer,
  foreign,
  keyPointer,
  model,
  NOW,
  row,
  Tables,
  testTransactions,
  THEIRS,
  type Scenario,
} from "../testing/transactions.test.util.js";
import type { Version } from "../types.js";
import { adopt, commit, move, reserve, RESERVED_ROW, setKey, takeOver } from "./publish-writes.js";
import { indexNumbers, type Numbered } from "./writes.js";

const RESERVING = row(8, { keys: ["k"] });
const moving = { read: row(8, { keys: ["k", "l"] }), moved: row(10, { keys: ["k", "l"] }) };

const found = (version: Version): Numbered => ({ version, hasRow: false, isCopy: () => false });
const copied = (version: Version): Numbered => ({ version, hasRow: false, isCopy: () => true });
const listed = (version: Version): Numbered => ({ version, hasRow: true, isCopy: () => false });

const scenarios: Readonly<Record<string, Scenario>> = {
  "reserve the first number of a model": {
    rows: [],
    items: reserve(LOB, row(1, { keys: ["k"] }), {}, NOW),
    count: 4,
    after: (tables) => {
      expect(tables.model).toEqual({ lob: "fraud", model: "churn", next: 2, latest: 0, tags: {}, createdAt: NOW, updatedAt: NOW });
      expect(tables.version(1)).toEqual(row(1, { keys: ["k"] }));
      expect(tables.indexed(1)).toEqual({ versionsOf: undefined, pendingOf: "fraud" });
      expect([tables.digest, tables.key("k")]).toEqual([1, 1]);
    },
    changes: {
      "the model was made by another": [0, (tables) => tables.put(model({ next: 1, latest: 0 }))],
      "the number has a row": [1, (tables) => tables.put(row(1, { token: THEIRS }))],
      "the content is being published": [2, (tables) => tables.put(digestPointer(1))],
      "the key was used": [3, (tables) => tables.put(keyPointer("k", 1))],
    },
  },
  "reserve a number for new content": {
    rows: [model()],
    items: reserve(LOB, row(8), { model: model() }, NOW),
    count: 3,
    after: (tables) => {
      expect(tables.model).toEqual(model({ next: 9, updatedAt: NOW }));
      expect(tables.version(8)).toEqual(row(8));
      expect(tables.digest).toBe(8);
    },
    changes: {
      "another reserved the number": [0, (tables) => tables.put(model({ next: 9 }))],
      "another version became the newest": [0, (tables) => tables.put(model({ latest: 7 }))],
      "the model is gone": [0, (tables) => tables.remove("fraud/churn")],
      "the number has a row": [1, (tables) => tables.put(row(8, { token: THEIRS }))],
      "the content was published meanwhile": [2, (tables) => tables.put(digestPointer(7))],
    },
  },
  "reserve a number for content that was published before": {
    rows: [model(), row(5, { status: "READY" }), digestPointer(5)],
    items: reserve(LOB, RESERVING, { model: model(), previous: { version: 5, status: "READY" } }, NOW),
    count: 5,
    after: (tables) => {
      expect(tables.model.next).toBe(9);
      expect(tables.version(8)).toEqual(RESERVING);
      expect(tables.version(5)).toEqual(row(5, { status: "READY" }));
      expect([tables.digest, tables.key("k")]).toEqual([8, 8]);
    },
    changes: {
      "another reserved the number": [0, (tables) => tables.put(model({ next: 9 }))],
      "the number has a row": [1, (tables) => tables.put(row(8, { token: THEIRS }))],
      "the content was published again meanwhile": [2, (tables) => tables.put(digestPointer(7))],
      "the pointer is gone": [2, (tables) => tables.remove(digestUrl("fraud", "churn", A))],
      "the version of before is no longer what it was": [3, (tables) => tables.put(row(5, { status: "YANKED" }))],
      "the version of before is gone": [3, (tables) => tables.remove(versionUrl(LOB, "churn", 5))],
      "the key was used": [4, (tables) => tables.put(keyPointer("k", 5))],
    },
  },
  "reserve a number for content whose row of before was deleted by hand": {
    rows: [model(), digestPointer(5)],
    items: reserve(LOB, row(8), { model: model(), previous: { version: 5, status: undefined } }, NOW),
    count: 4,
    after: (tables) => {
      expect(tables.version(8)).toEqual(row(8));
      expect(tables.digest).toBe(8);
    },
    changes: { "the row of before is there again": [3, (tables) => tables.put(row(5, { status: "READY" }))] },
  },
  "let a key name a version that is there": {
    rows: [row(6, { status: "READY" })],
    items: setKey(LOB, "churn", 6, A, "k", undefined),
    count: 1,
    after: (tables) => {
      expect(tables.key("k")).toBe(6);
      expect(tables.version(6)).toEqual(row(6, { status: "READY" }));
    },
    changes: { "the key was used": [0, (tables) => tables.put(keyPointer("k", 5))] },
  },
  "let a key name a version that is on its way": {
    rows: [row(8, { keys: ["theirs"] })],
    items: setKey(LOB, "churn", 8, A, "k", row(8, { keys: ["theirs"] })),
    count: 2,
    after: (tables) => {
      expect(tables.key("k")).toBe(8);
      expect(tables.version(8)).toEqual(row(8, { keys: ["theirs", "k"] }));
    },
    changes: {
      "the key was used": [0, (tables) => tables.put(keyPointer("k", 5))],
      "the version is there by now": [1, (tables) => tables.put(row(8, { status: "READY", keys: ["theirs"] }))],
      "the number has other content by now": [1, (tables) => tables.put(row(8, { treeDigest: B }))],
      "the row is gone": [1, (tables) => tables.remove(versionUrl(LOB, "churn", 8))],
    },
  },
  "take a row over": {
    rows: [row(8, { token: THEIRS, keys: ["theirs"], reservedAt: BEFORE })],
    items: takeOver(LOB, row(8, { token: THEIRS, keys: ["theirs"] }), row(8, { reservedAt: NOW, sha256: "9".repeat(64), keys: ["ours"] })),
    count: 1,
    after: (tables) => expect(tables.version(8)).toEqual(row(8, { sha256: "9".repeat(64), keys: ["theirs"], reservedAt: BEFORE })),
    changes: {
      "its publisher went on": [0, (tables) => tables.put(row(8, { token: THEIRS, keys: ["theirs"], status: "READY" }))],
      "another took it over": [0, (tables) => tables.put(row(8, { token: "third-token-0123456", keys: ["theirs"] }))],
      "another joined it": [0, (tables) => tables.put(row(8, { token: THEIRS, keys: ["theirs", "third"] }))],
      "it is gone": [0, (tables) => tables.remove(versionUrl(LOB, "churn", 8))],
    },
  },
  "take an abandoned row over": {
    rows: [row(8, { token: THEIRS, status: "ABANDONED" })],
    items: takeOver(LOB, row(8, { token: THEIRS, status: "ABANDONED" }), row(8)),
    count: 1,
    after: (tables) => {
      expect(tables.version(8)).toEqual(row(8));
      expect(tables.indexed(8)).toEqual({ versionsOf: undefined, pendingOf: "fraud" });
    },
    changes: { "it was revived": [0, (tables) => tables.put(row(8, { token: THEIRS, status: "RESERVED" }))] },
  },
  "commit the newest version": {
    rows: [model(), row(7)],
    items: commit(LOB, row(7), model(), NOW),
    count: 2,
    after: (tables) => {
      expect(tables.version(7)).toEqual(row(7, { status: "READY", readyAt: NOW }));
      expect(tables.indexed(7)).toEqual({ versionsOf: "fraud/churn", pendingOf: undefined });
      expect(tables.model).toEqual(model({ latest: 7, latestTreeDigest: A, latestSha256: "f".repeat(64), updatedAt: NOW }));
    },
    changes: {
      "another committed it": [0, (tables) => tables.put(row(7, { status: "READY" }))],
      "it was withdrawn": [0, (tables) => tables.put(row(7, { status: "YANKED" }))],
      "another took it over": [0, (tables) => tables.put(row(7, { token: THEIRS }))],
      "its row is gone": [0, (tables) => tables.remove(versionUrl(LOB, "churn", 7))],
      "a higher version became the newest": [1, (tables) => tables.put(model({ next: 9, latest: 8 }))],
      "the model is gone": [1, (tables) => tables.remove("fraud/churn")],
    },
  },
  "commit an abandoned version whose object is there": {
    rows: [model(), row(7, { status: "ABANDONED" })],
    items: commit(LOB, row(7, { status: "ABANDONED" }), model(), NOW),
    count: 2,
    after: (tables) => {
      expect(tables.version(7).status).toBe("READY");
      expect(tables.model.latest).toBe(7);
    },
    changes: { "another took it over": [0, (tables) => tables.put(row(7, { token: THEIRS }))] },
  },
  "commit a version below the newest": {
    rows: [model(), row(5)],
    items: commit(LOB, row(5), model(), NOW),
    count: 2,
    after: (tables) => {
      expect(tables.version(5).status).toBe("READY");
      expect(tables.model).toEqual(model());
    },
    changes: {
      "another committed it": [0, (tables) => tables.put(row(5, { status: "READY" }))],
      "the newest is a lower one by now": [1, (tables) => tables.put(model({ latest: 4 }))],
    },
  },
  "adopt an object that another upload made": {
    rows: [model(), row(7)],
    items: adopt(LOB, row(7), row(7, { token: THEIRS, status: "READY", readyAt: NOW, sha256: "9".repeat(64) }), model(), NOW),
    count: 2,
    after: (tables) => {
      expect(tables.version(7)).toEqual(row(7, { token: THEIRS, status: "READY", readyAt: NOW, sha256: "9".repeat(64) }));
      expect(tables.indexed(7)).toEqual({ versionsOf: "fraud/churn", pendingOf: undefined });
      expect(tables.model).toMatchObject({ latest: 7, latestTreeDigest: A, latestSha256: "9".repeat(64) });
    },
    changes: {
      "another committed it": [0, (tables) => tables.put(row(7, { status: "READY" }))],
      "another joined it": [0, (tables) => tables.put(row(7, { keys: ["third"] }))],
      "a higher version became the newest": [1, (tables) => tables.put(model({ next: 9, latest: 8 }))],
    },
  },
  "move away from a foreign number": {
    rows: [model({ next: 9 }), moving.read, digestPointer(8), keyPointer("k", 8), keyPointer("l", 8)],
    items: move(LOB, moving.read, found(foreign(8)), [], moving.moved, model({ next: 9 }), true, NOW),
    count: 6,
    after: (tables) => {
      const { latestTreeDigest: _, ...raised } = model({ next: 11, latest: 8, latestSha256: "e".repeat(64), updatedAt: NOW });
      expect(tables.model).toEqual(raised);
      expect(tables.version(8)).toEqual(foreign(8));
      expect(tables.indexed(8)).toEqual({ versionsOf: "fraud/churn", pendingOf: undefined });
      expect(tables.version(10)).toEqual(moving.moved);
      expect(tables.indexed(10)).toEqual({ versionsOf: undefined, pendingOf: "fraud" });
      expect([tables.digest, tables.key("k"), tables.key("l")]).toEqual([10, 10, 10]);
    },
    changes: {
      "another reserved a number": [0, (tables) => tables.put(model({ next: 10 }))],
      "another version became the newest": [0, (tables) => tables.put(model({ next: 9, latest: 7 }))],
      "another moved it": [1, (tables) => tables.put(foreign(8))],
      "another joined it": [1, (tables) => tables.put(row(8, { keys: ["k", "l", "m"] }))],
      "the number above has a row": [2, (tables) => tables.put(row(10, { token: THEIRS }))],
      "the content was published again": [3, (tables) => tables.put(digestPointer(9))],
      "its key names another": [4, (tables) => tables.put(keyPointer("k", 7))],
      "its second key names another": [5, (tables) => tables.put(keyPointer("l", 7))],
    },
  },
  "move away from a foreign number that must not be the newest, and whose content was published since": {
    rows: [model({ next: 9 }), row(8), digestPointer(9)],
    items: move(LOB, row(8), copied(foreign(8)), [], row(10), model({ next: 9 }), false, NOW),
    count: 3,
    after: (tables) => {
      expect(tables.model).toEqual(model({ next: 11, updatedAt: NOW }));
      expect(tables.digest).toBe(9);
    },
    changes: { "another reserved a number": [0, (tables) => tables.put(model({ next: 10 }))] },
  },
  "move away from a foreign number below the newest": {
    rows: [model({ next: 12, latest: 11 }), row(8), digestPointer(8)],
    items: move(LOB, row(8), found(foreign(8)), [], row(12), model({ next: 12, latest: 11 }), true, NOW),
    count: 4,
    after: (tables) => expect(tables.model).toEqual(model({ next: 13, latest: 11, updatedAt: NOW })),
    changes: { "another reserved a number": [0, (tables) => tables.put(model({ next: 13, latest: 11 }))] },
  },
  "move away from several foreign numbers": {
    rows: [model({ next: 9 }), row(8), row(9, { token: THEIRS, status: "READY" }), digestPointer(8)],
    items: move(
      LOB,
      row(8),
      found(foreign(8)),
      [listed(row(9, { token: THEIRS, status: "READY" })), found(foreign(10, { sha256: "1".repeat(64) })), copied(foreign(11))],
      row(12),
      model({ next: 9 }),
      true,
      NOW,
    ),
    count: 6,
    after: (tables) => {
      expect(tables.model).toMatchObject({ next: 13, latest: 10, latestSha256: "1".repeat(64) });
      expect([8, 9, 10, 11, 12].map((n) => tables.version(n).status)).toEqual(["READY", "READY", "READY", "READY", "RESERVED"]);
      expect(tables.version(9).token).toBe(THEIRS);
    },
    changes: { "one of them has a row by now": [2, (tables) => tables.put(row(10, { token: THEIRS }))] },
  },
  "index several numbers, of which the newest is a copy": {
    rows: [model(), row(8, { status: "ABANDONED" })],
    items: indexNumbers(LOB, "churn", [listed(row(8, { status: "ABANDONED" })), found(foreign(9)), copied(foreign(10))], model(), NOW),
    count: 3,
    after: (tables) => {
      expect(tables.model).toMatchObject({ next: 11, latest: 9, latestSha256: "e".repeat(64) });
      expect(tables.version(8).status).toBe("ABANDONED");
      expect([9, 10].map((n) => tables.indexed(n).versionsOf)).toEqual(["fraud/churn", "fraud/churn"]);
    },
    changes: {
      "another reserved a number": [0, (tables) => tables.put(model({ next: 9 }))],
      "one of them has a row by now": [2, (tables) => tables.put(row(10))],
    },
  },
  "index a foreign number of a model that has no row": {
    rows: [],
    items: indexNumbers(LOB, "churn", [found(foreign(8))], undefined, NOW),
    count: 2,
    after: (tables) => {
      expect(tables.model).toEqual({
        lob: "fraud",
        model: "churn",
        next: 9,
        latest: 8,
        latestSha256: "e".repeat(64),
        tags: {},
        createdAt: NOW,
        updatedAt: NOW,
      });
      expect(tables.version(8)).toEqual(foreign(8));
    },
    changes: {
      "the model was made by another": [0, (tables) => tables.put(model())],
      "the number has a row": [1, (tables) => tables.put(row(8))],
    },
  },
  "index a foreign number of a model that is known": {
    rows: [model()],
    items: indexNumbers(LOB, "churn", [found(foreign(8))], model(), NOW),
    count: 2,
    after: (tables) => {
      const { latestTreeDigest: _, ...raised } = model({ next: 9, latest: 8, latestSha256: "e".repeat(64), updatedAt: NOW });
      expect(tables.model).toEqual(raised);
      expect(tables.version(8)).toEqual(foreign(8));
    },
    changes: {
      "another reserved a number": [0, (tables) => tables.put(model({ next: 9 }))],
      "another version became the newest": [0, (tables) => tables.put(model({ latest: 7 }))],
      "the number has a row": [1, (tables) => tables.put(row(8))],
    },
  },
  "index a foreign number that must not be the newest": {
    rows: [model()],
    items: indexNumbers(LOB, "churn", [copied(foreign(8))], model(), NOW),
    count: 2,
    after: (tables) => expect(tables.model).toEqual(model({ next: 9, updatedAt: NOW })),
    changes: { "another reserved a number": [0, (tables) => tables.put(model({ next: 9 }))] },
  },
  "index a foreign number below what is known": {
    rows: [model()],
    items: indexNumbers(LOB, "churn", [found(foreign(3))], model(), NOW),
    count: 2,
    after: (tables) => expect(tables.model).toEqual(model({ updatedAt: NOW })),
    changes: { "the number has a row": [1, (tables) => tables.put(row(3))] },
  },
  "let the catalog know a version that has a row": {
    rows: [row(8, { status: "READY" })],
    items: indexNumbers(LOB, "churn", [listed(row(8, { status: "READY" }))], undefined, NOW),
    count: 1,
    after: (tables) => {
      expect(tables.model).toMatchObject({ next: 9, latest: 8, latestTreeDigest: A, latestSha256: "f".repeat(64) });
      expect(tables.version(8)).toEqual(row(8, { status: "READY" }));
    },
    changes: { "another did so": [0, (tables) => tables.put(model())] },
  },
  "let the catalog that is older know a version that has a row": {
    rows: [model(), row(8, { status: "READY" })],
    items: indexNumbers(LOB, "churn", [listed(row(8, { status: "READY" }))], model(), NOW),
    count: 1,
    after: (tables) =>
      expect(tables.model).toEqual(model({ next: 9, latest: 8, latestTreeDigest: A, latestSha256: "f".repeat(64), updatedAt: NOW })),
    changes: { "another did so": [0, (tables) => tables.put(model({ next: 9, latest: 8 }))] },
  },
};

testTransactions(scenarios);

test("the loser of the race for a number learns its owner", async () => {
  const tables = new Tables([model(), row(8, { token: THEIRS })]);
  const result = await tables.run(reserve(LOB, row(8), { model: model() }, NOW));
  expect(result).toMatchObject({ outcome: "refused" });
  if (result.outcome === "refused") expect(parseVersionRow(result.rows[RESERVED_ROW]!)).toEqual(row(8, { token: THEIRS }));
});
