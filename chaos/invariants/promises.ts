import type { Evidence } from "../evidence.ts";
import { differs, violation, type Invariant } from "../invariant.ts";
import { isAcknowledged, type Entry } from "../journal.ts";
import { GAVE_UP } from "../load/client.ts";

export const noOrderLost: Invariant = {
  name: "no-order-lost",
  sentence:
    "An order that a client was told of exists, and one told to be confirmed stays so unless somebody cancelled it.",
  check: ({ journal, orders }) => {
    const states = new Map(orders.map((order) => [order.orderId, order]));
    const told = journal.filter((entry) => isAcknowledged(entry) && entry.act !== "refund");
    const lost = [...new Set(told.map(({ orderId }) => orderId!))].filter((orderId) => !states.has(orderId));
    const cancels = new Set(journal.filter(({ act }) => act === "cancel").map(({ orderId }) => orderId));
    const confirmed = new Set(told.filter(({ told: status }) => status === "confirmed").map(({ orderId }) => orderId!));
    return [
      ...lost.map((orderId) => violation("a client was told of an order that does not exist", orderId)),
      ...[...confirmed].flatMap((orderId) => {
        const order = states.get(orderId);
        if (order === undefined || order.state === "confirmed" || cancels.has(orderId)) return [];
        return [violation(`was told to be confirmed, is ${order.state}, and nobody cancelled it`, orderId)];
      }),
      ...told
        .filter(({ act, told: status }) => act === "cancel" && status === "cancelled")
        .flatMap(({ orderId }) =>
          differs("an order told to be cancelled", { is: states.get(orderId!)?.state, should: "cancelled" }, orderId),
        ),
    ];
  },
};

export const oneOrderPerKey: Invariant = {
  name: "one-order-per-key",
  sentence: "An Idempotency-Key is never told two orders, and no order was placed that no key knows.",
  check: ({ journal, orders, keys }) => {
    const ofCheckout = journal.filter(({ act, key }) => (act === "checkout" || act === "repeat") && key !== undefined);
    const byKey = Map.groupBy(ofCheckout.filter(isAcknowledged), ({ key }) => key!);
    const known = new Set(keys.map(({ orderId }) => orderId));
    const placed = Map.groupBy(keys, ({ principal, key }) => `${principal} ${key}`);
    return [
      ...[...byKey].flatMap(([key, entries]) => {
        const told = [...new Set(entries.map(({ orderId }) => orderId))];
        return told.length === 1 ? [] : [violation(`key ${key} was told ${told.length} orders`, ...told)];
      }),
      ...[...placed].flatMap(([key, rows]) => differs(`orders of key ${key}`, { is: rows.length, should: 1 })),
      ...orders
        .filter(({ orderId }) => !known.has(orderId))
        .map(({ orderId }) => violation("no Idempotency-Key knows this order", orderId)),
    ];
  },
};

export const everyoneIsAnswered: Invariant = {
  name: "everyone-is-answered",
  sentence: "Nobody is answered with a fault (500), and whoever asks again for a minute is answered.",
  check: ({ journal }) =>
    journal
      .filter((entry) => entry.told === GAVE_UP || isFault(entry))
      .map((entry) =>
        violation(`${entry.act} of shopper ${entry.shopper}: ${entry.httpStatus ?? ""} ${entry.told}`, entry.orderId),
      ),
};

/** 502 to 504 say that the shop, or a part of it, is away. */
function isFault({ httpStatus = 0 }: Entry): boolean {
  return httpStatus >= 500 && (httpStatus < 502 || httpStatus > 504);
}

export const ordersAreFinalInTime: Invariant = {
  name: "orders-are-final-in-time",
  sentence: "Every order that does not wait for its shopper is final within 30 s.",
  check: ({ unsettled }: Evidence) =>
    unsettled.map(({ orderId, state }) => violation(`was still ${state} when the time was over`, orderId)),
};
