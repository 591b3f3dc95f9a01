import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { z } from "zod";
import { file, sha256, side, tensor, weights } from "../diff/diff.test.helper.js";
import { diffSchema, type Diff, type MetricChange } from "../diff/types.js";
import { LobError } from "../errors.js";
import { parseGate } from "../gates/index.js";
import type { GateResult } from "../diff/gate-result.js";
import { firstProblem } from "./check.js";
import { REPORT_LIMITS, type ReportLimits } from "./limits.js";
import {
  type Compared,
  compareModel,
  type Failed,
  gatesVerdict,
  isChanged,
  type ModelReport,
  parseReport,
  type Report,
  reportSchema,
  reportText,
} from "./index.js";
import { assertProperty } from "../testing/property.js";

const MIB = 1 << 20;
const old = [file("README.md", "a", { findings: { format: "card", card: { text: "one\ntwo\n", cut: false } } }), file("m.st", "1", { findings: weights(tensor("w", "1")) })]; // prettier-ignore
const built = [
  file("MLmodel", "s", { findings: { format: "mlflow", signature: { inputs: [{ name: "age", type: "long", required: true }] } } }),
  file("README.md", "b", { findings: { format: "card", card: { text: "one\nthree\n", cut: false } } }),
  file("m.pkl", "p", { findings: { format: "pickle", code: { kind: "pickle", imports: ["os:system"], unknown: ["os:system"], whole: true } } }), // prettier-ignore
  file("m.st", "2", { findings: weights(tensor("w", "2"), tensor("v", "3")) }),
  file("requirements.txt", "r", { findings: { format: "requirements", requirements: ["numpy==2"] } }),
];

const gates = ["auc >= base - 0.005", "code: none", "files <= 100"].map(parseGate);
const compare = (model: string, base: "version" | "none" | "unknown" = "version"): Promise<Compared> =>
  compareModel({
    lob: "fraud",
    model,
    candidate: side(`build/${model}`, built, { auc: 0.89, loss: 0.2, toString: 1 }),
    base: base === "version" ? { kind: base, side: side(`fraud/${model}@7`, old, { auc: 0.91, loss: 0.3 }), version: 7, ref: "LATEST" } : base === "none" ? { kind: base } : { kind: base, reason: "no credentials" },
    rules: { tolerance: 0.001 },
    gates,
  }); // prettier-ignore

const failed: Failed = { kind: "failed", lob: "fraud", model: "gone", code: "LOB1004", message: "there is nothing", hint: "Build it." };
const reportOf = (...models: ModelReport[]): Report => ({ schema: 1, createdBy: "lob-registry 0.1.0", commit: "a".repeat(40), models });
const model = await compare("churn");
const report = reportOf(model, await compare("ltv", "none"), await compare("new", "unknown"), failed);

/** Returns the error of a text that is not a valid report. */
function wrong(source: string | Uint8Array, limits: ReportLimits = REPORT_LIMITS): string {
  try {
    parseReport(source, limits);
  } catch (error) {
    if (error instanceof LobError && error.code === "LOB4005") return error.message;
    throw error;
  }
  throw new Error("it is a report");
}

type Loose = Record<string, any>;
/** Returns a report that somebody manipulated. */
function changed(change: (report: Loose) => void): string {
  const copy = JSON.parse(reportText(report)) as Loose;
  change(copy);
  return JSON.stringify(copy);
}

describe("comparing a model", () => {
  test("with a version: the diff, and the results of gates", () => {
    expect(model.base).toEqual({ kind: "version", version: 7, ref: "LATEST" });
    expect(model.diff).toMatchObject({ before: { name: "fraud/churn@7" }, after: { name: "build/churn" } });
    expect(model.candidate).toEqual(model.diff?.after);
    expect(model.gates.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "passed"]);
    expect(model.gates[0]?.reason).toBe("auc is 0.89, but must be at least 0.905 (base 0.91 - 0.005)");
  });

  test("with nothing: its contents, and the gates that need no base", () => {
    const [, first, unknown] = report.models as Compared[];
    for (const one of [first!, unknown!]) expect(one).not.toHaveProperty("diff");
    expect(first?.candidate).toEqual({ ...model.candidate, name: "build/ltv" });
    expect(first?.gates.map(({ outcome }) => outcome)).toEqual(["skipped", "failed", "passed"]);
    expect(unknown?.gates.map(({ outcome }) => outcome)).toEqual(["unknown", "failed", "passed"]);
  });
});

