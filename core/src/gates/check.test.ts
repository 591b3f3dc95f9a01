import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { defined } from "../defined.js";
import { file, side, tensor, weights } from "../diff/diff.test.helper.js";
import { describe as described, type Diff, diffModels } from "../diff/index.js";
import type { DescribedModel } from "../diff/types.js";
import type { CodeFinding, Findings } from "../findings/findings.js";
import { NOT_ALL, NOT_INSPECTED, TOO_MUCH } from "../findings/summary.js";
import type { ManifestFile, Metrics } from "../types.js";
import { checkGates, type GateInput } from "./check.js";
import { type Expression, CONTENT_GATES, partsOf } from "./language.js";
import { parseGate } from "./parse.js";
import { print } from "./print.js";
import { gateResultSchema } from "../diff/gate-result.js";
import { assertProperty } from "../testing/property.js";

const check = (text: string, checked: GateInput) => {
  const [result] = checkGates([parseGate(text)], checked);
  return gateResultSchema.parse(result);
};

const modelOf = (metrics: Metrics | undefined, more: Partial<DescribedModel> = {}): DescribedModel => ({
  name: "model",
  treeDigest: "0".repeat(64),
  files: 3,
  contentBytes: 204_800_000,
  ...defined({ metrics }),
  summary: { formats: {}, tensorCount: 12, parameters: 7_241_732_096, code: [], warnings: [] },
  ...more,
});

/** Compares two models made of these files. */
async function compared(before: readonly ManifestFile[], after: readonly ManifestFile[]): Promise<GateInput & { diff: Diff }> {
  const diff = await diffModels(side("old", before), side("new", after));
  return { candidate: diff.after, base: diff.before, diff };
}

