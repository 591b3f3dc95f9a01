/** All checks of a run, by suite. */
import { publish, type Aws, type Lob } from "lob-registry-core";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { changesNothingAfterUs, goesOnAboveADraft, refusesAPublishOfPython } from "../interop/scenarios.ts";
import { Setting } from "../interop/setting.ts";
import { SCENARIOS, type Course } from "../races/scenarios.ts";
import { existingLob } from "../support/lob.ts";
import { clientsOf } from "../support/state.ts";
import type { Target } from "../support/target.ts";
import type { Arguments, Suite } from "./arguments.ts";
import type { Check } from "./check.ts";
import { kills } from "./kills.ts";
import { bucketChecks } from "./probes/bucket.ts";
import { conditions } from "./probes/conditions.ts";
import { dynamodbChecks } from "./probes/dynamodb.ts";
import type { Place } from "./probes/place.ts";
import { policy } from "./probes/policy.ts";

/** Bytes for which an upload takes two parts. */
const MORE_THAN_A_PART = 16 * 1024 * 1024 + 100_000;

/** Resources that a run works on. */
export interface Setup {
  readonly target: Target;
  readonly isAws: boolean;
  readonly aws: Aws;
  /** As the component declares a LOB by default. */
  readonly writeOnce: Lob;
  /** With `pythonWriters`. */
  readonly withPython: Lob;
  /** Folder for what is published. */
  readonly folder: string;
}

export function checksOf(suite: Suite, setup: Setup, { processes, kills: most }: Pick<Arguments, "processes" | "kills">): Check[] {
  const { target, writeOnce, folder } = setup;
  const course: Course = { target, lob: { row: writeOnce }, catalogTable: writeOnce.catalogTable, folder, processes };
  switch (suite) {
    case "probes":
      return probes(setup);
    case "races":
      return SCENARIOS.map((scenario) => ({
        promise: "However many publish at once, numbers, LATEST and content come out right",
        restsOn: `product: of ${processes} processes, ${scenario.name}`,
        by: "product",
        run: () => scenario.run(course),
      }));
    case "kills":
      return kills(course, most);
    case "interop":
      return interop(setup);
  }
}

function probes({ target, isAws, aws, writeOnce, folder }: Setup): Check[] {
  const place: Place = { target, isAws, ...clientsOf(target), row: writeOnce, catalogTable: writeOnce.catalogTable };
  const model = "probe";
  let publishing: Promise<string> | undefined;
  const first = async (): Promise<string> => {
    const path = join(folder, model);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, "weights.bin"), "weights");
    await publish(aws, { lob: writeOnce.lob, model, path });
    return model;
  };
  const published = (): Promise<string> => (publishing ??= first());
  return [...conditions(place), ...policy(place), ...bucketChecks(place, published), ...dynamodbChecks(place, published)];
}

function interop({ target, aws, writeOnce, withPython }: Setup): Check[] {
  const on = (lob: Lob, work: (setting: Setting) => Promise<void>) => async (): Promise<void> => {
    const setting = await Setting.on(target, aws, existingLob(target, lob));
    try {
      await work(setting);
    } finally {
      await setting.stop();
    }
  };
  return [
    {
      promise: "The Python library reads what is published here, and has nothing to publish after it",
      restsOn: "product: versioned lists, reads, publishes and puts the same, and nothing changes",
      by: "product",
      run: on(writeOnce, (setting) => changesNothingAfterUs(setting, "beside", 1_000, [1, 2])),
    },
    {
      promise: "The Python library reads what is published here, and has nothing to publish after it",
      restsOn: "product: the same for an artifact that was uploaded in two parts",
      by: "product",
      run: on(writeOnce, (setting) => changesNothingAfterUs(setting, "beside-large", MORE_THAN_A_PART, [1])),
    },
    {
      promise: "Without pythonWriters, the Python library cannot publish",
      restsOn: "bucket policy: its copy to a number is refused",
      by: "AWS",
      run: on(writeOnce, (setting) => refusesAPublishOfPython(setting, "refused")),
    },
    {
      promise: "With pythonWriters, unpublished work is never overwritten, and what Python publishes is taken up",
      restsOn: "product: a draft of versioned stops us; published, it is indexed, and we go on above it",
      by: "product",
      run: on(withPython, (setting) => goesOnAboveADraft(setting, "draft")),
    },
  ];
}
