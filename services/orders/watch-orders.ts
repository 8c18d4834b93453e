import { defineGauge, defineSaga } from "#platform/gauges";
import { traceIdOf } from "#platform/telemetry/traceparent";
import { orderNumber } from "./order-view.ts";
import { countUnderWay, listUnderWay } from "./watch-store.ts";

export const ordersUnderWay = defineGauge({
  name: "tradepost_orders_under_way",
  help: "Orders that are neither confirmed nor over, by state.",
  labels: ["state"],
  read: async ({ db }) => (await countUnderWay(db)).map(({ state, count }) => ({ labels: [state], value: count })),
});

export const oldestOrderUnderWay = defineGauge({
  name: "tradepost_orders_oldest_under_way_seconds",
  help: "Age of the oldest of them, by state.",
  labels: ["state"],
  read: async ({ db, now }) =>
    (await countUnderWay(db)).map(({ state, oldest }) => ({
      labels: [state],
      value: Math.max(0, now.getTime() - oldest.getTime()) / 1_000,
    })),
});

export const checkoutsUnderWay = defineSaga({
  title: "Orders",
  list: async ({ db, now }, limit) =>
    (await listUnderWay(db, limit)).map((row) => ({
      name: orderNumber(row),
      state: row.state,
      since: row.placed_at,
      nextAt: row.lease_until !== null && row.lease_until > now ? undefined : (row.wake_at ?? undefined),
      attempts: row.attempts,
      traceId: row.traceparent === null ? undefined : traceIdOf(row.traceparent),
    })),
});
