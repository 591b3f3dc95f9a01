// The component on the real Pulumi engine, which takes minutes: `npm test -- --config test/engine/jest.config.mjs`. README.md says what it needs.
import base from "../../jest.config.mjs";

const rooms = /** @type {{ displayName: string }[]} */ (base.projects);
const room = rooms.find(({ displayName }) => displayName === "test");

/** @type {import("jest").Config} */
export default {
  ...base,
  rootDir: "../..",
  projects: [
    {
      ...room,
      displayName: "engine",
      roots: ["<rootDir>/engine"],
      testMatch: ["**/*.engine.ts"],
      globalSetup: "<rootDir>/engine/setup.mjs",
    },
  ],
  testTimeout: 300_000,
  // Most of the time goes by in waiting: the AWS provider waits 55 s after each lifecycle configuration that it has made.
  maxWorkers: 4,
};
