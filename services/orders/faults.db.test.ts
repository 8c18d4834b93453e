import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Refusal, refuse } from "#kernel/refusal";
import type { Id } from "#kernel/id";
import type { FaultOrder, Seen } from "#platform/faults";
import { until } from "#platform/testing-events";
import type { TestShop } from "#platform/testing";
import { inventory } from "#inventory/contract";
import { notifications } from "#notifications/contract";
import { shipping } from "#shipping/contract";
import { service as notificationsService } from "../notifications/service.ts";
import { participants } from "./participants.ts";
import { booksOf, disturb, letTimePass, rowOf, startOrders, untilOver } from "./testing-orders.ts";
import { countOverdue } from "./testing-store.ts";
import { countAvailable, STORIES, type Story, type Tale } from "./testing-stories.ts";

// Every call to another service and every event of a story suffers every fault, and the books agree as after a clean one. What is
// called and heard is recorded while a clean story runs: a new participant, call or listener is covered by taking part.

let shop: TestShop;
const clean = new Map<Story, Sight>();
const calls = new Map<Story, readonly Target[]>();
const hearings = new Map<Story, readonly Target[]>();
beforeAll(async () => {
  shop = await startOrders({ CONSUMER_FIRST_RETRY_MS: "1" }, { others: [notificationsService] });
  for (const story of STORIES) await record(story);
});
afterAll(() => shop?.stop());

const OPERATION_FAULTS = ["error", "unavailable", "drop_before", "drop_after", "twice"] as const;
const EVENT_FAULTS = ["error", "drop_after", "duplicate", "reorder"] as const;
/** Longer than anybody waits: a step of an order waits 4 s, any other call 10 s. */
const TOO_LATE_MS = 11_000;

/** What a fault can strike. `isSure`: it comes in every clean run, not in some only. */
type Target = {
  readonly name: string;
  readonly where: Pick<FaultOrder, "operation" | "event" | "caller"> & { readonly service: string };
  readonly isSure: boolean;
};

function nameOf({ service, operation, caller, event }: Seen): string {
  return event === undefined ? `${caller} > ${service}.${operation}` : `${service} < ${event}`;
}

function whereOf({ service, operation, caller, event }: Seen): Target["where"] {
  return event === undefined ? { service, operation: operation!, caller: caller! } : { service, event };
}

/** Runs the story twice without a fault and keeps what it calls in another service (the shopper's own call too), what hears of
 *  it, and what it comes to. */
async function record(story: Story): Promise<void> {
  const runs: (readonly Seen[])[] = [];
  for (const _run of [1, 2]) {
    const { tale, orderId } = await tell(story, "clean", () => shop.faults.clear());
    runs.push(shop.faults.seen());
    clean.set(story, await sightOf(tale, orderId));
  }
  const [first, second] = runs.map((run) => new Map(run.map((one) => [nameOf(one), whereOf(one)])));
  const targets = [...first!, ...[...second!].filter(([name]) => !first!.has(name))].map(([name, where]) => ({
    name,
    where,
    isSure: first!.has(name) && second!.has(name),
  }));
  const isBetween = ({ where }: Target) => where.operation !== undefined && where.caller !== where.service;
  calls.set(story, targets.filter(isBetween));
  hearings.set(
    story,
    targets.filter(({ where }) => where.event !== undefined),
  );
}

type Sight = Awaited<ReturnType<typeof sightOf>>;
async function sightOf({ shopper }: Tale, orderId: Id<"order">) {
  const { items: parcels } = await shop.call(shipping.listShipments, { orderId });
  const { items: mails } = await shop.call(notifications.listMessages, { orderId });
  return {
    ...(await booksOf(shop, orderId)),
    parcels: parcels.map(({ state }) => state),
    mails: mails.map(({ kind }) => kind).toSorted(),
    inCart: (await shopper.lines()).length,
    orders: (await shopper.orders()).length,
  };
}

/** As a shopper who gets no answer, or a bad one, asks again. */
async function persist(act: Tale["act"]): Promise<Id<"order">> {
  let orderId: Id<"order"> | undefined;
  const ask = async () => {
    try {
      orderId = (await act()).orderId;
    } catch (error) {
      const isFinal = error instanceof Refusal && error.status < 500 && !refuse.IDEMPOTENCY_IN_FLIGHT.is(error);
      if (isFinal) throw error;
    }
    return orderId !== undefined;
  };
  await until("the shopper has an answer", ask, 60_000);
  return orderId!;
}

type Told = { readonly name: string; readonly tale: Tale; readonly orderId: Id<"order"> };

/** Tells a story to its end. `disturb` sets what is to go wrong once the shopper is ready. */
async function tell(story: Story, name: string, disturb: () => void): Promise<Told> {
  const tale = await story.begin(shop);
  await shop.settle();
  disturb();
  const orderId = await persist(tale.act);
  await untilOver(shop, orderId);
  return { name, tale, orderId };
}

