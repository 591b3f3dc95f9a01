/** Others at work while a migration runs: our own publishers, the Python library, another migration. */
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { findLob, listVersions, type Aws } from "lob-registry-core";
import { Setting } from "../interop/setting.ts";
import { declareLob } from "../support/lob.ts";
import { readObjects } from "../support/state.ts";
import { history, seed, type SeedModel } from "./seed.ts";
import { broken, clientsFor, migrated, placeOf } from "./setting.ts";

const INSTALLING = 300_000;
// On a busy machine, hundreds of versions take their time.
jest.setTimeout(300_000);
const VERSIONS = 60;
const MODELS: SeedModel[] = [
  { ...history("ours", VERSIONS), aliases: [["prod", 7, 8, 50]] },
  { ...history("theirs", VERSIONS), aliases: [["prod", 7, null, null]] },
];

let setting: Setting;
let aws: Aws;
beforeAll(async () => {
  setting = await Setting.start();
  aws = await clientsFor(setting.sandbox);
  await seed(setting.sandbox, placeOf(setting.sandbox, setting.lob), MODELS);
}, INSTALLING);
afterAll(() => setting?.stop());

test("in place: publishers here and in Python, and a second migration; nobody loses a version", async () => {
  const publishers = [1, 2, 3].map(async (n) => setting.publish("ours", await setting.tree({ "weights.bin": `published meanwhile ${n}` })));
  const python = (async () => {
    for (const n of [1, 2, 3]) {
      const path = await setting.file(`from a notebook ${n}`);
      await setting.library.do(["put", { name: "theirs", path }], ["publish", { name: "theirs" }]);
    }
  })();
  const [first, second, ...published] = await Promise.all([
    migrated(aws, { lob: "fraud" }),
    migrated(aws, { lob: "fraud" }),
    ...publishers,
    python,
  ]);
  expect([first.problems, second.problems]).toEqual([0, 0]);
  expect(published.slice(0, 3).map((one) => one?.version)).toEqual(expect.arrayContaining([VERSIONS + 1, VERSIONS + 2, VERSIONS + 3]));
  await migrated(aws, { lob: "fraud" });
  const lob = await findLob(aws, "fraud");
  for (const { name } of MODELS) {
    expect([name, await broken(setting.sandbox, setting.lob, name)]).toEqual([name, []]);
    const numbers: number[] = [];
    for await (const { version } of listVersions(aws, lob, name)) numbers.push(version);
    expect(numbers).toEqual(Array.from({ length: VERSIONS + 3 }, (_, index) => VERSIONS + 3 - index));
  }
});

test("copied: whoever publishes once it has begun gets a number above every one of the source", async () => {
  const target = await declareLob(setting.sandbox, "credit");
  const source = placeOf(setting.sandbox, setting.lob);
  const publishers: Promise<unknown>[] = [];
  const report = await migrated(aws, {
    lob: "credit",
    source,
    models: ["theirs"],
    onLog: ({ message }) => {
      if (!message.startsWith("copying") || publishers.length > 0) return;
      for (const n of [1, 2]) {
        publishers.push(
          setting.tree({ "weights.bin": `published meanwhile ${n}` }).then((path) => setting.publish("theirs", path, { lob: "credit" })),
        );
      }
    },
  });
  expect(report).toMatchObject({ problems: 0, models: [{ versions: { copied: VERSIONS + 3, left: 0 } }] });
  const numbers = (await Promise.all(publishers)) as { version: number }[];
  expect(numbers.map(({ version }) => version).sort()).toEqual([VERSIONS + 4, VERSIONS + 5]);
  expect(await broken(setting.sandbox, target, "theirs")).toEqual([]);
  const objects = await readObjects(setting.clients, target.row.bucket, "ml-models/credit/theirs/versions/");
  expect(objects).toHaveLength(VERSIONS + 6);
});