describe("the outcome of a report", () => {
  const withGates = (...outcomes: GateResult["outcome"][]): Compared => ({ ...model, gates: outcomes.map((outcome) => ({ gate: "auc > 1", outcome, reason: "" })) }); // prettier-ignore
  test.each([
    ["none", []],
    ["none", [withGates()]],
    ["passed", [withGates("passed", "skipped")]],
    ["passed", [withGates("skipped")]],
    ["unknown", [withGates("passed", "unknown")]],
    ["unknown", [withGates("passed"), failed]],
    ["failed", [withGates("unknown", "failed"), withGates("passed"), failed]],
  ] as const)("%s", (verdict, models) => {
    expect(gatesVerdict({ models })).toBe(verdict);
  });

  test("whether a model changed", () => {
    expect(report.models.map(isChanged)).toEqual([true, true, true, true]);
    expect(isChanged({ ...model, diff: { ...model.diff!, different: false } })).toBe(false);
  });
});

describe("a report that is written and read", () => {
  test("is unchanged, as text and as bytes", () => {
    expect(parseReport(reportText(report))).toEqual(report);
    expect(parseReport(Buffer.from(`\uFEFF${reportText(report)}`))).toEqual(report);
    expect(parseReport(reportText(reportOf()))).toEqual(reportOf());
  });

  const anyModel = fc.array(
    fc.record({ path: fc.oneof({ weight: 4, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 30 }) }, fc.constantFrom("sha256", "shape", "items", "metrics", "constructor", "toString")), text: fc.string({ unit: "binary", maxLength: 50 }), metric: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    { maxLength: 5 },
  ).map((files) => files.map(({ path, text, metric }) => ({ path, text: `${text}\n${path}`, metric }))); // prettier-ignore

  test("is unchanged with any names in the models", async () => {
    await assertProperty(
      fc.asyncProperty(anyModel, anyModel, async (before, after) => {
        const sideOf = (name: string, files: typeof before) => {
          const unique = [...new Map(files.map((one) => [one.path, one])).values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))); // prettier-ignore
          const entries = unique.map(({ path, text }) => file(path, text, { findings: { format: "card", card: { text, cut: false }, properties: { [path]: text }, requirements: [text], warnings: [text], code: { kind: "pickle", imports: [text], unknown: [text], whole: true } } })); // prettier-ignore
          return side(name, entries, Object.fromEntries(unique.map(({ path, metric }) => [path, metric])));
        };
        const one = await compareModel({ lob: "a", model: "b", candidate: sideOf("new\u0000\u202e", after), base: { kind: "version", side: sideOf("old\ud800", before), version: 1, ref: "prod" }, gates: [parseGate("code: none"), parseGate('"\u00e9" > 0')] }); // prettier-ignore
        const text = reportText(reportOf(one, { ...failed, message: "\u001b[31m\r\n\ud800", hint: " " }));
        const read = parseReport(text);
        expect(read).toEqual(JSON.parse(text));
        expect(read.models[0]).toMatchObject({ gates: one.gates });
      }),
      { numRuns: 100 },
    );
  });
});

