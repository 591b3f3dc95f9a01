// Checks the English of documents, comments, messages and help texts by the rules in .ci/prose, with vale.
// `npm run prose` checks everything, `npm run prose -- FILE...` some files or folders.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { blocksOf } from "./prose-texts.mjs";

/** The last version whose dependencies are all tagged releases, so that every proxy has them. */
const VALE = { module: "github.com/errata-ai/vale/v3/cmd/vale", version: "v3.18.0" };
const CONFIG = ".ci/prose/vale.ini";

/** Texts that ship, which `npm run prose` checks by default. Tests and generated sources are checked only if named. */
const SOURCES = /^(?:core|action|provider)\/src\/(?!.*(?:\.test\.|(?:^|\/)?generated\/)).*\.ts$/;
const MARKDOWN = /\.(?:md|markdown)$/;
const DOCUMENTS = /\.md$|(?:^|\/)action\.yml$/;

/** @typedef {{ file: string, line: number, rule: string, message: string }} Finding */
/** @typedef {import("./prose-texts.mjs").Block} Block */

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Checks files and prints what it finds. */
async function main() {
  const files = filesToCheck(process.argv.slice(2));
  const folder = await mkdtemp(join(tmpdir(), "lob-registry-prose-"));
  try {
    const findings = await check(files, folder);
    for (const { file, line, rule, message } of findings) process.stdout.write(`${file}:${line}  ${message}  [${rule}]\n`);
    if (findings.length > 0) process.stdout.write(`\n${table(findings)}\n`);
    process.stdout.write(`${findings.length} found in ${files.length} files\n`);
    process.exitCode = findings.length > 0 ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string[]} named files or folders; everything if the list is empty
 * @returns {string[]} relative to the root
 */
function filesToCheck(named) {
  const list = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root, encoding: "utf8" });
  const usual = list.split("\0").filter((file) => (SOURCES.test(file) || DOCUMENTS.test(file)) && existsSync(join(root, file)));
  if (named.length === 0) return usual;
  // npm runs scripts in the root, wherever it was called.
  const from = process.env["INIT_CWD"] ?? process.cwd();
  return named.flatMap((name) => {
    const path = relative(root, resolve(from, name)).replaceAll("\\", "/");
    const inside = path === "" ? usual : usual.filter((file) => file.startsWith(`${path}/`));
    if (inside.length > 0) return inside;
    if (existsSync(join(root, path)) && /\.(?:[cm]?[jt]s|md|markdown|ya?ml)$/.test(path)) return [path];
    process.stderr.write(`error: ${name} is not a Markdown, TypeScript, JavaScript or action.yml file, nor a folder with one\n`);
    process.exit(2);
  });
}

/**
 * @param {string[]} files
 * @param {string} folder for the texts taken out of sources
 * @returns {Promise<Finding[]>}
 */
async function check(files, folder) {
  /** @type {Map<string, { file: string, blocks: Block[] }>} */
  const extracts = new Map();
  for (const [index, file] of files.entries()) {
    if (MARKDOWN.test(file)) continue;
    const all = blocksOf(file, await readFile(join(root, file), "utf8"));
    for (const kind of new Set(all.map((block) => block.kind))) {
      const blocks = all.filter((block) => block.kind === kind);
      const path = join(folder, `${index}.${kind}.txt`);
      await writeFile(path, blocks.map(({ pieces }) => `${pieces.map(({ text }) => text).join(" ")}\n`).join("\n"));
      extracts.set(path, { file, blocks });
    }
  }
  const paths = [...files.filter((file) => MARKDOWN.test(file)), ...extracts.keys()];
  const findings = Object.entries(await vale(paths)).flatMap(([path, alerts]) =>
    alerts.map(({ Line, Span, Check, Message }) => {
      const extract = extracts.get(path);
      const place = extract ? { file: extract.file, line: lineOf(extract.blocks, Line, Span[0]) } : { file: path, line: Line };
      return { ...place, rule: Check, message: Message };
    }),
  );
  return findings.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

/**
 * Line of the source. In the extract each block is on a line, and every second line is empty.
 *
 * @param {Block[]} blocks
 * @param {number} extractLine
 * @param {number} column from 1
 */
function lineOf(blocks, extractLine, column) {
  const pieces = blocks[(extractLine - 1) / 2]?.pieces ?? [];
  let end = 0;
  for (const { text, line } of pieces) {
    end += text.length + 1;
    if (column <= end) return line;
  }
  return pieces.at(-1)?.line ?? 0;
}

/**
 * @param {string[]} paths
 * @returns {Promise<Record<string, { Line: number, Span: [number, number], Check: string, Message: string }[]>>}
 */
async function vale(paths) {
  const program = await install();
  /** @type {Record<string, any>} */
  const alerts = {};
  // The length of a command line is limited.
  for (let at = 0; at < paths.length; at += 200) {
    const args = ["--no-global", "--config", CONFIG, "--output=JSON", "--no-exit", ...paths.slice(at, at + 200)];
    const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
    if (error || status !== 0) throw error ?? new Error(`vale failed: ${stderr}${stdout}`);
    Object.assign(alerts, JSON.parse(stdout || "{}"));
  }
  return alerts;
}

/** Path of vale, which Go builds once into the cache. */
async function install() {
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "lob-registry-ci", `vale-${VALE.version}`);
  const name = process.platform === "win32" ? "vale.exe" : "vale";
  if (existsSync(join(cache, name))) return join(cache, name);
  process.stderr.write(`set-up: building vale ${VALE.version} with Go (once, about a minute) …\n`);
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, "build-"));
  try {
    const env = { ...process.env, GOBIN: scratch, GOFLAGS: "-buildvcs=false" };
    const { status, error } = spawnSync("go", ["install", `${VALE.module}@${VALE.version}`], { env, stdio: ["ignore", 2, 2] });
    if (error || status !== 0) {
      process.stderr.write(
        `error: vale cannot be built${error ? `: ${error.message}` : ""}. Install Go 1.25 or newer and run the command again.\n`,
      );
      process.exit(1);
    }
    await rename(join(scratch, name), join(cache, name));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return join(cache, name);
}

/**
 * Formats the number of findings per room, by rule.
 *
 * @param {Finding[]} findings
 */
function table(findings) {
  const room = (/** @type {string} */ file) =>
    MARKDOWN.test(file)
      ? "Markdown"
      : file
          .split("/")
          .slice(0, file.includes("/src/") ? 3 : 1)
          .join("/");
  const rooms = Map.groupBy(findings, ({ file }) => room(file.replace(/\/src\/[^/]+$/, "/src")));
  return [...rooms]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, list]) => {
      const rules = [...Map.groupBy(list, ({ rule }) => rule.replace("Plain.", ""))].sort(([, a], [, b]) => b.length - a.length);
      return `${String(list.length).padStart(5)}  ${name.padEnd(22)} ${rules.map(([rule, { length }]) => `${rule} ${length}`).join(", ")}`;
    })
    .join("\n");
}

await main();
