import { describe, expect, test } from "@jest/globals";
import { versionUrl } from "../layout.js";
import { LOB } from "../testing/simulation.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Version } from "../types.js";
import { objectProblems } from "./agreement.js";

const VERSION: Version = {
  url: versionUrl(LOB, "churn", 7),
  lob: "fraud",
  model: "churn",
  version: 7,
  status: "READY",
  token: "0123456789abcdef",
  treeDigest: "d".repeat(64),
  sha256: "a".repeat(64),
  size: 10,
  files: 1,
  contentBytes: 5,
  crc64nvme: "AAAAAAAAAAA=",
  manifestSha256: "b".repeat(64),
  metrics: {},
  tags: {},
  provenance: {},
  keys: [],
  origin: "lob-registry",
  reservedAt: "2026-11-23T14:00:00.000Z",
  holders: [],
};
const HEAD: ObjectHead = {
  key: "k",
  etag: '"e"',
  size: 10,
  crc64nvme: "AAAAAAAAAAA=",
  metadata: {
    artifact_name: "churn",
    artifact_sha256: "a".repeat(64),
    artifact_version: "7",
    tree_digest: "d".repeat(64),
    write_token: "0123456789abcdef",
    manifest_sha256: "b".repeat(64),
  },
};
const withMetadata = (change: Record<string, string | undefined>): ObjectHead => {
  const metadata = { ...HEAD.metadata, ...change };
  return {
    ...HEAD,
    metadata: Object.fromEntries(Object.entries(metadata).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  };
};

describe("a row and its object", () => {
  test("that agree have no problem", () => expect(objectProblems(VERSION, HEAD)).toEqual([]));

  test.each<[string, ObjectHead, string]>([
    ["size", { ...HEAD, size: 11 }, "size: 10 in the row, 11 in the object"],
    ["bytes", withMetadata({ artifact_sha256: "c".repeat(64) }), `sha256: ${"a".repeat(64)} in the row, ${"c".repeat(64)} in the object`],
    ["model", withMetadata({ artifact_name: "other" }), "model: churn in the row, other in the object"],
    ["upload", withMetadata({ write_token: "fedcba9876543210" }), "token: 0123456789abcdef in the row, fedcba9876543210 in the object"],
    ["number", withMetadata({ artifact_version: undefined }), "version: 7 in the row, missing in the object"],
    ["content", withMetadata({ tree_digest: undefined }), `tree digest: ${"d".repeat(64)} in the row, missing in the object`],
    ["manifest", withMetadata({ manifest_sha256: "x" }), `manifest: ${"b".repeat(64)} in the row, x in the object`],
    ["checksum", { ...HEAD, crc64nvme: "AAAAAAAAAAE=" }, "crc64nvme: AAAAAAAAAAA= in the row, AAAAAAAAAAE= in the object"],
  ])("that differ in the %s say so", (_, head, problem) => expect(objectProblems(VERSION, head)).toEqual([problem]));

  test("that differ in all say all", () => expect(objectProblems(VERSION, { ...HEAD, size: 0, metadata: {} })).toHaveLength(7));

  test("need no checksum that one of them does not have", () => {
    const { crc64nvme: _row, ...row } = VERSION;
    const { crc64nvme: _head, ...head } = HEAD;
    expect(objectProblems(row, HEAD)).toEqual([]);
    expect(objectProblems(VERSION, head)).toEqual([]);
  });

  test("that the Python library put need only what it writes", () => {
    const { treeDigest: _digest, manifestSha256: _manifest, ...rest } = VERSION;
    const row: Version = { ...rest, origin: "versioned", token: "" };
    const metadata = { artifact_name: "churn", artifact_sha256: "a".repeat(64) };
    expect(objectProblems(row, { ...HEAD, metadata })).toEqual([]);
    expect(objectProblems(row, { ...HEAD, metadata: { ...metadata, artifact_sha256: "x" } })).toHaveLength(1);
  });
});
