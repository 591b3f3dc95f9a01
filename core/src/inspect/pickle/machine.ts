/**
 * Follows a pickle as Python's unpickler would, without importing, calling or building anything: what is on the stack are
 * descriptions. So an import is found however it is named: in the stream, from the stack, from the memo, by extension code.
 */
import { createHash } from "node:crypto";
import { Damaged } from "../../bytes/damaged.js";
import type { Cursor } from "../../bytes/cursor.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { latin1, signed, utf8 } from "./literals.js";
import { OP } from "./opcodes.js";
import { isGlobal, isIdentifier, isWrapper, itemsOf, made, type Made, MISSING, NONE, textOf, UNKNOWN, type PickleValue } from "./values.js";

/** Characters of a text that is kept, so that it can name an import, a key or a type. */
const KEPT_TEXT = 1_000;
/** Bytes that are kept, so that a small number in an array's state can be read. */
const KEPT_BYTES = 64;
/** Characters of all texts that are kept; what names an import after that is not known. */
const KEPT_TEXTS = 32 << 20;
/** Items of a container that are kept. */
const KEPT_ITEMS = 100_000;
/** About what the descriptions of a file's pickles may take in memory, in bytes, without texts; and what one takes by its kind. */
const ROOM = 140 << 20;
const ROOM_OF: Readonly<Record<PickleValue["kind"], number>> = {
  ...{ none: 0, unknown: 0, missing: 0, bool: 32, number: 32, text: 48, global: 64, persistent: 48 },
  ...{ bytes: 200, array: 200, tuple: 80, list: 80, set: 80, dict: 80, made: 200 },
};
/** What a place in the memo takes. */
const ROOM_OF_PLACE = 40;
/** Bytes that are buffered before an instruction: as many as one of fixed length can have. */
const AHEAD = 16;
const MOST_LINE = 1 << 20;

const OTHER_WRAPPER = "makes an array wrapper in another way than joblib";
const NEVER_CALLED: ReadonlySet<PickleValue["kind"]> = new Set([
  ...(["none", "bool", "number", "text", "bytes", "tuple", "list", "set", "dict", "array"] as const),
]);

/** What is found on the way, over all the pickles of a file. */
export class Trace {
  readonly imports = new Set<string>();
  /** What no honest pickle does. */
  readonly oddities = new Set<string>();
  /** Whether imports may be missing because of what is odd. */
  hiding = false;
  /** Instructions left. */
  left: number = INSPECT_LIMITS.instructions;
  /** Bytes left for descriptions. */
  room = ROOM;
  /** Set when there were more imports than are listed. */
  overflown = false;
  /** Calls of imports that are spelled as honest ones are. */
  calls = 0;
  /** Set when something was too much for this reader that Python would go on with. */
  cut = false;

  imported(module: string | undefined, name: string | undefined): PickleValue {
    if (module === undefined || name === undefined) {
      this.hides("imports something whose name is computed");
      return UNKNOWN;
    }
    const key = `${module}:${name}`;
    if (this.imports.size < INSPECT_LIMITS.imports || this.imports.has(key)) this.imports.add(key);
    else this.overflown = true;
    return { kind: "global", module, name };
  }

  odd(what: string): void {
    this.oddities.add(what);
  }

  /** What is imported or called may be something else than is listed. */
  hides(what: string): void {
    this.hiding = true;
    this.odd(what);
  }
}

export interface MachineOptions {
  /**
   * Whether an import by two texts of the stack or the memo is one that an honest file seems to have, and that is not there: Python would go
   * no further. It is followed nevertheless, and what it gives is never held against the file.
   */
  readonly isMissing?: (module: string | undefined, name: string | undefined) => boolean;
  /** Called when an object gets its state; joblib has an array's bytes after it. What it gives takes the place of the object. */
  readonly onBuild?: (object: Made, cursor: Cursor) => Promise<PickleValue | undefined>;
}

/**
 * Follows one pickle up to its end.
 * @returns what it would give
 * @throws Damaged when it is not a pickle to its end, or too long. What was found before is in the trace.
 */
export async function follow(cursor: Cursor, trace: Trace, options: MachineOptions = {}): Promise<PickleValue> {
  return new Machine(cursor, trace, options).run();
}

