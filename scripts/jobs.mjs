// The jobs behind the npm scripts. Runs on the Node that scripts/run.mjs has chosen, with the dependencies in place.
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { underLoad } from "./load.mjs";
import { withLock } from "./lock.mjs";
import { pinnedNode } from "./setup.mjs";
import { exitAs, run } from "./spawn.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Totals of the last run, for programs that add them up. */
const totalsPath = join(root, "build", "test-totals.json");

/** @typedef {number | NodeJS.Signals} End */
/** @typedef {(args: string[]) => Promise<End>} Job */
/** @typedef {{ stdio?: import("node:child_process").StdioOptions }} RunOptions */

/** @type {Record<string, Job>} */
const JOBS = {
  build,
  generate,
  lint,
  format: (args) => prettier("--write", args),
  test,
  prose: (args) => script("scripts/prose.mjs", args),
  "test:load": (args) => underLoad(() => test(args)),
  sandbox: (args) => withBuild(() => script("test/sandbox/main.ts", args)),
  "e2e:aws": (args) => withBuild(() => script("test/e2e-aws/main.ts", args)),
  demo: (args) => withBuild(() => script("examples/demo/main.ts", args)),
};

/** Silences Node's warnings about how it loads our files: nobody who runs them needs those. */
const QUIET = ["--disable-warning=ExperimentalWarning", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"];
/** Projects that run outside this repository. The others only need type checks. */
const PRODUCTS = ["core", "provider/tsconfig.build.json"];

/**
 * Compiles changed files. Only one compiler runs per clone, because two would write the same files.
 *
 * @param {readonly string[]} projects all when none is named
 */
async function compile(projects = []) {
  const lock = join(root, "build", "compile.lock");
  return withLock(lock, () => tool("typescript/bin/tsc", ["-b", ...projects, ...(process.stdout.isTTY ? ["--pretty"] : [])]));
}

/** @type {Job} builds everything, including the committed Action bundles and the component that Pulumi runs from git */
async function build(args) {
  const compiled = await compile();
  if (compiled !== 0) return compiled;
  const component = await run(process.execPath, [join(root, "provider", "scripts", "dist.mjs"), ...args], { cwd: root });
  const bundle = await run(process.execPath, [join(root, "action", "scripts", "bundle.mjs"), ...args], { cwd: root });
  return component === 0 ? bundle : component;
}

/** @type {Job} generates the component's copy of the layout, its schema and its documentation */
async function generate() {
  const generator = (/** @type {string} */ what) => script(`provider/scripts/generate-${what}.mjs`, []);
  const layout = await generator("layout");
  if (layout !== 0) return layout;
  return withBuild(async () => {
    const schema = await generator("schema");
    return schema === 0 ? generator("docs") : schema;
  });
}

/** @param {() => Promise<End>} job */
async function withBuild(job) {
  const compiled = await compile(PRODUCTS);
  return compiled === 0 ? job() : compiled;
}

/** @type {Job} */
async function lint(args) {
  const linted = await eslint(args);
  const formatted = await prettier("--check", args);
  return linted === 0 ? formatted : linted;
}

/**
 * Runs all checks and tests, even if one fails. With arguments, which go to jest, it compiles and runs only tests.
 * The last line gives the totals; a check that fails counts as one failed.
 *
 * @type {Job}
 */
async function test(args) {
  await mkdir(dirname(totalsPath), { recursive: true });
  await rm(totalsPath, { force: true });
  // A separate file for each run, because two may run in this clone at the same time.
  const jestTotals = `${totalsPath}.${process.pid}`;
  /** @type {string[]} */
  const failed = [];
  title("build and type check");
  const compiled = await compile();
  if (typeof compiled === "string") return compiled;
  if (compiled !== 0) failed.push("build and type check");

  // Each uses one core, so they run beside the tests.
  const checks =
    args.length === 0
      ? [quietly("eslint", (options) => eslint([], options)), quietly("prettier", (options) => prettier("--check", [], options))]
      : [];
  title("jest");
  // Passed as arguments instead of NODE_OPTIONS, which programs started by tests would inherit.
  const flags = ["--experimental-vm-modules", ...QUIET];
  const env = { ...process.env, LOB_REGISTRY_TEST_TOTALS: jestTotals };
  const end = await run(process.execPath, [...flags, modulePath("jest/bin/jest.js"), ...args], { cwd: root, env });
  const totals = await readTotals(jestTotals, end);
  for (const check of checks) {
    const { name, output, end: checked } = await check;
    title(name);
    process.stdout.write(output);
    if (checked !== 0) failed.push(name);
  }
  if (typeof end === "string") return end;
  totals.failed += failed.length;
  await writeFile(totalsPath, `${JSON.stringify(totals)}\n`);

  for (const name of failed) process.stdout.write(`failed: ${name} (its messages are above)\n`);
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
  process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
  return failed.length > 0 ? 1 : end;
}

/**
 * Reads the totals that the reporter wrote. If jest exits with an error but without a failed test, or never wrote, the run counts as failed.
 *
 * @param {string} path removed when read
 * @param {End} end
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
async function readTotals(path, end) {
  const text = await readFile(path, "utf8").catch(() => undefined);
  await rm(path, { force: true });
  const totals = text === undefined ? { passed: 0, failed: 0, skipped: 0 } : JSON.parse(text);
  return end !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

/**
 * Keeps what a check prints until it has ended.
 *
 * @param {string} name
 * @param {(options: RunOptions) => Promise<End>} check
 */
async function quietly(name, check) {
  const path = `${totalsPath}.${process.pid}.${name}`;
  const file = await open(path, "w");
  try {
    const end = await check({ stdio: ["ignore", file.fd, file.fd] });
    return { name, end, output: await readFile(path, "utf8") };
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

/**
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
const eslint = (args, options) => tool("eslint/bin/eslint.js", args.length > 0 ? args : ["."], options);

/**
 * @param {"--check" | "--write"} mode
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
const prettier = (mode, args, options) =>
  tool("prettier/bin/prettier.cjs", ["--log-level=warn", mode, ...(args.length > 0 ? args : ["."])], options);

/**
 * @param {string} file a JavaScript or TypeScript program of this repository
 * @param {string[]} args
 */
const script = (file, args) => run(process.execPath, [...QUIET, join(root, file), ...args]);

/**
 * @param {string} file inside node_modules
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
const tool = (file, args, options) => run(process.execPath, [modulePath(file), ...args], { cwd: root, ...options });

/** @param {string} file */
const modulePath = (file) => join(root, "node_modules", ...file.split("/"));

/** @param {string} text */
function title(text) {
  process.stdout.write(`\n== ${text} ==\n`);
}

const [name = "", ...args] = process.argv.slice(2);
const job = JOBS[name];
if (process.version !== `v${pinnedNode(root)}`) {
  process.stderr.write(
    `error: this is Node ${process.version.slice(1)}, but this repository needs Node ${pinnedNode(root)}; run \`npm run ${name}\`, which uses it\n`,
  );
  process.exitCode = 1;
} else if (!job) {
  process.stderr.write(`error: no job called ${JSON.stringify(name)}; the jobs are: ${Object.keys(JOBS).join(", ")}\n`);
  process.exitCode = 2;
} else {
  exitAs(await job(args));
}
