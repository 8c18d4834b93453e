import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "#kernel/id";
import { startTestShop, type TestShop } from "#platform/testing";
import { shipping } from "./contract.ts";
import {
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentReturned,
} from "./events.ts";
import { service } from "./service.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await startTestShop({ services: [service] });
}, 60_000);
afterAll(() => shop?.stop());

const address = {
  name: "Ada Lovelace",
  line1: "12 St James's Square",
  city: "London",
  postcode: "SW1Y 4JH",
  country: "GB",
};
const newShipment = (told: { orderId?: ReturnType<typeof newId<"order">> } = {}) => ({
  shipmentId: newId("shipment"),
  orderId: told.orderId ?? newId("order"),
  reservationId: newId("reservation"),
  method: "standard",
  address,
  lines: [{ sku: "LANTERN", warehouse: "leicester", quantity: 2 }],
});
const create = async (input = newShipment()) => ({ input, shipment: await shop.call(shipping.createShipment, input) });

describe("a shipment", () => {
  test("is made once, however often it is asked for, and told once", async () => {
    const input = newShipment();
    const answers = await Promise.all(Array.from({ length: 8 }, () => shop.call(shipping.createShipment, input)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ state: "pending", country: "GB", trackingCode: null, lines: input.lines });
    await shop.settle();
    const told = (await shop.heard(ShipmentCreated)).filter((event) => event.data.orderId === input.orderId);
    expect(told).toHaveLength(1);
    expect(told[0]!.data.reservationId).toBe(input.reservationId);
  });

  test("is told in the order's market, whichever market the staff who move it look at", async () => {
    const [sent, dropped] = [newShipment(), newShipment()];
    for (const input of [sent, dropped]) await shop.call(shipping.createShipment, input, { market: "de" });
    const { shipmentId } = sent;
    await shop.call(shipping.dispatchShipment, { shipmentId, carrier: "DHL" });
    await shop.call(shipping.markDelivered, { shipmentId });
    await shop.call(shipping.markReturned, { shipmentId });
    await shop.call(shipping.cancelShipments, { orderId: dropped.orderId });
    await shop.settle();
    const kinds = [
      ShipmentCreated,
      ShipmentDispatched,
      ShipmentDelivered,
      ShipmentReturned,
      ShipmentCancelled,
    ] as const;
    for (const kind of kinds) {
      const events = await shop.heard(kind as typeof ShipmentCreated);
      const ours = events.filter(({ data }) => [sent.orderId, dropped.orderId].includes(data.orderId));
      expect([kind.name, new Set(ours.map(({ market }) => market))]).toEqual([kind.name, new Set(["de"])]);
    }
  });

  test("refuses an id that was used for another order", async () => {
    const { input } = await create();
    await expect(
      shop.call(shipping.createShipment, { ...newShipment(), shipmentId: input.shipmentId }),
    ).rejects.toMatchObject({
      code: "SHIPMENT_ID_REUSED",
    });
  });

  test("goes its way, keeps its history and tells where it is", async () => {
    const { input } = await create();
    const { shipmentId, orderId } = input;
    await shop.call(shipping.pickShipment, { shipmentId, note: "Shelf B" });
    const dispatched = await shop.call(shipping.dispatchShipment, { shipmentId, carrier: "Royal Mail" });
    expect(dispatched.trackingCode).toMatch(/^TP\d{9}GB$/);
    await shop.call(shipping.markInTransit, { shipmentId });
    await shop.call(shipping.markDelivered, { shipmentId });
    const returned = await shop.call(shipping.markReturned, { shipmentId, note: "Broken glass" });
    expect(returned.history.map((entry) => [entry.state, entry.note])).toEqual([
      ["pending", null],
      ["picked", "Shelf B"],
      ["dispatched", null],
      ["in_transit", null],
      ["delivered", null],
      ["returned", "Broken glass"],
    ]);
    await shop.settle();
    const ofOrder = async (kind: typeof ShipmentDispatched | typeof ShipmentDelivered | typeof ShipmentReturned) =>
      (await shop.heard(kind)).filter((event) => event.data.orderId === orderId).map((event) => event.data);
    expect(await ofOrder(ShipmentDispatched)).toMatchObject([
      {
        shipmentId,
        reservationId: input.reservationId,
        lines: input.lines,
        trackingCode: dispatched.trackingCode,
        carrier: "Royal Mail",
      },
    ]);
    expect(await ofOrder(ShipmentDelivered)).toHaveLength(1);
    expect(await ofOrder(ShipmentReturned)).toHaveLength(1);
  });

  test("is dispatched once though many ask at once, and not under a second tracking code", async () => {
    const { input } = await create();
    const { shipmentId } = input;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        shop.call(shipping.dispatchShipment, { shipmentId, trackingCode: "AB123456785GB" }),
      ),
    );
    for (const answer of answers)
      expect(answer.history.filter((entry) => entry.state === "dispatched")).toHaveLength(1);
    await expect(shop.call(shipping.dispatchShipment, { shipmentId, trackingCode: "OTHER-1" })).rejects.toMatchObject({
      code: "SHIPMENT_STATE_CONFLICT",
      data: { shipmentId, state: "dispatched" },
    });
    await shop.settle();
    expect((await shop.heard(ShipmentDispatched)).filter((event) => event.data.shipmentId === shipmentId)).toHaveLength(
      1,
    );
  });

  test("that is not there is not found", async () => {
    const shipmentId = newId("shipment");
    await expect(shop.call(shipping.getShipment, { shipmentId })).rejects.toMatchObject({ code: "SHIPMENT_NOT_FOUND" });
    await expect(shop.call(shipping.pickShipment, { shipmentId })).rejects.toMatchObject({
      code: "SHIPMENT_NOT_FOUND",
    });
  });

  test("gives its address to the staff who ask for it, and to nobody else", async () => {
    const { input } = await create();
    expect((await shop.call(shipping.getShipment, { shipmentId: input.shipmentId })).address).toEqual(address);
    const { items } = await shop.call(shipping.listShipments, { orderId: input.orderId });
    await shop.settle();
    const told = [
      await shop.heard(ShipmentCreated),
      await shop.heard(ShipmentDispatched),
      await shop.heard(ShipmentCancelled),
    ];
    for (const text of [JSON.stringify(items), JSON.stringify(told), shop.logged.join("\n")]) {
      expect(text).not.toContain("Lovelace");
      expect(text).not.toContain("SW1Y");
    }
  });
});

