import type { Event } from "#kernel/event";
import type { ProviderEventSent } from "#payment-simulator/events";
import type { Ctx } from "#platform/ctx";
import { learnFromEvent, ownContext } from "./change-payment.ts";
import type { ProviderNews } from "./provider.ts";
import { factsOf } from "./provider-simulator.ts";
import { findPayment } from "./store.ts";

/** Hears what the simulator tells on the bus. Needs no deduplication: what is known already changes nothing. */
export async function hearProviderEvent(event: Event<typeof ProviderEventSent>, ctx: Ctx): Promise<void> {
  await takeNews(ctx, { paymentId: event.data.key, facts: factsOf(event.data.charge) });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Takes in what a provider told by itself; false when it is about no payment of ours. */
export async function takeNews(ctx: Ctx, news: ProviderNews): Promise<boolean> {
  const payment = UUID.test(news.paymentId) ? await findPayment(ctx.db, news.paymentId) : undefined;
  if (payment === undefined || payment === "tombstone") return false;
  await learnFromEvent(ownContext(ctx, payment), payment, news.facts);
  return true;
}
