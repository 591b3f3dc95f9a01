/** The steps of a release, with a fake GitHub on this machine. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../sandbox/python.ts";

const SCRIPT = join(ROOT, ".github", "scripts", "release.mjs");

function release(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...args], { env: { PATH: process.env.PATH, ...env } }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr }),
    );
  });
}

describe("the versions in the repository", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "lob-release-"));
    for (const folder of ["", "core", "provider", "action"]) {
      await mkdir(join(root, folder), { recursive: true });
      await writeFile(join(root, folder, "package.json"), JSON.stringify({ version: folder === "core" ? "1.2.2" : "1.2.3" }));
    }
  });
  afterAll(() => rm(root, { recursive: true }));

  test("match the tag, or the release fails and names those that do not", async () => {
    expect(await release(["check", "v1.2.3", root])).toEqual({
      code: 1,
      said: "::error::the tag is v1.2.3, but core/package.json says 1.2.2: set the version, and release that commit\n",
    });
    await writeFile(join(root, "core", "package.json"), '{"version":"1.2.3"}');
    expect(await release(["check", "v1.2.3", root])).toEqual({ code: 0, said: "every package has version 1.2.3\n" });
  });

  test.each(["1.2.3", "v1.2", "v1", "v1.2.3;ls", ""])("%j is not the tag of a release", async (tag) => {
    expect((await release(["check", tag, root])).code).toBe(1);
  });

  test("name the repository that runs the release, or npm would refuse their provenance", async () => {
    const env = { GITHUB_REPOSITORY: "acme/models" };
    const manifest = (repository: string): string =>
      JSON.stringify({ version: "1.2.3", repository: { url: `git+https://github.com/${repository}.git` } });
    for (const folder of ["", "core", "provider", "action"]) {
      await writeFile(join(root, folder, "package.json"), manifest(folder === "provider" ? "other/models" : "acme/models"));
    }
    expect(await release(["check", "v1.2.3", root], env)).toEqual({
      code: 1,
      said: "::error::repository.url must be git+https://github.com/acme/models.git in provider/package.json: set it, with homepage and bugs, and release that commit\n",
    });
    await writeFile(join(root, "provider", "package.json"), manifest("acme/models"));
    expect(await release(["check", "v1.2.3", root], env)).toEqual({ code: 0, said: "every package has version 1.2.3\n" });
  });

  test("are the same in this repository", async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(await release(["check", `v${version}`], { GITHUB_REPOSITORY: "acme/lob-registry" })).toMatchObject({ code: 0 });
  });
});

test.each(["", "core", "provider", "action", "examples/typescript", "examples/policy"])(
  "package.json in %j says where it comes from",
  async (folder) => {
    const manifest = JSON.parse(await readFile(join(ROOT, folder, "package.json"), "utf8")) as Record<string, unknown>;
    const repository = { type: "git", url: "git+https://github.com/acme/lob-registry.git", ...(folder !== "" && { directory: folder }) };
    expect(manifest).toMatchObject({
      repository,
      homepage: "https://github.com/acme/lob-registry#readme",
      bugs: { url: "https://github.com/acme/lob-registry/issues" },
    });
  },
);

describe("the major tag", () => {
  /** Tags with their commits. */
  let tags: Map<string, string>;
  let writes: string[];
  let server: Server;
  let env: Record<string, string>;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? "", "http://localhost");
      const path = url.pathname.replace("/repos/acme/lob-registry/", "");
      const answer = (status: number, body: unknown, headers: Record<string, string> = {}): void =>
        void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
      let text = "";
      request.setEncoding("utf8").on("data", (part: string) => (text += part));
      request.on("end", () => {
        const body = (text === "" ? {} : JSON.parse(text)) as { sha?: string; ref?: string; force?: boolean };
        const [, matching] = /^git\/matching-refs\/tags\/(.+)$/.exec(path) ?? [];
        const [, commit] = /^commits\/(.+)$/.exec(path) ?? [];
        const [, ref] = /^git\/refs?\/tags\/(.+)$/.exec(path) ?? [];
        if (request.headers.authorization !== "Bearer secret") answer(401, { message: "Bad credentials" });
        else if (request.method === "GET" && matching !== undefined) {
          // Two per page stand in for GitHub's hundred.
          const page = Number(url.searchParams.get("page") ?? 1);
          const all = [...tags.keys()].filter((tag) => tag.startsWith(matching));
          const next = page * 2 < all.length ? { link: `<${env["GITHUB_API_URL"]}${url.pathname}?page=${page + 1}>; rel="next"` } : {};
          answer(
            200,
            all.slice(2 * page - 2, 2 * page).map((tag) => ({ ref: `refs/tags/${tag}` })),
            next,
          );
        } else if (request.method === "GET" && commit !== undefined) {
          answer(tags.has(commit) ? 200 : 404, tags.has(commit) ? { sha: tags.get(commit) } : { message: "Not Found" });
        } else if (request.method === "GET" && ref !== undefined) answer(tags.has(ref) ? 200 : 404, { ref });
        else {
          const name = ref ?? body.ref?.replace("refs/tags/", "") ?? "";
          if ((request.method === "PATCH") !== tags.has(name)) return answer(422, { message: "Unprocessable" });
          tags.set(name, body.sha ?? "");
          writes.push(`${request.method} ${name} ${body.sha} ${String(body.force)}`);
          answer(200, {});
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    env = {
      GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      GITHUB_REPOSITORY: "acme/lob-registry",
      GITHUB_TOKEN: "secret",
    };
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    tags = new Map(["v1.0.0", "v1.2.3", "v1.3.0-rc.1", "v1.10.0", "v10.0.0", "v2.0.0"].map((tag) => [tag, `commit-of-${tag}`]));
    writes = [];
  });

  test("is created for the first release and moved for the next", async () => {
    expect(await release(["move-major", "v1.10.0"], env)).toEqual({ code: 0, said: "v1 is now v1.10.0 (commit-of-v1.10.0)\n" });
    tags.set("v1.10.1", "commit-of-v1.10.1");
    expect(await release(["move-major", "v1.10.1"], env)).toMatchObject({ code: 0 });
    expect(writes).toEqual(["POST v1 commit-of-v1.10.0 undefined", "PATCH v1 commit-of-v1.10.1 true"]);
  });

  test("moves although a newer major exists", async () => {
    expect(await release(["move-major", "v2.0.0"], env)).toMatchObject({ code: 0, said: expect.stringContaining("v2 is now v2.0.0") });
  });

  test.each([
    ["v1.2.3", "v1.10.0 is newer than v1.2.3: v1 stays\n"],
    ["v1.3.0-rc.1", "v1.3.0-rc.1 is a prerelease: v1 stays\n"],
  ])("stays for %s", async (tag, said) => {
    expect(await release(["move-major", tag], env)).toEqual({ code: 0, said });
    expect(writes).toEqual([]);
  });

  test("fails without a commit, and with a refused token", async () => {
    expect(await release(["move-major", "v3.0.0"], env)).toEqual({ code: 1, said: "::error::there is no commit v3.0.0\n" });
    expect(await release(["move-major", "v2.0.0"], { ...env, GITHUB_TOKEN: "wrong" })).toMatchObject({
      code: 1,
      said: expect.stringContaining("gave 401: Bad credentials"),
    });
    expect(writes).toEqual([]);
  });
});