class Machine {
  readonly #cursor: Cursor;
  readonly #trace: Trace;
  readonly #options: MachineOptions;
  #stack: PickleValue[] = [];
  readonly #outer: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();
  #texts = 0;
  /** Where the last frame ends: Python reads a frame as a whole, and arrays from behind it. */
  #frameEnd = 0;
  /** Whether it went on behind an import that is not there. */
  #missed = false;

  constructor(cursor: Cursor, trace: Trace, options: MachineOptions) {
    this.#cursor = cursor;
    this.#trace = trace;
    this.#options = options;
  }

  async run(): Promise<PickleValue> {
    const cursor = this.#cursor;
    for (;;) {
      if (cursor.available < AHEAD) await cursor.ensure(AHEAD); // At the end of the stream there may be fewer.
      if (this.#trace.left-- <= 0) throw this.#tooMuch(`it has more than ${INSPECT_LIMITS.instructions} instructions`);
      const op = cursor.u8();
      if (op === OP.STOP) return this.#pop();
      if (!this.#simple(op)) await this.#long(op);
    }
  }

  /** Instructions of fixed length; false for the others. */
  #simple(op: number): boolean {
    const cursor = this.#cursor;
    const trace = this.#trace;
    switch (op) {
      case OP.PROTO: {
        const version = cursor.u8();
        if (version > 5) throw new Damaged(`it has pickle protocol ${version}`);
        break;
      }
      case OP.FRAME:
        this.#frameEnd = Number(cursor.u64()) + cursor.position;
        break;
      case OP.MARK:
        this.#outer.push(this.#stack);
        this.#stack = [];
        if (this.#outer.length > 100_000) throw this.#tooMuch("it is nested too deeply");
        break;
      case OP.POP:
        if (this.#stack.length > 0) this.#stack.pop();
        else this.#popMark();
        break;
      case OP.POP_MARK:
        this.#popMark();
        break;
      case OP.DUP:
        this.#stack.push(this.#top());
        break;
      case OP.NONE:
        this.#push(NONE);
        break;
      case OP.NEWTRUE:
      case OP.NEWFALSE:
        this.#push({ kind: "bool", value: op === OP.NEWTRUE });
        break;
      case OP.BININT:
        this.#number(cursor.i32());
        break;
      case OP.BININT1:
        this.#number(cursor.u8());
        break;
      case OP.BININT2:
        this.#number(cursor.u16());
        break;
      case OP.BINFLOAT:
        this.#number(cursor.f64be());
        break;
      case OP.EMPTY_TUPLE:
        this.#push({ kind: "tuple", items: [] });
        break;
      case OP.EMPTY_LIST:
        this.#push({ kind: "list", items: [] });
        break;
      case OP.EMPTY_SET:
        this.#push({ kind: "set", items: [] });
        break;
      case OP.EMPTY_DICT:
        this.#push({ kind: "dict", pairs: [] });
        break;
      case OP.TUPLE1:
      case OP.TUPLE2:
      case OP.TUPLE3:
        this.#push({ kind: "tuple", items: this.#take(op - OP.TUPLE1 + 1) });
        break;
      case OP.TUPLE:
        this.#push({ kind: "tuple", items: kept(this.#popMark()) });
        break;
      case OP.LIST:
        this.#push({ kind: "list", items: kept(this.#popMark()) });
        break;
      case OP.FROZENSET:
        this.#push({ kind: "set", items: kept(this.#popMark()) });
        break;
      case OP.DICT:
        this.#push({ kind: "dict", pairs: kept(pairsOf(this.#popMark())) });
        break;
      case OP.APPEND:
        this.#append([this.#pop()]);
        break;
      case OP.APPENDS:
      case OP.ADDITEMS:
        this.#append(this.#popMark());
        break;
      case OP.SETITEM:
        this.#set(pairsOf(this.#take(2)));
        break;
      case OP.SETITEMS:
        this.#set(pairsOf(this.#popMark()));
        break;
      case OP.BINGET:
        this.#get(cursor.u8());
        break;
      case OP.LONG_BINGET:
        this.#get(cursor.u32());
        break;
      case OP.BINPUT:
        this.#put(cursor.u8());
        break;
      case OP.LONG_BINPUT:
        this.#put(cursor.u32());
        break;
      case OP.MEMOIZE:
        this.#put(this.#memo.size);
        break;
      case OP.STACK_GLOBAL: {
        const [module, name] = this.#take(2);
        if (isNoText(module!) || isNoText(name!)) throw new Damaged("it imports what is no name");
        const [from, what] = [textOf(module), textOf(name)];
        if (this.#options.isMissing?.(from, what) === true) this.#miss();
        else this.#push(trace.imported(from, what));
        break;
      }
      case OP.EXT1:
        this.#extension(cursor.u8());
        break;
      case OP.EXT2:
        this.#extension(cursor.u16());
        break;
      case OP.EXT4:
        this.#extension(cursor.i32());
        break;
      case OP.REDUCE:
      case OP.NEWOBJ: {
        const args = this.#pop();
        const callee = this.#top();
        this.#stack.pop();
        this.#call(callee, args, op === OP.NEWOBJ);
        break;
      }
      case OP.NEWOBJ_EX: {
        const [callee, args, named] = this.#take(3);
        this.#call(callee!, { kind: "tuple", items: [args!, named!] });
        break;
      }
      case OP.OBJ: {
        const [callee, ...args] = this.#popMark();
        if (callee === undefined) throw new Damaged("it makes an object of nothing");
        this.#call(callee, { kind: "tuple", items: kept(args) });
        break;
      }
      case OP.BINPERSID:
        this.#push({ kind: "persistent", id: this.#pop() });
        break;
      case OP.NEXT_BUFFER:
        trace.odd("takes buffers from outside the file");
        this.#push(UNKNOWN);
        break;
      case OP.READONLY_BUFFER:
        this.#top();
        break;
      default:
        return false;
    }
    return true;
  }

  /** Instructions with an argument of any length. */
  async #long(op: number): Promise<void> {
    const cursor = this.#cursor;
    switch (op) {
      case OP.GLOBAL: {
        this.#push(this.#trace.imported(await this.#nameLine(), await this.#nameLine()));
        return;
      }
      case OP.INST: {
        const callee = this.#trace.imported(await this.#nameLine(), await this.#nameLine());
        this.#call(callee, { kind: "tuple", items: kept(this.#popMark()) });
        return;
      }
      case OP.BUILD:
        return this.#build();
      case OP.INT:
      case OP.LONG:
      case OP.FLOAT: {
        const line = latin1(await this.#line(MOST_LINE)).replace(/L$/, "");
        if (op === OP.INT && (line === "00" || line === "01")) {
          this.#push({ kind: "bool", value: line === "01" });
          return;
        }
        this.#number(line.length > 40 ? undefined : Number(line));
        return;
      }
      case OP.STRING: {
        const line = latin1(await this.#line(MOST_LINE)).trim();
        const quoted = /^(["'])(.*)\1$/s.exec(line);
        if (!quoted) throw new Damaged("it holds a text without quotes");
        this.#text(quoted[2]!.includes("\\") ? undefined : quoted[2]);
        return;
      }
      case OP.UNICODE: {
        const line = utf8(await this.#line(MOST_LINE));
        this.#text(line?.includes("\\") === true ? unescaped(line) : line);
        return;
      }
      case OP.GET: {
        this.#get(await this.#lineNumber());
        return;
      }
      case OP.PUT:
        this.#put(await this.#lineNumber());
        return;
      case OP.PERSID: {
        this.#push({ kind: "persistent", id: { kind: "text", value: utf8(await this.#line(MOST_LINE)) } });
        return;
      }
      case OP.LONG1:
        return this.#longNumber(cursor.u8());
      case OP.LONG4: {
        const length = cursor.i32();
        if (length < 0) throw new Damaged("it holds a number of negative length");
        return this.#longNumber(length);
      }
      case OP.SHORT_BINSTRING:
        return this.#string(cursor.u8());
      case OP.BINSTRING: {
        const length = cursor.i32();
        if (length < 0) throw new Damaged("it holds a text of negative length");
        return this.#string(length);
      }
      case OP.SHORT_BINUNICODE:
        return this.#unicode(cursor.u8());
      case OP.BINUNICODE:
        return this.#unicode(cursor.u32());
      case OP.BINUNICODE8:
        return this.#unicode(lengthOf(cursor.u64()));
      case OP.SHORT_BINBYTES:
        return this.#bytes(cursor.u8());
      case OP.BINBYTES:
        return this.#bytes(cursor.u32());
      case OP.BINBYTES8:
      case OP.BYTEARRAY8:
        return this.#bytes(lengthOf(cursor.u64()));
      default:
        throw new Damaged(`it holds what is no instruction of a pickle (byte ${op} at ${cursor.position - 1})`);
    }
  }

  async #build(): Promise<void> {
    const state = this.#pop();
    const target = this.#top();
    this.#changes(target);
    if (target.kind !== "made") return;
    // Python adds the second state to the first one.
    if (target.state !== undefined && (isWrapper(target.callee) || isGlobal(target.callee, "numpy:dtype")))
      this.#trace.odd("sets the state of an array wrapper or of an array's type twice");
    target.state = state;
    const start = this.#cursor.position;
    const other = await this.#options.onBuild?.(target, this.#cursor);
    if (other === undefined) return;
    if (start < this.#frameEnd) this.#trace.odd("has an array within a frame, which joblib never writes");
    this.#stack[this.#stack.length - 1] = other;
  }

  #call(callee: PickleValue, args: PickleValue, isNew = false): void {
    if (isWrapper(callee) && itemsOf(args)?.length !== 0) this.#trace.odd(OTHER_WRAPPER);
    if (NEVER_CALLED.has(callee.kind)) throw new Damaged("it calls what cannot be called");
    if (callee.kind === "global") this.#trace.calls += Number(isIdentifier(`${callee.module}:${callee.name}`));
    else if (!this.#missed) this.#trace.hides("calls what is not an import");
    this.#push({ ...made(callee, args), ...(isNew && { isNew }) });
  }

  #append(items: readonly PickleValue[]): void {
    const target = this.#top();
    this.#changes(target);
    if ("items" in target) for (const item of items) if (target.items.length < KEPT_ITEMS) target.items.push(item);
  }

  #set(pairs: readonly [PickleValue, PickleValue][]): void {
    const target = this.#top();
    this.#changes(target);
    if ("pairs" in target) for (const pair of pairs) if (target.pairs.length < KEPT_ITEMS) target.pairs.push(pair);
  }

  /** From here on Python goes only where that import is there: texts name what they seem to, and what is called is not known any more. */
  #miss(): void {
    this.#missed = true;
    this.#push(MISSING);
  }

  /** What a class or a function is told to hold stays in the program: by that, other imports can be reached. */
  #changes(target: PickleValue): void {
    if (this.#missed) return;
    if (target.kind === "global" || target.kind === "unknown") this.#trace.hides("changes what it imports");
  }

  #extension(code: number): void {
    this.#push(this.#trace.imported("copyreg", `extension ${code}`));
  }

  #number(value: number | undefined): void {
    this.#push({ kind: "number", value });
  }

  async #longNumber(length: number): Promise<void> {
    if (length > 8) {
      await this.#cursor.pass(length);
      this.#number(undefined);
      return;
    }
    await this.#cursor.need(length);
    this.#number(signed(this.#cursor.bytes(length)));
  }

  async #string(length: number): Promise<void> {
    const bytes = await this.#short(length, KEPT_TEXT);
    this.#text(bytes && latin1(bytes));
  }

  async #unicode(length: number): Promise<void> {
    const bytes = await this.#short(length, KEPT_TEXT);
    this.#text(bytes && utf8(bytes));
  }

