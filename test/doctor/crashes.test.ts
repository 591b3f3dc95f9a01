/**
 * Every state in which a publisher can die: killed before each of its requests, and after each with the answer lost. For each, doctor
 * must leave nothing half done, and the same publish, run again, must end as if nothing had happened. So must one without a doctor.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { doctor, publish } from "lob-registry-core";
import { Setting } from "../interop/setting.ts";
import { dying, type Death } from "./crashing.ts";

const INSTALLING = 300_000;

let setting: Setting;
const trees = new Map<string, string>();
beforeAll(async () => {
  setting = await Setting.start();
  for (const content of ["A", "B"]) trees.set(content, await setting.tree({ "weights.bin": content, "config.json": "{}" }));
}, INSTALLING);
afterAll(() => setting?.stop());

interface Scenario {
  /** Contents that are published one after the other; the publisher of the last one dies. */
  readonly contents: readonly string[];
  /** Each request in order, with doctor's repairs after a publisher that died after it, or before the next one. */
  readonly states: readonly (readonly [request: string, mends: string])[];
}

const UPLOAD = "old-upload";
const [FINISH, FINISH_TWO] = ["unfinished", "unfinished, old-upload"];
const [BEHIND, BEHIND_TWO] = ["latest-behind, old-upload", "latest-behind, old-upload, old-upload"];

/** The steps of the protocol from the upload on, the same for each new version but for its number and the rows of its transaction. */
const fromUploadOn = (n: number, reserved: string): Scenario["states"] => [
  ["PutObject manifest", ""],
  ["CreateMultipartUpload staging", UPLOAD],
  ["UploadPart staging", UPLOAD],
  ["CompleteMultipartUpload staging", UPLOAD],
  ["HeadObject staging", UPLOAD],
  [`TransactWriteItems ${reserved}`, FINISH],
  [`CreateMultipartUpload object ${n}`, FINISH_TWO],
  [`UploadPartCopy object ${n}`, FINISH_TWO],
  [`CompleteMultipartUpload object ${n}`, FINISH],
  [`HeadObject object ${n}`, FINISH],
  ["GetItem model", FINISH],
  [`TransactWriteItems row ${n}, model`, BEHIND],
  [`GetItem row ${n}`, BEHIND],
  [`GetItem row ${n}`, BEHIND],
  ["GetItem model", BEHIND],
  ["HeadObject object LATEST", BEHIND],
  [`HeadObject object ${n}`, BEHIND],
  ["CreateMultipartUpload object LATEST", BEHIND_TWO],
  ["UploadPartCopy object LATEST", BEHIND_TWO],
  ["CompleteMultipartUpload object LATEST", UPLOAD],
  ["GetItem model", UPLOAD],
  ["HeadObject object LATEST", UPLOAD],
  ["DeleteObject staging", ""],
];

const SCENARIOS: Record<string, Scenario> = {
  "the first version of a model": {
    contents: ["A"],
    states: [
      ["GetItem LOB", ""],
      ["GetItem model", ""],
      ["GetItem key", ""],
      ["GetItem digest", ""],
      ["HeadObject object LATEST", ""],
      ["ListObjectsV2 versions", ""],
      ...fromUploadOn(1, "model, row 1, digest, key"),
    ],
  },
  "content that was published before, after another": {
    contents: ["A", "B", "A"],
    states: [
      ["GetItem LOB", ""],
      ["GetItem model", ""],
      ["GetItem key", ""],
      ["GetItem digest", ""],
      ["GetItem row 1", ""],
      ["HeadObject object LATEST", ""],
      ...fromUploadOn(3, "model, row 3, digest, row 1, key"),
    ],
  },
};
const WRITES = /^(Put|Create|Upload|Complete|Transact|Delete)/;

describe.each(Object.entries(SCENARIOS))("%s:", (name, { contents, states }) => {
  const key = "run-1";
  const options = (model: string, content: string) => ({
    lob: "fraud",
    model,
    path: trees.get(content)!,
    idempotencyKey: `${key}-${content}`,
  });
  let serial = 0;
  const newModel = (): string => `${name.replaceAll(/\W/g, "").slice(0, 20)}-${++serial}`;

  /** A model with this history, whose last publisher died. */
  async function left(death: Death): Promise<{ model: string; request: string }> {
    const model = newModel();
    for (const content of contents.slice(0, -1)) await setting.publish(model, trees.get(content)!);
    const { aws, dead } = dying(setting.aws, death);
    // It may succeed: it does not fail if it cannot clear away its upload.
    await publish(aws, options(model, contents.at(-1)!)).catch(() => undefined);
    return { model, request: await dead };
  }

  async function publishAgain(model: string): Promise<void> {
    const result = await publish(setting.aws, options(model, contents.at(-1)!));
    expect(result).toMatchObject({ version: contents.length, latest: contents.length });
    expect(await setting.broken(model, { unindexed: false })).toEqual([]);
  }

  test("the table has each request of an undisturbed publish", async () => {
    const model = newModel();
    for (const content of contents.slice(0, -1)) await setting.publish(model, trees.get(content)!);
    const { aws, requests } = dying(setting.aws);
    await publish(aws, options(model, contents.at(-1)!));
    expect(requests).toEqual(states.map(([request]) => request));
  });

  // A read changes nothing, so dying after it equals dying before the next request.
  const deaths = states.flatMap(([request, after], index): [string, Death, string, string][] => {
    const before = index === 0 ? "" : states[index - 1]![1];
    const at = index + 1;
    return [
      [`before ${at}. ${request}`, { at, answerLost: false }, request, before],
      ...(WRITES.test(request)
        ? [[`after ${at}. ${request}`, { at, answerLost: true }, request, after] as [string, Death, string, string]]
        : []),
    ];
  });

  describe.each(deaths)("%s", (_, death, expected, mends) => {
    test("doctor leaves nothing half done, and the publish then ends as if nothing had happened", async () => {
      const { model, request } = await left(death);
      expect(request).toBe(expected);
      const report = await doctor(setting.aws, { lob: "fraud", model, busySeconds: 0, ageSeconds: 0, clean: true });
      const mended = report.findings.map(({ kind, outcome }) => (outcome === "mended" ? kind : `${kind} (${outcome})`));
      expect(mended.join(", ")).toBe(mends);
      expect(await setting.broken(model, { unindexed: false })).toEqual([]);
      await publishAgain(model);
    });

    test("the same publish, run again, ends as if nothing had happened", async () => {
      await publishAgain((await left(death)).model);
    });
  });
});
