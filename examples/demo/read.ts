/** Steps that read back the published versions, directly from S3 and DynamoDB and with the Python library. */
import {
  CATALOG_HASH_KEY,
  LATEST,
  lobPrefix,
  METADATA,
  parseVersionKey,
  REGISTRY_HASH_KEY,
  versionKey,
  type Place as LayoutPlace,
} from "lob-registry-core/layout";
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../test/sandbox/python.ts";
import { environmentFor, type Sandbox } from "../../test/sandbox/server.ts";
import { clientsOf, readObjects, readRows, type Row, type StoredObject } from "../../test/support/state.ts";
import { check } from "./checks.ts";
import { MODEL, type Published } from "./models.ts";
import { command, facts, note, paint, say, table } from "./terminal.ts";

/** Location of the LOB. */
export interface Place extends LayoutPlace {
  readonly catalogTable: string;
  readonly registryTable: string;
}

/** A version in S3 and in its row. */
export interface VersionRead {
  readonly version: number;
  readonly object: StoredObject;
  readonly row: Row;
}

/** Shortens the hash in a key. */
const shortKey = (key: string): string => key.replace(/([0-9a-f]{12})[0-9a-f]{52}/, "$1…");
const short = (hash: string): string => hash.slice(0, 12);

/** Lists the versions with `lobreg`, like a person at a terminal. */
export async function listByCommandLine(sandbox: Sandbox, place: Place): Promise<void> {
  const args = ["list", `${place.lob}/${MODEL}`];
  command(["npx", "lobreg", ...args].join(" "));
  // Directly on this terminal, because lobreg fits its table to the width.
  const lobreg = spawn(process.execPath, [join("core", "bin", "lobreg.js"), ...args], {
    cwd: ROOT,
    env: environmentFor(sandbox),
    stdio: "inherit",
  });
  const [code] = (await once(lobreg, "close")) as [number | null];
  check("the exit code of lobreg", code, 0);
  say();
}

/** Reads bucket and tables, checks that they agree with each other and with the Action's output, and shows them. */
export async function readRegistry(sandbox: Sandbox, place: Place, published: readonly Published[]): Promise<VersionRead[]> {
  const clients = clientsOf(sandbox);
  const [objects, catalog, registry] = await Promise.all([
    readObjects(clients, place.bucket, lobPrefix(place)),
    readRows(clients, place.catalogTable, CATALOG_HASH_KEY),
    readRows(clients, place.registryTable, REGISTRY_HASH_KEY),
  ]);

  const folder = `${lobPrefix(place)}${MODEL}/`;
  note(`objects in s3://${place.bucket}/${folder}`);
  facts(
    objects
      .filter(({ key }) => key.startsWith(folder))
      .map(({ key, size }) => [`  ${shortKey(key.slice(folder.length))}`, `${size} bytes`]),
  );
  note(`rows of ${place.catalogTable}`);
  table(
    ["namespace", "kind", "latest", "next"],
    catalog.map((row) => [row.namespace, row.kind, row.latest ?? "", row.next ?? ""].map(String)),
  );
  note(`rows of ${place.registryTable}: one per version (others point to them by content and by run)`);
  const rows = registry.filter(({ version, status }) => version !== undefined && status !== undefined);
  table(
    ["url ends in", "status", "sha256", "commit", "release"],
    rows.map((row) =>
      [String(row.url).replace(/^.*[/]/, ""), row.status, short(String(row.sha256)), short(String(row.gitCommit)), row.releaseTag].map(
        String,
      ),
    ),
  );

  const versions = published.map(({ json }, i): VersionRead => {
    const version = i + 1;
    const key = versionKey(place, MODEL, version);
    const object = objectAt(objects, key);
    const row = rows.find((candidate) => candidate.version === version) ?? {};
    check(`version ${version}: the SHA-256 in its metadata`, object.metadata[METADATA.artifactSha256], object.sha256);
    check(`version ${version}: the SHA-256 in its row`, row.sha256, object.sha256);
    check(`version ${version}: the SHA-256 from the Action`, json.sha256, object.sha256);
    check(`version ${version}: its status`, row.status, "READY");
    return { version, object, row };
  });
  const newest = versions.at(-1)!;
  const latest = objectAt(objects, versionKey(place, MODEL, LATEST));
  check("the version that LATEST holds", latest.metadata[METADATA.artifactVersion], String(newest.version));
  check("the bytes of LATEST", latest.sha256, newest.object.sha256);
  check("the newest version in the catalog", catalog.find(({ kind }) => kind === "MODEL")?.latest, newest.version);
  const listed = objects.map(({ key }) => parseVersionKey(place, key)?.version).filter((version) => version !== undefined);
  check("the versions in the bucket", listed, [LATEST, ...versions.map(({ version }) => version).reverse()]);
  return versions;
}