  async #bytes(length: number): Promise<void> {
    const bytes = await this.#short(length, KEPT_BYTES, true);
    if (bytes) this.#push({ kind: "bytes", length, at: this.#cursor.position - length, value: Buffer.from(bytes), sha256: hashOf(bytes) });
  }

  /** The bytes when there are few; long ones are passed over, and hashed where wanted. */
  async #short(length: number, most: number, hashed = false): Promise<Buffer | undefined> {
    if (length <= most) {
      await this.#cursor.need(length);
      return this.#cursor.bytes(length);
    }
    const hash = hashed ? createHash("sha256") : undefined;
    await this.#cursor.pass(length, hash);
    if (hash) this.#push({ kind: "bytes", length, at: this.#cursor.position - length, sha256: hash.digest("hex") });
    return undefined;
  }

  #text(value: string | undefined): void {
    if (value !== undefined) this.#texts += value.length;
    this.#push({ kind: "text", value: value === undefined || value.length > KEPT_TEXT || this.#texts > KEPT_TEXTS ? undefined : value });
  }

  async #line(most: number): Promise<Buffer> {
    try {
      return await this.#cursor.line(most);
    } catch (error) {
      if (this.#cursor.available > most) this.#trace.cut = true; // It did not end there: it is too long.
      throw error;
    }
  }

  async #lineNumber(): Promise<number> {
    const line = latin1(await this.#line(MOST_LINE));
    const number = Number(line);
    if (Number.isSafeInteger(number) && number >= 0) return number;
    if (/^[\s\d_+]+$/.test(line)) this.#trace.cut = true; // Python reads `1_0`, too.
    throw new Damaged("it uses a memo key that is no number");
  }

  /** For what Python would go on with. */
  #tooMuch(what: string): Damaged {
    this.#trace.cut = true;
    return new Damaged(what);
  }

  /** A line that names a module or something in it. */
  async #nameLine(): Promise<string | undefined> {
    const line = utf8(await this.#line(MOST_LINE));
    if (line === undefined) throw new Damaged("it imports what is no name");
    return line.length <= KEPT_TEXT ? line : undefined;
  }

  #get(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) throw new Damaged("it takes from the memo what was never put there");
    this.#stack.push(value);
  }

  #put(key: number): void {
    this.#memo.set(key, this.#top());
    this.#uses(ROOM_OF_PLACE);
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
    this.#uses(ROOM_OF[value.kind]);
  }

  #uses(bytes: number): void {
    this.#trace.room -= bytes;
    if (this.#trace.room < 0) throw this.#tooMuch("it makes more objects than are followed");
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw new Damaged("it takes from an empty stack");
    return value;
  }

  #pop(): PickleValue {
    const value = this.#top();
    this.#stack.pop();
    this.#given(value);
    return value;
  }

  #take(count: number): PickleValue[] {
    if (this.#stack.length < count) throw new Damaged("it takes from an empty stack");
    const items = this.#stack.splice(this.#stack.length - count);
    items.forEach((item) => this.#given(item));
    return items;
  }

  /** joblib's wrapper is called by itself; handed to something else, it may be made where that is not seen. */
  #given(value: PickleValue): void {
    if (isWrapper(value)) this.#trace.odd(OTHER_WRAPPER);
  }

  #popMark(): PickleValue[] {
    const items = this.#stack;
    const outer = this.#outer.pop();
    if (outer === undefined) throw new Damaged("it goes back to a mark that was not set");
    this.#stack = outer;
    items.forEach((item) => this.#given(item));
    return items;
  }
}

/** Whether a value is certainly none of Python's texts, which alone name an import. */
const isNoText = (value: PickleValue): boolean =>
  value.kind === "made"
    ? value.isNew === true && value.callee.kind === "global" && !/^(str|unicode)$/.test(value.callee.name)
    : value.kind !== "text" && NEVER_CALLED.has(value.kind);

function pairsOf(items: readonly PickleValue[]): [PickleValue, PickleValue][] {
  if (items.length % 2 !== 0) throw new Damaged("it holds a key without a value");
  const pairs: [PickleValue, PickleValue][] = [];
  for (let i = 0; i < items.length; i += 2) pairs.push([items[i]!, items[i + 1]!]);
  return pairs;
}

function kept<T>(items: T[]): T[] {
  if (items.length > KEPT_ITEMS) items.length = KEPT_ITEMS;
  return items;
}

function lengthOf(length: bigint): number {
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new Damaged("it holds bytes without end");
  return Number(length);
}

const hashOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Text with `\uXXXX`, as protocol 0 writes what is not Latin-1; undefined when it is written in another way. */
function unescaped(line: string): string | undefined {
  const text = line.replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  return text.includes("\\") ? undefined : text;
}
