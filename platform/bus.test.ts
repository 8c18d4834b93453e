import { expect, test } from "vitest";
import { messageOf, PARTITIONS, partitionOf, topicOf } from "./bus.ts";
import { eventAbout } from "./testing-events.ts";

test("a key has the same partition for ever: logs that exist depend on it", () => {
  const keys = ["", "order-1", "order-2", "0198c2a4-7d7e-7cc3-98c4-dc0c0c07398f", "ä🛒"];
  expect(keys.map(partitionOf)).toEqual([5, 13, 4, 14, 8]);
});

test("keys spread over all partitions", () => {
  const counts = Array.from({ length: PARTITIONS }, () => 0);
  for (let index = 0; index < 16_000; index++) counts[partitionOf(`order-${index}`)]! += 1;
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...counts)).toBeLessThan(1_200);
});

test("an event's topic is its publisher, also with a hyphen", () => {
  expect(topicOf("orders.OrderConfirmed.v1")).toBe("orders");
  expect(topicOf("payment-simulator.ProviderEventSent.v1")).toBe("payment-simulator");
});

test("a message is ordered by its subject unless told otherwise", () => {
  const event = eventAbout("order-1", { a: 1 });
  expect(messageOf(event)).toMatchObject({ id: event.id, key: "order-1", type: "orders.OrderNoted.v1" });
  expect(messageOf(event, "other").key).toBe("other");
  expect(JSON.parse(messageOf(event).envelope)).toEqual(event);
});
