import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import type { inventory } from "./contract.ts";
import { reservationCollector } from "./reservation-collector.ts";

/** Holds stock for an order, all or nothing. Safe to repeat with the same reservationId. Concurrent calls are decided
 *  together, in the order in which they came. */
export function reserve(input: Input<typeof inventory.reserve>, ctx: Ctx): Promise<Output<typeof inventory.reserve>> {
  return ctx.resource(reservationCollector).reserve(input, ctx);
}
