import { describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { LobError } from "../errors.js";
import { type Expression, type Gate, GATE_LIMITS, type Quantity } from "./language.js";
import { parseGate } from "./parse.js";
import { printGate } from "./print.js";
import { assertProperty } from "../testing/property.js";

/** Returns the error of an invalid gate. */
function wrong(text: string): LobError {
  try {
    parseGate(text);
  } catch (error) {
    if (error instanceof LobError) return error;
    throw error;
  }
  throw new Error(`${text} is a gate`);
}

describe("valid gates", () => {
  test.each([
    ["auc >= 0.80", "auc >= 0.8"],
    ["  auc>=base-0.005 ", "auc >= base - 0.005"],
    ["latency_ms <= base * 1.05", undefined],
    ["size <= 200MB", undefined],
    ["size <= 200 MiB", "size <= 200MiB"],
    ["size\u00a0<= 200\u202fMiB", "size <= 200MiB"],
    ["size / 1MB <= 200", undefined],
    ["size / base * 1MB <= 2 * 1MB + 10", undefined],
    ["size * 8 <= base * 1.1 + 3MB", undefined],
    ["size <= 1000 + 1KB", undefined],
    ["auc > 0.000e-400", "auc > 0"],
    ["parameters <= 7B", undefined],
    ["size < 7B", undefined],
    ["files <= 100", undefined],
    ["tensors == base", undefined],
    ["abs(auc - base) <= 0.01", undefined],
    ["0.8 <= auc", undefined],
    ["max(loss, val.loss, 1) < 2", undefined],
    ["-(auc - 1) * 2 != -1", undefined],
    ["- -auc > .5", "-(-auc) > 0.5"],
    ["(a - (b - c)) / (d / e) >= 1e-3", "(a - (b - c)) / (d / e) >= 0.001"],
    ["((a - b) - c) > 2E+3", "a - b - c > 2000"],
    ["recall@10 >= base", undefined],
    ["Präzision >= 0.9", undefined],
    ['"val/auc" >= base."val/auc" - base.loss', undefined],
    ['"auc" >= base."auc"', "auc >= base.auc"],
    ['"size" <= 3', undefined],
    ['size <= base.size + base."size"', undefined],
    ['"a\\"b\\\\c" > 0', undefined],
    ['"base" > base', undefined],
    ['"base.auc" > base', undefined],
    ["max > 3", '"max" > 3'],
    ["signature: compatible", undefined],
    ["pickle:none", "pickle: none"],
    ["code > 3", undefined],
  ])("%s", (text, printed = text) => {
    const gate = parseGate(text);
    expect(gate.text).toBe(text.trim());
    expect(printGate(gate)).toBe(printed);
    expect(parseGate(printed)).toEqual({ ...gate, text: printed });
  });

  test("precedence of operators", () => {
    const tree = parseGate("a - b * -c / 2 + 1 > 0");
    const name = (of: string): Expression => ({ kind: "quantity", of: "candidate", quantity: { kind: "metric", name: of } });
    const [one, two]: Expression[] = [
      { kind: "number", value: 1 },
      { kind: "number", value: 2 },
    ];
    const product: Expression = { kind: "binary", operator: "*", left: name("b"), right: { kind: "negated", operand: name("c") } };
    const quotient: Expression = { kind: "binary", operator: "/", left: product, right: two! };
    const difference: Expression = { kind: "binary", operator: "-", left: name("a"), right: quotient };
    expect(tree).toMatchObject({ left: { kind: "binary", operator: "+", left: difference, right: one }, operator: ">" });
  });

  test.each([
    ["size <= 1GB", "size", undefined],
    ["parameters <= base + 1B", "parameters", { kind: "builtin", name: "parameters" }],
    ["auc >= base", undefined, { kind: "metric", name: "auc" }],
    ["abs(auc - base) <= base * auc", undefined, { kind: "metric", name: "auc" }],
    ["auc >= base - base.loss", undefined, { kind: "metric", name: "auc" }],
    ["auc >= base.auc - base.loss", undefined, undefined],
  ])("%s counts in %s, and compares with %j", (text, measured, subject) => {
    const gate = parseGate(text);
    expect([gate.measured, gate.subject]).toEqual([measured, subject]);
  });
});

describe("invalid gates", () => {
  test.each([
    ["", 1, "it is empty", "Gates look like"],
    ["auc", 4, "expected a comparison (>= <= == != > <), but the gate ends", "Gates look like"],
    ["auc >=", 7, "expected a number or a name, but the gate ends", ""],
    ["auc => 0.8", 5, 'expected a comparison (>= <= == != > <), but found "=>"', 'Write ">=" for at least.'],
    ["auc = 0.8", 5, 'expected a comparison (>= <= == != > <), but found "="', 'Write "==" for equal.'],
    ["auc ≥ 0.8", 5, 'found "≥"', 'Write ">=".'],
    ["0.8 <= auc <= 0.9", 12, "it compares twice", "write two gates"],
    ["auc >= 0.8 and loss < 1", 12, 'expected the end, but found "and"', "write two gates"],
    ["auc >= base && loss < 1", 13, 'expected the end, but found "&&"', "write two gates"],
    ["auc >= base + 10%", 17, "a percentage is ambiguous", "base * 1.1 or base * 0.9; for a share, write 0.1."],
    ["auc >= 7%", 9, "a percentage", "base * 1.07"],
    ["auc >= 0,8", 9, 'found ","', "a decimal point"],
    ["auc >= 1,000", 9, 'found ","', "a decimal point"],
    ["auc >= 0.8, loss < 1", 11, 'found ","', "write two gates"],
    ["auc >= 1_000", 9, '"_000" is not a unit', "no separators"],
    ["auc > 1e-400", 7, 'the number "1e-400" is too small', ""],
    ["auc > .1e-400", 7, "is too small", ""],
    ["auc > 1e", 8, '"e" is not a unit', '"1e"'],
    ["auc ≠ 0.8", 5, 'found "≠"', 'Write "!=".'],
    ["auc > −1", 7, 'found "−"', 'Write "-".'],
    ["auc >= base – 1", 13, 'found "–"', 'Write "-".'],
    ["auc × 2 > 1", 5, 'found "×"', 'Write "*".'],
    ["auc ⩾ 2", 5, 'found "⩾"', 'Write ">=".'],
    ["auc >= base * 105%", 18, "a percentage", "For 105% of the base, write base * 1.05;"],
    ["loss: 0.3", 1, 'there is no content gate "loss"', 'instead of ":"'],
    ["size <= base * 1.1MB", 1, "it multiplies size by size", "base * 1.1"],
    ["size <= -(2KB * (3MB / 2))", 1, "it multiplies size by size", ""],
    ["size / base <= 2MB", 1, "it compares a ratio with size", ""],
    ["1B > parameters / base", 1, "it compares a ratio with parameters", ""],
    ["auc > 1e999", 7, "is too large", ""],
    ["(auc > 1", 6, 'expected ")", but found ">"', ""],
    ["auc > 1)", 8, 'expected the end, but found ")"', ""],
    ["auc ! 1", 5, '"!" has no meaning in a gate', ""],
    ["'val/auc' > 1", 1, "has no meaning in a gate", "double quotes"],
    ['"val/auc > 1', 1, 'the closing " of a name is missing', ""],
    ['"" > 1', 1, "the name between the quotes is empty", ""],
    ['"a\\n" > 1', 3, "must be followed by", ""],
    ["val.. > 1", 4, 'found "."', ""],
    ["5xx_rate < 1", 2, '"xx_rate" is not a unit', '"5xx_rate"'],
    ["avg(auc) > 1", 1, 'there is no function "avg"; the functions are abs, min and max', ""],
    ["mix(auc, 1) > 1", 1, 'there is no function "mix"', "Did you mean min?"],
    ["base(auc) > 1", 1, 'there is no function "base"', "base.auc"],
    ["base. > auc", 5, '"base." must be followed by the name of a metric', ""],
    ['base.val."auc" > auc', 9, 'found "."', ""],
    ["abs(auc, loss) > 1", 1, "abs takes one value, but got 2", ""],
    ["min(auc) > 1", 1, "min takes two values or more", ""],
    ["1 < 2", 1, "it names no value of the model", "Name a metric"],
    ["base.auc > 0.8", 1, "it names no value of the model", ""],
    ["auc - loss > base", 1, '"base" alone may mean the base\'s auc or its loss', "Write base.auc or base.loss."],
    ['"val/auc" - loss > base', 1, '"base" alone', 'Write base."val/auc" or base.loss.'],
    ["latency_ms < 200MB", 1, "it has the unit MB, but latency_ms has no units", "Write the number in full"],
    ["files < 2K", 1, "files has no units", ""],
    ['"size" < 2GB', 1, '"size" has no units', ""],
    ["size < 200M", 1, "M is not a unit of size", "B, KB, MB"],
    ["parameters < 7GB", 1, "GB is not a unit of parameters", "K, M, B, T"],
    ["size / parameters < 2B", 1, "names size and parameters", ""],
    ["size < 200mb", 11, '"mb" is not a unit', "Did you mean MB?"],
    ["parameters < 7b", 15, '"b" is not a unit', "Did you mean B?"],
    ["signature: compatable", 12, 'expected compatible, unchanged or present, but found "compatable"', "Did you mean compatible?"],
    ["signature:", 11, "expected compatible, unchanged or present, but the gate ends", ""],
    ['signature: "present"', 12, 'found "present"', ""],
    ["picle: none", 1, 'there is no content gate "picle"', "Did you mean pickle?"],
    ["constructor: none", 1, "there is no content gate", ""],
    ["card: present twice", 15, 'expected the end, but found "twice"', ""],
    ["auc > 1\u0007", 1, "holds a character that cannot be printed", ""],
    ["auc > \ud800", 1, "holds a character that cannot be printed", ""],
    [`auc > ${"1".repeat(1_000)}`, 1, "has 1006 characters; at most 1000 are allowed", ""],
    [`${"(".repeat(40)}auc${")".repeat(40)} > 1`, 34, "it is nested deeper than 32 levels", ""],
    [`auc > ${"-".repeat(40)}1`, 40, "it is nested deeper than 32 levels", ""],
  ])("%s", (text, column, message, hint) => {
    const error = wrong(text);
    expect(error.code).toBe("LOB1010");
    expect(error.message).toContain(`is invalid at column ${column}: `);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
    expect(error.details).toMatchObject({ column });
    expect(error.message.length).toBeLessThan(400);
  });
});

/** Generates valid trees. All names have the same kind, so that units and `base` alone make sense. */
const flavours: { quantities: Quantity[]; units: (string | undefined)[]; base: boolean }[] = [
  { quantities: ["auc", "val/auc", "a-b", "base", "size", 'q"\\', "base.x", "ö.1@2"].map((name) => ({ kind: "metric", name })), units: [undefined], base: false },
  { quantities: [{ kind: "metric", name: "x y" }], units: [undefined], base: true },
  { quantities: [{ kind: "builtin", name: "size" }], units: [undefined, "B", "KB", "TiB"], base: true },
  { quantities: [{ kind: "builtin", name: "parameters" }], units: [undefined, "B", "K", "T"], base: true },
]; // prettier-ignore

const gates = fc.constantFrom(...flavours).chain(({ quantities, units, base }) => {
  const quantity = fc.constantFrom(...quantities);
  const number = fc.oneof(fc.nat().map(Number), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }));
  const leaf: fc.Arbitrary<Expression>[] = [
    fc.record({ value: number, unit: fc.constantFrom(...units) }).map(({ value, unit }) => ({ kind: "number", value, unit })),
    fc.record({ kind: fc.constant("quantity" as const), of: fc.constantFrom("candidate" as const, "base" as const), quantity }),
    ...(base ? [fc.constant({ kind: "base" as const })] : []),
  ]; // prettier-ignore
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      ...leaf,
      fc.record({ kind: fc.constant("negated" as const), operand: tie("tree") }),
      fc.record({ kind: fc.constant("binary" as const), operator: fc.constantFrom("+" as const, "-" as const, "*" as const, "/" as const), left: tie("tree"), right: tie("tree") }),
      fc.record({ kind: fc.constant("call" as const), name: fc.constantFrom("min" as const, "max" as const), operands: fc.array(tie("tree"), { minLength: 2, maxLength: 3 }) }),
      fc.record({ kind: fc.constant("call" as const), name: fc.constant("abs" as const), operands: tie("tree").map((one) => [one]) }),
    ), // prettier-ignore
  }));
  const operator = fc.constantFrom(">=" as const, "<=" as const, ">" as const, "<" as const, "==" as const, "!=" as const);
  const own = quantity.map((one): Expression => ({ kind: "quantity", of: "candidate", quantity: one }));
  return fc.record({ kind: fc.constant("comparison" as const), left: own, operator, right: tree });
});

