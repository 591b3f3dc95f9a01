// Two steps of .github/workflows/release.yml that need more than a command. Plain Node, no dependency.
//   release.mjs check v1.2.3        checks that every package.json has the tag's number, and names the repository that runs the release
//   release.mjs move-major v1.2.3   points v1 to the commit of v1.2.3, unless a newer v1 release is out already
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = ["package.json", "core/package.json", "provider/package.json", "action/package.json"];

/** @param {string} tag */
function parseTag(tag) {
  const match = /^v(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?$/.exec(tag);
  if (!match) throw new Error(`the tag of a release must look like v1.2.3; got ${JSON.stringify(tag)}`);
  const [, major, minor, patch, pre] = match;
  return { numbers: [Number(major), Number(minor), Number(patch)], isPrerelease: pre !== undefined };
}

/**
 * @param {string} root
 * @param {string} tag
 */
async function check(root, tag) {
  parseTag(tag);
  const wanted = tag.slice(1);
  const found = await Promise.all(PACKAGES.map(async (file) => ({ file, ...JSON.parse(await readFile(join(root, file), "utf8")) })));
  const wrong = found.filter(({ version }) => version !== wanted).map(({ file, version }) => `${file} says ${version}`);
  if (wrong.length > 0) throw new Error(`the tag is ${tag}, but ${wrong.join(", ")}: set the version, and release that commit`);

  // npm compares the two, and refuses a package with provenance (E422) if they differ.
  const { GITHUB_SERVER_URL = "https://github.com", GITHUB_REPOSITORY } = process.env;
  const url = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`;
  const others = found.filter(({ repository }) => GITHUB_REPOSITORY !== undefined && repository?.url !== url).map(({ file }) => file);
  if (others.length > 0) {
    throw new Error(`repository.url must be ${url} in ${others.join(", ")}: set it, with homepage and bugs, and release that commit`);
  }
  process.stdout.write(`every package has version ${wanted}\n`);
}

/**
 * Sends a request about this repository to GitHub's API.
 *
 * @param {"GET" | "POST" | "PATCH"} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<{ status: number, body: any, next: string | undefined }>}
 */
async function github(method, path, body) {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN } = process.env;
  const response = await fetch(path.startsWith("http") ? path : `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: { accept: "application/vnd.github+json", authorization: `Bearer ${GITHUB_TOKEN}`, "x-github-api-version": "2022-11-28" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
  const answer = await response.json();
  if (!response.ok && response.status !== 404) throw new Error(`${method} ${path} gave ${response.status}: ${answer.message}`);
  return { status: response.status, body: answer, next };
}

/** @param {string} tag */
async function moveMajor(tag) {
  const { numbers, isPrerelease } = parseTag(tag);
  const major = `v${numbers[0]}`;
  if (isPrerelease) return void process.stdout.write(`${tag} is a prerelease: ${major} stays\n`);

  /** @type {string[]} */
  const tags = [];
  /** @type {string | undefined} */
  let page = `git/matching-refs/tags/${major}.?per_page=100`;
  while (page !== undefined) {
    const { body, next } = await github("GET", page);
    for (const { ref } of body) tags.push(String(ref).replace(/^refs\/tags\//, ""));
    page = next;
  }
  const newer = tags.filter((other) => /^v\d+\.\d+\.\d+$/.test(other) && isAbove(parseTag(other).numbers, numbers));
  if (newer.length > 0) return void process.stdout.write(`${newer.at(-1)} is newer than ${tag}: ${major} stays\n`);

  const commit = await github("GET", `commits/${encodeURIComponent(tag)}`);
  if (commit.status === 404) throw new Error(`there is no commit ${tag}`);
  const { sha } = commit.body;
  const moved = await github("GET", `git/ref/tags/${major}`);
  if (moved.status === 404) await github("POST", "git/refs", { ref: `refs/tags/${major}`, sha });
  else await github("PATCH", `git/refs/tags/${major}`, { sha, force: true });
  process.stdout.write(`${major} is now ${tag} (${sha})\n`);
}

/**
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
function isAbove(a, b) {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at >= 0 && Number(a[at]) > Number(b[at]);
}

const [command, tag = "", root = join(dirname(fileURLToPath(import.meta.url)), "..", "..")] = process.argv.slice(2);
try {
  if (command === "check") await check(root, tag);
  else if (command === "move-major") await moveMajor(tag);
  else throw new Error("say check or move-major, and a tag");
} catch (error) {
  process.stderr.write(`::error::${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
