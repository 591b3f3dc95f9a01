/** What a gate is made of, and the words of the language. docs/gates.md says what they mean, and a test holds it against this. */

/** Bounds, so that a gate costs nothing to read, whoever wrote it. */
export const GATE_LIMITS = {
  /** Characters. */
  length: 1_000,
  /** Brackets and signs inside one another. */
  depth: 32,
} as const;

export const BUILTINS = ["size", "files", "tensors", "parameters"] as const;
export type Builtin = (typeof BUILTINS)[number];

/** Units, by the only quantities that have any. B is a byte of a size, and a billion of parameters. */
export const UNITS = {
  size: { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
  parameters: { K: 1e3, M: 1e6, B: 1e9, T: 1e12 },
} as const satisfies Partial<Record<Builtin, Readonly<Record<string, number>>>>;
export type Measured = keyof typeof UNITS;

export const CONTENT_GATES = {
  signature: ["compatible", "unchanged", "present"],
  pickle: ["none", "known"],
  code: ["none", "unchanged"],
  requirements: ["unchanged", "present"],
  card: ["present"],
  warnings: ["none"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type ContentGate = keyof typeof CONTENT_GATES;

export const COMPARISONS = [">=", "<=", "==", "!=", ">", "<"] as const;
export type Comparison = (typeof COMPARISONS)[number];

export const FUNCTIONS = ["abs", "min", "max"] as const;
export type GateFunction = (typeof FUNCTIONS)[number];

/** Something of a model that has a number. A metric may be called as a builtin is: then it is written in quotes. */
export type Quantity = { readonly kind: "builtin"; readonly name: Builtin } | { readonly kind: "metric"; readonly name: string };

export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly unit?: string }
  | { readonly kind: "quantity"; readonly of: "candidate" | "base"; readonly quantity: Quantity }
  /** `base` alone: that of the gate's subject. */
  | { readonly kind: "base" }
  | { readonly kind: "negated"; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: "+" | "-" | "*" | "/"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "call"; readonly name: GateFunction; readonly operands: readonly Expression[] };

export type Condition =
  | { readonly kind: "comparison"; readonly left: Expression; readonly operator: Comparison; readonly right: Expression }
  | { readonly kind: "content"; readonly name: ContentGate; readonly word: string };

export type Gate = Condition & {
  /** As it was written. */
  readonly text: string;
  /** What the units in it count. */
  readonly measured?: Measured;
  /** What `base` alone is the value of. */
  readonly subject?: Quantity;
};

/** All parts of an expression, itself first. */
export function* partsOf(expression: Expression): Generator<Expression, void, undefined> {
  const left = [expression];
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    yield part;
    if (part.kind === "negated") left.push(part.operand);
    else if (part.kind === "binary") left.push(part.right, part.left);
    else if (part.kind === "call") left.push(...part.operands.toReversed());
  }
}
