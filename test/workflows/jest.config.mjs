// The example workflows, run by act: `npm test -- --config test/workflows/jest.config.mjs`, with ACT naming its program.
import base from "../../jest.config.mjs";

const rooms = /** @type {{ displayName: string }[]} */ (base.projects);
const room = rooms.find(({ displayName }) => displayName === "test");

/** @type {import("jest").Config} */
export default {
  ...base,
  rootDir: "../..",
  projects: [{ ...room, roots: ["<rootDir>/workflows"], testMatch: ["**/*.act.ts"] }],
  testTimeout: 120_000,
  maxWorkers: 1,
};
