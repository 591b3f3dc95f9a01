import { describe, expect, test } from "@jest/globals";
import * as layout from "../generated/layout";
import { LIMITS, render, type PolicyDocument } from "../policies/document";
import type { PythonWriterSettings } from "../settings/shared-registry";
import { ACCOUNT } from "../testing/deploy";
import { allows } from "../testing/iam";
import { bucketPolicy, EVERY_LOB } from "./policy";

// The policy of a shared bucket, evaluated like AWS for somebody to whom IAM allows everything.

const SHARED: layout.Place = { bucket: "models", prefix: "ml-models", suffix: ".tar.gz", lob: EVERY_LOB };
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const ANYTHING: PolicyDocument = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["*"], Resource: ["*"] }] };
const LOBS = Array.from({ length: 40 }, (_, n) => `lob-${String(n)}`);
const DEFAULTS = { partition: "aws", pythonWriters: false, retentionPrincipals: [], administrators: [] };

const policyWith = (pythonWritersOfLobs: PythonWriterSettings[]): PolicyDocument =>
  bucketPolicy(SHARED, { ...DEFAULTS, pythonWritersOfLobs });
const place = (lob: string): layout.Place => ({ ...SHARED, lob });
const version = (lob: string, n = 7): string => layout.versionKey(place(lob), "churn", n);

function may(policy: PolicyDocument, who: string, action: string, key: string, context: Record<string, string> = {}): Promise<boolean> {
  const creating = action === "PutObject" ? { "s3:ObjectCreationOperation": "true" } : {};
  const request = { action: `s3:${action}`, resource: `arn:aws:s3:::models/${key}`, context: { ...creating, ...context } };
  return allows({ roleArn: role(who), policies: [ANYTHING] }, request, policy);
}
const ONCE = { "s3:if-none-match": "*" };

test("one policy guards forty LOBs without naming them", async () => {
  const policy = policyWith([]);
  expect(render(policy)).not.toContain("lob-");
  for (const lob of LOBS) {
    const numbers = [1, 10, 999_999].map((n) => version(lob, n));
    const records = [layout.manifestKey(place(lob), "churn", "a".repeat(64)), layout.historyKey(place(lob), "churn", "prod", 1)];
    for (const key of [...numbers, ...records]) {
      expect([await may(policy, "any", "PutObject", key), await may(policy, "any", "PutObject", key, ONCE)]).toEqual([false, true]);
      expect(await may(policy, "any", "DeleteObject", key)).toBe(false);
    }
    for (const key of [layout.versionKey(place(lob), "churn", layout.LATEST), layout.aliasKey(place(lob), "churn", "prod")]) {
      expect(await may(policy, "any", "PutObject", key)).toBe(true);
    }
  }
});

describe("Python writers", () => {
  const policy = policyWith([
    { lob: "cards", principals: [role("cards-notebooks"), role("both")] },
    { lob: "risk", principals: [role("risk-*"), role("both")] },
  ]);
  const replaces = (who: string, lob: string): Promise<boolean> => may(policy, who, "PutObject", version(lob));

  test("can replace versions in their LOB, and nobody else can", async () => {
    expect(await replaces("cards-notebooks", "cards")).toBe(true);
    expect(await replaces("risk-7", "risk")).toBe(true);
    expect(await replaces("any", "cards")).toBe(false);
    expect(await replaces("risk-7", "cards")).toBe(false);
    expect(await replaces("cards-notebooks", "risk")).toBe(false);
    expect(await replaces("any", "fraud")).toBe(false);
  });

  test("of two LOBs can replace versions in both, and in no third LOB", async () => {
    expect(await Promise.all(["cards", "risk", "fraud"].map((lob) => replaces("both", lob)))).toEqual([true, true, false]);
  });

  test("cannot write in other LOBs, not even with the condition", async () => {
    expect(await may(policy, "cards-notebooks", "PutObject", version("fraud"), ONCE)).toBe(false);
    expect(await may(policy, "cards-notebooks", "PutObject", layout.versionKey(place("fraud"), "churn", layout.LATEST))).toBe(false);
    expect(await may(policy, "cards-notebooks", "PutObject", layout.versionKey(place("cards"), "churn", layout.LATEST))).toBe(true);
    expect(await may(policy, "cards-notebooks", "PutObject", version("cards-2"), ONCE)).toBe(false);
  });

  test("may publish like everyone else", async () => {
    const staging = layout.stagingKey(place("cards"), "churn", "d".repeat(64), "token-token-token-1");
    expect(await may(policy, "cards-notebooks", "PutObject", staging)).toBe(true);
    expect(await may(policy, "cards-notebooks", "PutObject", version("cards"), ONCE)).toBe(true);
  });

  test("cannot replace manifests or history, and cannot delete", async () => {
    const manifest = layout.manifestKey(place("cards"), "churn", "a".repeat(64));
    expect(await may(policy, "cards-notebooks", "PutObject", manifest)).toBe(false);
    expect(await may(policy, "cards-notebooks", "PutObject", manifest, ONCE)).toBe(true);
    expect(await may(policy, "cards-notebooks", "DeleteObject", version("cards"))).toBe(false);
  });
});

test("it fits into AWS's limit even with Python writers in forty LOBs", () => {
  const writers = LOBS.map((lob) => ({ lob, principals: [role(`${lob}-notebooks`)] }));
  expect(Buffer.byteLength(render(policyWith(writers)))).toBeLessThan(LIMITS.bucket);
  expect(Buffer.byteLength(render(policyWith([])))).toBeLessThan(6000);
});