describe("a report that is too large", () => {
  /** Uses small limits, because large reports take long to build. */
  const smaller = (share: number) => ({ ...REPORT_LIMITS, bytes: Math.floor(REPORT_LIMITS.bytes * share), values: Math.floor(REPORT_LIMITS.values * share) }); // prettier-ignore
  const SIXTEENTH = smaller(1 / 16);
  const many = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
  const long = (length: number): string => "\u0001".repeat(length); // six bytes each in JSON
  const diff = model.diff!;
  const listed = <T>(count: number, items: T[]) => ({ count, items });
  const huge: Diff = {
    ...diff,
    code: many(3_000, (i) => ({ path: `${i}${long(200)}`, after: { kind: "pickle", imports: [long(512)], unknown: [long(512)], whole: true }, newImports: [long(512)] })),
    cards: many(20, (i) => ({ path: `${i}`, added: listed(5_000, many(1_000, () => long(1_000))), removed: listed(0, []) })),
    files: { ...diff.files, added: listed(7_000, many(1_000, (i) => ({ path: `${i}${long(900)}`, mode: 0o644, size: 1, sha256: sha256(`${i}`) }))) },
    tensors: { ...diff.tensors, parameters: { before: 1, after: 2 ** 70 }, added: listed(5, many(5, (i) => ({ ...tensor(`t${i}`, "1", { shape: many(64, () => 2 ** 40) }), path: "p" }))) },
    requirements: many(50, (i) => ({ name: `r${i}`, before: long(20_000) })),
    metrics: many(11_000, (i): MetricChange => ({ name: `${i}`, before: i, verdict: "removed" })),
  }; // prettier-ignore
  const large: Compared = { ...model, diff: huge, gates: many(1_000, (i) => ({ gate: "auc > 1", outcome: i === 777 ? "failed" : "passed", reason: "r".repeat(4_000) })) }; // prettier-ignore

  test("is shortened, keeps its counts, and names the shortened parts", () => {
    const text = reportText(reportOf(large, { ...model, model: "small" }), SIXTEENTH);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MIB);
    expect(Buffer.byteLength(text)).toBeGreaterThan(MIB / 8);
    const [shorter, small] = parseReport(text).models as Compared[];
    expect(small).toEqual({ ...model, model: "small" });
    expect(shorter?.diff?.files.added.count).toBe(7_000);
    expect(shorter?.diff?.files.added.items.length).toBeGreaterThan(0);
    expect(shorter?.diff?.cards[0]?.added.count).toBe(5_000);
    expect(shorter?.diff?.tensors.parameters.after).toBe(Number.MAX_SAFE_INTEGER);
    expect(shorter?.diff?.tensors.added.items[0]).toMatchObject({ shape: many(64, () => 2 ** 40), sha256: sha256("1") });
    expect(shorter?.shortened).toEqual(expect.arrayContaining(["code", "metrics"]));
    expect(shorter?.diff?.requirements[0]?.before).toMatch(/^\u0001{50,}…$/); // eslint-disable-line no-control-regex
    expect(shorter?.diff?.files.added.items[0]?.path).toMatch(/…$/);
    expect(gatesVerdict(parseReport(text))).toBe("failed");
  });

  test("eight large models have even shares, and keep the outcomes of their gates", () => {
    const models = many(8, (i): Compared => ({ ...large, model: `m${i}`, gates: large.gates.slice(i === 5 ? 600 : 0, 777 + (i % 2)) }));
    const text = reportText(reportOf(...models), SIXTEENTH);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MIB);
    const read = parseReport(text).models as Compared[];
    const sizes = read.map((one) => JSON.stringify(one).length);
    expect(Math.max(...sizes)).toBeLessThan(MIB / 4);
    expect(Math.min(...sizes)).toBeGreaterThan(MIB / 64);
    expect(read.map((one) => one.gates.some(({ outcome }) => outcome === "failed"))).toEqual(models.map((one) => one.gates.some(({ outcome }) => outcome === "failed"))); // prettier-ignore
    const whole = read.filter((one, i) => one.gates.length === models[i]!.gates.length);
    const rest = read.filter((one) => !whole.includes(one)).map((one) => one.gates.at(-1)!);
    for (const { gate, reason } of rest) expect([gate, reason]).toEqual([expect.stringMatching(/^\d+ more gates$/), expect.stringMatching(/^omitted for lack of room: \d+ passed$/)]); // prettier-ignore
    expect(read.every((one) => (one.diff?.files.added.items.length ?? 0) > 0)).toBe(true);
  });

  test("any model fits into a thousandth of a report", () => {
    const nothing = { name: long(1_024), treeDigest: "0".repeat(64), files: 1, contentBytes: 1, summary: { formats: Object.fromEntries(many(100, (i) => [`${i}`, 1])), tensorCount: 0, parameters: 0, code: many(20, () => ({ kind: long(40), files: 1, unknown: many(50, () => long(100)), whole: true })), warnings: [] } }; // prettier-ignore
    const one: Compared = {
      kind: "compared",
      lob: "fraud",
      model: "m",
      base: { kind: "unknown", reason: long(4_000) },
      candidate: nothing,
      gates: large.gates,
    };
    const limits = smaller(20 / 1_000);
    const text = reportText(reportOf(...many(20, (i) => ({ ...one, model: `m${i}` }))), limits);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limits.bytes);
    const { models } = parseReport(text);
    expect(models.every((one) => gatesVerdict({ models: [one] }) === "failed")).toBe(true);
    expect(models[0]).toMatchObject({ shortened: ["summary"] });
  });

  test("names from a model are shortened, even if they equal our own keys", () => {
    const properties = { sha256: `\ud800${long(500)}`, shape: long(512), treeDigest: long(512) };
    const candidate = { ...model.candidate, summary: { ...model.candidate.summary, properties } };
    const one: Compared = { ...model, candidate, diff: { ...diff, after: candidate } };
    const text = reportText(reportOf({ ...one, model: "other" }, large), SIXTEENTH);
    expect((parseReport(text).models[0] as Compared).candidate.summary.properties?.["sha256"]).toBe(`\ufffd${long(500)}`);
    const shorter = reportText(reportOf(...many(30, (i) => ({ ...one, model: `m${i}` }))), smaller(1 / 64));
    for (const { candidate } of parseReport(shorter).models as Compared[])
      for (const value of Object.values(candidate.summary.properties ?? {})) expect(value.length).toBeLessThan(512);
  });

  test("an impossible report is an internal error", () => {
    for (const models of [[model, model], many(1_001, (i) => ({ ...failed, model: `m${i}` }))])
      expect(() => reportText(reportOf(...models))).toThrow(expect.objectContaining({ code: "LOB9001" }));
  });
});

