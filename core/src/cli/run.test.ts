import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { Option } from "commander";
import { TreeDigest } from "../archive/index.js";
import { CODES, LobError } from "../errors.js";
import { lobRowItem, manifestKey, METADATA } from "../layout.js";
import { awsError, FakeAws, hex, LOB, sha256Of, versionOf } from "../read/fakes.test.util.js";
import { RELEASE } from "../release.js";
import type { Version } from "../types.js";
import { COMMANDS } from "./commands/index.js";
import { run } from "./run.js";
import { runLobreg, type CliRun } from "./run.test.util.js";

let fake: FakeAws;
let cwd: string;
let connects: object[];
let controller: AbortController;
beforeEach(async () => {
  fake = new FakeAws();
  fake.put(LOB.catalogTable, "fraud", lobRowItem(LOB));
  cwd = await mkdtemp(join(tmpdir(), "lobreg-cli-"));
  connects = [];
  controller = new AbortController();
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

/** Runs `lobreg` on a terminal of the given width, or with pipes. */
const lobreg = (args: string[], terminal?: number, env: Record<string, string> = {}): Promise<CliRun> =>
  runLobreg({ fake, cwd, connects, signal: controller.signal }, args, terminal, env);

/** A version that the Python library published: its artifact can be any bytes. */
function foreign(body: Buffer): Version {
  const version = fake.version({
    origin: "versioned",
    token: "",
    sha256: sha256Of(body),
    size: body.length,
    files: 0,
    contentBytes: 0,
    metrics: {},
    tags: {},
    provenance: {},
  });
  const row = fake.tables.get(LOB.registryTable)!.get(version.url)!;
  const { treeDigest: _t, manifestSha256: _m, ...item } = row;
  fake.put(LOB.registryTable, version.url, item);
  fake.model();
  fake.object(version, body);
  return version;
}

describe("usage", () => {
  test("help goes to stdout, exits 0 and names every command and exit code", async () => {
    const { code, out, err } = await lobreg(["--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const word of [...COMMANDS.map(({ name }) => name), "--json", "Exit codes:", "130"]) expect(out).toContain(word);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const { name } of COMMANDS) {
      const help = await lobreg([name, "--help"]);
      expect(help).toMatchObject({ code: 0, err: "" });
      expect(help.out).toContain("Example");
      expect(help.out).toContain("--json");
    }
    expect(connects).toEqual([]);
  });

  test("--version prints the release", async () => {
    expect(await lobreg(["--version"])).toEqual({ code: 0, out: `${RELEASE}\n`, err: "" });
  });

  test("without a command, help goes to stderr and it exits 2", async () => {
    const { code, out, err } = await lobreg([]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("Usage: lobreg");
  });

  test.each([
    [["pul", "fraud/churn"], "unknown command 'pul' (Did you mean pull?)"],
    [["pull", "fraud/churn", "--forc"], "unknown option '--forc' (Did you mean --force?)"],
    [["pull"], "missing required argument 'lob/model[@version]'"],
    [["list", "fraud", "churn"], "too many arguments for 'list'. Expected 1 argument but got 2: fraud, churn."],
    [["list", "fraud", "--limit"], "option '-n, --limit <number>' argument missing"],
    [["list", "fraud", "--limit", "0"], '--limit takes a number from 1 to 999,999, but got "0"'],
    [["list", "fraud", "--limit", "5", "--all"], "--limit and --all cannot be combined"],
    [["list", "fraud/churn@7"], 'list takes no version, but got "fraud/churn@7"'],
    [["show", "fraud"], "show takes LOB/MODEL, but got only the LOB fraud"],
    [["pull", "fraud/churn@pro-d"], '"pro-d" is neither a version nor an alias'],
    [["publish", "fraud/churn@prod", "."], 'publish takes no version, but got "fraud/churn@prod"'],
    [["publish", "fraud/churn@7", "."], 'publish takes no version, but got "fraud/churn@7"'],
    [["publish", "fraud/churn", "missing"], 'there is nothing to publish at "missing": it does not exist'],
    [["publish", "fraud/churn", ".", "--tag", "x"], '--tag holds "x", which is not name=value'],
    [
      ["publish", "fraud/churn", ".", "--metrics", "none.json"],
      '--metrics: "none.json" is neither name=number nor a readable file: it does not exist',
    ],
    [["publish", "fraud/churn", ".", "--metrics", "."], '--metrics: "." is neither name=number nor a readable file: it is a folder'],
    [["migrate", "fraud/churn"], 'migrate takes a LOB, but got "fraud/churn"'],
    [["migrate", "fraud", "--from", "old-bucket/models"], '--from takes s3://BUCKET/PREFIX, but got "old-bucket/models"'],
    [["migrate", "fraud", "--from", "s3://"], "--from takes s3://BUCKET/PREFIX"],
    [["migrate", "fraud", "--from-region", "eu-central-1"], "--from-region and --from-account require --from"],
    [["migrate", "fraud", "--from", "s3://old", "--from-account", "1234"], "--from-account takes an AWS account id of 12 digits"],
    [["migrate", "fraud", "--suffix", "a/b"], "--suffix takes the end of a file name"],
    [["migrate", "fraud", "--table", ""], "--table takes the name or ARN of a table"],
    [["migrate", "fraud", "--models", " , "], "--models takes model names, separated by commas"],
    [["migrate", "fraud", "--models", "churn,a/b"], "--models: a model name is"],
    [["publish", "fraud/churn", ".", "--description", "x".repeat(1025)], "--description has 1025 characters; at most 1024 are allowed"],
  ])("%j exits 2 before any request", async (args, message) => {
    const { code, out, err } = await lobreg(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^lobreg: .* \[LOB1\d\d\d\]\n {2}.+\n$|^lobreg: .* \[LOB1\d\d\d\]\n$/);
    expect(err).toContain(message);
    expect(connects).toEqual([]);
  });

  test("wrong usage with --json prints JSON", async () => {
    for (const args of [
      ["--json", "pul"],
      ["pull", "--json"],
      ["show", "fraud", "--json"],
    ]) {
      const { code, out, err } = await lobreg(args);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(JSON.parse(err)).toEqual({ error: { code: "LOB1002", message: expect.any(String), hint: expect.any(String), details: {} } });
    }
  });

  test("global options work before and after the command", async () => {
    const before = await lobreg(["--region", "eu-central-1", "--json", "list", "fraud"]);
    const after = await lobreg(["list", "fraud", "--json", "--region", "eu-central-1"]);
    expect(before).toEqual(after);
    expect(connects).toEqual(Array(2).fill({ region: "eu-central-1", userAgent: `lobreg/${RELEASE}` }));
  });
});

describe("list", () => {
  test("prints models as a table, as JSON and with --quiet", async () => {
    fake.model({ model: "churn", latest: 12, next: 13, description: "who leaves" });
    fake.model({ model: "ltv", latest: 0, next: 1 });
    expect(await lobreg(["list", "fraud"])).toEqual({
      code: 0,
      out: [
        "MODEL  LATEST  UPDATED (UTC)     DESCRIPTION",
        "churn      12  2026-11-23 14:00  who leaves",
        "ltv         -  2026-11-23 14:00",
        "",
      ].join("\n"),
      err: "",
    });
    expect(JSON.parse((await lobreg(["list", "fraud", "--json"])).out)).toMatchObject({
      lob: "fraud",
      models: [{ model: "churn", latest: 12 }, { model: "ltv" }],
    });
    expect((await lobreg(["ls", "fraud", "-q"])).out).toBe("fraud/churn\nfraud/ltv\n");
  });

  test("suggests a first publish for a LOB without models", async () => {
    expect(await lobreg(["list", "fraud"])).toMatchObject({ code: 0, out: expect.stringContaining("lobreg publish fraud/MODEL PATH") });
    expect((await lobreg(["list", "fraud", "-q"])).out).toBe("");
  });

  const versions = (count: number): void => {
    fake.model({ latest: count, next: count + 1 });
    for (let version = 1; version <= count; version++) fake.version({ version, status: version === 2 ? "YANKED" : "READY" });
  };

  test("prints versions newest first, marks LATEST and includes withdrawn ones", async () => {
    versions(3);
    const { out } = await lobreg(["list", "fraud/churn"]);
    expect(out.split("\n")).toEqual([
      "VERSION   STATUS  PUBLISHED (UTC)       SIZE  METRICS       COMMIT  BY",
      "3 LATEST          2026-11-23 14:00  10 bytes  val.auc=0.93  c0ffee  ada",
      "2         YANKED  2026-11-23 14:00  10 bytes  val.auc=0.93  c0ffee  ada",
      "1                 2026-11-23 14:00  10 bytes  val.auc=0.93  c0ffee  ada",
      "",
    ]);
  });

  test("prints 30 versions by default and says that there are more", async () => {
    versions(32);
    const { out } = await lobreg(["list", "fraud/churn"]);
    expect(out.split("\n")).toHaveLength(1 + 30 + 1 + 1);
    expect(out).toContain("The newest 30. Use --limit N or --all for more.");
    expect((await lobreg(["list", "fraud/churn", "--limit", "32"])).out).not.toContain("--all");
    const json = async (...args: string[]): Promise<{ versions: unknown[]; more: boolean; latest: number }> =>
      JSON.parse((await lobreg(["list", "fraud/churn", "--json", ...args])).out) as never;
    expect(await json("--limit", "2")).toMatchObject({ latest: 32, more: true, versions: [{ version: 32 }, { version: 31 }] });
    expect((await json("--all")).versions).toHaveLength(32);
    expect((await lobreg(["list", "fraud/churn", "-q", "-n", "2"])).out).toBe("fraud/churn@32\nfraud/churn@31\n");
  });

  test("names the columns that a narrow terminal hides", async () => {
    versions(1);
    for (const width of [120, 80, 50]) {
      // eslint-disable-next-line no-control-regex
      const lines = (await lobreg(["list", "fraud/churn"], width)).out.replace(/\u001b\[\d+m/g, "").split("\n");
      for (const line of lines.slice(0, 2)) expect(line.length).toBeLessThanOrEqual(width);
      expect(lines.some((line) => /^\d+ columns? hidden to fit the terminal: /.test(line))).toBe(width === 50);
    }
  });

  test("uses colours only on a terminal, and not with NO_COLOR", async () => {
    versions(1);
    expect((await lobreg(["list", "fraud/churn"], 80)).out).toContain("\u001b[1m");
    expect((await lobreg(["list", "fraud/churn"], 80, { NO_COLOR: "1" })).out).not.toContain("\u001b");
    expect((await lobreg(["list", "fraud/churn"], 80, { TERM: "dumb" })).out).not.toContain("\u001b");
    expect((await lobreg(["list", "fraud/churn"])).out).not.toContain("\u001b");
  });

  test("exits 3 for a missing model and a missing LOB", async () => {
    expect(await lobreg(["list", "fraud/none"])).toMatchObject({
      code: 3,
      err: expect.stringContaining("LOB fraud has no model none [LOB3002]"),
    });
    expect(await lobreg(["list", "other"])).toMatchObject({ code: 3, err: expect.stringContaining("[LOB3001]") });
  });

  test("warns of an invalid row and lists the others", async () => {
    versions(2);
    fake.tables.get(LOB.registryTable)!.get(fake.version({ version: 2 }).url)!["size"] = { S: "big" };
    const { code, out, err } = await lobreg(["list", "fraud/churn"]);
    expect(code).toBe(0);
    expect(out).toContain("1 ");
    expect(err).toMatch(/^lobreg: warning: the registry row .* \[LOB4004\]\n/);
    const json = await lobreg(["list", "fraud/churn", "--json"]);
    expect(JSON.parse(json.err)).toMatchObject({ warning: { code: "LOB4004" } });
  });

  test("control characters from a row never reach the terminal", async () => {
    fake.model({ latest: 1 });
    fake.version({
      description: "\u001b]0;owned\u0007\u001b[2J\rnice",
      provenance: { actor: "\u202eada" },
      tags: { "\u001b[31m": "x\u0007" },
      metrics: { "\u001b[31mauc": 1 },
    });
    for (const args of [
      ["list", "fraud/churn"],
      ["show", "fraud/churn"],
    ]) {
      // eslint-disable-next-line no-control-regex
      expect((await lobreg(args)).out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
    }
  });
});

describe("show", () => {
  test("prints every detail of a version", async () => {
    fake.model({ latest: 9, next: 10 });
    const given = versionOf({
      version: 7,
      size: 2_000_000,
      description: "two\nlines",
      metrics: { "val.auc": 0.931234 },
      provenance: {
        gitCommit: "c0ffee",
        gitRef: "refs/heads/main",
        runUrl: "https://github.com/acme/models/actions/runs/1",
        actor: "ada",
        repository: "acme/models",
      },
    });
    const version = fake.manifest(given, {
      formats: { mlflow: 1, pickle: 2 },
      tensorCount: 7,
      parameters: 1234567,
      code: [{ kind: "pickle", files: 2, unknown: ["sklearn.svm:SVC"], whole: true }],
      warnings: [],
    });
    fake.object(version, Buffer.alloc(2_000_000));
    const { code, out, err } = await lobreg(["show", "fraud/churn@7"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const text of [
      "fraud/churn@7  READY",
      "2026-11-23 14:00:00 UTC (2 hours ago)",
      "1.9 MiB (2,000,000 bytes)",
      "1 file, 5 bytes",
      version.sha256,
      version.treeDigest!,
      version.manifestSha256!,
      version.url,
      "matches its row",
      "mlflow, pickle (2 files)",
      "1,234,567",
      "pickle in 2 files: imports sklearn.svm:SVC",
      "fraud/churn@9",
      "0.931234",
      "risk",
      "refs/heads/main",
      "https://github.com/acme/models/actions/runs/1",
      "lobreg pull fraud/churn@7",
      'aws_region="us-east-1"',
      's3_bucket="111122223333-us-east-1-fraud-artifacts"',
      's3_prefix="ml-models/fraud"',
      'suffix=".tar.gz"',
      'repo.get_artifact_version(bsm, "churn", 7)',
    ]) {
      expect(out).toContain(text);
    }
    expect(out).toMatch(/description +two\n +lines\n/);
    const json: unknown = JSON.parse((await lobreg(["show", "fraud/churn@7", "--json"])).out);
    expect(json).toMatchObject({ latest: false, version: { version: 7 }, model: { latest: 9 }, object: { exists: true, problems: [] } });
    expect(json).toMatchObject({ contents: { problems: [], summary: { parameters: 1234567 } } });
  });

  test("prints a version whose manifest is missing or replaced, warns and exits 1", async () => {
    fake.model();
    const version = fake.manifest(versionOf());
    fake.object(version, Buffer.from("0123456789"));
    const key = manifestKey(LOB, "churn", version.manifestSha256!);
    fake.putObject(key, Buffer.from("another"), {});
    expect(await lobreg(["show", "fraud/churn"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("differs from the published one"),
    });
    fake.objects.delete(key);
    expect(await lobreg(["show", "fraud/churn"])).toMatchObject({ code: 1, err: expect.stringContaining(`${key} is missing`) });
  });

  test("shows LATEST by default", async () => {
    fake.model();
    fake.object(fake.version(), Buffer.from("0123456789"));
    const { out } = await lobreg(["show", "fraud/churn"]);
    expect(out).toContain("fraud/churn@1  READY");
    expect(out).toMatch(/LATEST +this version/);
    expect((await lobreg(["show", "fraud/churn", "-q"])).out).toBe("fraud/churn@1\n");
  });

  test("prints a version whose object does not match its row, warns and exits 1", async () => {
    fake.model();
    fake.object(fake.version(), Buffer.from("0123456789")).metadata[METADATA.writeToken] = "other";
    const { code, out, err } = await lobreg(["show", "fraud/churn"]);
    expect(code).toBe(1);
    expect(out).toContain("does NOT match its row");
    expect(err).toMatch(/^lobreg: warning: s3:.* does not match its row: token: .* in the row, .* \[LOB4001\]\n {2}.+\n$/);
    fake.objects.clear();
    expect(await lobreg(["show", "fraud/churn"])).toMatchObject({
      code: 1,
      out: expect.stringContaining("MISSING"),
      err: expect.stringContaining("is missing"),
    });
  });

  test("suggests no pull for a version that is being published", async () => {
    fake.model({ latest: 0 });
    const { readyAt: _, ...item } = fake.tables.get(LOB.registryTable)!.get(fake.version({ status: "RESERVED" }).url)!;
    fake.put(LOB.registryTable, item["url"]!.S!, item);
    const { code, out } = await lobreg(["show", "fraud/churn@1"]);
    expect(code).toBe(0);
    expect(out).toContain("RESERVED");
    expect(out).toContain("being published since 2026-11-23 14:00:00 UTC");
    expect(out).not.toContain("lobreg pull");
  });

  test("says how to pull a version that the Python library published", async () => {
    foreign(Buffer.from("any bytes"));
    const { out } = await lobreg(["show", "fraud/churn"]);
    expect(out).toContain("the Python library");
    expect(out).toContain("unknown: there is no manifest");
    expect(out).toContain("lobreg pull fraud/churn@1 --archive");
  });
});

describe("pull", () => {
  test("--archive writes to the model's name with the LOB's suffix", async () => {
    const body = Buffer.from("any bytes");
    foreign(body);
    const { code, out, err } = await lobreg(["pull", "fraud/churn", "--archive"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(`pulled fraud/churn@1 to ${join(cwd, "churn.tar.gz")}\n  the artifact, 9 bytes, verified by sha256, in 0 ms\n`);
    expect(await readFile(join(cwd, "churn.tar.gz"))).toEqual(body);
    expect(await lobreg(["pull", "fraud/churn", "there", "--archive", "-q"])).toEqual({ code: 0, out: `${join(cwd, "there")}\n`, err: "" });
    expect(JSON.parse((await lobreg(["pull", "fraud/churn", "there", "--archive", "--force", "--json"])).out)).toMatchObject({
      version: 1,
      archive: true,
      size: 9,
      target: join(cwd, "there"),
    });
  });

  test("refuses an existing target before any request", async () => {
    await mkdir(join(cwd, "churn"));
    await writeFile(join(cwd, "churn", "mine"), "mine");
    expect(await lobreg(["pull", "fraud/churn"])).toMatchObject({ code: 2, err: expect.stringContaining("already exists [LOB1009]") });
    expect(connects).toEqual([]);
  });

  test("names the option for a version without a manifest and for a withdrawn one", async () => {
    foreign(Buffer.from("x"));
    expect(await lobreg(["pull", "fraud/churn"])).toMatchObject({ code: 1, err: expect.stringMatching(/\[LOB3010\]\n.*--archive/) });
    fake.version({ status: "YANKED" });
    expect(await lobreg(["pull", "fraud/churn"])).toMatchObject({ code: 1, err: expect.stringMatching(/\[LOB3009\]\n.*--yanked/) });
    expect(await readdir(cwd)).toEqual([]);
  });

  test.each(["GetItem fraud/churn", "HeadObject", "GetObject"])(
    "an interruption during %s is reported as such, whatever the request threw, and leaves nothing",
    async (where) => {
      foreign(Buffer.alloc(100_000));
      fake.before = (request) => {
        if (!request.startsWith(where)) return;
        controller.abort(new LobError("LOB2010", "interrupted"));
        throw awsError("AbortError", 0);
      };
      expect(await lobreg(["pull", "fraud/churn", "--archive"])).toMatchObject({
        code: 1,
        out: "",
        err: "lobreg: interrupted [LOB2010]\n",
      });
      expect(await readdir(cwd)).toEqual([]);
    },
  );

  test("shows a bar on a terminal and removes it before the result", async () => {
    foreign(Buffer.alloc(100_000));
    const { out, err } = await lobreg(["pull", "fraud/churn", "--archive"], 80);
    expect(err).toContain("downloading [");
    expect(err.lastIndexOf("\u001b[?25h")).toBeGreaterThan(err.lastIndexOf("\u001b[?25l")); // the cursor is back
    expect(out).not.toContain("downloading");
    for (const flag of ["--quiet", "--json"])
      expect((await lobreg(["pull", "fraud/churn", flag, "--archive", "--force"], 80)).err).toBe("");
  });
});

describe("explain", () => {
  test("prints causes and fix of a code in the width of the terminal, without requests", async () => {
    for (const code of ["LOB3003", "lob3003", "3003"]) {
      const { out, ...ended } = await lobreg(["explain", code]);
      expect(ended).toEqual({ code: 0, err: "" });
      expect(out).toMatch(
        /^LOB3003 {2}the version is not found\n\nCauses\n {2}- .+\n {2}- .+\n {2}- .+\n\nFix\n {2}.+\n\nExample\n {2}\$ lobreg /,
      );
    }
    const { out } = await lobreg(["explain", "LOB2004"], 60, { NO_COLOR: "1" });
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(JSON.parse((await lobreg(["explain", "LOB3003", "--json"])).out)).toEqual({
      code: "LOB3003",
      meaning: "the version is not found",
      causes: expect.any(Array),
      fix: expect.any(String),
    });
    expect(await lobreg(["explain", "LOB3003", "-q"])).toEqual({ code: 0, out: "the version is not found\n", err: "" });
    expect(connects).toEqual([]);
  });

  test("lists all codes without an argument", async () => {
    const { code, out } = await lobreg(["explain"]);
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n")).toEqual(Object.entries(CODES).map(([name, meaning]) => `${name}  ${meaning}`));
    expect(JSON.parse((await lobreg(["explain", "--json"])).out)).toEqual(CODES);
  });

  test("refuses an unknown code", async () => {
    expect(await lobreg(["explain", "LOB0000"])).toMatchObject({
      code: 2,
      out: "",
      err: 'lobreg: "LOB0000" is not an error code [LOB1002]\n  `lobreg explain` without a code lists all of them.\n',
    });
  });
});

describe("errors", () => {
  test("--json prints one document on stderr and nothing on stdout", async () => {
    const { code, out, err } = await lobreg(["show", "fraud/none", "--json"]);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(JSON.parse(err)).toEqual({
      error: {
        code: "LOB3002",
        message: "LOB fraud has no model none",
        hint: expect.any(String),
        details: { lob: "fraud", model: "none" },
      },
    });
  });

  test("an AWS error has its request id in the details, and its stack with --verbose", async () => {
    fake.before = () => {
      throw awsError("ExpiredTokenException", 400);
    };
    expect(JSON.parse((await lobreg(["list", "fraud", "--json"])).err)).toMatchObject({
      error: { code: "LOB2004", details: { requestId: "REQ1" } },
    });
    const short = await lobreg(["list", "fraud"]);
    expect(short.code).toBe(1);
    expect(short.err.split("\n").slice(1)).toEqual([
      expect.stringMatching(/^ {2}Get new credentials/),
      "  AWS request id REQ1",
      "  Run `lobreg explain LOB2004` for details.",
      "",
    ]);
    for (const traced of [
      await lobreg(["list", "fraud", "--verbose"]),
      await lobreg(["list", "fraud"], undefined, { RUNNER_DEBUG: "1" }),
    ]) {
      expect(traced.err).toContain("caused by");
      expect(traced.err).toMatch(/ at /);
    }
    expect((await lobreg(["list", "fraud"], undefined, { RUNNER_DEBUG: "0" })).err).not.toContain("caused by");
  });

  test("prints one block wrapped to the terminal, with the reference to more details dimmed", async () => {
    fake.before = () => {
      throw awsError("ExpiredTokenException", 400);
    };
    const { err } = await lobreg(["list", "fraud"], 60, { NO_COLOR: "1" });
    const lines = err.trimEnd().split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(lines[0]).toBe("lobreg: looking for LOB fraud in table fraud-model-catalog:");
    expect(lines.slice(1).every((line) => /^ {2}\S/.test(line))).toBe(true);
    expect(lines.at(-1)).toBe("  Run `lobreg explain LOB2004` for details.");
    expect((await lobreg(["list", "fraud"], 60)).err).toContain("\u001b[2mRun `lobreg explain LOB2004` for details.\u001b[22m");
    const [widest] = (await lobreg(["list", "fraud"], 400)).err.split("\n").toSorted((a, b) => b.length - a.length);
    expect(widest!.length).toBeLessThanOrEqual(110); // longer lines are hard to read; this length includes the styles
  });

  test("reports an unexpected exception as an internal error", async () => {
    const broken = {
      get columns(): number {
        throw new TypeError("no columns");
      },
      isTTY: true,
      write: () => true,
    };
    const err = new PassThrough();
    let text = "";
    err.on("data", (chunk: Buffer) => (text += chunk.toString()));
    fake.model();
    const code = await run(["list", "fraud"], {
      stdout: broken as never,
      stderr: err,
      env: {},
      cwd,
      connect: () => Promise.resolve(fake.aws),
      signal: controller.signal,
      now: () => 0,
    });
    await new Promise(setImmediate);
    expect(code).toBe(1);
    expect(text).toBe(
      "lobreg: internal error: no columns [LOB9001]\n  This is a bug in this program. Please report it with the output of the same command run with --verbose, or the log of the job run with debug logging.\n",
    );
  });
});

test("show never cuts a digest, however narrow the terminal", async () => {
  fake.model();
  fake.object(fake.version({ sha256: hex("e") }), Buffer.from("0123456789"));
  expect((await lobreg(["show", "fraud/churn"], 40)).out).toContain(hex("e"));
});

describe("diff", () => {
  const write = async (folder: string, files: Record<string, string>): Promise<void> => {
    await mkdir(join(cwd, folder), { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, folder, name), content);
  };
  beforeEach(async () => {
    await write("old", { "metrics.json": '{"auc": 0.9, "seconds": 5}', "model.txt": "1", "requirements.txt": "numpy==1" });
    await write("new", { "metrics.json": '{"auc": 0.95, "seconds": 7}', "model.txt": "1", "requirements.txt": "numpy==2" });
  });

  test("compares two folders without AWS", async () => {
    const { code, out, err } = await lobreg(["diff", "old", "./new"]);
    expect({ code, err, connects }).toEqual({ code: 0, err: "", connects: [] });
    expect(out).toBe(`old → ./new  1 metric better, 2 files changed

metrics
  ~ auc      0.90 → 0.95  (+0.05, better)
  ~ seconds  5 → 7  (+2)

totals
  ~ size  35 bytes → 36 bytes  (+1 byte)

requirements
  ~ numpy  ==1 → ==2

files
  ~ metrics.json      26 bytes → 27 bytes  (content)
  ~ requirements.txt  8 bytes  (content)
`);
  });

  test("fits the terminal, and --quiet prints one line", async () => {
    const { out } = await lobreg(["diff", "old", "new"], 30);
    // eslint-disable-next-line no-control-regex
    const lines = out.replaceAll(/\u001b\[\d+m/g, "").split("\n");
    expect(lines.every((line) => line.length <= 30)).toBe(true);
    expect(lines).toContain("  ~ requirements.txt");
    expect((await lobreg(["diff", "old", "new", "-q"])).out).toBe("1 metric better, 2 files changed\n");
  });

  test("--html prints a page", async () => {
    const { out, code } = await lobreg(["diff", "old", "new", "--html"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^<!doctype html>\n[^]*<\/html>\n$/);
    expect(out).toContain("old → new");
  });

  test("--exit-code exits 1 only if the models differ", async () => {
    expect(await lobreg(["diff", "old", "new", "--exit-code"])).toMatchObject({ code: 1, err: "" });
    expect(await lobreg(["diff", "old", "old", "--exit-code"])).toMatchObject({ code: 0, out: "old → old  no difference\n" });
  });

  test("prints gates and exits 1 if one failed", async () => {
    const gates = (...all: string[]): string[] => all.flatMap((gate) => ["--gate", gate]);
    const { code, out } = await lobreg(["diff", "old", "new", ...gates("auc >= base + 0.1", "code: none", "loss < 1")]);
    expect(code).toBe(1);
    expect(out).toContain(`2 files changed

gates
  ✗ auc >= base + 0.1  auc is 0.95, but must be at least 1 (base 0.9 + 0.1)
  ✗ loss < 1           the model has no metric loss
  ✓ code: none         found nothing that runs when the model is loaded

metrics
`);
    const passing = ["diff", "old", "new", ...gates("auc > base", "signature: unchanged")];
    expect(await lobreg(passing)).toMatchObject({ code: 0, err: "" });
    expect((await lobreg([...passing, "--exit-code"])).code).toBe(1);
    expect((await lobreg(passing, 30)).out).toContain(
      "\u001b[32m  ✓ auc > base\u001b[39m\n\u001b[32m      auc is 0.95, which is\u001b[39m\n",
    );
    const json = await lobreg([...passing, "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({
      different: true,
      gates: [{ gate: "auc > base", outcome: "passed", actual: 0.95, bound: 0.9 }, {}],
    });
    expect(JSON.parse((await lobreg(["diff", "old", "new", "--json"])).out)).not.toHaveProperty("gates");
    const failing = gates("auc > 1", "auc < 1");
    const warning = "auc > 1: auc is 0.95, but must be more than 1\n";
    expect(await lobreg(["diff", "old", "new", "-q", ...failing])).toMatchObject({
      code: 1,
      err: `lobreg: warning: gate failed: ${warning}`,
    });
    const markdown = await lobreg(["diff", "old", "new", "--markdown", ...failing]);
    expect(markdown).toMatchObject({ code: 1, err: "" });
    expect(markdown.out).toMatch(/^\*\*.*\n\n- ❌ `auc > 1` — auc is 0\.95, .*\n\n\| Metric/);
    expect(markdown.out).toContain("Gates passed (1)");
  });

  test("--json, --markdown, --better and --tolerance change the output", async () => {
    const json = JSON.parse((await lobreg(["diff", "old", "new", "--json", "--better", "seconds=lower", "--tolerance", "0.1"])).out) as {
      metrics: unknown;
    };
    expect(json).toMatchObject({ different: true, requirements: [{ name: "numpy", before: "==1", after: "==2" }] });
    expect(json.metrics).toMatchObject([
      { name: "auc", verdict: "same" },
      { name: "seconds", better: "lower", verdict: "worse" },
    ]);
    expect((await lobreg(["diff", "old", "new", "--markdown"])).out).toMatch(/^\*\*1 metric better, 2 files changed\*\* — `old` → `new`\n/);
  });

  test("compares two versions, and a version with a folder, by reading only manifests", async () => {
    fake.model({ latest: 2, next: 3 });
    for (const [version, auc] of [
      [1, 0.9],
      [2, 0.8],
    ] as const) {
      const { bytes, treeDigest } = built(`${version}`, `tensor ${version}`);
      fake.manifest(versionOf({ version, treeDigest, metrics: { auc } }), undefined, bytes);
    }
    const { code, out } = await lobreg(["diff", "fraud/churn@1", "@2"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^fraud\/churn@1 → fraud\/churn@2 {2}1 metric worse, 1 tensor changed, 1 file changed\n/);
    expect(fake.requests.filter((request) => request.startsWith("GetObject"))).toHaveLength(2);
    expect((await lobreg(["diff", "fraud/churn", "new", "-q"])).out).toContain("1 file removed");
    // These manifests have no summary because nothing inspected the files.
    expect(await lobreg(["diff", "fraud/churn@1", "@2", "-q", "--gate", "code: none"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("unknown for the model: its files were not inspected"),
    });
  });

  test.each<[string[], string]>([
    [["diff", "old", "new", "--json", "--markdown"], "--json and --markdown cannot be combined"],
    [["diff", "old", "new", "--html", "--markdown"], "--markdown and --html cannot be combined"],
    [["diff", "old", "new", "--html", "--json"], "--json and --html cannot be combined"],
    [["diff", "gone", "new", "--gate", "auc => 1"], 'the gate "auc => 1" is invalid at column 5'],
    [["diff", "old", "new", "--better", "auc"], "--better takes NAME=higher"],
    [["diff", "old", "new", "--tolerance", "-1"], "--tolerance takes a number, 0 or more"],
    [["diff", "old", "new", "--tolerance", ""], "--tolerance takes a number, 0 or more"],
    [["diff", "fraud", "new"], "If it is a LOB, `lobreg list fraud` shows its models."],
    [["diff", "build.tar.gz", "new"], '"build.tar.gz" is neither an existing file or folder nor LOB/MODEL[@VERSION] [LOB1011]'],
    [["diff", "old"], "missing required argument"],
  ])("%j exits 2 before any request", async (args, message) => {
    expect(await lobreg(args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(message) });
    expect(connects).toEqual([]);
  });

  test("reports a missing folder", async () => {
    expect(await lobreg(["diff", "./gone", "new"])).toMatchObject({ code: 2, err: expect.stringContaining("does not exist [LOB1004]") });
  });

  /** A manifest of one file with one tensor. */
  function built(content: string, tensor: string): { bytes: Buffer; treeDigest: string } {
    const file = { path: "m", mode: 0o644, size: 5, sha256: sha256Of(content) };
    const digest = new TreeDigest();
    digest.add(file);
    const tensors = [{ name: "w", dtype: "uint8", shape: [2], bytes: 2, sha256: sha256Of(tensor) }];
    const findings = { format: "safetensors", tensors, tensorCount: 1, parameters: 2 };
    const treeDigest = digest.hex();
    const header = {
      schema: 1,
      lob: "fraud",
      model: "churn",
      treeDigest,
      files: 1,
      contentBytes: 5,
      metrics: {},
      createdBy: "x",
    };
    return { bytes: gzipSync(`${JSON.stringify(header)}\n${JSON.stringify({ ...file, offset: 512, findings })}\n`), treeDigest };
  }
});

describe("the list of commands", () => {
  test.each(COMMANDS.map((spec) => [spec.name, spec] as const))(
    "%s declares each option under the name that commander gives it",
    (_, { options }) => {
      for (const [name, { flags }] of Object.entries(options)) expect(new Option(flags).attributeName()).toBe(name);
    },
  );

  test("the help follows the rules for help texts", () => {
    for (const { description, arguments: args, options } of COMMANDS) {
      expect(description).toMatch(/^[A-Z][^]*[^.]$/);
      for (const help of [...args.map(([, text]) => text), ...Object.values(options).map(({ help: text }) => text)])
        expect(help).toMatch(/^(?![A-Z][a-z]+ )[^]*[^.]$/);
    }
  });
});