/** The story once for each target, struck there once; then, when all had the time to come right, that they did. */
async function tellAll(
  story: Story,
  targets: readonly Target[],
  fault: Pick<FaultOrder, "kind" | "probability">,
): Promise<void> {
  const before = await countAvailable(shop);
  const told: Told[] = [];
  for (const { name, where, isSure } of targets) {
    const disturb = () => {
      shop.faults.clear();
      shop.faults.set({ ...fault, ...where, times: 1 });
    };
    told.push(await tell(story, name, disturb));
    if (isSure) expect(shop.faults.list(), name).toMatchObject([{ struck: 1 }]);
    shop.faults.clear();
  }
  await expectClean(story, told);
  expect(before - (await countAvailable(shop))).toBe(story.books.promised * told.length);
}

async function expectClean(story: Story, told: readonly Told[]): Promise<void> {
  expect(told.length).toBeGreaterThan(0);
  for (const _minute of [1, 2, 3]) await letTimePass(shop, 60_000);
  const found = await Promise.all(told.map(async ({ name, tale, orderId }) => [name, await sightOf(tale, orderId)]));
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(told.map(({ name }) => [name, clean.get(story)])));
  expect(await countOverdue(shop)).toBe(0);
}

describe.each(STORIES)("$name", (story) => {
  it("is as the story says, without a fault", () => {
    const { books } = story;
    expect(clean.get(story)).toMatchObject({ ...books, payments: 1, kept: books.charged, faults: [], orders: 1 });
  });

  it.each(OPERATION_FAULTS)("ends as ever when any call to another service suffers: %s", (kind) =>
    tellAll(story, calls.get(story)!, { kind }),
  );

  it.each(EVENT_FAULTS)("ends as ever when any event suffers: %s", (kind) =>
    tellAll(story, hearings.get(story)!, { kind, ...(kind === "reorder" ? { probability: 1 } : {}) }),
  );

  it.each([120_000, -120_000])("ends as ever when the clock of any service is off by %d ms", async (ms) => {
    const told: Told[] = [];
    for (const service of shop.runtime.services.keys()) {
      shop.faults.set({ kind: "clock", service, ms });
      told.push(await tell(story, service, () => {}));
      shop.faults.clear();
    }
    await expectClean(story, told);
  });
});

it("ends as ever when any call is answered after everybody has given it up", async () => {
  const before = await countAvailable(shop);
  const slow = new Map(STORIES.flatMap((story) => calls.get(story)!).map((call) => [call.name, call]));
  // As many at once as there are calls, so that hardly any two strike one order. Who suffers does not matter.
  const ready = STORIES.flatMap((story) => [...slow.keys()].map((name) => ({ story, name })));
  const tales = await Promise.all(ready.map(async (one) => ({ ...one, tale: await one.story.begin(shop) })));
  await shop.settle();
  shop.faults.clear();
  for (const { where } of slow.values()) shop.faults.set({ kind: "latency", ms: TOO_LATE_MS, ...where, times: 1 });
  const told = await Promise.all(tales.map(async (one) => ({ ...one, orderId: await persist(one.tale.act) })));
  const sure = [...slow.values()].filter(({ isSure }) => isSure).length;
  const areStruck = () => shop.faults.list().filter(({ isSpent }) => isSpent).length >= sure;
  await until("every call was late", areStruck, 60_000);
  await shop.faults.settled();
  shop.faults.clear();
  for (const { orderId } of told) await untilOver(shop, orderId);
  for (const story of STORIES)
    await expectClean(
      story,
      told.filter((one) => one.story === story),
    );
  const promised = told.reduce((sum, { story }) => sum + story.books.promised, 0);
  expect(before - (await countAvailable(shop))).toBe(promised);
  // A step back without an answer in time is an expected one.
  expect(shop.logged.filter((line) => line.includes("order cannot go on"))).toEqual([]);
}, 180_000);

describe("the proof", () => {
  it("strikes what the services call and hear, across all of them", () => {
    const all = STORIES.flatMap((story) => [...calls.get(story)!, ...hearings.get(story)!]);
    const names = all.filter(({ isSure }) => isSure).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "test > orders.checkout",
        "orders > inventory.reserve",
        "orders > payments.authorise",
        "orders > shipping.createShipment",
        "payments > payment-simulator.capture",
        "orders < orders.OrderConfirmed.v1",
        "cart < orders.OrderConfirmed.v1",
        "notifications < orders.OrderConfirmed.v1",
      ]),
    );
  });

  it("would notice a part that is not taken back", async () => {
    const [, declined] = STORIES;
    const stock = participants.find((part) => part.name === "stock")!;
    const forgetful = disturb(stock, "undo", async () => ({ kind: "undone" }));
    const told = await tell(declined!, "forgetful", () => {}).finally(forgetful.restore);
    await expect(expectClean(declined!, [told])).rejects.toThrow("to deeply equal");
    await shop.call(inventory.release, { reservationId: (await rowOf(shop, told.orderId)).reservation_id });
  });
});