function objectAt(objects: readonly StoredObject[], key: string): StoredObject {
  const object = objects.find((candidate) => candidate.key === key);
  check(`whether ${key} exists`, object !== undefined, true);
  return object!;
}

/** Output of read_back.py. */
export interface PythonRead {
  readonly models: string[];
  readonly versions: { version: string; sha256: string }[];
  readonly newest: number;
  readonly latest: {
    isLatest: boolean;
    uri: string;
    bytes: number;
    sha256: string;
    sha256OfBytes: string;
    files: { path: string; bytes: number; sha256: string; tensors?: Record<string, number[]> }[];
  };
}

/** Reads the model with the Python library, and checks it against `folder`, from which it was published. */
export async function readWithPython(
  sandbox: Sandbox,
  place: Place,
  folder: string,
  versions: readonly VersionRead[],
): Promise<PythonRead> {
  const script = join(import.meta.dirname, "read_back.py");
  const args = [script, sandbox.region, place.bucket, lobPrefix(place).replace(/\/$/, ""), place.suffix, MODEL];
  command("python examples/demo/read_back.py");
  const { stdout } = await promisify(execFile)(sandbox.python, args, {
    env: environmentFor(sandbox),
    maxBuffer: 1 << 26,
  });
  const read = JSON.parse(stdout) as PythonRead;

  const newest = versions.at(-1)!;
  check("the models that versioned lists", read.models, [MODEL]);
  check(
    "the versions that versioned lists",
    read.versions.map(({ version }) => version),
    [LATEST, ...versions.map(({ version }) => String(version)).reverse()],
  );
  check("the newest version for versioned", read.newest, newest.version);
  check(
    "the SHA-256 of LATEST that versioned read",
    [read.latest.sha256, read.latest.sha256OfBytes],
    [newest.object.sha256, newest.object.sha256],
  );
  check(
    "the files that versioned read",
    read.latest.files.map(({ path, sha256 }) => [path, sha256]),
    await hashesOf(folder),
  );
  facts([
    ["lists", read.versions.map(({ version }) => version).join(", ")],
    ["LATEST", `${read.latest.bytes} bytes, sha256 ${short(read.latest.sha256OfBytes)}, the bytes of version ${newest.version}`],
    ["files", read.latest.files.map(({ path }) => path).join(", ")],
    [
      "tensors",
      read.latest.files
        .flatMap(({ tensors = {} }) => Object.entries(tensors).map(([name, shape]) => `${name} ${shape.join("x")}`))
        .join(", "),
    ],
  ]);
  return read;
}

/** Path and SHA-256 of each file of a folder, sorted like the archive. */
async function hashesOf(folder: string): Promise<[string, string][]> {
  const names = (await readdir(folder)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return Promise.all(
    names.map(
      async (name) =>
        [
          name,
          createHash("sha256")
            .update(await readFile(join(folder, name)))
            .digest("hex"),
        ] as [string, string],
    ),
  );
}

/** Prints the summary at the end. */
export function showEnd(sandbox: Sandbox, place: Place, versions: readonly VersionRead[], read: PythonRead, seconds: number): void {
  const newestFirst = [...versions].reverse();
  const newest = newestFirst[0]!;
  say(`\n${paint(["bold", "green"], `Done in ${seconds.toFixed(1)} s.`)} ${place.lob}/${MODEL}:\n`);
  table(
    ["version", "published (UTC)", "auc", "files", "bytes", "sha256"],
    newestFirst.map(({ version, row, object }) =>
      [
        version === newest.version ? `${version} ${LATEST}` : version,
        String(row.readyAt).slice(0, 19).replace("T", " "),
        (row.metrics as Record<string, unknown> | undefined)?.auc ?? "",
        row.files,
        object.size,
        short(object.sha256),
      ].map(String),
    ),
  );
  facts([
    [LATEST, versionKey(place, MODEL, LATEST)],
    ...newestFirst.map(({ version, object }) => [`version ${version}`, object.key] as const),
    ["bucket", place.bucket],
    ["versioned", `read ${read.latest.files.length} files of ${LATEST}, which is version ${read.newest}`],
  ]);
  say(`
Next, on an AWS account of your own:
  1. examples/typescript declares a line of business: pulumi up
  2. examples/workflows/publish-on-release.yml publishes on each release
  3. npx lobreg list ${place.lob} shows what there is
To play on: npm run sandbox starts this AWS again, and keeps it until Ctrl-C.`);
}