describe("numbers", () => {
  const base = modelOf({ auc: 0.91, latency_ms: 100, "val/auc": 0.8, loss: 0.3 }, { contentBytes: 200_000_000, files: 2 });
  const candidate = modelOf({ auc: 0.89, latency_ms: 104.9, "val/auc": 0.81, loss: 0.3 });

  test.each([
    ["auc >= base - 0.005", "failed", "auc is 0.89, but must be at least 0.905 (base 0.91 - 0.005)"],
    ["auc >= 0.80", "passed", "auc is 0.89, which is at least 0.8"],
    ["auc >= base", "failed", "auc is 0.89, but must be at least 0.91 (base)"],
    ["0.9 <= auc", "failed", "auc is 0.89, but must be at least 0.9"],
    ["base < auc", "failed", "auc is 0.89, but must be more than 0.91 (base)"],
    ["latency_ms <= base * 1.05", "passed", "latency_ms is 104.9, which is at most 105 (base 100 * 1.05)"],
    ["abs(auc - base) < 0.02", "failed", "abs(auc - base) is 0.02 (abs(auc 0.89 - base 0.91)), but must be less than 0.02"],
    ["size <= 200MB", "failed", "size is 204,800,000 bytes, but must be at most 200,000,000 bytes (200MB)"],
    ["size <= 200MiB", "passed", "size is 204,800,000 bytes, which is at most 209,715,200 bytes (200MiB)"],
    ["size <= base + 10MB", "passed", "size is 204,800,000 bytes, which is at most 210,000,000 bytes (base 200,000,000 + 10MB)"],
    ["size / 1MB <= 200", "failed", "size / 1MB is 204.8 (size 204,800,000 / 1MB), but must be at most 200"],
    ["size - base <= 5MB", "passed", "size - base is 4,800,000 bytes (size 204,800,000 - base 200,000,000), which is at most 5,000,000 bytes (5MB)"],
    ["size < 204800001B", "passed", "size is 204,800,000 bytes, which is less than 204,800,001 bytes"],
    ["parameters <= 7B", "failed", "parameters is 7,241,732,096, but must be at most 7,000,000,000 (7B)"],
    ["files == base", "failed", "files is 3, but must be 2 (base)"],
    ["files != 3", "failed", "files is 3, but must be other than 3"],
    ["tensors == 12", "passed", "tensors is 12, which is 12"],
    ['"val/auc" > base', "passed", '"val/auc" is 0.81, which is more than 0.8 (base)'],
    ['auc >= base."val/auc"', "passed", 'auc is 0.89, which is at least 0.8 (base."val/auc" 0.8)'],
    ["max(loss, auc) <= min(1, 2)", "passed", "max(loss, auc) is 0.89 (max(loss 0.3, auc 0.89)), which is at most 1 (min(1, 2))"],
    ["auc / (loss - 0.1 - 0.2) > 1", "failed", "auc / (loss - 0.1 - 0.2) cannot be calculated: it divides by 0 (auc 0.89 / (loss 0.3 - 0.1 - 0.2))"],
    ["auc * 1e300 * 1e300 > 1", "failed", "auc * 1e+300 * 1e+300 cannot be calculated: it is too large (auc 0.89 * 1e+300 * 1e+300)"],
  ])("%s: %s", (gate, outcome, reason) => {
    expect(check(gate, { candidate, base })).toMatchObject({ gate, outcome, reason });
  }); // prettier-ignore

  test("results carry the numbers", () => {
    expect(check("auc >= base - 0.01", { candidate, base })).toMatchObject({ actual: 0.89, bound: 0.9 });
    expect(check("1GB >= size", { candidate, base })).toMatchObject({ actual: 204_800_000, bound: 1e9 });
    expect(check("nope > 1", { candidate, base })).not.toHaveProperty("actual");
  });

  test.each([
    ["acu >= 0.8", "the model has no metric acu; it has auc"],
    ["AUC >= base", "the model has no metric AUC; it has auc"],
    ["ms >= 0.8", "the model has no metric ms; it has latency_ms"],
    ["val/auc >= 0.8", 'the model has no metric val; it has val/auc, which must be quoted: "val/auc"'],
    ["toString > 1", "the model has no metric toString"],
    ["__proto__ > 1", "the model has no metric __proto__"],
    ['"size" > 1', 'the model has no metric "size"'],
  ])("%s: failed, %s", (gate, reason) => {
    for (const beside of [base, "none", "unknown"] as const)
      expect(check(gate, { candidate, base: beside })).toEqual({ gate, outcome: "failed", reason });
  });

  test("no metrics at all", () => {
    expect(check("auc > 1", { candidate: modelOf(undefined), base })).toMatchObject({
      outcome: "failed",
      reason: "the model has no metrics, but the gate names auc: add a metrics.json to the model's folder",
    });
  });

  test.each(["NaN", "Infinity", "-Infinity"])("%s fails", (value) => {
    for (const gate of ["auc >= 0", "auc < 0", "auc != 0", "abs(auc) >= 0"]) {
      const { outcome, reason } = check(gate, { candidate: modelOf({ auc: Number(value) }), base });
      expect([outcome, reason]).toEqual(["failed", expect.stringMatching(/cannot be calculated: it is (not a number|infinite)/)]);
    }
  });

  test("without a base, gates that need one are skipped or unknown, and all others are decided", () => {
    const gates = ["auc >= base", "auc >= base.loss", "auc >= 0.8", "files > 3", "signature: unchanged", "code: none"].map(parseGate);
    const outcomes = (beside: GateInput["base"]) => checkGates(gates, { candidate, base: beside }).map(({ outcome }) => outcome);
    expect(outcomes("none")).toEqual(["skipped", "skipped", "passed", "failed", "skipped", "passed"]);
    expect(outcomes("unknown")).toEqual(["unknown", "unknown", "passed", "failed", "unknown", "passed"]);
    expect(check("auc >= base", { candidate, base: "none" }).reason).toBe("there is no version yet to compare with");
    expect(check("auc >= base", { candidate, base: "unknown" }).reason).toBe("the base could not be read");
  });

  test("a metric that only the base lacks is skipped", () => {
    const older = modelOf({ loss: 1 });
    expect(check("auc >= base - 0.1", { candidate, base: older })).toEqual({
      gate: "auc >= base - 0.1",
      outcome: "skipped",
      reason: "the base has no metric auc to compare with",
    });
    expect(check("auc >= base", { candidate, base: modelOf(undefined) })).toMatchObject({
      outcome: "skipped",
      reason: "the base's metrics are unknown, but the gate names its auc",
    });
  });

  test("the length of a reason is limited, whatever the names of metrics", () => {
    const long = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${"🙂".repeat(30)}${i}`, 1 / 3]));
    const names = Object.keys(long).map((name) => `"${name}"`);
    const gate = `max(${names.slice(0, 13).join(", ")}) > 1`;
    const { reason } = check(gate, { candidate: modelOf(long), base });
    expect(reason.length).toBeLessThanOrEqual(4_000);
    expect(reason.isWellFormed()).toBe(true);
    expect(check(`m${"*m".repeat(400)} > 1`, { candidate: modelOf({ m: 1 / 3 }), base }).reason).toMatch(/^m \* m[^]{3900,}…$/);
  });

  test("a reason is printable, whatever the names of metrics", () => {
    const { reason } = check("auc > 1", { candidate: modelOf({ "auc\u001b": 1 }), base });
    expect(reason).toContain("it has");
    expect(reason).not.toContain("\u001b");
  });
});

describe("decimal numbers", () => {
  test.each([
    // In binary, 0.91 - 0.005 is slightly more than 0.905, and 0.1 + 0.2 slightly more than 0.3.
    ["m >= base - 0.005", 0.905, 0.91, true],
    ["m > base - 0.005", 0.905, 0.91, false],
    ["m == 0.1 + 0.2", 0.3, 0, true],
    ["m == 0.3", 0.1 + 0.2, 0, true],
    ["m != 0.3", 0.1 + 0.2, 0, false],
    ["abs(m - base) <= 0.01", 0.92, 0.91, true],
    ["m <= base * 1.1", 1.1, 1, true],
    ["m >= 0.9", 0.8999999999999998, 0, true],
    ["m == m / 49 * 49", 1, 0, true],
    ["m / 3 * 3 == m", 9007199254740991, 0, true],
    // Differences within 15 digits count.
    ["m >= 0.9", 0.89999999999999, 0, false],
    ["m > 0.9", 0.90000000000001, 0, true],
    ["m == 1e-20", 1.1e-20, 0, false],
    ["m > 0", 5e-324, 0, true],
    ["m - base > 0", 1e-18, 0, true],
    // Integers are exact.
    ["m <= 9007199254740990", 9007199254740991, 0, false],
    ["m > 9007199254740990", 9007199254740991, 0, true],
    ["m == base + 1", 9007199254740991, 9007199254740990, true],
  ])("%s with %d, base %d: %s", (gate, m, base, passed) => {
    expect(check(gate, { candidate: modelOf({ m }), base: modelOf({ m: base }) }).outcome).toBe(passed ? "passed" : "failed");
  });

  test.each([
    ["size <= 10GB", 10_000_000_001, false],
    ["size <= 10GB", 10_000_000_000, true],
    ["size <= 1.1GB", 1_100_000_000, true],
    ["size <= 1.1GB", 1_100_000_001, false],
    ["size < 0.3KB", 300, false],
  ])("%s with %d bytes: %s", (gate, contentBytes, passed) => {
    expect(check(gate, { candidate: modelOf({}, { contentBytes }), base: "none" }).outcome).toBe(passed ? "passed" : "failed");
  });

  /** Exact fractions, to calculate what a gate means on paper. */
  type Fraction = readonly [numerator: bigint, denominator: bigint];
  const decimal = (value: number): Fraction => {
    const [, digits = "", rest = "", exponent = "0"] = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(value))!;
    const shift = Number(exponent) - rest.length;
    return shift >= 0 ? [BigInt(digits + rest) * 10n ** BigInt(shift), 1n] : [BigInt(digits + rest), 10n ** BigInt(-shift)];
  };
  const less = ([a, b]: Fraction, [c, d]: Fraction): boolean => a * d < c * b;
  const exact = (part: Expression, of: Readonly<Record<"candidate" | "base", number>>): Fraction | undefined => {
    if (part.kind === "number") return decimal(part.value);
    if (part.kind === "quantity") return decimal(of[part.of]);
    if (part.kind === "base") return decimal(of.base);
    if (part.kind === "negated") {
      const inner = exact(part.operand, of);
      return inner && [-inner[0], inner[1]];
    }
    if (part.kind === "call") {
      const all = part.operands.map((one) => exact(one, of));
      if (all.includes(undefined)) return undefined;
      const [first, ...rest] = all as [Fraction, ...Fraction[]];
      if (part.name === "abs") return first[0] < 0n ? [-first[0], first[1]] : first;
      return rest.reduce((best, one) => (less(one, best) === (part.name === "min") ? one : best), first);
    }
    const [left, right] = [exact(part.left, of), exact(part.right, of)];
    if (left === undefined || right === undefined) return undefined;
    const [[a, b], [c, d]] = [left, right];
    if (part.operator === "+") return [a * d + c * b, b * d];
    if (part.operator === "-") return [a * d - c * b, b * d];
    if (part.operator === "*") return [a * c, b * d];
    return c === 0n ? undefined : c < 0n ? [-a * d, -b * c] : [a * d, b * c];
  };

  /** Writes a fraction as a number; undefined for a recurring decimal. */
  const literal = ([numerator, denominator]: Fraction): Expression | undefined => {
    const [size, places] = [numerator < 0n ? -numerator : numerator, 10n ** 12n];
    if ((size * places) % denominator !== 0n || size / denominator > 999n) return undefined;
    const number: Expression = { kind: "number", value: Number(`${(size * places) / denominator}e-12`) };
    return numerator < 0n ? { kind: "negated", operand: number } : number;
  };
  /** Returns the scale for judging a difference: the largest intermediate number, and more after a division by a small one. */
  const scale = (all: readonly Fraction[]): number => {
    const sizes = all.map(([numerator, denominator]) => Math.abs(Number(numerator) / Number(denominator))).filter((size) => size > 0);
    return Math.max(1, ...sizes) * Math.max(1, 1 / Math.min(1, ...sizes)) ** 2;
  };

  test("gates decide as on paper", () => {
    const number = fc.oneof(
      fc.constant(0),
      fc.tuple(fc.nat(999), fc.nat(3)).map(([digits, places]) => Number(`${digits}e-${places}`)),
    );
    const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        number.map((value): Expression => ({ kind: "number", value })),
        fc.constantFrom<Expression>({ kind: "base" }, { kind: "quantity", of: "candidate", quantity: { kind: "metric", name: "m" } }),
        fc.record({ kind: fc.constant("binary" as const), operator: fc.constantFrom("+" as const, "-" as const, "*" as const, "/" as const), left: tie("tree"), right: tie("tree") }),
        fc.record({ kind: fc.constant("negated" as const), operand: tie("tree") }),
        fc.record({ kind: fc.constant("call" as const), name: fc.constantFrom("min" as const, "max" as const), operands: fc.array(tie("tree"), { minLength: 2, maxLength: 3 }) }),
        fc.record({ kind: fc.constant("call" as const), name: fc.constant("abs" as const), operands: tie("tree").map((one) => [one]) }),
      ), // prettier-ignore
    }));
    const seen = { equal: 0, undecided: 0 };
    assertProperty(
      fc.property(number, number, tree, tree, fc.boolean(), fc.constantFrom(">=", "<=", ">", "<", "==", "!="), (m, base, left, other, near, operator) => {
        const named: Expression = { kind: "binary", operator: "+", left, right: { kind: "quantity", of: "candidate", quantity: { kind: "metric", name: "m" } } };
        // Makes both sides often equal on paper.
        const value = exact(named, { candidate: m, base });
        const right = (near && value !== undefined && literal(value)) || other;
        const text = `${print(named)} ${operator} ${print(right)}`;
        const [a, b] = [exact(named, { candidate: m, base }), exact(right, { candidate: m, base })];
        const { outcome, reason } = check(text, { candidate: modelOf({ m }), base: modelOf({ m: base }) });
        if (a === undefined || b === undefined) {
          seen.undecided++;
          expect([outcome, reason]).toEqual(["failed", expect.stringContaining("it divides by 0")]);
          return;
        }
        const equal = a[0] * b[1] === b[0] * a[1];
        if (equal) seen.equal++;
        const all = [...partsOf(named), ...partsOf(right)].map((part) => exact(part, { candidate: m, base })!);
        fc.pre(equal || Math.abs(Number(a[0]) / Number(a[1]) - Number(b[0]) / Number(b[1])) > 1e-12 * scale(all));
        const wanted = { ">=": equal || less(b, a), "<=": equal || less(a, b), ">": less(b, a), "<": less(a, b), "==": equal, "!=": !equal };
        expect([text, m, base, outcome]).toEqual([text, m, base, wanted[operator as ">="] ? "passed" : "failed"]);
      }), // prettier-ignore
      { numRuns: 3_000 },
    );
    expect(seen.equal).toBeGreaterThan(500);
    expect(seen.undecided).toBeGreaterThan(20);
  });
});

describe("content gates", () => {
  const code = (more: Partial<CodeFinding> = {}): Findings => ({ format: "pickle", code: { kind: "pickle", imports: [], unknown: [], whole: true, ...more } }); // prettier-ignore
  const signature = (type: string): Findings => ({ format: "mlflow", signature: { inputs: [{ name: "age", type, required: true }] } });
  const requirements = (...asked: string[]): Findings => ({ format: "requirements", requirements: asked });
  const withFindings = (path: string, findings: Findings): ManifestFile => file(path, JSON.stringify(findings), { findings });
  const plain = file("a.txt", "text");
  const pickle = (more: Partial<CodeFinding> = {}): ManifestFile => withFindings("model.pkl", code(more));
  const safetensors = withFindings("model.safetensors", weights(tensor("w", "1")));

  test.each([
    ["code: none", [plain, safetensors], "passed", "found nothing that runs when the model is loaded"],
    ["code: none", [plain, pickle()], "failed", "loading the model can run code: pickle in 1 file"],
    ["code: none", [withFindings("a.py", code({ kind: "python", whole: false }))], "failed", "python in 1 file"],
    ["pickle: none", [withFindings("a.py", code({ kind: "python", whole: false })), safetensors], "passed", "no pickle was found"],
    ["pickle: none", [pickle()], "failed", "pickle in 1 file"],
    ["pickle: none", [pickle({ kind: "torchscript" })], "failed", "torchscript in 1 file"],
    ["pickle: known", [plain], "passed", "no pickle was found"],
    ["pickle: known", [pickle({ imports: ["numpy:ndarray"] })], "passed", "followed to their end"],
    ["pickle: known", [pickle({ unknown: ["os:system"] })], "failed", "pickles import names that are not known to be harmless: os:system"],
    ["pickle: known", [pickle({ whole: false })], "failed", "could not be followed to its end and may contain anything"],
    ["pickle: known", [pickle({ kind: "torchscript", whole: false })], "failed", "could not be followed"],
    ["signature: present", [withFindings("MLmodel", signature("long"))], "passed", "the model has a signature"],
    ["signature: present", [plain], "failed", "the model has no signature"],
    ["requirements: present", [withFindings("requirements.txt", requirements("numpy==1"))], "passed", "lists its requirements"],
    ["requirements: present", [plain], "failed", "does not list its requirements"],
    ["card: present", [withFindings("README.md", { format: "card" })], "passed", "the model has a card"],
    ["card: present", [plain], "failed", "the model has no card"],
    ["warnings: none", [plain], "passed", "no warning"],
    ["warnings: none", [withFindings("m.bin", { format: "zip", warnings: ["it cannot be read"] })], "failed", "m.bin: it cannot be read"],
  ])("%s", async (gate, files, outcome, reason) => {
    const candidate = await described(side("new", files));
    for (const base of ["none", "unknown"] as const) {
      const result = check(gate, { candidate, base });
      expect(result).toEqual({ gate, outcome, reason: expect.stringContaining(reason) });
    }
  }); // prettier-ignore

  test.each([
    ["signature: compatible", signature("long"), signature("long"), "passed", "the signature is the same"],
    ["signature: compatible", signature("integer"), signature("long"), "passed", "the signature changed without breaking callers"],
    ["signature: compatible", signature("long"), signature("integer"), "failed", "the signature breaks callers: inputs age: type long → integer"],
    ["signature: compatible", signature("long"), undefined, "failed", "the model has no signature, but the base has one"],
    ["signature: compatible", undefined, undefined, "skipped", "neither model has a signature"],
    ["signature: compatible", undefined, signature("long"), "skipped", "the base has no signature to compare with"],
    ["signature: unchanged", signature("long"), signature("long"), "passed", "the signature is the same"],
    ["signature: unchanged", undefined, undefined, "passed", "neither model has a signature"],
    ["signature: unchanged", signature("integer"), signature("long"), "failed", "the signature changed: inputs age: type integer → long"],
    ["signature: unchanged", undefined, signature("long"), "failed", "the signature changed: inputs age: added"],
    ["requirements: unchanged", requirements("numpy==1"), requirements("Numpy==1"), "passed", "the requirements are the same"],
    ["requirements: unchanged", requirements("numpy==1"), requirements("numpy==2"), "failed", "1 requirement changed: numpy"],
    ["requirements: unchanged", requirements("numpy==1"), undefined, "failed", "1 requirement changed: numpy"],
    ["code: unchanged", code(), code({ whole: true }), "passed", "no file changed what loading it can run"],
    ["code: unchanged", code(), code({ imports: ["os:system"] }), "failed", "what loading can run changed in 1 file: same"],
    ["code: unchanged", undefined, code(), "failed", "what loading can run changed in 1 file: same"],
    ["code: unchanged", code({ whole: false }), { ...code({ whole: false }), properties: { a: "b" } }, "failed", "what loading can run changed in 1 file"],
  ])("%s", async (gate, before, after, outcome, reason) => {
    const files = (findings: Findings | undefined): ManifestFile[] => [file("same", JSON.stringify(findings ?? ""), findings ? { findings } : {})]; // prettier-ignore
    const both = await compared(files(before), files(after));
    expect(check(gate, both)).toEqual({ gate, outcome, reason: expect.stringContaining(reason) });
    const { diff: _, ...without } = both;
    if (!reason.startsWith("the model has no")) expect(check(gate, without).outcome).toBe("unknown");
  }); // prettier-ignore

  const ALL = Object.entries(CONTENT_GATES).flatMap(([name, words]) => words.map((word) => `${name}: ${word}`));
  const warned = (model: DescribedModel, warning: string, path = ""): DescribedModel => ({ ...model, summary: { ...model.summary, warnings: [{ path, warning }] } }); // prettier-ignore

  test.each<[string, (gate: string) => boolean]>([
    [TOO_MUCH, (gate) => !gate.startsWith("warnings")],
    [NOT_INSPECTED, (gate) => !gate.startsWith("warnings")],
    [NOT_ALL, (gate) => /^(signature|requirements):/.test(gate)],
  ])("unknown values pass no gate: %s", async (warning, concerned) => {
    const both = await compared([plain], [plain]);
    const candidate = warned(both.candidate, warning);
    for (const gate of ALL.filter(concerned)) {
      for (const checked of [{ ...both, candidate }, { candidate, base: "none" } as const])
        expect(check(gate, checked)).toEqual({ gate, outcome: "failed", reason: `unknown for the model: ${warning}` });
    }
    expect(check("warnings: none", { ...both, candidate })).toMatchObject({ outcome: "failed", reason: expect.stringContaining(warning) });
    const base = warned(both.base as DescribedModel, warning);
    for (const gate of ALL.filter((gate) => concerned(gate) && gate.endsWith("unchanged")))
      expect(check(gate, { ...both, base })).toMatchObject({ outcome: "skipped", reason: `unknown for the base: ${warning}` });
    // A warning about a single file makes nothing unknown.
    expect(check("code: none", { ...both, candidate: warned(both.candidate, warning, "a") }).outcome).toBe("passed");
  });

  test("a model that was not inspected has unknown sums, because 0 parameters would pass", async () => {
    const none = { ...side("new", [plain]), inspected: false };
    const candidate = await described(none);
    for (const name of ["tensors", "parameters"] as const) {
      const reason = `${name} is unknown for the model: ${NOT_INSPECTED}`;
      expect(check(`${name} <= 7`, { candidate, base: "none" })).toEqual({ gate: `${name} <= 7`, outcome: "failed", reason });
      const older = check(`${name} <= base`, { candidate: modelOf({}), base: candidate });
      expect(older).toMatchObject({ outcome: "skipped", reason: `${name} is unknown for the base: ${NOT_INSPECTED}` });
    }
    for (const gate of ["code: none", "pickle: none", "pickle: known"]) expect(check(gate, { candidate, base: "none" }).outcome).toBe("failed"); // prettier-ignore
    expect(check("files <= 7", { candidate, base: "none" }).outcome).toBe("passed");
  });

  test("a file that becomes code by a rename counts as changed code", async () => {
    const python: Findings = { format: "python", code: { kind: "python", imports: [], unknown: [], whole: false } };
    const both = await compared([file("loader.txt", "import os")], [file("loader.py", "import os", { findings: python })]);
    expect(check("code: unchanged", both)).toMatchObject({ outcome: "failed", reason: expect.stringContaining("loader.py") });
  });

  test("code is not unchanged if some files were not compared", async () => {
    const { diff, ...both } = await compared([plain], [plain]);
    const many = { ...diff, files: { ...diff.files, added: { count: 100_000, items: [] } } };
    expect(check("code: unchanged", { ...both, diff: many })).toMatchObject({ outcome: "failed", reason: expect.stringContaining("too many files") }); // prettier-ignore
  });
});
