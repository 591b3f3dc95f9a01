/**
 * DynamoDB's condition and update expressions as far as this project uses them, for the test fake. Anything else throws, so that a new kind
 * of expression cannot pass unnoticed.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type ExpressionItem = Record<string, AttributeValue>;

interface Names {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/** Names and values of a request. Every one must be used by an expression, as DynamoDB requires. */
export function contextOf(
  input: {
    readonly ExpressionAttributeNames?: Record<string, string> | undefined;
    readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
  },
  ...expressions: readonly (string | undefined)[]
): Names {
  const context = { names: input.ExpressionAttributeNames ?? {}, values: input.ExpressionAttributeValues ?? {} };
  const used: readonly string[] = expressions.join(" ").match(/[#:]\w+/g) ?? [];
  const unused = Object.keys({ ...context.names, ...context.values }).filter((name) => !used.includes(name));
  if (unused.length > 0) throw new Error(`fake DynamoDB: unused in expressions: ${unused.join(", ")}`);
  return context;
}

const TOKEN =
  /\s*((?:attribute_not_exists|attribute_exists|begins_with|list_append|if_not_exists|AND|OR|SET|REMOVE)\b|<=|>=|<>|[=<>(),]|[#:]?[A-Za-z_][A-Za-z0-9_]*)/y;

function tokens(expression: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.length) {
    const match = TOKEN.exec(expression);
    if (!match) throw new Error(`fake DynamoDB cannot read the expression ${expression}`);
    found.push(match[1]!);
  }
  return found;
}

class ExpressionReader {
  readonly #tokens: string[];
  readonly #context: Names;
  #at = 0;

  constructor(expression: string, context: Names) {
    this.#tokens = tokens(expression);
    this.#context = context;
  }

  get ended(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  take(expected?: string): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`fake DynamoDB: expected ${expected}, got ${token}`);
    return token;
  }

  attribute(): string {
    const token = this.take();
    if (!token.startsWith("#")) return token;
    const name = this.#context.names[token];
    if (name === undefined) throw new Error(`fake DynamoDB: ${token} has no name`);
    return name;
  }

  operand(item: ExpressionItem | undefined): AttributeValue | undefined {
    const token = this.peek()!;
    if (token === "list_append" || token === "if_not_exists") {
      this.take();
      this.take("(");
      const first = this.operand(item);
      this.take(",");
      const second = this.operand(item);
      this.take(")");
      if (token === "if_not_exists") return first ?? second;
      if (!first?.L || !second?.L) throw new Error("fake DynamoDB: list_append takes two lists");
      return { L: [...first.L, ...second.L] };
    }
    if (token.startsWith(":")) {
      const value = this.#context.values[this.take()];
      if (value === undefined) throw new Error(`fake DynamoDB: ${token} has no value`);
      return value;
    }
    const name = this.attribute();
    return item?.[name];
  }
}

/** Whether a condition holds for an item; undefined means that there is no item. */
export function holds(condition: string, context: Names, item: ExpressionItem | undefined): boolean {
  const reader = new ExpressionReader(condition, context);
  const any = (): boolean => {
    let result = all();
    while (reader.peek() === "OR") {
      reader.take();
      const right = all();
      result = result || right;
    }
    return result;
  };
  const all = (): boolean => {
    let result = one();
    while (reader.peek() === "AND") {
      reader.take();
      const right = one();
      result = result && right;
    }
    return result;
  };
  const one = (): boolean => {
    const token = reader.peek();
    if (token === "(") {
      reader.take();
      const result = any();
      reader.take(")");
      return result;
    }
    if (token === "attribute_not_exists" || token === "attribute_exists") {
      reader.take();
      reader.take("(");
      const name = reader.attribute();
      const there = item?.[name] !== undefined;
      reader.take(")");
      return token === "attribute_exists" ? there : !there;
    }
    if (token === "begins_with") {
      reader.take();
      reader.take("(");
      const text = reader.operand(item)?.S;
      reader.take(",");
      const start = reader.operand(item)?.S;
      reader.take(")");
      return text !== undefined && start !== undefined && text.startsWith(start);
    }
    const left = reader.operand(item);
    const operator = reader.take();
    return compare(left, operator, reader.operand(item));
  };
  const result = any();
  if (!reader.ended) throw new Error(`fake DynamoDB cannot read all of ${condition}`);
  return result;
}

/** Applies an update expression to an item. */
export function updated(expression: string, context: Names, item: ExpressionItem): ExpressionItem {
  const reader = new ExpressionReader(expression, context);
  const result: ExpressionItem = { ...item };
  let section = "";
  while (!reader.ended) {
    const token = reader.peek()!;
    if (token === "SET" || token === "REMOVE") section = reader.take();
    else if (token === ",") reader.take();
    else if (section === "SET") {
      const name = reader.attribute();
      reader.take("=");
      const value = reader.operand(item);
      if (value === undefined) throw new Error(`fake DynamoDB: ${name} would be set to nothing`);
      result[name] = value;
    } else if (section === "REMOVE") Reflect.deleteProperty(result, reader.attribute());
    else throw new Error(`fake DynamoDB cannot read ${expression}`);
  }
  return result;
}

function compare(left: AttributeValue | undefined, operator: string, right: AttributeValue | undefined): boolean {
  if (!["=", "<", "<=", ">", ">="].includes(operator)) throw new Error(`fake DynamoDB does not know ${operator}`);
  // As in DynamoDB, a comparison with a missing attribute is false.
  if (left === undefined || right === undefined) return false;
  if (operator === "=") return JSON.stringify(left) === JSON.stringify(right);
  if (left.N === undefined || right.N === undefined) throw new Error("fake DynamoDB compares numbers only");
  const [a, b] = [Number(left.N), Number(right.N)];
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}
