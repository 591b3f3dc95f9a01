/** Helpers for the tests of packing and unpacking. Not part of the package. */
import { expect } from "@jest/globals";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { LobError, type ErrorCode } from "../errors.js";

export const run = promisify(execFile);

/** A folder for one test, to be removed after it. */
export async function workFolder(): Promise<{ path: string; fresh: () => string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "lobreg-test-"));
  await chmod(path, 0o755); // Some tests look into it as another user.
  let count = 0;
  return {
    path,
    fresh: () => join(path, `${++count}`),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Entry of a test folder: content, content with a mode, or a link's target. */
export type Content = string | Uint8Array | { mode: number; content: string } | { link: string };

export async function makeTree(root: string, files: Readonly<Record<string, Content>>): Promise<string> {
  await mkdir(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    if (typeof content === "object" && "link" in content) await symlink(content.link, full);
    else if (typeof content === "object" && "mode" in content) {
      await writeFile(full, content.content);
      await chmod(full, content.mode);
    } else await writeFile(full, content);
  }
  return root;
}

/** Every file under a folder: path, executable or not, content as hexadecimal hash. Folders that hold nothing end in a slash. */
export async function readTree(root: string, path = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const entries = await readdir(join(root, path), { withFileTypes: true });
  if (entries.length === 0 && path !== "") found[`${path}/`] = "empty";
  for (const entry of entries) {
    const inner = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) Object.assign(found, await readTree(root, inner));
    else {
      const { mode } = await stat(join(root, inner));
      found[inner] = `${(mode & 0o777).toString(8)} ${sha256(await readFile(join(root, inner)))}`;
    }
  }
  return found;
}

export const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

export async function toArray<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

/** Bytes as a stream in pieces of any length. */
export async function* pieces(bytes: Uint8Array, length = 1000): AsyncGenerator<Buffer, void, undefined> {
  for (let start = 0; start < bytes.length; start += length) {
    await Promise.resolve();
    yield Buffer.from(bytes.subarray(start, start + length));
  }
}

/** The LobError that a promise fails with; the test fails when it succeeds or fails with anything else. */
export async function failure(promise: Promise<unknown>, code?: ErrorCode): Promise<LobError> {
  const error: unknown = await promise.then(
    () => expect(undefined).toBe("a failure"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof LobError)) throw error;
  expect(error.hint).toMatch(/\.$/);
  if (code !== undefined) expect(`${error.code} ${error.message}`).toMatch(new RegExp(`^${code} `));
  return error;
}

// ---- tars by hand, so that a test can say what no sane program writes -------------------------------------------------

export interface RawEntry {
  name: string | Buffer;
  type?: string;
  content?: string | Buffer;
  mode?: number;
  link?: string;
  /** Instead of the length of the content. */
  size?: number | string;
  prefix?: string;
}

export function rawHeader(entry: RawEntry): Buffer {
  const block = Buffer.alloc(512);
  const name = Buffer.from(entry.name);
  name.copy(block, 0, 0, 100);
  block.write(`${(entry.mode ?? 0o644).toString(8).padStart(7, "0")}\0`, 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  const size = entry.size ?? Buffer.from(entry.content ?? "").length;
  block.write(typeof size === "string" ? size : `${size.toString(8).padStart(11, "0")}\0`, 124, 12, "latin1");
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write(entry.type ?? "0", 156);
  block.write(entry.link ?? "", 157);
  block.write("ustar\u000000", 257);
  block.write(entry.prefix ?? "", 345);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** A tar with its end, or without. */
export function rawTar(entries: readonly RawEntry[], end: Buffer = Buffer.alloc(1024)): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? "");
    return [rawHeader(entry), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, end]);
}

export const rawArchive = (entries: readonly RawEntry[], end?: Buffer): Buffer => gzipSync(rawTar(entries, end));

/** One record of a pax header. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (Buffer.byteLength(`${length}${rest}`) !== length) length++;
  return `${length}${rest}`;
}

// ---- other processes --------------------------------------------------------------------------------------------------

const HERE = dirname(fileURLToPath(import.meta.url));
const HOOK = `import { registerHooks } from "node:module";
registerHooks({ resolve: (specifier, context, next) => {
  try { return next(specifier, context); }
  catch (error) { if (/^\\.{1,2}\\/.*\\.js$/.test(specifier)) return next(specifier.replace(/js$/, "ts"), context); throw error; }
} });`;

/**
 * Runs code in another node process, with the names that archive/ and manifest/ export in scope; answers what it printed.
 * `before` is a shell command line that is run first in the same process, such as `umask 077`.
 */
export async function inChild(
  code: string,
  options: { env?: Record<string, string>; cwd?: string; before?: string; args?: readonly string[] } = {},
): Promise<string> {
  const script = `${HOOK}
const archive = await import(${JSON.stringify(join(HERE, "index.ts"))});
const manifest = await import(${JSON.stringify(join(HERE, "..", "manifest", "index.ts"))});
const [${["first", "second"].join(", ")}] = process.argv.slice(1);
${code}`;
  const node = [process.execPath, "--no-warnings", "--input-type=module", "-e", script, ...(options.args ?? [])];
  const { stdout } = await run("/bin/sh", ["-c", `${options.before ?? ":"}; exec "$@"`, "sh", ...node], {
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env.PATH, ...options.env },
    maxBuffer: 1 << 24,
  });
  return stdout;
}

/** Runs a Python program that gets its arguments in sys.argv[1:]. */
export async function python(program: string, ...args: string[]): Promise<string> {
  return (await run("python3", ["-c", program, ...args], { maxBuffer: 1 << 26 })).stdout;
}