/** Parses a random gate; skips those that multiply units. */
function withMeaning(text: string): Gate & { kind: "comparison" } {
  try {
    return parseGate(text) as Gate & { kind: "comparison" };
  } catch (error) {
    fc.pre(!/it (multiplies|compares a ratio)/.test((error as LobError).message));
    throw error;
  }
}

describe("any text", () => {
  test("a printed gate parses as the same gate", () => {
    assertProperty(
      fc.property(gates, (gate) => {
        const text = printGate(gate);
        fc.pre(text.length <= GATE_LIMITS.length);
        const { text: _, measured, subject, ...read } = withMeaning(text);
        expect(read).toEqual(gate);
        expect(measured === undefined || subject === undefined || subject.name === measured).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  const words = fc.constantFrom(..."auc loss base base. size 0.8 1e5 200 MB B % ( ) - + * / , . : >= <= == = => abs( min( \" \\ signature: compatible val/auc \u0000 \ud800 🙂".split(" ")); // prettier-ignore
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 2_000 }),
    fc.array(words, { maxLength: 60 }).map((all) => all.join(" ")),
    fc.array(words, { maxLength: 60 }).map((all) => all.join("")),
    fc.tuple(words, fc.nat(1_200)).map(([word, count]) => word.repeat(count)),
  );

  test("is a gate, or fails with LOB1010", () => {
    assertProperty(
      fc.property(texts, (text) => {
        try {
          const gate = parseGate(text);
          expect(gate.text.length).toBeLessThanOrEqual(GATE_LIMITS.length);
          if (gate.kind === "comparison") expect(parseGate(printGate(gate))).toMatchObject({ kind: "comparison" });
        } catch (error) {
          expect(error).toMatchObject({ name: "LobError", code: "LOB1010" });
          expect((error as LobError).message.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("takes linear time: the number of reads grows with the length, whatever the text", () => {
    const worst = ["(", "-", "a+", "a.", '"', "\\", "1e", "1e+", "base.", "min(", "a,", "1 ", " "];
    let all = 0;
    for (const part of worst) {
      for (const prefix of ["", "a > ", '"a']) {
        const read = jest.spyOn(String.prototype, "codePointAt");
        try {
          parseGate((prefix + part.repeat(GATE_LIMITS.length)).slice(0, GATE_LIMITS.length).trim());
        } catch (error) {
          expect(error).toMatchObject({ code: "LOB1010" });
        }
        all += read.mock.calls.length;
        expect(read.mock.calls.length).toBeLessThan(16 * GATE_LIMITS.length);
        read.mockRestore();
      }
    }
    expect(all).toBeGreaterThan(10 * GATE_LIMITS.length);
  });
});
