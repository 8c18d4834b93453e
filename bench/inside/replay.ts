import Type from "typebox";
import { defineEvent, eventType, type Envelope } from "#kernel/event";
import { IdOf, newId } from "#kernel/id";
import { messageOf } from "#platform/bus";
import { applyOnce, startConsumer } from "#platform/consume";
import { createLog } from "#platform/log";
import { newTraceparent } from "#platform/telemetry/traceparent";
import { hear } from "#platform/service";
import type { Sample } from "../sample.ts";
import type { Inside } from "./open-inside.ts";

const AT_ONCE = 500;
/** One for all times: a group that nobody reads for any more would count as behind for ever. */
const GROUP = "bench";
let appendMs: number | undefined;

/** As large as what a held reservation tells. */
const GoodsHeld = defineEvent({
  service: "bench",
  name: "GoodsHeld",
  version: 1,
  subject: "reservationId",
  summary: "Goods were held for an order.",
  data: Type.Object({
    reservationId: IdOf("reservation"),
    orderId: IdOf("order"),
    lines: Type.Array(Type.Object({ sku: Type.String(), warehouse: Type.String(), quantity: Type.Integer() })),
    expiresAt: Type.String(),
  }),
});

/** Events a second that one listener handles when it hears all that the bus has again: with a handler that only counts, and with one
 *  whose effect was had before and is not repeated. The events are made the first time. */
export async function replay(inside: Inside, events: number): Promise<Sample> {
  const { bus, services } = inside.runtime;
  appendMs ??= await append(inside, events);
  const { db } = services.get("inventory")!;
  let heard = 0;
  let isOnce = false;
  const consumer = startConsumer({
    service: GROUP,
    db,
    bus,
    log: createLog({ level: "error" }),
    now: () => new Date(),
    replica: "bench",
    contextFor: () => inside.runtime.context("inventory"),
    hears: [
      hear(GoodsHeld, async (event, ctx) => {
        if (isOnce) await applyOnce(ctx, event, async () => {});
        heard += 1;
      }),
    ],
  });
  const perSecond = async () => {
    await consumer.settled(600_000);
    heard = 0;
    const startedMs = performance.now();
    await consumer.replayFromStart();
    await consumer.settled(600_000);
    return heard / ((performance.now() - startedMs) / 1_000);
  };
  try {
    const value = await perSecond();
    isOnce = true;
    await perSecond(); // has the effects
    const oncePerSecond = await perSecond();
    return { value, oncePerSecond, events: heard, appendPerSecond: events / (appendMs / 1_000) };
  } finally {
    await consumer.stop();
  }
}

async function append({ runtime }: Inside, events: number): Promise<number> {
  const startedMs = performance.now();
  for (let done = 0; done < events; done += AT_ONCE)
    await runtime.bus.append("bench", Array.from({ length: AT_ONCE }, newEvent));
  return performance.now() - startedMs;
}

function newEvent() {
  const reservationId = newId("reservation");
  const lines = ["85123A", "22725"].map((sku) => ({ sku, warehouse: "leicester", quantity: 1 }));
  const envelope: Envelope = {
    specversion: "1.0",
    id: newId("event"),
    source: "/bench",
    type: eventType(GoodsHeld),
    subject: reservationId,
    time: new Date().toISOString(),
    store: "demo",
    market: "gb",
    traceparent: newTraceparent(),
    data: { reservationId, orderId: newId("order"), lines, expiresAt: new Date().toISOString() },
  };
  return messageOf(envelope);
}
