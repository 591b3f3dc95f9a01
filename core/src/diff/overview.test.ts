import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { file, side, tensor, weights } from "./diff.test.helper.js";
import { diffModels } from "./index.js";
import { Largest, strip } from "./overview.js";
import { diffSchema, type FileStatus, type Overview } from "./types.js";
import { assertProperty } from "../testing/property.js";

const overview = async (...[before, after]: Parameters<typeof side>[1][]): Promise<Overview> =>
  (await diffModels(side("a", before!), side("b", after!))).overview!;

test("lists every file, largest first, including unchanged ones", async () => {
  const { files } = await overview(
    [file("changed", "1"), file("gone", "22222"), file("mode", "1"), file("old", "4444"), file("same", "333333")],
    [file("changed", "12"), file("mode", "1", { mode: 0o755 }), file("name", "4444"), file("new", "333"), file("same", "333333")],
  );
  expect(files).toEqual({
    items: [
      { path: "same", size: 6, status: "same" },
      { path: "gone", size: 5, status: "removed" },
      { path: "name", size: 4, status: "renamed" },
      { path: "new", size: 3, status: "added" },
      { path: "changed", size: 2, status: "changed" },
      { path: "mode", size: 1, status: "changed" },
    ],
    others: [],
  });
});

test("lists the 200 largest files, and sums up the others", () => {
  const files = fc.array(fc.tuple(fc.nat({ max: 1_000 }), fc.constantFrom<FileStatus>("same", "changed", "added", "removed", "renamed")), {
    minLength: 150,
    maxLength: 1_500,
  });
  assertProperty(
    fc.property(files, (all) => {
      const largest = new Largest();
      for (const [i, [size, status]] of all.entries()) largest.add(`f${i}`, size, status);
      const { items, others } = largest.toJSON();
      expect(items.map(({ size }) => size)).toEqual(all.map(([size]) => size).sort((a, b) => b - a).slice(0, 200)); // prettier-ignore
      for (const status of ["same", "changed", "added", "removed", "renamed"] as const) {
        const mine = all.filter(([, one]) => one === status);
        const shown = items.filter((one) => one.status === status);
        const rest = others.find((one) => one.status === status) ?? { files: 0, bytes: 0 };
        expect(shown.length + rest.files).toBe(mine.length);
        expect(shown.reduce((sum, { size }) => sum + size, rest.bytes)).toBe(mine.reduce((sum, [size]) => sum + size, 0));
      }
    }),
    { numRuns: 30 },
  );
});

test("lists the tensors of the newer model in order, including those of unchanged files", async () => {
  const same = file("a", "a", { findings: weights(tensor("a1", "1"), tensor("a2", "2")) });
  const { tensors } = await overview(
    [same, file("b", "b", { findings: weights(tensor("b1", "1"), tensor("b2", "2"), tensor("b3", "3")) }), file("c", "c")],
    [same, file("b", "B", { findings: weights(tensor("b0", "0"), tensor("b1", "1"), tensor("b2", "x"), tensor("b3n", "3")) }), file("c", "c", { findings: weights(tensor("z", "z")) })], // prettier-ignore
  );
  expect(tensors).toEqual({
    each: 1,
    cells: [{ same: 1 }, { same: 1 }, { added: 1 }, { same: 1 }, { changed: 1 }, { renamed: 1 }, { same: 1 }],
  });
});

test("many tensors share cells, and all are counted", async () => {
  const names = Array.from({ length: 5_001 }, (_, i) => `t${i}`);
  const model = (suffix: (i: number) => string) => [file("m", suffix(0), { findings: weights(...names.map((name, i) => tensor(name, name + suffix(i)))) })]; // prettier-ignore
  const { tensors } = await overview(model(() => "a"), model((i) => (i % 3 === 0 ? "b" : "a"))); // prettier-ignore
  expect(tensors.each).toBe(9);
  expect(tensors.cells).toHaveLength(556);
  expect(tensors.cells[0]).toEqual({ same: 6, changed: 3 });
  const count = (status: "same" | "changed"): number => tensors.cells.reduce((sum, cell) => sum + (cell[status] ?? 0), 0);
  expect([count("same"), count("changed")]).toEqual([3_334, 1_667]);
  expect(JSON.stringify(tensors).length).toBeLessThan(20_000);
});

test("no tensors give no cells; an overview matches its schema", async () => {
  expect(strip(0, { changed: [], added: [], renamed: [] })).toEqual({ each: 1, cells: [] });
  const before = [file("m", "1", { findings: weights(tensor("a", "1")) })];
  const diff = await diffModels(side("a", before), side("b", [file("m", "2", { findings: weights(tensor("a", "2")) })]));
  expect(diffSchema.parse(diff)).toEqual(diff);
});
