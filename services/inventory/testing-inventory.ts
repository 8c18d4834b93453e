import type { Input } from "#kernel/contract";
import type { Event } from "#kernel/event";
import { newId, type Id } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import { openDatabase } from "#platform/database";
import { startTestShop, type TestShop } from "#platform/testing";
import { ShipmentDispatched } from "#shipping/events";
import { inventory } from "./contract.ts";
import { reconcile } from "./reconcile.ts";
import { service } from "./service.ts";

type Lines = Input<typeof inventory.reserve>["lines"];
export type StockLine = { readonly sku: string; readonly warehouse?: string; readonly onHand: number };

/** The inventory alone in a shop of its own, with two warehouses: `main` (taken from first) and `spare`. */
export type TestInventory = {
  readonly shop: TestShop;
  /** Counts so many on hand (in `main` unless told). */
  stock(...lines: readonly StockLine[]): Promise<void>;
  reserve(lines: Lines, more?: Partial<Input<typeof inventory.reserve>>): ReturnType<typeof callReserve>;
  /** `[on hand, allocated]` of a SKU by warehouse. */
  books(sku: string): Promise<Readonly<Record<string, readonly [number, number]>>>;
  /** What the reconciliation finds wrong; [] when all is well. */
  differences(): Promise<readonly object[]>;
  /** Resolves when all of these are settled, to how many succeeded and the codes of those refused. */
  count(calls: readonly Promise<unknown>[]): Promise<Readonly<Record<string, number>>>;
  /** A database connection of one's own, to hold locks or to change what nobody may. */
  own<Result>(work: (db: ReturnType<typeof openDatabase>) => Promise<Result>): Promise<Result>;
  /** The context of a replica at a time so many milliseconds from now. */
  at(offsetMs: number): Ctx;
  stop(): Promise<void>;
};

export async function startTestInventory(settings: Readonly<Record<string, string>> = {}): Promise<TestInventory> {
  const shop = await startTestShop({ services: [service], settings });
  for (const [priority, code] of ["main", "spare"].entries())
    await shop.call(inventory.putWarehouse, { code, name: code, priority });
  return {
    shop,
    stock: async (...lines) => {
      const counted = lines.map(({ sku, warehouse = "main", onHand }) => ({ sku, warehouse, onHand }));
      const adjustmentId = newId("adjustment");
      await shop.call(inventory.adjustStock, { adjustmentId, reason: "count", lines: counted });
    },
    reserve: (lines, more) => callReserve(shop, lines, more),
    books: async (sku) => {
      const { warehouses } = await shop.call(inventory.getStockDetail, { sku });
      return Object.fromEntries(warehouses.map((row) => [row.warehouse, [row.onHand, row.allocated] as const]));
    },
    differences: () => reconcile(shop.context("inventory")),
    count: countOutcomes,
    own: async (work) => {
      const db = openDatabase({ url: shop.databaseUrl("inventory"), applicationName: "test", poolSize: 2 });
      return work(db).finally(() => db.close());
    },
    at: (offsetMs) => {
      const now = shop.context("inventory").now.getTime() + offsetMs;
      return Object.assign(shop.context("inventory"), { now: new Date(now) });
    },
    stop: () => shop.stop(),
  };
}

function callReserve(shop: TestShop, lines: Lines, more: Partial<Input<typeof inventory.reserve>> = {}) {
  const ids = { reservationId: newId("reservation"), orderId: newId("order") };
  return shop.call(inventory.reserve, { ...ids, lines: [...lines], ...more });
}

async function countOutcomes(calls: readonly Promise<unknown>[]): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const outcome of await Promise.allSettled(calls)) {
    const name = outcome.status === "fulfilled" ? "ok" : String(outcome.reason.code ?? outcome.reason);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** ShipmentDispatched as shipping publishes it. */
export function dispatched(
  reservationId: Id<"reservation">,
  lines: readonly { sku: string; warehouse: string; quantity: number }[],
): Event<typeof ShipmentDispatched> {
  const shipmentId = newId("shipment");
  const orderId = newId("order");
  const dispatchedAt = new Date().toISOString();
  const parcel = { method: "standard", country: "GB", carrier: null, trackingCode: null };
  return {
    specversion: "1.0",
    id: newId("event"),
    source: "/shipping",
    type: "shipping.ShipmentDispatched.v1",
    subject: orderId,
    time: dispatchedAt,
    store: "demo",
    market: "gb",
    data: { shipmentId, orderId, reservationId, ...parcel, lines: [...lines], dispatchedAt },
  };
}
