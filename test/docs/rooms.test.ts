// The imports between the rooms of core point one way, and ARCHITECTURE.md shows them.
import { describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { roomProblems, roomsOf, roomsTable, withTable } from "../../docs/rooms.mjs";

const ROOT = join(import.meta.dirname, "..", "..");

test("the rooms of core have no cycles, import no higher layer, and match ARCHITECTURE.md (node docs/rooms.mjs)", async () => {
  const check = promisify(execFile)(process.execPath, [join(ROOT, "docs", "rooms.mjs"), "--check"], { cwd: ROOT });
  await expect(check).resolves.toEqual({ stdout: "", stderr: "" });
});

/** Returns a graph in which each room imports the listed rooms. */
const graphOf = (imports: Record<string, string[]>): Map<string, Map<string, string[]>> =>
  new Map(Object.entries(imports).map(([room, others]) => [room, new Map(others.map((other) => [other, [`${room}/file.ts`]]))]));

describe("the check", () => {
  const layers = { Low: { a: "A", b: "B" }, High: { c: "C" } };

  test("accepts imports of the same and of lower layers", () => {
    expect(roomProblems(graphOf({ a: ["b", "AWS SDK"], b: [], c: ["a", "b"] }), layers)).toEqual([]);
  });

  test("reports an import of a higher layer, with the file and the list to edit", () => {
    expect(roomProblems(graphOf({ a: ["c"], b: [], c: [] }), layers)).toEqual([
      "a imports c, which is in a higher layer (a/file.ts): move the code, or change LAYERS of docs/rooms.mjs",
    ]);
  });

  test("reports a cycle once", () => {
    expect(roomProblems(graphOf({ a: ["b"], b: ["a"], c: ["a"] }), layers)).toEqual([
      "these rooms import each other: a → b → a; move the code that both sides need",
    ]);
  });

  test("reports rooms that are not in the list, in it twice, or gone", () => {
    expect(roomProblems(graphOf({ a: [], c: [], d: [] }), { ...layers, Top: { a: "A" } })).toEqual([
      "a is in two layers of docs/rooms.mjs",
      "core/src/d is not in LAYERS of docs/rooms.mjs: add it to a layer, with a description",
      "LAYERS of docs/rooms.mjs lists b, but core/src has no such room: remove or rename it",
    ]);
  });
});

test("rooms are folders and files; type imports, exports and dynamic imports count, tests and test helpers do not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lob-registry-rooms-"));
  const files = {
    "layout.ts": "export const key = 1;",
    "types.ts": 'import type { Client } from "@aws-sdk/client-s3";\nexport type Both = Client;',
    "diff/index.ts": 'export * from "./write.js";\nexport { key } from "../layout.js";\nimport { join } from "node:path";',
    "diff/write.ts": 'import type { Both } from "../types.js";',
    "diff/write.test.ts": 'import "../testing/fake.js";',
    "diff/write.test.util.ts": 'import "../testing/fake.js";',
    "cli/main.ts": 'export const run = () => import("../diff/index.js");\nexport type Lazy = import("../types.js").Both;',
    "testing/fake.ts": 'import "../cli/main.js";',
  };
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const graph = roomsOf(folder);
    expect(Object.fromEntries([...graph].map(([room, imports]) => [room, [...imports.keys()].sort()]))).toEqual({
      layout: [],
      types: ["AWS SDK"],
      diff: ["layout", "types"],
      cli: ["diff", "types"],
    });
    expect(graph.get("diff")?.get("types")).toEqual([join("diff", "write.ts")]);
    const layers = { Values: { layout: "names", types: "values" }, Work: { diff: "differences", cli: "commands" } };
    expect(withTable("text\n<!-- rooms -->\nold\n<!-- /rooms -->\nmore", roomsTable(graph, layers))).toBe(
      [
        "text\n<!-- rooms -->\n",
        "| Layer | Room | Content | Knows |",
        "|---|---|---|---|",
        "| Values | `layout` | names | nothing |",
        "| Values | `types` | values | AWS SDK |",
        "| Work | `diff` | differences | nothing |",
        "| Work | `cli` | commands | diff |",
        "\n<!-- /rooms -->\nmore",
      ].join("\n"),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
