import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "#kernel/id";
import { until } from "#platform/testing-events";
import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";
import { inventory } from "#inventory/contract";
import { orders } from "./contract.ts";
import { participants, type Participant } from "./participants.ts";
import { booksOf, buy, disturb, gate, rowOf, startOrders, untilOver, type Fault, type Step } from "./testing-orders.ts";

// Whatever befalls any step of any part, an order comes to its end and every book agrees. A new participant is covered by being one.

let shop: TestShop;
beforeAll(async () => {
  shop = await startOrders();
});
afterAll(() => shop?.stop());

let standstill = gate();
afterEach(() => {
  standstill.open();
  standstill = gate();
});

const lost = () => {
  throw new Error("no answer");
};
const FAULTS: Readonly<Record<string, Fault>> = {
  "fails before its effect": async () => lost(),
  "takes effect, but its answer is lost": async (act) => {
    await act();
    lost();
  },
  "is done twice": async (act) => {
    await act();
    return act();
  },
  "stalls, and takes effect when others have finished": async (act) => {
    await standstill.wait();
    return act();
  },
  "takes effect, stalls, and goes on when others have finished": async (act) => {
    const answer = await act();
    await standstill.wait();
    return answer;
  },
};

type Story = {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly books: { readonly state: string; readonly charged: number; readonly promised: number };
  /** Runs until the fault had its chance; the order may be anywhere then. */
  run(isReached: () => boolean): Promise<Id<"order">>;
};
const TOTAL = 500 + 295;
const NOTHING = { charged: 0, promised: 0 };

/** Buys in the background and tells the order as soon as it stands still or the fault is reached. */
async function placed(card: "succeeds" | "insufficient_funds", isReached: () => boolean): Promise<Id<"order">> {
  const before = await newestOrder();
  let isAnswered = false;
  background.push(buy(shop, card).finally(() => (isAnswered = true)));
  await until("the order is placed and the step reached", async () => {
    return (isAnswered || isReached()) && (await newestOrder()) !== before;
  });
  return (await newestOrder())!;
}
async function newestOrder(): Promise<Id<"order"> | undefined> {
  return (await shop.call(orders.listOrders, { limit: 1 })).items[0]?.orderId;
}
const background: Promise<unknown>[] = [];

const STORIES: readonly Story[] = [
  {
    name: "a purchase",
    steps: ["prepare", "settle"],
    books: { state: "confirmed", charged: TOTAL, promised: 1 },
    run: (isReached) => placed("succeeds", isReached),
  },
  {
    name: "a declined purchase",
    steps: ["prepare", "undo"],
    books: { state: "failed", ...NOTHING },
    run: (isReached) => placed("insufficient_funds", isReached),
  },
  {
    name: "a cancelled purchase",
    steps: ["undo"],
    books: { state: "cancelled", ...NOTHING },
    run: async (isReached) => {
      const { orderId, cancel } = await buy(shop);
      await shop.settle();
      let isAnswered = false;
      background.push(cancel(orderId).finally(() => (isAnswered = true)));
      await until("the cancellation is answered or the step reached", () => isAnswered || isReached());
      return orderId;
    },
  },
];

/** How many orders there are that nobody goes on with although it is time. */
async function countOverdue(): Promise<number> {
  const { db, now } = shop.context("orders");
  const { count } = await db.get(sql<{ count: number }>`
    select count(*) as count from orders where wake_at <= ${now} or (state not in ('confirmed', 'failed', 'cancelled') and wake_at is null)`);
  return count;
}

const available = async () => (await shop.call(inventory.getStockDetail, { sku: "MUG" })).warehouses[0]!.available;

async function tell(story: Story, part: Participant, step: Step, fault: Fault): Promise<void> {
  const before = await available();
  const disturbed = disturb(part, step, fault);
  try {
    const orderId = await story.run(disturbed.isReached);
    await untilOver(shop, orderId);
    standstill.open();
    await Promise.all(background.splice(0));
    await untilOver(shop, orderId);
    const isMeant = step !== "prepare" || story.name === "a purchase";
    expect(disturbed.isReached() || !isMeant).toBe(true);
    expect(await booksOf(shop, orderId)).toEqual({
      ...story.books,
      payments: 1,
      kept: story.books.charged,
      faults: [],
    });
    expect(await available()).toBe(before - story.books.promised);
    expect(await countOverdue()).toBe(0);
  } finally {
    disturbed.restore();
    standstill.open();
    await Promise.allSettled(background.splice(0));
  }
}

for (const story of STORIES) {
  describe(story.name, () => {
    for (const part of participants) {
      for (const step of story.steps.filter((name) => part[name] !== undefined)) {
        it.each(Object.keys(FAULTS))(`ends as ever when ${step} of ${part.name} %s`, (fault) =>
          tell(story, part, step, FAULTS[fault]!),
        );
      }
    }
  });
}

it("would notice a part that is not taken back", async () => {
  const stock = participants.find((part) => part.name === "stock")!;
  const forgetful = disturb(stock, "undo", async () => ({ kind: "undone" }));
  const { orderId, answer } = await buy(shop, "insufficient_funds").finally(forgetful.restore);
  expect(answer.status).toBe("failed");
  expect(await booksOf(shop, orderId)).toMatchObject({ state: "failed", promised: 1 });
  await shop.call(inventory.release, { reservationId: (await rowOf(shop, orderId)).reservation_id });
});
