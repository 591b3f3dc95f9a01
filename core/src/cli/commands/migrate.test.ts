import { expect, test } from "@jest/globals";
import type { MigrationReport, ModelMigration } from "../../migrate/options.js";
import { ending } from "./migrate.js";

const output = { style: (colour: string, text: string): string => `<${colour}>${text}</>` };
const model = (state: ModelMigration["state"], copied: number): ModelMigration => ({
  model: "churn",
  state,
  versions: { copied, indexed: 0, there: 0, left: 0 },
  bytes: copied,
  next: 1,
  aliases: { migrated: [], there: [], left: [] },
  latest: "published",
  latestWork: "advance",
  findings: [],
});
const report = (problems: number, ...models: ModelMigration[]): MigrationReport => ({
  lob: "fraud",
  source: "s3://old",
  inPlace: false,
  applied: true,
  models,
  findings: [],
  problems,
});

test("the last line is green only if no model failed", () => {
  expect(ending(output, report(0, model("done", 2)), 1000)).toMatch(/^<green>migrated<\/> 2 versions, /);
  expect(ending(output, report(1, model("failed", 0), model("done", 2)), 1000)).toMatch(
    /^<red>migration incomplete: 1 model failed<\/>; 2 versions, .* 1 problem needs manual action\.$/,
  );
});
