/** A LOB on a sandbox, and the Action's bundle run on it as GitHub would run it. */
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  waitUntilTableExists,
  type AttributeDefinition,
  type GlobalSecondaryIndex,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, ListObjectVersionsCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import * as layout from "lob-registry-core/layout";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Sandbox } from "../sandbox/server.ts";

export const BUNDLE = join(import.meta.dirname, "..", "..", "action", "dist", "index.js");
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** A LOB with a bucket and tables of its own, as the component declares them, as far as publishing sees it. */
export interface DeclaredLob {
  readonly row: layout.LobRow;
  readonly catalogTable: string;
  /** Keys of all object versions and of all rows: equal when nothing was written in between. */
  contents(): Promise<string[]>;
}

export async function declareLob({ endpoint, region, accountId }: Sandbox, lob: string, change: Partial<layout.LobRow> = {}): Promise<DeclaredLob> {
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials });
  const { bucket, catalogTable, registryTable } = layout.ownNames(accountId, region, lob);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await makeTable(dynamodb, catalogTable, layout.CATALOG_HASH_KEY, Object.values(layout.CATALOG_INDEXES));
  await makeTable(dynamodb, registryTable, layout.REGISTRY_HASH_KEY, Object.values(layout.REGISTRY_INDEXES));
  const row: layout.LobRow = {
    lob,
    layoutVersion: layout.LAYOUT_VERSION,
    bucket,
    bucketOwner: accountId,
    bucketRegion: region,
    prefix: layout.DEFAULT_PREFIX,
    suffix: layout.DEFAULT_SUFFIX,
    registryTable,
    writeOnce: false,
    protectedAliases: [],
    ...change,
  };
  await dynamodb.send(new PutItemCommand({ TableName: catalogTable, Item: layout.lobRowItem(row) }));
  return {
    row,
    catalogTable,
    async contents() {
      const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      const tables = await Promise.all([catalogTable, registryTable].map((TableName) => dynamodb.send(new ScanCommand({ TableName }))));
      return [
        ...[...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => `${Key} ${VersionId}`),
        ...tables.flatMap(({ Items = [] }) => Items.map((item) => JSON.stringify(item))),
      ].sort();
    },
  };
}

async function makeTable(dynamodb: DynamoDBClient, name: string, hashKey: string, indexes: readonly layout.IndexSpec[]): Promise<void> {
  const types = new Map<string, "S" | "N">([[hashKey, "S"]]);
  for (const index of indexes) types.set(index.hashKey, "S").set(index.rangeKey, index.rangeType);
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [...types].map(([AttributeName, AttributeType]): AttributeDefinition => ({ AttributeName, AttributeType })),
      KeySchema: [{ AttributeName: hashKey, KeyType: "HASH" }],
      GlobalSecondaryIndexes: indexes.map(
        (index): GlobalSecondaryIndex => ({
          IndexName: index.name,
          KeySchema: [
            { AttributeName: index.hashKey, KeyType: "HASH" },
            { AttributeName: index.rangeKey, KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...index.projected] },
        }),
      ),
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.2 }, { TableName: name });
}

/** An error annotation. */
export interface Annotation {
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

export interface ActionRun {
  readonly code: number | null;
  /** What it printed, commands to the runner among it. */
  readonly log: string;
  readonly annotations: readonly Annotation[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface ActionOptions {
  /** What the job's environment holds besides; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The event's payload. */
  readonly event?: unknown;
  /** Is given the process when it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** The runner's variables for a job of acme/fraud-models. */
export const GITHUB_ENV = {
  GITHUB_ACTIONS: "true",
  GITHUB_ACTOR: "octocat",
  GITHUB_EVENT_NAME: "release",
  GITHUB_REF: "refs/tags/0.0.1",
  GITHUB_REPOSITORY: "acme/fraud-models",
  GITHUB_REPOSITORY_ID: "186853002",
  GITHUB_RUN_ATTEMPT: "1",
  GITHUB_RUN_ID: "1001",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_SHA: "860c1904a1ce19322e91ac35af1ab07466440c37",
} as const;

/** A workspace of a job: a folder of its own, with files. */
export class Workspace {
  readonly folder: string;
  readonly #sandbox: Pick<Sandbox, "env">;

  private constructor(folder: string, sandbox: Pick<Sandbox, "env">) {
    this.folder = folder;
    this.#sandbox = sandbox;
  }

  static async make(sandbox: Pick<Sandbox, "env">): Promise<Workspace> {
    return new Workspace(await mkdtemp(join(tmpdir(), "lob-action-")), sandbox);
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.folder, name)), { recursive: true });
      await writeFile(join(this.folder, name), text);
    }
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Runs the bundle with these inputs. */
  async run(inputs: Readonly<Record<string, string>>, { env = {}, event, onStart }: ActionOptions = {}): Promise<ActionRun> {
    const files = await mkdtemp(join(this.folder, ".runner-"));
    const [output, summary, payload] = ["output", "summary", "event.json"].map((name) => join(files, name)) as [string, string, string];
    await Promise.all([writeFile(output, ""), writeFile(summary, ""), writeFile(payload, JSON.stringify(event ?? {}))]);
    const child = spawn(process.execPath, [BUNDLE], {
      cwd: this.folder,
      env: {
        PATH: process.env["PATH"],
        HOME: files, // no configuration of the person who runs the tests
        RUNNER_TEMP: files,
        ...this.#sandbox.env,
        ...GITHUB_ENV,
        GITHUB_EVENT_PATH: payload,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_WORKSPACE: this.folder,
        ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (log += text));
    onStart?.(child);
    const [code] = (await once(child, "close")) as [number | null];
    return { code, log, annotations: annotationsOf(log), outputs: outputsOf(await readFile(output, "utf8")), summary: await readFile(summary, "utf8") };
  }
}

/** The `::error …::` commands, read as the runner reads them. */
function annotationsOf(log: string): Annotation[] {
  const decode = (text: string): string => text.replace(/%(3A|2C|0D|0A|25)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return [...log.matchAll(/^::error (.*?)::(.*)$/gm)].map(([, properties = "", message = ""]) => {
    const { title = "", file, line } = Object.fromEntries(
      properties.split(",").map((pair) => [pair.slice(0, pair.indexOf("=")), decode(pair.slice(pair.indexOf("=") + 1))]),
    ) as Record<string, string>;
    return { title, message: decode(message), ...(file !== undefined && { file }), ...(line !== undefined && { line: Number(line) }) };
  });
}

function outputsOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^(.+?)<<(ghadelimiter_\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [name, value]));
}
