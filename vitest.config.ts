import { defineConfig } from "vitest/config";

const never = ["**/node_modules/**", "**/.data/**"];
const databaseTests = "**/*.db.test.ts";
// What judges a report starts no shop: a unit test like the others.
const stories = "scenarios/**/!(*-report).test.ts";
const scenarios = [stories, "chaos/chaos.test.ts"];
const fleetOnly = "scenarios/**/*.fleet.test.ts";
// In a real Chromium; only the smoke test of them is a scenario like the others.
const inBrowsers = "scenarios/browser/*.browser.test.ts";
// They start processes of their own, whatever is asked for.
const oneProcessOnly = ["start", "kill", "import-real-products", "browser/smoke"].map(
  (name) => `scenarios/${name}.test.ts`,
);
// Starts one PostgreSQL for the whole run and stops it at the end, also after a failure.
const postgres = "platform/testing-postgres.ts";

/** Three kinds of tests; `fleet` is the scenarios once more, with each service a process of its own, `browser` those that shoppers live
 *  through in a real browser. Only unit tests start no
 *  PostgreSQL. The limits are for a busy machine: they tell "hangs", never "slow". */
export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...never, databaseTests, ...scenarios],
          maxWorkers: "100%",
          isolate: false, // no file leaves anything behind for the next: importing everything anew costs a quarter of the time
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
          maxWorkers: 2, // PostgreSQL works beside each of them
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "scenarios",
          include: scenarios,
          exclude: [...never, fleetOnly, inBrowsers],
          maxWorkers: "100%",
          globalSetup: postgres,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "fleet",
          include: [stories],
          exclude: [...never, ...oneProcessOnly, inBrowsers],
          globalSetup: postgres,
          env: { SCENARIOS_ON: "fleet" },
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: "browser",
          include: [inBrowsers, "scenarios/browser/smoke.test.ts"],
          exclude: never,
          globalSetup: postgres,
          fileParallelism: false, // a browser takes every core there is
          testTimeout: 180_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
