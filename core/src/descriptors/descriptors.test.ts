import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { LobError } from "../errors.js";
import {
  isMetricPair,
  mergeMetrics,
  METRICS_LIMITS,
  metricsOf,
  parseMetricPairs,
  parseMetrics,
  type SkippedMetrics,
  skippedWords,
} from "./metrics.js";
import { DESCRIPTION_LIMIT, parseDescription, parseTags, TAGS_LIMITS, tagsOf } from "./tags.js";
import { assertProperty } from "../testing/property.js";

function errorOf(run: () => unknown): LobError {
  try {
    run();
  } catch (error) {
    if (error instanceof LobError) return error;
    throw error;
  }
  throw new Error("expected an error");
}

const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_@ /-]{0,20}[A-Za-z0-9]$/);
const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e100, max: 1e100 }).filter((n) => n === 0 || Math.abs(n) > 1e-100);

describe("metrics", () => {
  test("flattens nested numbers, and reports values that are not numbers", () => {
    const ignored: string[] = [];
    const text = '{"val": {"auc": 0.93, "by": {"eu": 1}}, "rows": 12, "name": "xgb", "ok": true, "none": null, "curve": [1, 2]}';
    expect(parseMetrics(text, "m.json", ({ others }) => ignored.push(...others))).toEqual({ "val.auc": 0.93, "val.by.eu": 1, rows: 12 });
    expect(ignored).toEqual(["name", "ok", "none", "curve"]);
  });

  test("accepts a byte order mark", () => {
    expect(parseMetrics('\uFEFF{"a": 1}', "m.json")).toEqual({ a: 1 });
  });

  test.each([
    ['{"a": {"b": 1}, "a.b": 2}', 'm.json gives "a.b" twice'],
    ['{"": 1}', 'm.json has a metric whose name "" is empty'],
    ['{"a\\u001b[2J": 1}', 'm.json has a metric whose name "a\\u001b[2J" holds a character that cannot be printed'],
    ['{"a\\u202eb": 1}', 'm.json has a metric whose name "a\u202eb" holds a character that cannot be printed'],
    ['{" a": 1}', 'm.json has a metric whose name " a" begins or ends with a space'],
    ['{"__proto__": 1}', 'm.json has a metric whose name "__proto__" cannot be used'],
    ["[1, 2]", "m.json is not an object of names and numbers"],
    ["7", "m.json is not an object of names and numbers"],
    ["null", "m.json is not an object of names and numbers"],
  ])("%s is refused", (text, message) => {
    const error = errorOf(() => parseMetrics(text, "m.json"));
    expect(error.code).toBe("LOB1008");
    expect(error.message).toBe(message);
  });

  test.each([
    ['{"auc": NaN, "acc": 0.9}', '"auc" is NaN'],
    ['{"acc": 0.9, "a \\" NaN": "NaN", "loss": -Infinity}', '"loss" is -Infinity'],
    ['{"acc": 0.9, "val": {"auc": 1e999}}', '"val.auc" is Infinity'],
    ['{"acc": 0.9, "auc": 1e126}', '"auc" is 1e+126, which cannot be stored: a magnitude is 0, or between 1e-130 and 9.9e+125'],
    ['{"p": 1e-200, "acc": 0.9}', '"p" is 1e-200, which cannot be stored: a magnitude is 0, or between 1e-130 and 9.9e+125'],
  ])("%s: a number that cannot be stored is skipped by name, and the rest is kept", (text, sentence) => {
    const skipped: SkippedMetrics[] = [];
    expect(parseMetrics(text, "m.json", (one) => skipped.push(one))).toEqual({ acc: 0.9 });
    expect(skipped.map(({ numbers }) => numbers)).toEqual([[sentence]]);
    expect(skippedWords(skipped[0]!).numbers).toBe(`these metrics were skipped: ${sentence}`);
  });

  test("refuses invalid JSON with the position, even if a string contains NaN", () => {
    for (const text of ['{"a": 1,}', "", '{"NaN": 1', '"NaN']) {
      const error = errorOf(() => parseMetrics(text, "m.json"));
      expect(error.message).toMatch(/^m\.json is not JSON: /);
      expect(error.hint).toContain("JSON object of numbers");
    }
  });

  test("keys such as __proto__ never change prototypes, even if nested", () => {
    expect(errorOf(() => parseMetrics('{"__proto__": {"__proto__": 3}, "constructor": 1, "__proto__": 1}', "m.json")).code).toBe("LOB1008");
    expect(Object.entries(parseMetrics('{"constructor": 1, "toString": 2}', "m.json"))).toEqual([
      ["constructor", 1],
      ["toString", 2],
    ]);
  });

  test("limits count, names, depth and text", () => {
    const many = (count: number) => JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i])));
    expect(Object.keys(parseMetrics(many(METRICS_LIMITS.count), "m"))).toHaveLength(METRICS_LIMITS.count);
    const skipped: string[] = [];
    const kept = parseMetrics(many(METRICS_LIMITS.count + 50), "m", ({ numbers }) => skipped.push(...numbers));
    expect(Object.keys(kept)).toHaveLength(METRICS_LIMITS.count);
    expect(skipped).toEqual(["50 above the limit of 200 metrics of a version"]);
    expect(parseMetrics(`{"${"n".repeat(METRICS_LIMITS.nameLength)}": 1}`, "m")).toBeDefined();
    expect(errorOf(() => parseMetrics(`{"${"n".repeat(METRICS_LIMITS.nameLength + 1)}": 1}`, "m")).message).toContain("has 121 characters");
    const deep = (depth: number) => '{"a":'.repeat(depth) + "1" + "}".repeat(depth);
    expect(parseMetrics(deep(METRICS_LIMITS.depth), "m")).toEqual({ [Array(METRICS_LIMITS.depth).fill("a").join(".")]: 1 });
    expect(errorOf(() => parseMetrics(deep(METRICS_LIMITS.depth + 1), "m")).message).toContain("nested deeper than 16");
    expect(errorOf(() => parseMetrics(deep(100_000), "m")).code).toBe("LOB1008");
    expect(errorOf(() => parseMetrics(" ".repeat(METRICS_LIMITS.textLength + 1), "m")).message).toContain("at most 1048576");
    expect(errorOf(() => parseMetrics('"\\"'.repeat(300_000), "m")).code).toBe("LOB1008");
  });

  test("the limits fit a DynamoDB row of 400 KB", () => {
    expect(METRICS_LIMITS.count * (METRICS_LIMITS.nameLength * 3 + 22)).toBeLessThan(100_000);
    expect(TAGS_LIMITS.count * (TAGS_LIMITS.nameLength + TAGS_LIMITS.valueLength) * 3).toBeLessThan(100_000);
  });

  test("returns all flat numbers, in an order that is independent of the input", () => {
    assertProperty(
      fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 50 }), (entries) => {
        const metrics = parseMetrics(JSON.stringify(Object.fromEntries(entries)), "m");
        expect(Object.keys(metrics)).toHaveLength(entries.length);
        for (const [key, number] of entries) expect(metrics[key]).toBe(number === 0 ? 0 : number);
        expect(JSON.stringify(metricsOf(Object.fromEntries([...entries].reverse()), "m"))).toBe(JSON.stringify(metrics));
      }),
    );
  });

  test("any text gives metrics, or fails with LOB1008", () => {
    assertProperty(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
        try {
          for (const number of Object.values(parseMetrics(text, "m"))) expect(Number.isFinite(number)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: "LOB1008" });
        }
      }),
      { numRuns: 500 },
    );
  });

  test("pairs", () => {
    expect(parseMetricPairs(["auc=0.93", " loss = 1e-3", "n=+7", "half=.5", "zero=-0"], "--metrics")).toEqual({
      auc: 0.93,
      half: 0.5,
      loss: 0.001,
      n: 7,
      zero: 0,
    });
    expect(errorOf(() => parseMetricPairs(["auc"], "--metrics")).message).toBe('--metrics holds "auc", which is not name=number');
    expect(errorOf(() => parseMetricPairs(["auc=0x10"], "--metrics")).message).toContain("not name=number");
    expect(errorOf(() => parseMetricPairs(["auc="], "--metrics")).message).toContain("not name=number");
    const skipped: string[] = [];
    expect(parseMetricPairs(["auc=nan", "b=-inf", "c=1"], "--metrics", ({ numbers }) => skipped.push(...numbers))).toEqual({ c: 1 });
    expect(skipped).toEqual(['"auc" is NaN', '"b" is -Infinity']);
    expect(errorOf(() => parseMetricPairs(["auc=1", "auc=2"], "--metrics")).message).toBe('--metrics gives "auc" twice');
  });

  test("distinguishes a pair from a path that contains =", () => {
    expect(["auc=0.9", "auc=nan", "a.b=-1e5"].filter(isMetricPair)).toHaveLength(3);
    expect(["metrics.json", "runs/lr=0.1,seed=3/metrics.json", "=1", "auc=", "auc=good"].filter(isMetricPair)).toEqual([]);
  });

  test("merging: later sources win, and the total is limited", () => {
    expect(mergeMetrics([{ a: 1, b: 1 }, { b: 2 }], "m")).toEqual({ a: 1, b: 2 });
    const half = (start: string) => Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`${start}${i}`, i]));
    const skipped: string[] = [];
    const merged = mergeMetrics([half("a"), half("b")], "--metrics", ({ numbers }) => skipped.push(...numbers));
    expect(Object.keys(merged)).toHaveLength(200);
    expect(skipped).toEqual([expect.stringMatching(/^\d+ above the limit of 200 metrics of a version$/)]);
  });
});

