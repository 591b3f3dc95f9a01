import { expect, test } from "@jest/globals";
import { object, sha } from "./fixtures.test.util.js";
import { metadataOfCopy } from "./metadata.js";

const of = (metadata: Record<string, string>, version?: number) =>
  metadataOfCopy(object(1, "one", { metadata }), { model: "churn", sha256: sha("one"), ...(version !== undefined && { version }) });

test("a copy has the metadata that the library reads, and its number", () => {
  expect(of({ artifact_name: "old", artifact_sha256: sha("else") }, 7)).toEqual({
    artifact_name: "churn",
    artifact_sha256: sha("one"),
    artifact_version: "7",
  });
  expect(of({ artifact_version: "3" })).not.toHaveProperty("artifact_version");
});

test("a copy keeps its users' metadata, except names that only this program may write", () => {
  expect(of({ build_id: "4711", write_token: "t", tree_digest: "d", manifest_sha256: "m" }, 1)).toEqual({
    artifact_name: "churn",
    artifact_sha256: sha("one"),
    artifact_version: "1",
    build_id: "4711",
  });
});

test("a copy has no more metadata than S3 allows", () => {
  const kept = of({ large: "x".repeat(2000), small: "y" }, 1);
  expect(kept).not.toHaveProperty("large");
  expect(kept).toHaveProperty("small", "y");
});
