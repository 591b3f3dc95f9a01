import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import stringWidth from "string-width";
import { fit, renderTable, type TableColumn } from "./table.js";
import { assertProperty } from "../testing/property.js";

interface Row {
  readonly name: string;
  readonly size: string;
  readonly text: string;
}
const COLUMNS: readonly TableColumn<Row>[] = [
  { title: "NAME", rank: 0, value: ({ name }) => name },
  { title: "SIZE", rank: 2, align: "right", value: ({ size }) => size },
  { title: "TEXT", rank: 1, atLeast: 8, value: ({ text }) => text },
];
const ROWS: readonly Row[] = [
  { name: "churn", size: "1 B", text: "short" },
  { name: "ltv", size: "12 KiB", text: "a text that is rather long" },
];

test("cuts nothing without a limit", () => {
  expect(renderTable(ROWS, COLUMNS, undefined)).toEqual({
    text: ["NAME     SIZE  TEXT", "churn     1 B  short", "ltv    12 KiB  a text that is rather long"].join("\n"),
    hidden: [],
  });
});

test("cuts columns that may be cut first", () => {
  expect(renderTable(ROWS, COLUMNS, 30).text.split("\n")[2]).toBe("ltv    12 KiB  a text that is…");
});

test("then hides columns, the least important first, and gives their width to the rest", () => {
  expect(renderTable(ROWS, COLUMNS, 20)).toEqual({
    text: ["NAME   TEXT", "churn  short", "ltv    a text that …"].join("\n"),
    hidden: ["SIZE"],
  });
  expect(renderTable(ROWS, COLUMNS, 8)).toEqual({ text: ["NAME", "churn", "ltv"].join("\n"), hidden: ["SIZE", "TEXT"] });
});

test("omits an empty column without counting it as hidden", () => {
  expect(renderTable([{ name: "a", size: "", text: "b" }], COLUMNS, 80)).toEqual({ text: "NAME  TEXT\na     b", hidden: [] });
});

test("two long columns shrink together", () => {
  expect(fit([{ rank: 0 }, { rank: 1, atLeast: 5 }, { rank: 1, atLeast: 5 }], [5, 60, 40], 49)).toEqual([5, 20, 20]);
});

test("wide characters count as two", () => {
  const { text } = renderTable([{ name: "一二三", size: "1", text: "四五六七八九十" }], COLUMNS, 24);
  for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(24);
});

describe("properties", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "Z", "一", "é", " "), maxLength: 40 });
  const row = fc.record({ name: word, size: word, text: word });

  test("no line is wider than the terminal, and the first column is always shown", () => {
    assertProperty(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.integer({ min: 10, max: 150 }), (rows, width) => {
        const { text } = renderTable(rows, COLUMNS, width);
        for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        if (rows.some(({ name }) => name !== "")) expect(text).toMatch(/^NAME/);
      }),
    );
  });

  test("widths fit, and nothing is cut without need", () => {
    const widths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 3, maxLength: 3 });
    assertProperty(
      fc.property(widths, fc.integer({ min: 12, max: 200 }), (natural, width) => {
        const fitted = fit(COLUMNS, natural, width);
        const shown = fitted.filter((one) => one > 0);
        expect(shown.reduce((sum, one) => sum + one, 0) + 2 * (shown.length - 1)).toBeLessThanOrEqual(width);
        if (natural.reduce((sum, one) => sum + one, 0) + 4 <= width) expect(fitted).toEqual(natural);
        expect(fitted[0]).toBeGreaterThan(0);
      }),
    );
  });
});
