import { defineService, hear } from "#platform/service";
import { catalog } from "#catalog/contract";
import { inventory } from "#inventory/contract";
import { OrderConfirmed } from "#orders/events";
import { cart } from "./contract.ts";
import { CartAbandoned } from "./events.ts";
import { getCart, getCartLines } from "./get-cart.ts";
import { mergeGuestCart } from "./merge-guest-cart.ts";
import { addLine, changeLine } from "./put-line.ts";
import { clearCart, removeLine } from "./remove-line.ts";
import { abandonedAfter, timeToLive } from "./settings.ts";
import { sweepExpired, tellAbandoned } from "./sweep-carts.ts";
import { takeOutOrdered } from "./take-out-ordered.ts";

export const service = defineService({
  name: "cart",
  contract: cart,
  operations: { getCart, addLine, changeLine, removeLine, clearCart, getCartLines, mergeGuestCart },
  calls: [catalog, inventory],
  publishes: [CartAbandoned],
  hears: [hear(OrderConfirmed, takeOutOrdered)],
  jobs: [
    { name: "sweep-expired", everyMs: 10 * 60_000, run: sweepExpired },
    { name: "tell-abandoned", everyMs: 5 * 60_000, run: tellAbandoned },
  ],
  settings: [timeToLive, abandonedAfter],
});
