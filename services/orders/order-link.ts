import { createHmac, timingSafeEqual } from "node:crypto";
import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { orders, refuse } from "./contract.ts";
import { linkDays, linkKey } from "./settings.ts";
import { findOrder } from "./store.ts";

/** A link that opens one order for ORDER_LINK_DAYS, without a login: `<expiry in seconds, base 36>.<HMAC-SHA256>`. */
export async function createOrderLink(
  input: Input<typeof orders.createOrderLink>,
  ctx: Ctx,
): Promise<Output<typeof orders.createOrderLink>> {
  const order = await findOrder(ctx.db, input.orderId);
  if (order === undefined) throw refuse.ORDER_NOT_FOUND({ orderId: input.orderId });
  const expirySeconds = Math.floor(ctx.now.getTime() / 1_000) + ctx.setting(linkDays) * 86_400;
  const access = `${expirySeconds.toString(36)}.${sign(order.id, expirySeconds, ctx)}`;
  return {
    path: `/api/v1/orders/${order.id}?access=${access}`,
    pagePath: `/orders/${order.id}?access=${access}`,
    expiresAt: new Date(expirySeconds * 1_000).toISOString(),
  };
}

/** Claims that `access` is the signed part of a link to this order that has not expired. */
export function opensOrder(orderId: string, access: string | undefined, ctx: Ctx): boolean {
  const [expiry, signature] = access?.split(".") ?? [];
  if (expiry === undefined || signature === undefined) return false;
  const expirySeconds = Number.parseInt(expiry, 36);
  if (!(expirySeconds * 1_000 > ctx.now.getTime())) return false;
  const [given, wanted] = [Buffer.from(signature), Buffer.from(sign(orderId, expirySeconds, ctx))];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function sign(orderId: string, expirySeconds: number, ctx: Ctx): string {
  const key = ctx.setting(linkKey);
  if (key.length < 32) throw new Error("Setting ORDER_LINK_KEY: needs at least 32 characters.");
  return createHmac("sha256", key).update(`order:${orderId}:${expirySeconds}`).digest("base64url");
}
