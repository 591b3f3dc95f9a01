import { describe, expect, test } from "@jest/globals";
import { LOB } from "../testing/simulation.js";
import { locate } from "./migrate.js";

const OWN = { bucket: LOB.bucket, bucketOwner: LOB.bucketOwner };

describe("location of the source", () => {
  test("is the LOB's own folder by default", () => {
    const own = { names: { backEnd: "s3", prefix: "ml-models/fraud", suffix: ".tar.gz" }, bucket: OWN, inPlace: true };
    expect(locate(LOB, {})).toEqual(own);
    expect(locate(LOB, { bucket: LOB.bucket, prefix: "/ml-models/fraud//" })).toEqual(own);
  });

  test.each([[{ prefix: "ml-models" }], [{ suffix: ".zip" }], [{ table: "versioned-artifacts" }], [{ bucket: "old" }]])(
    "%j is elsewhere",
    (given) => {
      expect(locate(LOB, given).inPlace).toBe(false);
    },
  );

  test("another bucket is read from its root, and must belong to the given account, or the LOB's", () => {
    expect(locate(LOB, { bucket: "old", suffix: "", table: "t" })).toMatchObject({
      names: { backEnd: "s3+dynamodb", prefix: "", suffix: "" },
      bucket: { bucket: "old", bucketOwner: LOB.bucketOwner },
    });
    expect(locate(LOB, { bucket: "old", account: "999999999999" }).bucket).toEqual({ bucket: "old", bucketOwner: "999999999999" });
  });
});