describe("tags", () => {
  test("pairs; a value may be empty or contain =", () => {
    expect(parseTags(["team=risk", " expr = a=b ", "empty="], "--tag")).toEqual({ team: "risk", expr: "a=b", empty: "" });
  });

  test.each([
    [["team"], '--tag holds "team", which is not name=value'],
    [["=x"], '--tag has a tag whose name "" is empty'],
    [["a=1", "a=1"], '--tag gives "a" twice'],
    [["a=x\u0007"], '--tag gives "a" a value that holds a character that cannot be printed'],
    [["__proto__=x"], '--tag has a tag whose name "__proto__" cannot be used'],
    [[`a=${"v".repeat(257)}`], '--tag gives "a" a value that has 257 characters; at most 256 are allowed'],
    [Array.from({ length: 51 }, (_, i) => `t${i}=`), "--tag has more than 50 tags"],
  ])("%j is refused", (pairs, message) => {
    expect(errorOf(() => parseTags(pairs, "--tag")).message).toBe(message);
  });

  test("a parsed object: numbers and booleans become text, anything else is refused", () => {
    expect(tagsOf({ team: "risk", year: 2026, final: true }, "config")).toEqual({ team: "risk", year: "2026", final: "true" });
    expect(errorOf(() => tagsOf({ team: ["a"] }, "config")).message).toBe(
      'config gives "team" a value that is not a text, number or boolean',
    );
    expect(errorOf(() => tagsOf(["team=risk"], "config")).message).toBe("config is not an object of names and texts");
    expect(errorOf(() => tagsOf(null, "config")).code).toBe("LOB1008");
  });

  test("round trip", () => {
    assertProperty(
      fc.property(fc.dictionary(name, name, { maxKeys: 20 }), (tags) => {
        expect(
          parseTags(
            Object.entries(tags).map(([key, text]) => `${key}=${text}`),
            "--tag",
          ),
        ).toEqual(tags);
        expect(tagsOf(tags, "config")).toEqual(tags);
      }),
    );
  });
});

describe("description", () => {
  test("is trimmed, keeps its lines and emoji, and is undefined if empty", () => {
    expect(parseDescription("  first line\r\nsecond 👩\u200d🔬 ", "--description")).toBe("first line\nsecond 👩\u200d🔬");
    expect(parseDescription(" \n ", "--description")).toBeUndefined();
  });

  test("is limited in length, and printable", () => {
    expect(parseDescription("d".repeat(DESCRIPTION_LIMIT), "--description")).toHaveLength(DESCRIPTION_LIMIT);
    expect(errorOf(() => parseDescription("d".repeat(DESCRIPTION_LIMIT + 1), "--description")).message).toContain("at most 1024");
    expect(errorOf(() => parseDescription("a\u001b[31mb", "--description")).message).toBe(
      "--description holds a character that cannot be printed",
    );
    expect(errorOf(() => parseDescription("a\ud800b", "--description")).code).toBe("LOB1008");
  });
});