describe("cancelling an order's shipments", () => {
  test("cancels what is in the house, tells it once and keeps late shipments out", async () => {
    const orderId = newId("order");
    const first = await create(newShipment({ orderId }));
    const second = await create(newShipment({ orderId }));
    await shop.call(shipping.pickShipment, { shipmentId: second.input.shipmentId });
    const answer = await shop.call(shipping.cancelShipments, { orderId });
    expect(answer.cancelled.toSorted()).toEqual([first.input.shipmentId, second.input.shipmentId].toSorted());
    expect(await shop.call(shipping.cancelShipments, { orderId })).toEqual(answer);
    await expect(create(newShipment({ orderId }))).rejects.toMatchObject({ code: "SHIPMENTS_CANCELLED" });
    await shop.settle();
    expect((await shop.heard(ShipmentCancelled)).filter((event) => event.data.orderId === orderId)).toHaveLength(2);
  });

  test("is refused as a whole once one left", async () => {
    const orderId = newId("order");
    const first = await create(newShipment({ orderId }));
    const second = await create(newShipment({ orderId }));
    await shop.call(shipping.dispatchShipment, { shipmentId: second.input.shipmentId });
    await expect(shop.call(shipping.cancelShipments, { orderId })).rejects.toMatchObject({
      code: "SHIPMENT_ALREADY_DISPATCHED",
      data: { orderId, shipmentId: second.input.shipmentId },
    });
    expect((await shop.call(shipping.getShipment, { shipmentId: first.input.shipmentId })).state).toBe("pending");
    await create(newShipment({ orderId }));
  });

  test("of an order that shipping never heard of keeps its shipment out for ever", async () => {
    const orderId = newId("order");
    expect(await shop.call(shipping.cancelShipments, { orderId })).toEqual({ orderId, cancelled: [] });
    await expect(create(newShipment({ orderId }))).rejects.toMatchObject({ code: "SHIPMENTS_CANCELLED" });
  });

  test("against a dispatch or a late shipment at the same moment, one wins and nothing is in between", async () => {
    for (let round = 0; round < 15; round++) {
      const orderId = newId("order");
      const { input } = await create(newShipment({ orderId }));
      const late = newShipment({ orderId });
      const [cancelled, dispatched, created] = await Promise.allSettled([
        shop.call(shipping.cancelShipments, { orderId }),
        shop.call(shipping.dispatchShipment, { shipmentId: input.shipmentId }),
        shop.call(shipping.createShipment, late),
      ]);
      expect([cancelled.status, dispatched.status].toSorted()).toEqual(["fulfilled", "rejected"]);
      const { items } = await shop.call(shipping.listShipments, { orderId });
      const states = new Map(items.map((shipment) => [shipment.shipmentId, shipment.state]));
      expect(states.get(input.shipmentId)).toBe(cancelled.status === "fulfilled" ? "cancelled" : "dispatched");
      const lateState =
        created.status === "rejected" ? undefined : cancelled.status === "fulfilled" ? "cancelled" : "pending";
      expect(states.get(late.shipmentId)).toBe(lateState);
    }
  });
});

