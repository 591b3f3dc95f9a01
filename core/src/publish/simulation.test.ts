import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Simulation, type Scenario } from "../testing/simulation.js";

/** How many schedules are played of each scenario; LOB_SIMULATIONS raises it for a long search. */
const SCHEDULES = Number(process.env["LOB_SIMULATIONS"] ?? 30);

const SCENARIOS: Record<string, Omit<Scenario, "seed">> = {
  "two publishers of different content": {
    publishers: [
      { content: "A", key: "a" },
      { content: "B", key: "b" },
    ],
    kills: 2,
    lost: 2,
  },
  "three publishers of different content without keys": {
    publishers: [{ content: "A" }, { content: "B" }, { content: "C" }],
    kills: 1,
    lost: 2,
  },
  "the same content under two keys": {
    publishers: [
      { content: "A", key: "a" },
      { content: "A", key: "b" },
    ],
    kills: 2,
    lost: 2,
  },
  "the same content without keys": { publishers: [{ content: "A" }, { content: "A" }, { content: "A" }], kills: 2, lost: 2 },
  "one key twice": {
    publishers: [
      { content: "A", key: "a" },
      { content: "A", key: "a" },
    ],
    kills: 2,
    lost: 2,
    expiries: 1,
  },
  "going back: A, B, then A and C": {
    history: ["A", "B"],
    publishers: [
      { content: "A", key: "a" },
      { content: "C", key: "c" },
    ],
    kills: 2,
    lost: 2,
  },
  "going back, twice at once": {
    history: ["A", "B"],
    publishers: [
      { content: "A", key: "a" },
      { content: "A", key: "b" },
    ],
    kills: 1,
    expiries: 1,
  },
  "back and forth": {
    history: ["A"],
    publishers: [{ content: "B" }, { content: "A" }, { content: "B" }, { content: "A" }],
    kills: 1,
    lost: 1,
  },
  "staging that expires": { publishers: [{ content: "A", key: "a" }, { content: "B" }], kills: 2, lost: 1, expiries: 3 },
  "the same content, and staging that expires": {
    publishers: [
      { content: "A", key: "a" },
      { content: "A", key: "b" },
    ],
    kills: 1,
    expiries: 2,
  },
  "the Python library in between": { history: ["A"], publishers: [{ content: "B", key: "b" }, { content: "C" }], python: 2, lost: 1 },
  "the Python library, kills and expiry": {
    history: ["A", "B"],
    publishers: [{ content: "A", key: "a" }, { content: "C" }],
    python: 1,
    kills: 1,
    expiries: 1,
  },
};

/** With doctors beside the publishers, and one after them. */
const REPAIRED: Record<string, Omit<Scenario, "seed">> = {
  "two publishers of different content": {
    publishers: [
      { content: "A", key: "a" },
      { content: "B", key: "b" },
    ],
    doctors: 1,
    kills: 3,
    lost: 2,
    deserters: true,
  },
  "two doctors at once": {
    history: ["A"],
    publishers: [{ content: "B", key: "b" }, { content: "A" }],
    doctors: 2,
    kills: 3,
    lost: 2,
    deserters: true,
  },
  "the same content under two keys, and staging that expires": {
    publishers: [
      { content: "A", key: "a" },
      { content: "A", key: "b" },
    ],
    doctors: 1,
    kills: 2,
    expiries: 2,
    deserters: true,
  },
  "going back: A, B, then A twice, and doctors that clean": {
    history: ["A", "B"],
    publishers: [
      { content: "A", key: "a" },
      { content: "A", key: "b" },
    ],
    doctors: 2,
    clean: true,
    kills: 2,
    lost: 1,
    deserters: true,
  },
  "the Python library": {
    history: ["A"],
    publishers: [{ content: "B", key: "b" }, { content: "C" }],
    doctors: 1,
    python: 2,
    kills: 2,
    lost: 1,
    deserters: true,
  },
  "the Python library, going back, expiry, two doctors": {
    history: ["A", "B"],
    publishers: [{ content: "A", key: "a" }, { content: "C" }],
    doctors: 2,
    python: 2,
    kills: 2,
    expiries: 2,
    deserters: true,
  },
};

const ALL = [
  ...Object.entries(SCENARIOS),
  ...Object.entries(REPAIRED).map(([name, scenario]): [string, Omit<Scenario, "seed">] => [`${name}, with doctor`, scenario]),
];

describe("the publish protocol under every kind of trouble", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lob-simulation-"));
    await writeFile(join(folder, "manifest"), "x");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(ALL)(
    "%s",
    async (_, scenario) => {
      for (let seed = 1; seed <= SCHEDULES; seed++) {
        const simulation = new Simulation({ ...scenario, seed }, join(folder, "manifest"));
        const found = await simulation.run();
        if (found.length > 0) throw new Error(`seed ${seed}:\n${found.join("\n")}\n\n${simulation.trace.join("\n")}`);
      }
      expect(SCHEDULES).toBeGreaterThan(0);
    },
    600_000 + SCHEDULES * 5_000,
  );
});
