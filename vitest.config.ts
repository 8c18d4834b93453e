import { defineConfig } from "vitest/config";

const never = ["**/node_modules/**", "**/.data/**"];
const databaseTests = "**/*.db.test.ts";
const scenarios = ["scenarios/**/*.test.ts", "chaos/chaos.test.ts"];
// Starts one PostgreSQL for the whole run and stops it at the end, also after a failure.
const postgres = "platform/testing-postgres.ts";

/** Three kinds of tests. Only the database tests and the scenarios start a PostgreSQL. The limits are for a busy machine:
 *  they tell "hangs", never "slow". */
export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...never, databaseTests, ...scenarios],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "database",
          include: [databaseTests],
          exclude: never,
          globalSetup: postgres,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "scenarios",
          include: scenarios,
          exclude: never,
          globalSetup: postgres,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
