/** The syntax tree and the words of the gate language. docs/gates.md explains them; a test checks that page against this file. */

/** Limits that keep an untrusted gate cheap to parse. */
export const GATE_LIMITS = {
  /** Characters. */
  length: 1_000,
  /** Nested brackets and signs. */
  depth: 32,
} as const;

export const BUILTINS = ["size", "files", "tensors", "parameters"] as const;
export type Builtin = (typeof BUILTINS)[number];

/** Units by quantity. `B` is a byte for `size`, and a billion for `parameters`. Other quantities have no units. */
export const UNITS = {
  size: { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
  parameters: { K: 1e3, M: 1e6, B: 1e9, T: 1e12 },
} as const satisfies Partial<Record<Builtin, Readonly<Record<string, number>>>>;
export type Measured = keyof typeof UNITS;

/** The words of each content gate, e.g. `code: none`. */
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

/** A number of a model. A metric that is named like a builtin is quoted in a gate. */
export type Quantity = { readonly kind: "builtin"; readonly name: Builtin } | { readonly kind: "metric"; readonly name: string };

export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly unit?: string | undefined }
  | { readonly kind: "quantity"; readonly of: "candidate" | "base"; readonly quantity: Quantity }
  /** `base` alone: the base's value of the gate's subject. */
  | { readonly kind: "base" }
  | { readonly kind: "negated"; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: "+" | "-" | "*" | "/"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "call"; readonly name: GateFunction; readonly operands: readonly Expression[] };

export type Condition =
  | { readonly kind: "comparison"; readonly left: Expression; readonly operator: Comparison; readonly right: Expression }
  | { readonly kind: "content"; readonly name: ContentGate; readonly word: string };

export type Gate = Condition & {
  /** The text without surrounding space. */
  readonly text: string;
  /** Quantity that the units in the gate count. */
  readonly measured?: Measured | undefined;
  /** Quantity that `base` alone refers to. */
  readonly subject?: Quantity | undefined;
};

/** Yields all parts of an expression, itself first. */
export function* partsOf(expression: Expression): Generator<Expression, void, undefined> {
  const left = [expression];
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    yield part;
    if (part.kind === "negated") left.push(part.operand);
    else if (part.kind === "binary") left.push(part.right, part.left);
    else if (part.kind === "call") left.push(...part.operands.toReversed());
  }
}
