import { beforeEach, describe, expect, test } from "@jest/globals";
import { LAYOUT_VERSION, lobRowItem, type LobRow } from "../layout.js";
import { awsError, FakeAws, lostAnswer, type Deliver } from "../testing/fake-aws.js";
import { LOB } from "../testing/simulation.js";
import { findLob } from "./lob.js";

const [OWN, SHARED] = ["fraud-model-catalog", "model-catalog"];
const { catalogTable: _, ...ROW } = LOB;

let asked: string[];
beforeEach(() => void (asked = []));

/** The existing tables, some with the row of a LOB. */
function fakeWith(
  tables: Readonly<Record<string, LobRow | undefined>>,
  deliver: Deliver = async (_request, execute) => Promise.resolve(execute()),
) {
  const fake = new FakeAws(LOB.bucket, Object.keys(tables));
  for (const [table, row] of Object.entries(tables)) if (row) fake.putItem(table, { ...lobRowItem(row), namespace: { S: "fraud" } });
  return fake.clients(async (request, execute) => {
    asked.push(request.input["TableName"] as string);
    expect(request.input["ConsistentRead"]).toBe(true);
    return deliver(request, execute);
  });
}

/** Refuses what is asked of some tables. */
const refusing =
  (errors: Readonly<Record<string, Error>>): Deliver =>
  async ({ input }, execute) => {
    const error = errors[input["TableName"] as string];
    if (error) throw error;
    return Promise.resolve(execute());
  };

describe("a LOB is found", () => {
  test("in its own table, and no other is asked", async () => {
    expect(await findLob(fakeWith({ [OWN]: ROW, [SHARED]: { ...ROW, bucket: "other" } }), "fraud")).toEqual({ ...ROW, catalogTable: OWN });
    expect(asked).toEqual([OWN]);
  });

  test.each([
    ["does not exist", { [SHARED]: ROW }, {}],
    ["has no row of it", { [OWN]: undefined, [SHARED]: ROW }, {}],
    ["is denied", { [OWN]: undefined, [SHARED]: ROW }, { [OWN]: awsError("AccessDeniedException", 400) }],
  ])("in the shared table, where its own %s", async (_, tables, errors) => {
    expect((await findLob(fakeWith(tables, refusing(errors)), "fraud")).catalogTable).toBe(SHARED);
    expect(asked).toEqual([OWN, SHARED]);
  });

  test("in the table that is given, and no other is asked", async () => {
    expect((await findLob(fakeWith({ given: ROW, [OWN]: ROW }), "fraud", { catalogTable: "given" })).catalogTable).toBe("given");
    expect(asked).toEqual(["given"]);
  });
});

describe("a LOB is not found", () => {
  test("and the error says what each table answered, and what to look at", async () => {
    const aws = fakeWith({ [SHARED]: undefined }, refusing({ [SHARED]: awsError("AccessDeniedException", 400) }));
    await expect(findLob(aws, "fraud")).rejects.toMatchObject({
      code: "LOB3001",
      message: `LOB fraud was not found in us-east-1: ${OWN} does not exist; ${SHARED} is denied to these credentials`,
      hint: expect.stringMatching(/name.*region.*account.*--catalog-table/),
      details: { lob: "fraud", region: "us-east-1" },
    });
  });

  test("in the table that is given, and no other is tried", async () => {
    const finding = findLob(fakeWith({ given: undefined, [OWN]: ROW }), "fraud", { catalogTable: "given" });
    await expect(finding).rejects.toMatchObject({ code: "LOB3001", message: expect.stringMatching(/: given has no row fraud$/) });
  });

  test.each(["Fraud", "fraud/churn", "", "a".repeat(41)])("by a name that no LOB has (%j), and nothing is asked", async (name) => {
    await expect(findLob(fakeWith({}), name)).rejects.toMatchObject({ code: "LOB1001" });
    expect(asked).toEqual([]);
  });

  test.each([
    ["LOB2001", awsError("UnrecognizedClientException", 400)],
    ["LOB2004", awsError("ExpiredTokenException", 400)],
    ["LOB2005", lostAnswer()],
  ])("because AWS does not let us look (%s): the next table would not do better", async (code, error) => {
    const finding = findLob(fakeWith({ [SHARED]: ROW }, refusing({ [OWN]: error })), "fraud");
    await expect(finding).rejects.toMatchObject({ code, message: expect.stringContaining(`looking for LOB fraud in table ${OWN}`) });
    expect(asked).toEqual([OWN]);
  });
});

describe("a row that is found counts only when", () => {
  test.each([
    ["it can be understood", { bucketOwner: "me" }, "LOB4004", new RegExp(`table ${OWN}.*bucketOwner`)],
    ["it is that of the LOB", { lob: "credit" }, "LOB4004", /row of LOB fraud .* names the LOB credit/],
    ["its layout is known", { layoutVersion: LAYOUT_VERSION + 1 }, "LOB3004", /layout version/],
    ["it is of the region in use", { bucketRegion: "eu-west-1" }, "LOB1002", /bucket in eu-west-1, but the region in use is us-east-1/],
  ])("%s", async (_, change, code, message) => {
    await expect(findLob(fakeWith({ [OWN]: { ...ROW, ...change }, [SHARED]: ROW }), "fraud")).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(asked).toEqual([OWN]);
  });
});
