/** Prints gates and expressions, with as few brackets as possible. */
import { BUILTINS, type Condition, type Expression, FUNCTIONS, type Quantity } from "./language.js";

/** Returns the text to print instead of a part of an expression; undefined to print the part itself. */
type Instead = (part: Expression) => string | undefined;

export const printGate = (gate: Condition): string =>
  gate.kind === "content" ? `${gate.name}: ${gate.word}` : `${print(gate.left)} ${gate.operator} ${print(gate.right)}`;

export function print(expression: Expression, instead: Instead = () => undefined): string {
  const text = (part: Expression): string => instead(part) ?? own(part);
  const inBrackets = (part: Expression, needed: boolean): string => (needed ? `(${text(part)})` : text(part));
  const own = (part: Expression): string => {
    switch (part.kind) {
      case "number":
        return `${part.value}${part.unit ?? ""}`;
      case "quantity":
        return `${part.of === "base" ? "base." : ""}${printQuantity(part.quantity)}`;
      case "base":
        return "base";
      case "negated":
        return `-${inBrackets(part.operand, part.operand.kind === "binary" || part.operand.kind === "negated")}`;
      case "call":
        return `${part.name}(${part.operands.map(text).join(", ")})`;
      case "binary": {
        const { operator, left, right } = part;
        const level = levelOf(part);
        return `${inBrackets(left, levelOf(left) < level)} ${operator} ${inBrackets(right, levelOf(right) <= level)}`;
      }
    }
  };
  return text(expression);
}

/** Precedence of the operator of a part. */
const levelOf = (part: Expression): number => (part.kind !== "binary" ? 3 : part.operator === "*" || part.operator === "/" ? 2 : 1);

const PLAIN = /^[\p{L}_][\p{L}\p{M}\p{Nd}_@]*(?:\.[\p{L}\p{M}\p{Nd}_@]+)*$/u;

/** Prints a quantity as gates spell it: quoted unless it is a plain name without another meaning. */
export function printQuantity({ kind, name }: Quantity): string {
  const plain = kind === "builtin" || (PLAIN.test(name) && !isReserved(name));
  return plain ? name : `"${name.replaceAll(/["\\]/g, "\\$&")}"`;
}

const RESERVED: readonly string[] = [...BUILTINS, ...FUNCTIONS, "base"];
const isReserved = (name: string): boolean => RESERVED.includes(name) || name.startsWith("base.");
