/**
 * Follows a pickle as Python's unpickler would, without importing, calling or building anything: the stack holds descriptions.
 * So an import is found however it is named: in the stream, from the stack, from the memo, by extension code.
 */
import { createHash } from "node:crypto";
import { Damaged } from "../../bytes/damaged.js";
import type { Cursor } from "../../bytes/cursor.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { latin1, signed, utf8 } from "./literals.js";
import { OP } from "./opcodes.js";
import { isGlobal, isIdentifier, isWrapper, itemsOf, made, type Made, MISSING, NONE, textOf, UNKNOWN, type PickleValue } from "./values.js";

/** Longest text that is kept, in characters: enough to name an import, a key or a type. */
const KEPT_TEXT = 1_000;
/** Longest bytes object that is kept: enough for a small number in an array's state. */
const KEPT_BYTES = 64;
/** Characters of all kept texts; an import named by a later text is unknown. */
const KEPT_TEXTS = 32 << 20;
/** Items of a container that are kept. */
const KEPT_ITEMS = 100_000;
/** Approximate memory limit for the descriptions of a file's pickles, in bytes without texts, and the bytes of one by its kind. */
const ROOM = 140 << 20;
const ROOM_OF: Readonly<Record<PickleValue["kind"], number>> = {
  ...{ none: 0, unknown: 0, missing: 0, bool: 32, number: 32, text: 48, global: 64, persistent: 48 },
  ...{ bytes: 200, array: 200, tuple: 80, list: 80, set: 80, dict: 80, made: 200 },
};
/** Bytes of a memo entry. */
const ROOM_OF_PLACE = 40;
/** Bytes buffered before an instruction: the most that one of fixed length has. */
const AHEAD = 16;
const MOST_LINE = 1 << 20;

const OTHER_WRAPPER = "creates an array wrapper in another way than joblib does";
const NEVER_CALLED: ReadonlySet<PickleValue["kind"]> = new Set([
  ...(["none", "bool", "number", "text", "bytes", "tuple", "list", "set", "dict", "array"] as const),
]);

/** Collects observations over all pickles of a file. */
export class Trace {
  readonly imports = new Set<string>();
  /** Behavior that no honest pickle shows. */
  readonly oddities = new Set<string>();
  /** Whether imports may be missing because of an oddity. */
  hiding = false;
  /** Instructions left. */
  left: number = INSPECT_LIMITS.instructions;
  /** Bytes left for descriptions. */
  room = ROOM;
  /** Set if there were more imports than are listed. */
  overflown = false;
  /** Calls of imports with well-formed names. */
  calls = 0;
  /** Set if a limit of this reader stopped it where Python would continue. */
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

  /** Records an oddity that can make the listed imports wrong. */
  hides(what: string): void {
    this.hiding = true;
    this.odd(what);
  }
}

export interface MachineOptions {
  /**
   * Whether an import named by two texts of the stack or memo occurs in honest files but does not exist, so that Python would stop there.
   * Following continues, but its result never counts against the file.
   */
  readonly isMissing?: (module: string | undefined, name: string | undefined) => boolean;
  /** Called when an object gets its state, after which joblib writes an array's bytes. The result replaces the object. */
  readonly onBuild?: (object: Made, cursor: Cursor) => Promise<PickleValue | undefined>;
}

/**
 * Follows one pickle up to its end.
 * @returns a description of the value it would build
 * @throws Damaged it is not a valid pickle, or too long. The trace keeps earlier observations.
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
  /** End of the last frame: Python reads a frame as a whole, and arrays after it. */
  #frameEnd = 0;
  /** Whether following continued after an import that does not exist. */
  #missed = false;

  constructor(cursor: Cursor, trace: Trace, options: MachineOptions) {
    this.#cursor = cursor;
    this.#trace = trace;
    this.#options = options;
  }

  async run(): Promise<PickleValue> {
    const cursor = this.#cursor;
    for (;;) {
      if (cursor.available < AHEAD) await cursor.ensure(AHEAD); // The end of the stream may be closer.
      if (this.#trace.left-- <= 0) throw this.#tooMuch(`it has more than ${INSPECT_LIMITS.instructions} instructions`);
      const op = cursor.u8();
      if (op === OP.STOP) return this.#pop();
      if (!this.#simple(op)) await this.#long(op);
    }
  }

  /** Executes instructions of fixed length; returns false for others. */
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
        if (isNoText(module!) || isNoText(name!)) throw new Damaged("it imports something that is not a name");
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
        if (callee === undefined) throw new Damaged("it creates an object without a class");
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

  /** Executes instructions with an argument of variable length. */
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
        if (!quoted) throw new Damaged("it contains a string without quotes");
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
        if (length < 0) throw new Damaged("it contains a number of negative length");
        return this.#longNumber(length);
      }
      case OP.SHORT_BINSTRING:
        return this.#string(cursor.u8());
      case OP.BINSTRING: {
        const length = cursor.i32();
        if (length < 0) throw new Damaged("it contains a string of negative length");
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
        throw new Damaged(`it contains an unknown pickle instruction (byte ${op} at ${cursor.position - 1})`);
    }
  }

  async #build(): Promise<void> {
    const state = this.#pop();
    const target = this.#top();
    this.#changes(target);
    if (target.kind !== "made") return;
    // Python merges the second state into the first.
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
    if (NEVER_CALLED.has(callee.kind)) throw new Damaged("it calls something that cannot be called");
    if (callee.kind === "global") this.#trace.calls += Number(isIdentifier(`${callee.module}:${callee.name}`));
    else if (!this.#missed) this.#trace.hides("calls something that is not an import");
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

  /** Continues after a missing import, which Python does only if it exists: later calls are unknown. */
  #miss(): void {
    this.#missed = true;
    this.#push(MISSING);
  }

  /** Records a change to a class or function: it outlives the pickle and can give access to other imports. */
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

  /** Returns up to `most` bytes. Skips longer ones, and hashes them if asked. */
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
      if (this.#cursor.available > most) this.#trace.cut = true; // The line is too long, not truncated.
      throw error;
    }
  }

  async #lineNumber(): Promise<number> {
    const line = latin1(await this.#line(MOST_LINE));
    const number = Number(line);
    if (Number.isSafeInteger(number) && number >= 0) return number;
    if (/^[\s\d_+]+$/.test(line)) this.#trace.cut = true; // Python also accepts `1_0`.
    throw new Damaged("it uses a memo key that is not a number");
  }

  /** Returns the error for a limit that Python does not have. */
  #tooMuch(what: string): Damaged {
    this.#trace.cut = true;
    return new Damaged(what);
  }

  /** Reads a line that names a module or an attribute of it. */
  async #nameLine(): Promise<string | undefined> {
    const line = utf8(await this.#line(MOST_LINE));
    if (line === undefined) throw new Damaged("it imports something that is not a name");
    return line.length <= KEPT_TEXT ? line : undefined;
  }

  #get(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) throw new Damaged("it reads a memo entry that was never written");
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
    if (this.#trace.room < 0) throw this.#tooMuch("it creates too many objects to follow");
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

  /** Records an array wrapper passed to other code, which could create it unobserved. joblib only calls it directly. */
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

/** Whether a value is certainly not a Python string, which an import name must be. */
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
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new Damaged("it contains bytes of impossible length");
  return Number(length);
}

const hashOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Decodes `\uXXXX`, which protocol 0 writes for characters beyond Latin-1; undefined for other escapes. */
function unescaped(line: string): string | undefined {
  const text = line.replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  return text.includes("\\") ? undefined : text;
}
