// The readers against files that real libraries wrote. `.ci/run inspect` installs these and says where:
// `LOB_INSPECT_PYTHON=.../bin/python npm test -- --config test/inspect/jest.config.mjs`.
import base from "../../jest.config.mjs";

const rooms = /** @type {{ displayName: string }[]} */ (base.projects);
const room = rooms.find(({ displayName }) => displayName === "test");

/** @type {import("jest").Config} */
export default {
  ...base,
  rootDir: "../..",
  projects: [{ ...room, roots: ["<rootDir>/inspect"], testMatch: ["**/*.real.ts"] }],
  maxWorkers: 1,
};
