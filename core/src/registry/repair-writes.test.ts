/** Doctor's transactions: what each writes, and each way in which it must be refused. */
import { expect } from "@jest/globals";
import { digestUrl, modelNamespace, versionUrl } from "../layout.js";
import { LOB } from "../testing/simulation.js";
import {
  A,
  B,
  digestPointer,
  keyPointer,
  model,
  NOW,
  row,
  testTransactions,
  THEIRS,
  type Scenario,
} from "../testing/transactions.test.util.js";
import { abandon, lose, point, rebuild, revive, setModelRow } from "./repair-writes.js";

const UNREADABLE = { unreadable: "size: expected a number" };
const ready = row(6, { status: "READY", treeDigest: B, sha256: "6".repeat(64) });
const older = row(5, { status: "READY", sha256: "5".repeat(64) });

const scenarios: Readonly<Record<string, Scenario>> = {
  "give a reserved version up": {
    rows: [row(7, { keys: ["k"] }), digestPointer(7), keyPointer("k", 7)],
    items: abandon(LOB, row(7, { keys: ["k"] })),
    count: 1,
    after: (tables) => {
      expect(tables.version(7)).toEqual(row(7, { status: "ABANDONED", keys: ["k"] }));
      expect(tables.indexed(7)).toEqual({ versionsOf: undefined, pendingOf: undefined });
      expect([tables.digest, tables.key("k")]).toEqual([7, 7]);
    },
    changes: {
      "it was committed": [0, (tables) => tables.put(row(7, { status: "READY", keys: ["k"] }))],
      "another took it over": [0, (tables) => tables.put(row(7, { token: THEIRS, keys: ["k"] }))],
      "another joined it": [0, (tables) => tables.put(row(7, { keys: ["k", "l"] }))],
      "it is gone": [0, (tables) => tables.remove(versionUrl(LOB, "churn", 7))],
    },
  },
  "take a missing version back": {
    rows: [row(5, { status: "MISSING" })],
    items: revive(LOB, row(5, { status: "MISSING" })),
    count: 1,
    after: (tables) => {
      expect(tables.version(5).status).toBe("READY");
      expect(tables.indexed(5)).toEqual({ versionsOf: "fraud/churn", pendingOf: undefined });
    },
    changes: { "it was purged": [0, (tables) => tables.put(row(5, { status: "PURGED" }))] },
  },
  "mark a version as missing": {
    rows: [model(), older],
    items: lose(LOB, older, model(), undefined, NOW),
    count: 1,
    after: (tables) => {
      expect(tables.version(5).status).toBe("MISSING");
      expect(tables.indexed(5)).toEqual({ versionsOf: undefined, pendingOf: undefined });
      expect(tables.model).toEqual(model());
    },
    changes: { "it was withdrawn": [0, (tables) => tables.put({ ...older, status: "YANKED" })] },
  },
  "mark the newest version as missing": {
    rows: [model(), ready, older],
    items: lose(LOB, ready, model(), older, NOW),
    count: 3,
    after: (tables) => {
      expect(tables.version(6).status).toBe("MISSING");
      expect(tables.model).toEqual(model({ latest: 5, latestTreeDigest: A, latestSha256: older.sha256, updatedAt: NOW }));
    },
    changes: {
      "it was withdrawn": [0, (tables) => tables.put({ ...ready, status: "YANKED" })],
      "another version became the newest": [1, (tables) => tables.put(model({ latest: 7 }))],
      "another number was given out": [1, (tables) => tables.put(model({ next: 9 }))],
      "what would be the newest is withdrawn": [2, (tables) => tables.put({ ...older, status: "YANKED" })],
    },
  },
  "mark the only version as missing": {
    rows: [model(), ready],
    items: lose(LOB, ready, model(), undefined, NOW),
    count: 2,
    after: (tables) => {
      const { latestSha256: _s, latestTreeDigest: _t, ...rest } = model({ latest: 0, updatedAt: NOW });
      expect(tables.model).toEqual(rest);
    },
    changes: { "another version became the newest": [1, (tables) => tables.put(model({ latest: 7 }))] },
  },
  "restore a row": {
    rows: [ready],
    items: rebuild(LOB, ready, { ...ready, size: 11 }),
    count: 1,
    after: (tables) => expect(tables.version(6).size).toBe(11),
    changes: { "another took it over": [0, (tables) => tables.put({ ...ready, token: THEIRS })] },
    repeatable: true,
  },
  "restore a row that cannot be parsed": {
    rows: [{ url: { S: versionUrl(LOB, "churn", 6) }, size: { S: "large" } }],
    items: rebuild(LOB, UNREADABLE, ready),
    count: 1,
    after: (tables) => expect(tables.version(6)).toEqual(ready),
    changes: { "it is gone": [0, (tables) => tables.remove(versionUrl(LOB, "churn", 6))] },
    repeatable: true,
  },
  "make the model's row": {
    rows: [ready],
    items: setModelRow(LOB, "churn", undefined, { next: 8, newest: ready, replace: false }, NOW),
    count: 2,
    after: (tables) =>
      expect(tables.model).toEqual({
        ...{ lob: "fraud", model: "churn", next: 8, latest: 6, tags: {}, createdAt: NOW, updatedAt: NOW },
        ...{ latestTreeDigest: B, latestSha256: ready.sha256 },
      }),
    changes: {
      "it is there": [0, (tables) => tables.put(model())],
      "the newest is no longer READY": [1, (tables) => tables.put({ ...ready, status: "MISSING" })],
    },
  },
  "restore a model's row that cannot be parsed": {
    rows: [model()],
    items: setModelRow(LOB, "churn", undefined, { next: 8, newest: "none", replace: true }, NOW),
    count: 1,
    after: (tables) => expect(tables.model).toMatchObject({ next: 8, latest: 0 }),
    changes: { "it is gone": [0, (tables) => tables.remove(modelNamespace("fraud", "churn"))] },
    repeatable: true,
  },
  "correct the model's row": {
    rows: [model({ next: 3, latest: 2 }), ready],
    items: setModelRow(LOB, "churn", model({ next: 3, latest: 2 }), { next: 8, newest: ready, replace: false }, NOW),
    count: 2,
    after: (tables) =>
      expect(tables.model).toEqual(model({ next: 8, latest: 6, latestTreeDigest: B, latestSha256: ready.sha256, updatedAt: NOW })),
    changes: {
      "another reserved a number": [0, (tables) => tables.put(model({ next: 4, latest: 2 }))],
      "another version became the newest": [0, (tables) => tables.put(model({ next: 3, latest: 3 }))],
    },
  },
  "let the model have no newest version": {
    rows: [model()],
    items: setModelRow(LOB, "churn", model(), { next: 9, newest: "none", replace: false }, NOW),
    count: 1,
    after: (tables) => expect(tables.model).toMatchObject({ next: 9, latest: 0 }),
    changes: { "another reserved a number": [0, (tables) => tables.put(model({ next: 9 }))] },
  },
  "point to a version": {
    rows: [row(8)],
    items: point(LOB, digestUrl("fraud", "churn", A), row(8), undefined),
    count: 1,
    after: (tables) => expect(tables.digest).toBe(8),
    changes: { "it points already": [0, (tables) => tables.put(digestPointer(9))] },
  },
  "point to a newer version": {
    rows: [row(8), digestPointer(5)],
    items: point(LOB, digestUrl("fraud", "churn", A), row(8), { version: 5, treeDigest: A }),
    count: 1,
    after: (tables) => expect(tables.digest).toBe(8),
    changes: { "it points further": [0, (tables) => tables.put(digestPointer(9))] },
  },
  "point to a version what cannot be parsed": {
    rows: [row(8), { url: { S: digestUrl("fraud", "churn", A) }, version: { S: "five" } }],
    items: point(LOB, digestUrl("fraud", "churn", A), row(8), UNREADABLE),
    count: 1,
    after: (tables) => expect(tables.digest).toBe(8),
    changes: { "it is gone": [0, (tables) => tables.remove(digestUrl("fraud", "churn", A))] },
    repeatable: true,
  },
};

testTransactions(scenarios);
