/** A LOB on the fake of the two clients, with rows and objects to read. Shared by tests. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Summary } from "../findings/findings.js";
import * as layout from "../layout.js";
import { aliasRowItem } from "../registry/alias-rows.js";
import { modelRowItem, versionRowItem, type Item } from "../registry/rows.js";
import { FakeAws as StrictFake, labelOf, type FakeObject } from "../testing/fake-aws.js";
import type { Alias, Aws, Lob, ModelSummary, Version } from "../types.js";

export { awsError } from "../testing/fake-aws.js";

export const LOB: Lob = {
  lob: "fraud",
  layoutVersion: 1,
  bucket: "111122223333-us-east-1-fraud-artifacts",
  bucketOwner: "111122223333",
  bucketRegion: "us-east-1",
  prefix: "ml-models",
  suffix: ".tar.gz",
  registryTable: "fraud-model-registry",
  writeOnce: true,
  protectedAliases: [],
  catalogTable: "fraud-model-catalog",
};

export const sha256Of = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
export const hex = (digit: string): string => digit.repeat(64);

/** Fake of AWS with this LOB that records requests. */
export class FakeAws extends StrictFake {
  /** Every request, in order, as `GetItem fraud/churn` or `GetObject KEY bytes=5-`. */
  readonly requests: string[] = [];
  /** Called before each request. Throw to make the request fail. */
  before: (request: string, input: Readonly<Record<string, unknown>>) => void = () => undefined;
  readonly aws: Aws = this.clients(async (asked, execute) => {
    await Promise.resolve();
    const request = labelOf(asked);
    this.requests.push(request);
    this.before(request, asked.input);
    return execute();
  });

  constructor() {
    super(LOB.bucket, [LOB.catalogTable, LOB.registryTable], LOB.bucketOwner);
  }

  override stream: (bytes: Buffer, request: string) => Readable = (bytes) => Readable.from(chunksOf(bytes, 1000));

  model(model: Partial<ModelSummary> = {}): ModelSummary {
    const row: ModelSummary = { lob: LOB.lob, model: "churn", next: 2, latest: 1, tags: {}, createdAt: TIME, updatedAt: TIME, ...model };
    this.putItem(LOB.catalogTable, modelRowItem(row));
    return row;
  }

  version(version: Partial<Version> = {}): Version {
    const row = versionOf(version);
    this.putItem(LOB.registryTable, versionRowItem(row));
    return row;
  }

  alias(alias: Partial<Alias> = {}): Alias {
    const row: Alias = { lob: LOB.lob, model: "churn", alias: "prod", revision: 1, version: 1, createdAt: TIME, updatedAt: TIME, ...alias };
    this.putItem(LOB.catalogTable, aliasRowItem(row));
    return row;
  }

  pointer(treeDigest: string, version: number): void {
    this.putItem(LOB.registryTable, marshall({ url: layout.digestUrl(LOB.lob, "churn", treeDigest), version, treeDigest }));
  }

  /** Writes the object of a version, with the metadata that matches its row. */
  object(version: Version, body: Buffer): FakeObject {
    const stored: FakeObject = {
      body,
      etag: `"${sha256Of(body).slice(0, 32)}-1"`,
      metadata: metadataOf(version),
      lastModified: new Date(TIME),
    };
    this.objects.set(layout.versionKey(LOB, version.model, version.version), stored);
    return stored;
  }

  /** Writes the manifest of a version, and the version's row with its hash. */
  manifest(version: Version, summary?: Summary, bytes = manifestOf(version, summary)): Version {
    const row = this.version({ ...version, manifestSha256: sha256Of(bytes) });
    this.putObject(layout.manifestKey(LOB, version.model, row.manifestSha256!), bytes, {});
    return row;
  }

  /** Writes a row at a key, which may differ from the key in the row. */
  put(table: string, key: string, item: Item): void {
    this.tables.get(table)!.set(key, item);
  }
}

export const TIME = "2026-11-23T14:00:00.000Z";

export function versionOf(version: Partial<Version> = {}): Version {
  const model = version.model ?? "churn";
  const number = version.version ?? 1;
  return {
    url: layout.versionUrl(LOB, model, number),
    lob: LOB.lob,
    model,
    version: number,
    status: "READY",
    token: "0123456789abcdef0123456789abcdef",
    treeDigest: hex("d"),
    sha256: hex("a"),
    size: 10,
    files: 1,
    contentBytes: 5,
    manifestSha256: hex("b"),
    metrics: { "val.auc": 0.93 },
    tags: { team: "risk" },
    provenance: { gitCommit: "c0ffee", actor: "ada" },
    keys: [],
    origin: "lob-registry",
    reservedAt: TIME,
    readyAt: TIME,
    holders: [],
    ...version,
  };
}

/** Returns the bytes of a manifest of one file that matches a version's row. */
function manifestOf({ lob, model, treeDigest, files, contentBytes }: Version, summary?: Summary): Buffer {
  const header = { schema: 1, lob, model, treeDigest, files, contentBytes, metrics: {}, createdBy: "a test", summary };
  const file = { path: "a", mode: 0o644, size: contentBytes, sha256: hex("a"), offset: 512 };
  return gzipSync(`${JSON.stringify(header)}\n${JSON.stringify(file)}\n`);
}

export function metadataOf(version: Version): Record<string, string> {
  return {
    [layout.METADATA.artifactName]: version.model,
    [layout.METADATA.artifactSha256]: version.sha256,
    ...(version.origin === "lob-registry" && {
      [layout.METADATA.artifactVersion]: String(version.version),
      [layout.METADATA.treeDigest]: version.treeDigest!,
      [layout.METADATA.writeToken]: version.token,
      [layout.METADATA.manifestSha256]: version.manifestSha256!,
    }),
  };
}

export function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
