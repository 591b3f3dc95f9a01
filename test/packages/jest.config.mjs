// The packages installed into empty folders, which takes minutes: `npm test -- --config test/packages/jest.config.mjs`.
import base from "../../jest.config.mjs";

const rooms = /** @type {{ displayName: string }[]} */ (base.projects);
const room = rooms.find(({ displayName }) => displayName === "test");

/** @type {import("jest").Config} */
export default {
  ...base,
  rootDir: "../..",
  projects: [{ ...room, roots: ["<rootDir>/packages"], testMatch: ["**/*.installed.ts"] }],
  maxWorkers: 1,
};
