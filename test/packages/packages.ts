/** The packages that go to npm, as npm packs them. */
import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
export const ROOT = join(import.meta.dirname, "..", "..");

/** The rooms that are published, and their names on npm. */
export const PACKAGES = { core: "lob-registry-core", provider: "lob-registry" } as const;
export type Room = keyof typeof PACKAGES;

/**
 * Packs a room into a separate folder below `folder`.
 *
 * @returns path of the tarball
 */
export async function pack(room: Room, folder: string): Promise<string> {
  const destination = join(folder, room);
  await mkdir(destination, { recursive: true });
  await npm(join(ROOT, room), ["pack", "--pack-destination", destination]);
  const [tarball] = await readdir(destination);
  return join(destination, tarball!);
}

/** Runs npm and answers its standard output; what it writes to standard error is in the error when it fails. */
export async function npm(cwd: string, args: readonly string[]): Promise<string> {
  return (await execute("npm", args, { cwd, maxBuffer: 1 << 26, shell: process.platform === "win32" })).stdout;
}
