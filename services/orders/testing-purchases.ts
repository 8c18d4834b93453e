import { newId } from "#kernel/id";
import { Refusal } from "#kernel/refusal";
import { pause } from "#platform/loop";
import type { TestShop } from "#platform/testing";
import type { CardBehaviour } from "#payment-simulator/contract";
import { cart } from "#cart/contract";
import { orders } from "./contract.ts";
import { arrive, booksOf, letTimePass, untilOver } from "./testing-orders.ts";

/** Somebody who uses a shop until it is answered; `moved` resolves when another replica has to be asked. */
export type Client = { shop: TestShop; moved: Promise<void> };

/** A client of one replica for ever. */
export function clientOf(shop: TestShop): Client {
  return { shop, moved: new Promise(() => {}) };
}

export type Books = Awaited<ReturnType<typeof booksOf>> & { readonly orders: number; readonly inCart: number };

/** What a shopper does, and what all books say afterwards. */
export type Story = {
  readonly name: string;
  readonly card: CardBehaviour;
  readonly isCancelled: boolean;
  readonly books: Books;
};

const NOTHING_WRONG = { payments: 1, faults: [], orders: 1 };
const BOUGHT = { ...NOTHING_WRONG, state: "confirmed", charged: 795, kept: 795, promised: 1, inCart: 0 } as const;
const UNDONE = { ...NOTHING_WRONG, charged: 0, kept: 0, promised: 0 } as const;

export const stories: readonly Story[] = [
  { name: "buys", card: "succeeds", isCancelled: false, books: BOUGHT },
  {
    name: "buys, and its payment must be asked for",
    card: "charges_without_answer",
    isCancelled: false,
    books: BOUGHT,
  },
  {
    name: "buys, and takes it back",
    card: "succeeds",
    isCancelled: true,
    books: { ...UNDONE, state: "cancelled", inCart: 0 },
  },
  {
    name: "has no money",
    card: "insufficient_funds",
    isCancelled: false,
    books: { ...UNDONE, state: "failed", inCart: 1 },
  },
];

export type Asking = Pick<Story, "card" | "isCancelled"> & {
  /** The key of each request; the same for each try unless told. */
  readonly keyFor?: (key: string) => string;
};

/** Lets a shopper with a new cart do it, repeating with the same key what has no answer. What it answers looks into the books. */
export async function tell(
  client: Client,
  { card, isCancelled, keyFor = (key) => key }: Asking,
): Promise<() => Promise<Books>> {
  const { told } = arrive(client.shop);
  const [cartKey, key] = [newId("request"), newId("request")];
  const shopper = (shop: TestShop) => arrive(shop, told);
  await insist(client, (shop) =>
    shop.call(cart.addLine, { sku: "MUG", quantity: 1 }, { ...told, idempotencyKey: keyFor(cartKey) }),
  );
  const body = await insist(client, (shop) => shopper(shop).body(card));
  const { orderId } = await insist(client, (shop) =>
    shop.call(orders.checkout, body, { ...told, idempotencyKey: keyFor(key) }),
  );
  await insist(client, (shop) => untilOver(shop, orderId));
  if (isCancelled) {
    await insist(client, (shop) => shop.call(orders.cancelOrder, { orderId }, told));
    await insist(client, (shop) => untilOver(shop, orderId));
  }
  const look = async (shop: TestShop) => ({
    ...(await booksOf(shop, orderId)),
    orders: (await shopper(shop).orders()).filter((order) => order.orderId === orderId).length,
    inCart: (await shopper(shop).lines()).length,
  });
  return () => insist(client, look);
}

const FOR_NOW = new Set(["SERVICE_UNAVAILABLE", "DEADLINE_EXCEEDED", "IDEMPOTENCY_IN_FLIGHT"]);

/** The same once more while it is refused for now, or its answer can't come any more. Whatever else goes wrong is thrown. */
async function insist<Result>(client: Client, ask: (shop: TestShop) => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    const { shop, moved } = client;
    try {
      const asked = ask(shop).then((answer) => ({ answer }));
      asked.catch(() => {}); // nobody hears of it after a move
      const told = await Promise.race([asked, moved]);
      if (told !== undefined) return told.answer;
    } catch (error) {
      if (!(error instanceof Refusal && FOR_NOW.has(error.code)) || tries === 20) throw error;
      if (error.code === "IDEMPOTENCY_IN_FLIGHT") shop.advanceClock(5_000);
      await pause(20);
    }
  }
}

/** Lets everything come to rest that this replica has to do. */
export function comeToRest(client: Client): Promise<void> {
  return insist(client, (shop) => letTimePass(shop, 10_000));
}
