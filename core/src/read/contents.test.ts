import { beforeEach, describe, expect, test } from "@jest/globals";
import { gzipSync } from "node:zlib";
import type { Summary } from "../findings/findings.js";
import { manifestKey } from "../layout.js";
import { readContents } from "./contents.js";
import { awsError, FakeAws, hex, LOB, versionOf } from "./fakes.test.util.js";

let fake: FakeAws;
beforeEach(() => {
  fake = new FakeAws();
});

const SUMMARY: Summary = {
  formats: { safetensors: 2 },
  tensorCount: 3,
  parameters: 12,
  code: [{ kind: "pickle", files: 1, unknown: ["os:system"], whole: false }],
  warnings: [{ path: "model.pkl", warning: "it cannot be followed to its end" }],
};

describe("what is in a version", () => {
  test("is read by one request", async () => {
    const version = fake.manifest(versionOf(), SUMMARY);
    expect(await readContents(fake.aws, LOB, version)).toEqual({ summary: SUMMARY, problems: [] });
    expect(fake.requests).toEqual([`GetObject ${manifestKey(LOB, "churn", version.manifestSha256!)}`]);
  });

  test("is not known of files that were not inspected, and of what the Python library put", async () => {
    expect(await readContents(fake.aws, LOB, fake.manifest(versionOf()))).toEqual({ problems: [] });
    const { manifestSha256: _, ...foreign } = versionOf({ origin: "versioned" });
    expect(await readContents(fake.aws, LOB, foreign)).toBeUndefined();
    expect(fake.requests).toHaveLength(1);
  });

  test.each<[string, (version: ReturnType<typeof versionOf>) => ReturnType<typeof versionOf>, RegExp]>([
    ["there is no manifest", (version) => version, /is missing$/],
    [
      "it is of another model",
      (version) => ({ ...fake.manifest({ ...version, treeDigest: hex("9") }), treeDigest: hex("d") }),
      /the row says d+, the manifest 9+/,
    ],
    ["it is no manifest", (version) => fake.manifest(version, undefined, gzipSync("{}\n")), /cannot be read/],
  ])("is a problem when %s", async (_, make, problem) => {
    expect((await readContents(fake.aws, LOB, make(versionOf())))?.problems).toEqual([expect.stringMatching(problem)]);
  });

  test("is not believed before its hash is right", async () => {
    const version = fake.manifest(versionOf(), SUMMARY);
    const stored = fake.objects.get(manifestKey(LOB, "churn", version.manifestSha256!))!;
    stored.body = Buffer.concat([stored.body, Buffer.from([0])]);
    expect(await readContents(fake.aws, LOB, version)).toEqual({ problems: [expect.stringContaining("is not what was published")] });
  });

  test("is not fetched when the manifest is large", async () => {
    const version = fake.manifest(versionOf(), undefined, Buffer.alloc((32 << 20) + 1));
    expect(await readContents(fake.aws, LOB, version)).toEqual({ problems: [], skipped: "not read: the manifest has 32.0 MiB" });
  });

  test("is refused as AWS refuses", async () => {
    const version = fake.manifest(versionOf());
    fake.before = () => {
      throw awsError("AccessDenied", 403);
    };
    await expect(readContents(fake.aws, LOB, version)).rejects.toMatchObject({ code: "LOB2003" });
  });
});