test("the list pages through all shipments of an order without gap or double, newest first", async () => {
  const orderId = newId("order");
  const made: string[] = [];
  for (let count = 0; count < 7; count++) made.push((await create(newShipment({ orderId }))).input.shipmentId);
  const listed: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await shop.call(shipping.listShipments, {
      orderId,
      limit: 3,
      ...(cursor === undefined ? {} : { cursor }),
    });
    listed.push(...page.items.map((shipment) => shipment.shipmentId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(listed.toSorted()).toEqual(made.toSorted());
  expect(listed).toHaveLength(7);
  const pending = await shop.call(shipping.listShipments, { state: "pending", limit: 100 });
  expect(pending.items.every((shipment) => shipment.state === "pending")).toBe(true);
  expect((await shop.call(shipping.listShipments, { limit: 5 })).items).toHaveLength(5);
  await expect(shop.call(shipping.listShipments, { cursor: "nonsense" })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});

describe("rates", () => {
  test("are quoted by country and weight, in the caller's language", async () => {
    const rates = await shop.call(
      shipping.quoteRates,
      { country: "FR", weightGrams: 900, currency: "GBP" },
      { locale: "de-AT" },
    );
    expect(rates.methods.map((one) => [one.method, one.title, one.price.amountMinor])).toEqual([
      ["standard", "Standardversand", 995],
      ["express", "Expressversand", 1995],
    ]);
    const nowhere = await shop.call(shipping.quoteRates, { country: "FR", weightGrams: 900, currency: "JPY" });
    expect(nowhere.methods).toEqual([]);
  });

  test("are replaced by the staff, checked, and never by two at once", async () => {
    const { version, ...table } = await shop.call(shipping.getRates, { currency: "EUR" });
    const changed = { ...table, zones: table.zones.slice(0, 1) };
    const saved = await shop.call(shipping.putRates, { ...changed, expectedVersion: version });
    expect(saved).toEqual({ ...changed, version: version + 1 });
    await expect(shop.call(shipping.putRates, { ...table, expectedVersion: version })).rejects.toMatchObject({
      code: "RATES_CHANGED",
    });
    await expect(
      shop.call(shipping.putRates, { ...table, zones: [{ ...table.zones[0]!, countries: ["DE", "DE"] }] }),
    ).rejects.toMatchObject({
      code: "INVALID_INPUT",
      data: { errors: [{ field: "zones/0/countries", message: "DE is named twice" }] },
    });
    await shop.settle();
    const toFrance = { country: "FR", weightGrams: 1, currency: "EUR" };
    await expect.poll(async () => (await shop.call(shipping.quoteRates, toFrance)).methods).toEqual([]);
  });
});
