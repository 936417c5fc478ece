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

const more = ["single", "releases", "site"].map((name) => `/__tests__/e2e/${name}.test.ts`);

module.exports = {
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
      testPathIgnorePatterns: more,
    },
    // Seen to pass one by one while they were written, and not yet in one run on a quiet machine: `npm test -- --only more`.
    { ...shared, displayName: "more", testMatch: more.map((path) => `<rootDir>${path}`) },
  ],
};
