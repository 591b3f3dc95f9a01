/** Files that are code themselves. */
import type { FormatReader } from "../reader.js";
import { unfollowed } from "../pickle/code.js";

const PYTHON = /\.(py|pyc|pyw|ipynb)$/;
const SHELL = /\.(sh|bash|bat|cmd|ps1)$/;
const NATIVE = /\.(so(\.\d+)*|dll|dylib|exe|pyd|jar|class|wasm)$/;
const NATIVE_MAGIC = [
  Buffer.from("\x7fELF", "latin1"),
  Buffer.from("MZ", "latin1"),
  Buffer.from([0xcf, 0xfa, 0xed, 0xfe]),
  Buffer.from([0xce, 0xfa, 0xed, 0xfe]),
  Buffer.from([0xca, 0xfe, 0xba, 0xbe]),
  Buffer.from("\0asm", "latin1"),
];

const kindOf = (name: string, head: Buffer): string | undefined => {
  if (PYTHON.test(name)) return "python";
  if (NATIVE.test(name) || NATIVE_MAGIC.some((magic) => head.subarray(0, magic.length).equals(magic))) return "native";
  return SHELL.test(name) || head.subarray(0, 2).toString("latin1") === "#!" ? "script" : undefined;
};

/** Source code, scripts and programs. They are named, not read. */
export const codeFile: FormatReader = {
  failed: { format: "code" },
  matches: ({ name, head }) => kindOf(name, head) !== undefined,
  read(_, { name, head }) {
    const kind = kindOf(name, head)!;
    return Promise.resolve({ format: kind, code: unfollowed(kind) });
  },
};
