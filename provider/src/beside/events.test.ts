import { expect, test } from "@jest/globals";
import * as layout from "../generated/layout";
import { publishedPattern } from "./events";

const PLACE: layout.Place = { bucket: "models", prefix: "ml-models", suffix: ".tar.gz", lob: "fraud" };

/** Returns whether EventBridge would match a key: only `*` is a wildcard there, for any characters, slashes included. */
function matches(place: layout.Place, key: string): boolean {
  return publishedPattern(place).detail.object.key.some(({ wildcard }) => {
    const source = wildcard.split("*").map((part) => part.replace(/[.+^${}()|[\]\\?]/g, "\\$&"));
    return new RegExp(`^${source.join(".*")}$`, "s").test(key);
  });
}

const MODELS = ["churn", "versions", "history", "a_b-c.d", "000000_LATEST"];

test.each([1, 2, 9, 10, 99_999, 100_000, 100_001, 900_000, 999_999])("matches version %i of each model", (n) => {
  for (const model of MODELS) expect(matches(PLACE, layout.versionKey(PLACE, model, n))).toBe(true);
});

test("matches nothing else that a client writes, and no other LOB", () => {
  const dev = { ...PLACE, lob: "fraud-dev" };
  for (const model of MODELS) {
    const others = [
      layout.versionKey(PLACE, model, layout.LATEST),
      layout.manifestKey(PLACE, model, "1".repeat(64)),
      layout.aliasKey(PLACE, model, "versions"),
      layout.historyKey(PLACE, model, "versions", 1),
      layout.stagingKey(PLACE, model, "1".repeat(64), "token-token-token-1"),
      layout.versionKey(dev, model, 7),
    ];
    expect(others.filter((key) => matches(PLACE, key))).toEqual([]);
  }
});

test("names the bucket and S3's event, and has no wildcard that EventBridge refuses", () => {
  const { source, "detail-type": type, detail } = publishedPattern(PLACE);
  expect([source, type, detail.bucket]).toEqual([["aws.s3"], ["Object Created"], { name: ["models"] }]);
  for (const { wildcard } of detail.object.key) expect(wildcard).not.toMatch(/\*\*|\?|\\/);
});
