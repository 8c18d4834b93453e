import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "#platform/testing-events";
import type { TestShop } from "#platform/testing";
import { inventory } from "#inventory/contract";
import { participants, type Participant } from "./participants.ts";
import { booksOf, buy, disturb, gate, rowOf, startOrders, untilOver, type Fault, type Step } from "./testing-orders.ts";
import { countOverdue } from "./testing-store.ts";
import { countAvailable, STORIES, type Story } from "./testing-stories.ts";

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

const background: Promise<unknown>[] = [];

async function tell(story: Story, part: Participant, step: Step, fault: Fault): Promise<void> {
  const before = await countAvailable(shop);
  const { shopper, act } = await story.begin(shop);
  const disturbed = disturb(part, step, fault);
  try {
    let isAnswered = false;
    background.push(act().finally(() => (isAnswered = true)));
    await until("the order is placed and the step reached", async () => {
      return (isAnswered || disturbed.isReached()) && (await shopper.orders()).length > 0;
    });
    const { orderId } = (await shopper.orders())[0]!;
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
    expect(await countAvailable(shop)).toBe(before - story.books.promised);
    expect(await countOverdue(shop)).toBe(0);
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
