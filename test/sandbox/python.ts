/**
 * The Python environment of the sandbox: made on first use under `.sandbox/`, with exactly the packages that
 * requirements.txt locks, one folder per content of that file. Two programs at once: one installs, the other waits.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { withLock } from "../../scripts/lock.mjs";

const execute = promisify(execFile);

/** Project folder. */
export const ROOT = join(import.meta.dirname, "..", "..");
/** Folder of everything that the sandbox installs; ignored by git. Deleting it costs one installation. */
export const SANDBOX_FOLDER = join(ROOT, ".sandbox");
const REQUIREMENTS = join(import.meta.dirname, "requirements.txt");

/** The sandbox cannot be made or started: the message says why and what to do. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
}

/** Runs a program to its end and answers its standard output; rejects when it cannot start or fails. */
export type Execute = (command: string, args: readonly string[]) => Promise<string>;

const executeHere: Execute = async (command, args) => {
  const { stdout } = await execute(command, args, { maxBuffer: 1 << 26, windowsHide: true });
  return stdout;
};

/** Programs that can create the environment. */
export interface Maker {
  readonly kind: "python" | "uv";
  readonly command: string;
  /** Arguments that come first, such as `-3` of the launcher `py`. */
  readonly prefix: readonly string[];
}

const MINIMUM = [3, 10] as const;
const PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";

/** The Pythons that are tried, in this order; the launcher `py` is how Windows calls it. */
const PYTHONS: readonly (readonly string[])[] = [
  ["python3"],
  ...["3.14", "3.13", "3.12", "3.11", "3.10"].map((version) => [`python${version}`]),
  ["python"],
  ...(process.platform === "win32" ? [["py", "-3"]] : []),
];

/**
 * Finds a Python >= 3.10 that can make environments, else `uv`.
 *
 * @throws SandboxError if none works, listing each attempt with its answer
 */
export async function findMaker(run: Execute = executeHere): Promise<Maker> {
  const tried: string[] = [];
  for (const [command, ...prefix] of PYTHONS) {
    const answer = await run(command!, [...prefix, "-c", PROBE]).then(
      (stdout) => ({ version: stdout.trim() }),
      (error: unknown) => ({ problem: problemOf(error) }),
    );
    if ("version" in answer && isNewEnough(answer.version)) return { kind: "python", command: command!, prefix };
    tried.push(`${command!}: ${"version" in answer ? `is ${answer.version}` : answer.problem}`);
  }
  try {
    await run("uv", ["--version"]);
    return { kind: "uv", command: "uv", prefix: [] };
  } catch (error) {
    tried.push(`uv: ${problemOf(error)}`);
  }
  throw new SandboxError(
    `The sandbox needs Python ${MINIMUM.join(".")} or newer with its module venv, or uv. Looked for, on the PATH:\n` +
      tried.map((line) => `  - ${line}`).join("\n") +
      "\nInstall Python from https://www.python.org/downloads/ (Debian and Ubuntu: apt install python3 python3-venv) and run this again.",
  );
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

/** One line about a program that did not start or failed. */
function problemOf(error: unknown): string {
  return isObject(error) && error.code === "ENOENT" ? "not found" : lastLines(error, 1);
}

/** The last lines that a failed program wrote. */
function lastLines(error: unknown, count: number): string {
  const { stderr, message } = isObject(error) ? error : {};
  const text = typeof stderr === "string" && stderr.trim() !== "" ? stderr : typeof message === "string" ? message : String(error);
  return text.trim().split("\n").slice(-count).join("\n");
}

// Not by `instanceof`: under jest an error of Node's own is of another realm.
const isObject = (error: unknown): error is Record<string, unknown> => typeof error === "object" && error !== null;

/** A Python environment, beside the sandbox's own. */
export interface Environment {
  /** Its requirements.txt, in which every package is locked. */
  readonly requirements: string;
  /** Describes its content. */
  readonly contents: string;
}

const OF_SANDBOX: Environment = { requirements: REQUIREMENTS, contents: "the sandbox (MiniStack and the Python library `versioned`)" };

/**
 * Makes the environment when it is not there.
 *
 * @param say told in plain lines what takes long
 * @param environment default: the sandbox's
 * @returns path of the environment's Python
 * @throws SandboxError when no Python is found, or the installation fails
 */
export async function ensurePython(
  say: (message: string) => void = () => undefined,
  { requirements, contents }: Environment = OF_SANDBOX,
): Promise<string> {
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const folder = join(SANDBOX_FOLDER, `python-${hash}`);
  const python = process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  // Written last: without it the folder is a half-made one. The Python that it links to may have been removed since.
  const done = join(folder, "complete");
  const isComplete = (): boolean => existsSync(done) && existsSync(python);
  if (isComplete()) return python;

  await withLock(
    `${folder}.lock`,
    async () => {
      if (isComplete()) return;
      const maker = await findMaker();
      say(`installing ${contents} into .sandbox/, once …`);
      await rm(folder, { recursive: true, force: true });
      await mkdir(SANDBOX_FOLDER, { recursive: true });
      await install(maker, folder, python, requirements);
      await writeFile(done, "");
    },
    (holder) => say(`another program${holder === undefined ? "" : ` (process ${holder})`} is installing ${contents}; waiting for it …`),
  );
  return python;
}

async function install(maker: Maker, folder: string, python: string, requirements: string): Promise<void> {
  const steps: [string, string[]][] =
    maker.kind === "python"
      ? [
          [maker.command, [...maker.prefix, "-m", "venv", folder]],
          [
            python,
            ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes", "-r", requirements],
          ],
        ]
      : [
          [maker.command, ["venv", "--python", `>=${MINIMUM.join(".")}`, folder]],
          [maker.command, ["pip", "install", "--python", python, "--require-hashes", "-r", requirements]],
        ];
  for (const [command, args] of steps) {
    try {
      await executeHere(command, args);
    } catch (error) {
      throw new SandboxError(
        `Python packages could not be installed: ${[command, ...args].join(" ")}\n${lastLines(error, 8)}\n` +
          "The packages come from PyPI: look at the network, a proxy (HTTPS_PROXY) or pip's configuration, and run this again.",
        { cause: error },
      );
    }
  }
}
