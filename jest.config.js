/** Unit tests by default; `--selectProjects e2e` runs the ones that need hosts (root, Linux). */
const shared = {
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  testEnvironment: "node",
  // Pulumi keeps state on the global object that it looks at again after the last test.
  testEnvironmentOptions: { globalsCleanup: "off" },
  modulePathIgnorePatterns: ["<rootDir>/.local", "<rootDir>/.test", "<rootDir>/.trinode"],
};

module.exports = {
  // Nothing is asserted about time: five seconds are too few on a machine that does something else, too.
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["/__tests__/e2e/"],
    },
    {
      ...shared,
      displayName: "e2e",
      testMatch: ["<rootDir>/__tests__/e2e/**/*.test.ts"],
      globalSetup: "<rootDir>/__tests__/e2e/support/toolchainSetup.ts",
    },
  ],
};
