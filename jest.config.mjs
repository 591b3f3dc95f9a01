// One project per room. Run by `npm test`; arguments go to jest: `npm test -- core/src/layout`, `npm test -- --selectProjects action`.

const compiler = { moduleResolution: "Bundler", target: "ES2024", isolatedModules: true, esModuleInterop: true, sourceMap: true };
/** ts-jest only transpiles: `tsc -b` has checked the types. */
const esModules = {
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "ts-jest",
      {
        useESM: true,
        tsconfig: { ...compiler, module: "ESNext", verbatimModuleSyntax: true },
      },
    ],
  },
};
const commonJs = {
  transform: {
    "\\.ts$": ["ts-jest", { tsconfig: { ...compiler, module: "CommonJS" } }],
  },
};

/**
 * @param {string} name the room's folder
 * @param {Record<string, unknown>} options
 */
const room = (name, options) => ({
  displayName: name,
  rootDir: `./${name}`,
  testEnvironment: "<rootDir>/../scripts/jest-environment.mjs",
  testMatch: ["<rootDir>/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  resolver: "<rootDir>/../scripts/jest-resolver.cjs",
  ...options,
});

/** @type {import("jest").Config} */
export default {
  projects: [
    room("core", esModules),
    room("provider", commonJs),
    room("action", {
      ...esModules,
      moduleNameMapper: {
        "^lob-registry-core$": "<rootDir>/../core/src/index.ts",
        "^lob-registry-core/layout$": "<rootDir>/../core/src/layout.ts",
      },
    }),
    // Tests that cross rooms run on the built packages: `lob-registry-core` is core/dist there.
    room("test", { ...esModules, roots: ["<rootDir>", "<rootDir>/../examples", "<rootDir>/../scripts"], testMatch: ["**/*.test.ts"] }),
  ],
  reporters: ["default", "<rootDir>/scripts/jest-totals.mjs"],
  // Ends a test that hangs. Long enough for a busy machine, because no test judges speed.
  testTimeout: 300_000,
  maxWorkers: 2,
  // Node does not free the ES modules that a test file loads: a worker that has run many files spends its time collecting garbage.
  workerIdleMemoryLimit: "700MB",
};
