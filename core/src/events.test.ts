import { expect, test } from "@jest/globals";
import { registryEvent } from "./events.js";
import { aliasKey, historyKey, LATEST, manifestKey, stagingKey, versionKey, type Place } from "./layout.js";

const PLACE: Place = { bucket: "models", prefix: "ml-models", suffix: ".tar.gz", lob: "fraud" };

/** What S3 sends through EventBridge. */
const created = (key: unknown): object => ({
  version: "0",
  id: "17793124-05d4-b198-2fde-7ededc63b103",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: "111122223333",
  time: "2026-11-12T00:00:00Z",
  region: "eu-west-1",
  resources: ["arn:aws:s3:::models"],
  detail: {
    version: "0",
    bucket: { name: "models" },
    object: { key, size: 5, etag: "b1946ac9", sequencer: "0055AED6" },
    reason: "CompleteMultipartUpload",
  },
});

test.each([1, 7, 100_000, 999_999])("S3's event about version %i is the event published", (version) => {
  const key = versionKey(PLACE, "churn", version);
  expect(registryEvent(created(key))).toEqual({
    type: "published",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    time: "2026-11-12T00:00:00Z",
    lob: "fraud",
    model: "churn",
    version,
    bucket: "models",
    key,
  });
});

test("prefix and suffix need not be known, and the short form means the same", () => {
  const key = versionKey({ ...PLACE, prefix: "a/b/c", suffix: ".tgz" }, "churn", 7);
  const event = registryEvent(created(key))!;
  expect(event).toMatchObject({ lob: "fraud", model: "churn", version: 7 });
  const { type, id, time, bucket } = event;
  expect(registryEvent({ type, id, time, bucket, key })).toEqual(event);
});

test("other objects are no events of the registry", () => {
  const keys = [
    versionKey(PLACE, "churn", LATEST),
    manifestKey(PLACE, "churn", "1".repeat(64)),
    aliasKey(PLACE, "churn", "versions"),
    historyKey(PLACE, "churn", "versions", 1),
    stagingKey(PLACE, "churn", "1".repeat(64), "token-token-token-1"),
    "versions/999999_000001.tar.gz",
    "ml-models/fraud/churn/versions/999999_000002.tar.gz",
    "ml-models/Fraud/churn/versions/999999_000001.tar.gz",
    "ml-models/fraud/churn/versions/999999_000001",
    "../fraud/churn/versions/999999_000001.tar.gz",
  ];
  expect(keys.filter((key) => registryEvent(created(key)) !== undefined)).toEqual([]);
});

test.each([
  undefined,
  null,
  "x",
  7,
  [],
  {},
  created(7),
  { ...created("x"), source: "aws.s3control" },
  { type: "withdrawn", id: "1", time: "t", bucket: "b", key: versionKey(PLACE, "churn", 1) },
])("%j is not a known event", (event) => expect(registryEvent(event)).toBeUndefined());
