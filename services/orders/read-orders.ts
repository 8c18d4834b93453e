import type { Input, Output } from "#kernel/contract";
import { badCursor, decodeCursor, encodeCursor } from "#kernel/page";
import { refuse as platformRefuse } from "#kernel/refusal";
import type { Actor, Ctx } from "#platform/ctx";
import { orders, refuse } from "./contract.ts";
import { opensOrder } from "./order-link.ts";
import { orderSummary, wholeOrder } from "./order-view.ts";
import { findContact, findOrder, listHistory, listOrderSummaries, type OrderRow } from "./store.ts";

/** One order, whole. Not yours, and no valid link: ORDER_NOT_FOUND, as if it were not there. */
export async function getOrder(
  input: Input<typeof orders.getOrder>,
  ctx: Ctx,
): Promise<Output<typeof orders.getOrder>> {
  const order = await findOrder(ctx.db, input.orderId);
  const isHere = order !== undefined && order.store === ctx.store;
  const mayRead = isHere && (isOwnOrder(order, ctx.actor) || opensOrder(order.id, input.access, ctx));
  if (!mayRead) throw refuse.ORDER_NOT_FOUND({ orderId: input.orderId });
  const [contact, history] = await Promise.all([findContact(ctx.db, order.id), listHistory(ctx.db, order.id)]);
  return wholeOrder(order, contact!, history);
}

/** The order, if the caller may act on it; refuses ORDER_NOT_FOUND. */
export async function getOwnOrder(orderId: string, ctx: Ctx): Promise<OrderRow> {
  const order = await findOrder(ctx.db, orderId);
  if (order === undefined || order.store !== ctx.store || !isOwnOrder(order, ctx.actor))
    throw refuse.ORDER_NOT_FOUND({ orderId: orderId as OrderRow["id"] });
  return order;
}

function isOwnOrder(order: OrderRow, actor: Actor): boolean {
  if (actor.kind === "staff" || actor.kind === "service") return true;
  return actor.kind === order.owner_kind && actor.id === order.owner_id;
}

/** Newest first, by keyset: `nextCursor` is the last order's id. */
export async function listOrders(
  input: Input<typeof orders.listOrders>,
  ctx: Ctx,
): Promise<Output<typeof orders.listOrders>> {
  const limit = input.limit ?? 20;
  const before = input.cursor === undefined ? undefined : decodeCursor(input.cursor, 1)?.[0];
  if (input.cursor !== undefined && !isUuid(before)) throw badCursor();
  const isEverybodys = ctx.actor.kind === "staff" || ctx.actor.kind === "service";
  const owner =
    isEverybodys || ctx.actor.kind === "anonymous"
      ? undefined
      : { kind: ctx.actor.kind, id: (ctx.actor as { id: string }).id };
  if (!isEverybodys && owner === undefined) throw platformRefuse.UNAUTHENTICATED();
  const rows = await listOrderSummaries(ctx.db, {
    store: ctx.store,
    owner,
    state: input.status,
    before: before as string | undefined,
    limit: limit + 1,
  });
  const items = rows.slice(0, limit);
  return { items: items.map(orderSummary), nextCursor: rows.length > limit ? encodeCursor([items.at(-1)!.id]) : null };
}

function isUuid(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
