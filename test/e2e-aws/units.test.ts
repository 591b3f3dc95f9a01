/** The parts of `npm run e2e:aws` that need no server. */
import { describe, expect, test } from "@jest/globals";
import assert from "node:assert/strict";
import { parseArguments, UsageError } from "./arguments.ts";
import { runChecks, type Check } from "./check.ts";
import { costOf, usageOf, usageOfRun } from "./cost.ts";
import { crc64nvme } from "./crc64.ts";
import { spread } from "./kills.ts";
import { isGood, reportOf } from "./report.ts";
import { remove } from "./throw-away.ts";

const ACCOUNT = ["--account", "123456789012"];
const US = { AWS_REGION: "us-east-1" };

describe("arguments", () => {
  test("have defaults for all but the account", () => {
    expect(parseArguments(ACCOUNT, US)).toEqual({
      account: "123456789012",
      region: "us-east-1",
      yes: false,
      suites: ["probes", "races", "kills", "interop"],
      processes: 16,
      kills: Infinity,
      remove: undefined,
    });
    expect(parseArguments([...ACCOUNT, "--region", "eu-west-1", "--only", "races,kills", "--kills", "3", "--yes"], US)).toMatchObject({
      region: "eu-west-1",
      suites: ["races", "kills"],
      kills: 3,
      yes: true,
    });
    expect(parseArguments(ACCOUNT, { AWS_DEFAULT_REGION: "eu-north-1" }).region).toBe("eu-north-1");
  });

  test.each<[string, string[], Record<string, string>, string]>([
    ["no account", [], US, "--account takes the 12 digits"],
    ["an invalid account", ["--account", "123"], US, "--account takes the 12 digits"],
    ["no region", ACCOUNT, {}, "give --region"],
    ["an invalid region", [...ACCOUNT, "--region", "Frankfurt"], US, "give --region"],
    ["another partition", [...ACCOUNT, "--region", "us-gov-west-1"], US, "another partition"],
    ["an unknown suite", [...ACCOUNT, "--only", "races,all"], US, '--only takes probes, races, kills, interop, and got "all"'],
    ["too few processes", [...ACCOUNT, "--processes", "4"], US, "--processes takes a number from 8 to 64"],
    ["processes that do not divide", [...ACCOUNT, "--processes", "10"], US, "--processes takes a multiple of 4"],
    ["a LOB that was not made here", [...ACCOUNT, "--remove", "fraud"], US, "--remove takes the name of a LOB that was made here"],
    ["an unknown option", [...ACCOUNT, "--force"], US, "--force"],
    ["a word too many", [...ACCOUNT, "now"], US, "now"],
  ])("%s is refused", (_, args, env, words) => {
    const parse = (): unknown => parseArguments(args, env);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(words);
  });

  test.each(["fraud", "e2e-", "e2e-1a2b3c4d-py", "e2e-1A2B3C4D", "e2e-1a2b3c4d5"])("%s is never removed", async (name) => {
    await expect(remove({ accountId: "123456789012" } as never, name)).rejects.toThrow("was not made here");
  });
});

describe("checks", () => {
  const check = (by: "AWS" | "product", run: () => Promise<void>): Check => ({ promise: "p", restsOn: "r", by, run });
  const signal = new AbortController().signal;
  const broken = async (): Promise<void> => assert.equal(200, 412);
  const failing = async (): Promise<void> => {
    throw Object.assign(new TypeError("no such method"), { $metadata: { requestId: "R1" } });
  };

  test.each<[string, Check, boolean, string, string | undefined]>([
    ["what holds", check("AWS", async () => {}), true, "holds", undefined],
    ["what AWS does not do, on AWS", check("AWS", broken), true, "BROKEN", "got 200 instead of 412"],
    ["what AWS does, elsewhere", check("AWS", broken), false, "not by this server", "got 200 instead of 412"],
    ["what the product does not do, elsewhere too", check("product", broken), false, "BROKEN", "got 200 instead of 412"],
    ["what cannot be tried", check("AWS", failing), true, "FAILED", "TypeError: no such method (request id R1)"],
    [
      "what another server cannot do at all",
      check("AWS", failing),
      false,
      "not by this server",
      "TypeError: no such method (request id R1)",
    ],
    ["what the product cannot do", check("product", failing), false, "FAILED", "TypeError: no such method (request id R1)"],
  ])("%s", async (_, one, isAws, outcome, said) => {
    const results = await runChecks([one], { isAws, signal });
    expect(results).toEqual([{ check: one, outcome, ...(said !== undefined && { said }) }]);
    expect(isGood(results)).toBe(outcome === "holds" || outcome === "not by this server");
  });

  test("an interruption leaves the rest untried, and the one that it broke", async () => {
    const controller = new AbortController();
    const breaking = check("product", async () => {
      controller.abort();
      throw new Error("the child was interrupted");
    });
    const results = await runChecks([check("AWS", async () => {}), breaking, check("AWS", broken)], {
      isAws: true,
      signal: controller.signal,
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(["holds", "not tried", "not tried"]);
    const report = reportOf(results, undefined);
    expect(report).toMatch(/^PROMISE\s+RESULT\s+RESTS ON\n/);
    expect(report).toMatch(/\n1 holds, 2 not tried\.$/);
  });
});

describe("cost", () => {
  const all = { suites: ["probes", "races", "kills", "interop"], processes: 16, kills: Infinity } as const;

  test("is the sum of its parts, rounded to cents", () => {
    const { lines, dollars } = costOf(usageOfRun(all));
    expect(lines).toHaveLength(6);
    expect(dollars).toBeCloseTo(
      lines.reduce((sum, line) => sum + Number(/[\d.]+$/.exec(line)![0]), 0),
      2,
    );
    expect(dollars).toBeGreaterThan(0.005);
    expect(dollars).toBeLessThan(0.25);
  });

  test("is less for less work", () => {
    expect(costOf(usageOfRun({ ...all, kills: 2 })).dollars).toBeLessThan(costOf(usageOfRun(all)).dollars);
    expect(costOf(usageOfRun({ ...all, suites: ["probes"] })).dollars).toBeLessThan(costOf(usageOfRun({ ...all, kills: 2 })).dollars);
    expect(usageOf("races", { processes: 32, kills: 1 }).s3Writes).toBeGreaterThan(usageOf("races", { processes: 16, kills: 1 }).s3Writes);
  });
});

test("CRC-64/NVME has the check value of its catalogue", () => {
  expect(crc64nvme(Buffer.from("123456789"))).toBe(Buffer.from("ae8b14860a799888", "hex").toString("base64"));
  expect(crc64nvme(Buffer.alloc(0))).toBe("AAAAAAAAAAA=");
});

test.each([
  [5, Infinity, [1, 2, 3, 4, 5]],
  [5, 5, [1, 2, 3, 4, 5]],
  [29, 3, [1, 15, 29]],
  [29, 1, [1]],
])("of %d requests, %d are spread as %j", (count, most, expected) => expect(spread(count, most)).toEqual(expected));
