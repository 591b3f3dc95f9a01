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

describe("readContents", () => {
  test("sends one request", async () => {
    const version = fake.manifest(versionOf(), SUMMARY);
    expect(await readContents(fake.aws, LOB, version)).toEqual({ summary: SUMMARY, problems: [] });
    expect(fake.requests).toEqual([`GetObject ${manifestKey(LOB, "churn", version.manifestSha256!)}`]);
  });

  test("returns no summary for uninspected files, and nothing for versions of the Python library", async () => {
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
      /the row has d+, the manifest has 9+/,
    ],
    ["it is no manifest", (version) => fake.manifest(version, undefined, gzipSync("{}\n")), /cannot be read/],
  ])("is a problem when %s", async (_, make, problem) => {
    expect((await readContents(fake.aws, LOB, make(versionOf())))?.problems).toEqual([expect.stringMatching(problem)]);
  });

  test("does not trust a manifest with a wrong hash", async () => {
    const version = fake.manifest(versionOf(), SUMMARY);
    const stored = fake.objects.get(manifestKey(LOB, "churn", version.manifestSha256!))!;
    stored.body = Buffer.concat([stored.body, Buffer.from([0])]);
    expect(await readContents(fake.aws, LOB, version)).toEqual({ problems: [expect.stringContaining("differs from the published one")] });
  });

  test("does not fetch a large manifest", async () => {
    const version = fake.manifest(versionOf(), undefined, Buffer.alloc((32 << 20) + 1));
    expect(await readContents(fake.aws, LOB, version)).toEqual({ problems: [], skipped: "not read: the manifest has 32.0 MiB" });
  });

  test("explains a denied request", async () => {
    const version = fake.manifest(versionOf());
    fake.before = () => {
      throw awsError("AccessDenied", 403);
    };
    await expect(readContents(fake.aws, LOB, version)).rejects.toMatchObject({ code: "LOB2003" });
  });
});
