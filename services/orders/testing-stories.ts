import { newId, type Id } from "#kernel/id";
import type { TestShop } from "#platform/testing";
import { inventory } from "#inventory/contract";
import { arrive, buy, type Step } from "./testing-orders.ts";

/** A shopper with everything ready for the one act that a story is about. `act` goes by one key: it may be repeated. */
export type Tale = { readonly shopper: ReturnType<typeof arrive>; act(): Promise<{ readonly orderId: Id<"order"> }> };

/** What a shopper does, and what every book must say in the end, whatever went wrong. */
export type Story = {
  readonly name: string;
  /** Steps of participants that it makes. */
  readonly steps: readonly Step[];
  readonly books: { readonly state: string; readonly charged: number; readonly promised: number };
  begin(shop: TestShop): Promise<Tale>;
};

const TOTAL = 500 + 295;
const NOTHING = { charged: 0, promised: 0 };

async function readyToPay(shop: TestShop, card: "succeeds" | "insufficient_funds"): Promise<Tale> {
  const shopper = arrive(shop);
  await shopper.add();
  const [body, key] = [await shopper.body(card), newId("request")];
  return { shopper, act: () => shopper.send(body, key) };
}

export const STORIES: readonly Story[] = [
  {
    name: "a purchase",
    steps: ["prepare", "settle"],
    books: { state: "confirmed", charged: TOTAL, promised: 1 },
    begin: (shop) => readyToPay(shop, "succeeds"),
  },
  {
    name: "a declined purchase",
    steps: ["prepare", "undo"],
    books: { state: "failed", ...NOTHING },
    begin: (shop) => readyToPay(shop, "insufficient_funds"),
  },
  {
    name: "a cancelled purchase",
    steps: ["undo"],
    books: { state: "cancelled", ...NOTHING },
    begin: async (shop) => {
      const { orderId, ...shopper } = await buy(shop);
      await shop.settle();
      return { shopper, act: () => shopper.cancel(orderId) };
    },
  },
];

/** MUGs that can still be sold. */
export async function countAvailable(shop: TestShop): Promise<number> {
  return (await shop.call(inventory.getStockDetail, { sku: "MUG" })).warehouses[0]!.available;
}