describe("an invalid report", () => {
  // Functions create the large texts, because jest would print them in the names of tests.
  test.each<[name: string, text: () => string, message: string]>([
    ["an empty text", () => "", "it is not JSON"],
    ["half a report", () => "{", "it is not JSON"],
    ["null", () => "null", "at the root, it is not an object"],
    ["a list", () => "[]", "at the root, it is not an object"],
    ["a report of a newer release", () => '{"schema":2,"anything":[]}', "it has schema version 2, but this release reads version 1"],
    ["an empty report", () => '{"schema":1}', "at createdBy, it is missing"],
    ["a deep report", () => `{"schema":1,"createdBy":"x","models":${"[".repeat(8 * MIB)}`, "it is nested deeper than 24 levels"],
    ["many values", () => `[${"0,".repeat(1_100_000)}0]`, "it has more than 1048576 values"],
    ["many empty objects", () => `[${"{},".repeat(600_000)}0]`, "it has more than 1048576 values"],
    ["a byte too many", () => " ".repeat(16 * MIB + 1), "it has 16777217 bytes; at most 16777216 are allowed"],
    ["two bytes too many", () => `"${"é".repeat(8 * MIB)}"`, "it has 16777218 bytes"],
  ])("%s", (_, text, message) => expect(wrong(text())).toContain(message));

  test("bytes that are not UTF-8", () => {
    expect(wrong(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toContain("it is not UTF-8");
    expect(wrong(new Uint8Array(16 * MIB + 1))).toContain("it has 16777217 bytes");
  });

  test.each([
    ["models.0.lob", (one: Loose) => void (one["models"][0].lob = "FRAUD")],
    ["models.0.kind", (one: Loose) => void (one["models"][0].kind = "constructor")],
    ["models.0.base.kind", (one: Loose) => void (one["models"][0].base = { kind: "toString" })],
    ["models.0.diff", (one: Loose) => delete one["models"][0].diff],
    ["models.0.diff", (one: Loose) => void (one["models"][0].diff = null)],
    ["models.1.diff", (one: Loose) => void (one["models"][1].diff = one["models"][0].diff)],
    ["models.1, fraud/churn is listed twice", (one: Loose) => void (one["models"][1].model = "churn")],
    ["models.0.candidate", (one: Loose) => void (one["models"][0].candidate.treeDigest = "f".repeat(64))],
    ["models.0.candidate", (one: Loose) => void (one["models"][0].candidate.contentBytes++, (one["models"][0].candidate.name = "other"))],
    ["models.0.candidate.contentBytes", (one: Loose) => void (one["models"][0].candidate.contentBytes = 1e300)],
    ["models.0.candidate.files", (one: Loose) => void (one["models"][0].candidate.files = -1)],
    ["models.0.candidate.metrics.auc", (one: Loose) => void (one["models"][0].candidate.metrics.auc = "0.9")],
    ["models.0.diff.files.added.count", (one: Loose) => void (one["models"][0].diff.files.added.count = 1)],
    ["models.0.diff.tensors.added.count", (one: Loose) => void (one["models"][0].diff.tensors.added.count = 0)],
    ["models.0.diff.cards.0.removed.count", (one: Loose) => void (one["models"][0].diff.cards[0].removed.count = 0)],
    ["models.0.diff.files.added.items", (one: Loose) => void (one["models"][0].diff.files.added.items = Array(1_001).fill({}))],
    ["models.0.diff.metrics.0", (one: Loose) => void (one["models"][0].diff.metrics[0].verdict = "better")],
    ["models.0.diff.metrics.0", (one: Loose) => delete one["models"][0].diff.metrics[0].before],
    ["models.0.diff.code.0", (one: Loose) => delete one["models"][0].diff.code[0].after],
    ["models.0.diff.requirements.0", (one: Loose) => delete one["models"][0].diff.requirements[0].after],
    ["models.0.diff.signature.breaking", (one: Loose) => void (one["models"][0].diff.signature.columns[0].breaking = true)],
    ["models.0.diff.different", (one: Loose) => void (one["models"][0].diff.different = false)],
    ["models.0.gates.0", (one: Loose) => void (one["models"][0].gates[0].outcome = "unknown")],
    ["models.0.gates.0.gate, it holds a character that cannot be printed", (one: Loose) => void (one["models"][0].gates[0].gate = "a\u001b[2J")],
    ["models.0.gates.0.reason", (one: Loose) => void (one["models"][0].gates[0].reason = "a\u202e")],
    ["models.0.base", (one: Loose) => void (one["models"][0].base.ref = "\u0007")],
    ["models.2.base", (one: Loose) => void (one["models"][2].base.reason = "\u0007")],
    ["models.3.message", (one: Loose) => void (one["models"][3].message = "\u0007")],
    ["models.3.code", (one: Loose) => void (one["models"][3].code = "LOB1004\n")],
    ["createdBy", (one: Loose) => void (one["createdBy"] = "\u0007")],
    ["commit", (one: Loose) => void (one["commit"] = "main")],
    ["models.0.diff.code.0.after.imports.0, it contains half a character", (one: Loose) => void (one["models"][0].diff.code[0].after.imports[0] = "\ud800")],
    ["models, it has 1001 entries", (one: Loose) => void (one["models"] = Array(1_001).fill(one["models"][3]))],
  ])("%s", (place, change) => {
    expect(wrong(changed(change))).toContain(place.includes(", ") ? `at ${place}` : `at ${place}, `);
  }); // prettier-ignore

  test("keys that are not properties", () => {
    const text = reportText(report);
    expect(wrong(text.replace('"auc":', '"__proto__":'))).toContain('it has an invalid key: "__proto__"');
    expect(wrong(text.replace('"auc":', '"\\ud800":'))).toContain("it has an invalid key");
    expect(wrong(text.replace('"schema"', '"__proto__":{"schema":1},"other"'))).toContain("__proto__");
    const [read] = parseReport(text.replaceAll('"auc":', '"constructor":').replaceAll('"auc"', '"constructor"')).models as Compared[];
    expect(read?.candidate.metrics).toEqual({ constructor: 0.89, loss: 0.2, toString: 1 });
  });

  test("unknown keys are dropped", () => {
    expect(parseReport(changed((one) => void (one["more"] = { deep: (one["models"][0].surplus = 1) })))).toEqual(report);
  });

  test("always has a short, printable message", () => {
    const message = wrong(changed((one) => void (one["models"][0].candidate.metrics = { ["\u001b".repeat(5_000)]: 1 })));
    expect(message.length).toBeLessThan(700);
    expect(message).not.toContain("\u001b");
  });

  test("with a million wrong entries reports the first, and reads no other", () => {
    const text = changed((one) => {
      one["models"][0].diff.code = Array(100_000).fill({});
      one["models"] = Array(4).fill(one["models"][0]);
    });
    let looked = 0;
    const counting = z.object({ models: z.array(z.object({ diff: z.object({ code: z.array(z.custom(() => (looked++, false))) }) })) });
    expect(firstProblem(counting, JSON.parse(text))?.path).toEqual(["models", 0, "diff", "code", 0]);
    expect(looked).toBe(1);
    expect(wrong(text)).toContain("at models.0.diff.code.0.path, it is missing");
  });

  test("has a first problem exactly if zod finds one", () => {
    const values = JSON.parse(reportText(report)) as object;
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]): void => {
      paths.push(path);
      if (typeof value === "object" && value !== null) for (const [key, one] of Object.entries(value)) walk(one, [...path, key]);
    };
    walk(values, []);
    const wrongValues = [null, -1, 1.5, "", "x", "\n".repeat(2_000), [], {}, [{}], { kind: "none" }, true, Array(1_001).fill("a")];
    assertProperty(
      fc.property(fc.constantFrom(...paths.slice(1)), fc.constantFrom(...wrongValues), fc.boolean(), (path, value, remove) => {
        const copy: Loose = structuredClone(values);
        const within = path.slice(0, -1).reduce((one: Loose, key): Loose => one[String(key)] as Loose, copy);
        const key = String(path.at(-1));
        if (remove && !Array.isArray(within)) Reflect.deleteProperty(within, key);
        else Reflect.set(within, key, value);
        expect(firstProblem(reportSchema, copy) === undefined).toBe(reportSchema.safeParse(copy).success);
      }),
      { numRuns: 200 },
    );
  });

  test("the schema leaves no large part to zod alone", () => {
    const leaves = new Set<string>();
    const walk = (schema: z.ZodType): void => {
      const { def } = schema as unknown as { def: Record<string, any> };
      const inner = [def["innerType"], def["element"], def["keyType"], def["valueType"], ...Object.values(def["shape"] ?? {}), ...(def["options"] ?? [])].filter((one) => one !== undefined) as z.ZodType[]; // prettier-ignore
      if (inner.length === 0) leaves.add(def["type"] as string);
      inner.forEach(walk);
    };
    walk(reportSchema);
    walk(diffSchema);
    expect([...leaves].sort()).toEqual(["boolean", "literal", "number", "string"]);
  });

  test("the weight of a value matches the limit of values", () => {
    expect(REPORT_LIMITS.bytes / REPORT_LIMITS.values).toBe(16);
    const limits = { ...REPORT_LIMITS, bytes: MIB, values: MIB / 16 };
    const shapes = Array.from({ length: 1_000 }, (_, i) => ({ ...tensor(`${i}`, "1", { shape: Array(64).fill(1) }), path: "p" }));
    const diff = { ...model.diff!, tensors: { ...model.diff!.tensors, added: { count: 1_000, items: shapes } } };
    expect(wrong(JSON.stringify(reportOf({ ...model, diff })), limits)).toContain("it has more than 65536 values");
    const [read] = parseReport(reportText(reportOf({ ...model, diff }), limits), limits).models as Compared[];
    expect(read?.diff?.tensors.added).toMatchObject({ count: 1_000, items: shapes.slice(0, 300) });
  });
});
