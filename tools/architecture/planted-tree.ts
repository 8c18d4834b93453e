import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { refuse as general } from "#kernel/refusal";
import { refuse as operators } from "#platform/operator-access";
import { makeTestFolder } from "#platform/testing-folder";
import { readTree, type Tree } from "./tree.ts";

/** Files of a small tree: text by path. */
export type Files = Readonly<Record<string, string>>;

const project = join(import.meta.dirname, "../..");

/** A tree in a temporary folder, on this project's own kernel/ and platform/; `dispose` deletes it. */
export type PlantedTree = Tree & Disposable;

/** Writes `files` over the small clean house of `cleanHouse`, for a rule to look at. */
export function plantTree(files: Files): PlantedTree {
  const root = makeTestFolder("planted");
  for (const copied of ["package.json", "kernel", "platform"])
    cpSync(join(project, copied), join(root, copied), {
      recursive: true,
      filter: (source) => !source.endsWith(".test.ts"),
    });
  symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
  for (const [path, text] of Object.entries({ ...cleanHouse, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { ...readTree(root), [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** A violation put into the clean house: the rule must find exactly `caught` and nothing else. */
export type Planting = { readonly rule: string; readonly files: Files; readonly caught: readonly string[] };

/** One file of the clean house with one change. */
export function edited(path: string, from: string | RegExp, to: string): Files {
  const before = cleanHouse[path]!;
  const after = before.replace(from, to);
  if (after === before) throw new Error(`The planting in ${path} changes nothing.`);
  return { [path]: after };
}

const headings = (refusals: object) =>
  Object.keys(refusals)
    .map((code) => `### \`${code}\`\n`)
    .join("");

/** Two services that keep every rule: orders calls inventory, inventory hears orders. */
export const cleanHouse: Files = {
  "topology.ts": `export const topology = [{ name: "orders" }, { name: "inventory" }];\n`,
  "docs/where.md": "| the stock | `services/inventory/store.ts` |\n| an order | `services/orders/place-order.ts` |\n",
  "docs/refusals.md": `## Every operation\n${headings(general)}## Operators\n${headings(operators)}`,
  "docs/events.md": "### `orders.OrderPlaced.v1`\n### `bus.DiscrepanciesFound.v1`, `inventory.DiscrepanciesFound.v1`\n",
  "services/orders/README.md": "# Orders\n",
  "services/orders/contract.ts": `
    import Type from "typebox";
    import { defineContract } from "#kernel/contract";
    export const orders = defineContract("orders", {
      placeOrder: { method: "POST", path: "/orders", summary: "Places an order.", access: "shopper", input: Type.Object({}), output: Type.Object({}) },
    });`,
  "services/orders/events.ts": `
    import Type from "typebox";
    import { defineEvent } from "#kernel/event";
    export const OrderPlaced = defineEvent({ service: "orders", name: "OrderPlaced", version: 1, subject: "orderId", summary: "It was placed.", data: Type.Object({ orderId: Type.String() }) });`,
  "services/orders/service.ts": `
    import { inventory } from "#inventory/contract";
    import { defineService } from "#platform/service";
    import { orders } from "./contract.ts";
    import { OrderPlaced } from "./events.ts";
    import { placeOrder } from "./place-order.ts";
    export const service = defineService({ name: "orders", contract: orders, operations: { placeOrder }, calls: [inventory], publishes: [OrderPlaced], hasDatabase: false });`,
  "services/orders/place-order.ts": `
    import { inventory } from "#inventory/contract";
    import type { Ctx } from "#platform/ctx";
    import { OrderPlaced } from "./events.ts";
    export async function placeOrder(_input: unknown, ctx: Ctx) {
      await ctx.call(inventory.reserve, {});
      await ctx.db.transaction(async (tx) => ctx.publish(tx, OrderPlaced, { orderId: "1" }));
      return {};
    }`,
  "services/orders/model/order.ts": `
    export type Order = { readonly placedAt: Date; readonly process: "manual" | "automatic" };
    export const summary = (order: Order) => ({ process: order.process, crypto: false });
    export const isOld = (order: Order, now: Date) => now.getTime() - order.placedAt.getTime() > new Date("2020-01-01").getTime();`,
  "services/inventory/README.md": "# Inventory\n",
  "services/inventory/contract.ts": `
    import Type from "typebox";
    import { defineContract } from "#kernel/contract";
    export const inventory = defineContract("inventory", {
      reserve: { method: "POST", path: "/reserve", summary: "Reserves.", access: "service", input: Type.Object({}), output: Type.Object({}) },
    });`,
  "services/inventory/service.ts": `
    import { OrderPlaced } from "#orders/events";
    import { defineService, hear } from "#platform/service";
    import { inventory } from "./contract.ts";
    import { reserve } from "./reserve.ts";
    export const service = defineService({ name: "inventory", contract: inventory, operations: { reserve }, hears: [hear(OrderPlaced, async () => {})] });`,
  "services/inventory/reserve.ts": `
    import type { Ctx } from "#platform/ctx";
    import type { Statement } from "#platform/sql";
    import { reserveStock } from "./store.ts";
    export async function reserve(_input: unknown, _ctx: Ctx) {
      const statement: Statement = reserveStock("SKU-1");
      return { name: statement.name };
    }`,
  "services/inventory/store.ts": `
    import { sql } from "#platform/sql";
    export const reserveStock = (sku: string) => sql\`update stock set reserved = reserved + 1 where sku = \${sku}\`;`,
  "services/inventory/migrations/0001_create_stock.sql":
    "-- Stock on hand per SKU, because promises need a number.\ncreate table stock (sku text primary key);\n",
};
