import type { Id } from "#kernel/id";
import type { Queryable, Tx } from "#platform/database";
import { json, sql } from "#platform/sql";
import type { Quote } from "#pricing/contract";
import type { Address } from "#shipping/contract";
import type { Failure, NextAction, OrderState } from "./contract.ts";

export type Allocation = { readonly sku: string; readonly warehouse: string; readonly quantity: number };
export type Lease = { readonly token: string; readonly until: Date };

export type OrderRow = {
  readonly id: Id<"order">;
  readonly number: number;
  readonly store: string;
  readonly market: string;
  readonly locale: string;
  readonly currency: string;
  readonly owner_kind: "guest" | "customer";
  readonly owner_id: string;
  readonly state: OrderState;
  readonly payment_state: string;
  readonly fulfilment_state: string;
  readonly cart_id: string;
  readonly quote: Quote;
  readonly total_minor: number;
  readonly item_count: number;
  readonly country: string;
  readonly shipping_method: string;
  readonly payment_token: string | null;
  readonly return_url: string | null;
  readonly reservation_id: Id<"reservation">;
  readonly payment_id: Id<"payment">;
  readonly shipment_id: Id<"shipment">;
  readonly refund_id: Id<"refund">;
  readonly allocations: readonly Allocation[] | null;
  readonly held_until: Date;
  readonly failure: Failure | null;
  readonly next_action: NextAction | null;
  readonly cancelled_by: "shopper" | "staff" | null;
  readonly cancel_reason: string | null;
  readonly captured_minor: number;
  readonly refunded_minor: number;
  readonly tracking_codes: readonly string[];
  readonly attempts: number;
  readonly nudges: number;
  readonly lease_token: string | null;
  readonly version: number;
  readonly placed_at: Date;
  readonly confirmed_at: Date | null;
};

export type Contact = { readonly email: string; readonly shippingAddress: Address; readonly billingAddress: Address };

export type NewOrder = Pick<
  OrderRow,
  | "id"
  | "store"
  | "market"
  | "locale"
  | "currency"
  | "owner_kind"
  | "owner_id"
  | "cart_id"
  | "quote"
  | "country"
  | "shipping_method"
  | "payment_token"
  | "return_url"
  | "reservation_id"
  | "payment_id"
  | "shipment_id"
  | "refund_id"
  | "held_until"
  | "placed_at"
>;

/** Writes an order with its contact and first line of history, leased to the one who placed it. */
export async function insertOrder(tx: Tx, order: NewOrder, contact: Contact, lease: Lease): Promise<OrderRow> {
  const itemCount = order.quote.lines.reduce((sum, line) => sum + line.quantity, 0);
  return tx.get(sql<OrderRow>`
    with placed as (
      insert into orders (
        id, store, market, locale, currency, owner_kind, owner_id, state, cart_id, quote, total_minor, item_count, country,
        shipping_method, payment_token, return_url, reservation_id, payment_id, shipment_id, refund_id, held_until, wake_at,
        lease_token, lease_until, placed_at, updated_at)
      values (
        ${order.id}, ${order.store}, ${order.market}, ${order.locale}, ${order.currency}, ${order.owner_kind}, ${order.owner_id},
        'open', ${order.cart_id}, ${json(order.quote)}, ${order.quote.total.amountMinor}, ${itemCount}, ${order.country},
        ${order.shipping_method}, ${order.payment_token}, ${order.return_url}, ${order.reservation_id}, ${order.payment_id},
        ${order.shipment_id}, ${order.refund_id}, ${order.held_until}, ${order.placed_at}, ${lease.token}, ${lease.until},
        ${order.placed_at}, ${order.placed_at})
      returning *
    ), reached as (
      insert into order_contact (order_id, email, shipping_address, billing_address)
      select id, ${contact.email}, ${json(contact.shippingAddress)}::jsonb, ${json(contact.billingAddress)}::jsonb from placed
    ), noted as (
      insert into order_history (order_id, at, about, to_state) select id, placed_at, 'order', 'open' from placed
    )
    select * from placed`);
}

export function findOrder(db: Queryable, id: string): Promise<OrderRow | undefined> {
  return db.find(sql<OrderRow>`select * from orders where id = ${id}`);
}

/** Takes an order that is under way and that nobody works on; undefined when there is none. */
export function leaseOrder(db: Queryable, id: string, lease: Lease, now: Date): Promise<OrderRow | undefined> {
  return db.find(sql<OrderRow>`
    update orders set lease_token = ${lease.token}, lease_until = ${lease.until}
    where id = ${id} and state in ('open', 'awaiting_shopper', 'undoing') and (lease_until is null or lease_until < ${now})
    returning *`);
}

/** Ids of orders whose time has come and that nobody works on, oldest first. */
export async function findOrdersToWake(db: Queryable, now: Date, limit: number): Promise<readonly Id<"order">[]> {
  const rows = await db.rows(sql<{ id: Id<"order"> }>`
    select id from orders
    where wake_at <= ${now} and (lease_until is null or lease_until < ${now})
    order by wake_at limit ${limit}`);
  return rows.map((row) => row.id);
}

export type DecisionRecord = {
  readonly order: OrderRow;
  readonly to: OrderState;
  readonly note?: string | undefined;
  readonly failure?: Failure | undefined;
  readonly nextAction?: NextAction | undefined;
  readonly wakeAt?: Date | undefined;
  readonly allocations?: readonly Allocation[] | undefined;
  readonly heldUntil?: Date | undefined;
  readonly cancelled?: { readonly by: "shopper" | "staff"; readonly reason: string } | undefined;
  /** Who goes on with it; undefined frees the order. */
  readonly lease?: Lease | undefined;
  readonly now: Date;
};

/** Records one decision about an order, if it is still as `order` says and still ours; undefined when it is not. News that came
 *  meanwhile (`nudges`) wakes it at once instead of at `wakeAt`. */
export function recordDecision(tx: Tx, record: DecisionRecord): Promise<OrderRow | undefined> {
  const { order, to, now } = record;
  const isOver = to === "confirmed" || to === "failed" || to === "cancelled";
  return tx.find(sql<OrderRow>`
    with changed as (
      update orders set
        state = ${to}, failure = coalesce(${jsonOrNull(record.failure)}::jsonb, failure), next_action = ${jsonOrNull(record.nextAction)}::jsonb,
        allocations = coalesce(${jsonOrNull(record.allocations)}::jsonb, allocations), held_until = coalesce(${record.heldUntil ?? null}, held_until),
        cancelled_by = coalesce(${record.cancelled?.by ?? null}, cancelled_by), cancel_reason = coalesce(${record.cancelled?.reason ?? null}, cancel_reason),
        wake_at = case when ${isOver} then null when nudges <> ${order.nudges} then ${now} else ${record.wakeAt ?? null}::timestamptz end,
        lease_token = ${record.lease?.token ?? null}, lease_until = ${record.lease?.until ?? null}::timestamptz,
        payment_token = case when ${isOver} then null else payment_token end,
        payment_state = case when ${to} = 'confirmed' and payment_state = 'none' then 'authorised' else payment_state end,
        confirmed_at = case when ${to} = 'confirmed' then coalesce(confirmed_at, ${now}) else confirmed_at end,
        attempts = case when ${to} = state then attempts + 1 else 0 end,
        version = version + 1, updated_at = ${now}
      where id = ${order.id} and state = ${order.state}
        and (lease_token = ${order.lease_token}::uuid or (${order.lease_token}::uuid is null and (lease_until is null or lease_until < ${now})))
      returning *
    ), noted as (
      insert into order_history (order_id, at, about, from_state, to_state, note)
      select id, ${now}, 'order', ${order.state}, state, ${record.note ?? null} from changed where state <> ${order.state}
    )
    select * from changed`);
}

/** Counts news about an order that is under way, and wakes it. */
export function nudgeOrder(db: Queryable, id: string, now: Date): Promise<number> {
  return db.run(sql`
    update orders set nudges = nudges + 1, wake_at = least(coalesce(wake_at, ${now}), ${now})
    where id = ${id} and state in ('open', 'awaiting_shopper', 'undoing')`);
}

export type PaymentFacts = {
  readonly state: string;
  readonly capturedMinor?: number;
  readonly refundedMinorDelta?: number;
  readonly note?: string;
  readonly at: Date;
};

/** Notes what became of the order's payment. Amounts only grow. */
export function notePayment(tx: Tx, orderId: string, facts: PaymentFacts): Promise<number> {
  return tx.run(sql`
    with before as (select id, payment_state from orders where id = ${orderId} for update), changed as (
      update orders set
        captured_minor = greatest(captured_minor, ${facts.capturedMinor ?? 0}),
        refunded_minor = refunded_minor + ${facts.refundedMinorDelta ?? 0},
        payment_state = case
          when ${facts.state} = 'refunded' and refunded_minor + ${facts.refundedMinorDelta ?? 0} < greatest(captured_minor, ${facts.capturedMinor ?? 0})
          then 'partially_refunded' else ${facts.state} end,
        version = version + 1, updated_at = ${facts.at}
      from before where orders.id = before.id
      returning orders.id, before.payment_state as was, orders.payment_state as is
    )
    insert into order_history (order_id, at, about, from_state, to_state, note)
    select id, ${facts.at}, 'payment', was, "is", ${facts.note ?? null} from changed`);
}

export type FulfilmentFacts = {
  readonly state: string;
  readonly trackingCode?: string | null;
  readonly note?: string;
  readonly at: Date;
};

/** Notes what became of the order's parcels. */
export function noteFulfilment(tx: Tx, orderId: string, facts: FulfilmentFacts): Promise<number> {
  return tx.run(sql`
    with before as (select id, fulfilment_state from orders where id = ${orderId} for update), changed as (
      update orders set
        fulfilment_state = ${facts.state},
        tracking_codes = case when ${facts.trackingCode ?? null}::text is null then tracking_codes else array_append(tracking_codes, ${facts.trackingCode ?? null}) end,
        version = version + 1, updated_at = ${facts.at}
      from before where orders.id = before.id
      returning orders.id, before.fulfilment_state as was
    )
    insert into order_history (order_id, at, about, from_state, to_state, note)
    select id, ${facts.at}, 'fulfilment', was, ${facts.state}, ${facts.note ?? null} from changed`);
}

export type ContactRow = {
  readonly email: string;
  readonly shipping_address: Address;
  readonly billing_address: Address;
};

export function findContact(db: Queryable, orderId: string): Promise<ContactRow | undefined> {
  return db.find(
    sql<ContactRow>`select email, shipping_address, billing_address from order_contact where order_id = ${orderId}`,
  );
}

export type HistoryRow = {
  readonly at: Date;
  readonly about: "order" | "payment" | "fulfilment";
  readonly from_state: string | null;
  readonly to_state: string;
  readonly note: string | null;
};

export function listHistory(db: Queryable, orderId: string): Promise<HistoryRow[]> {
  return db.rows(sql<HistoryRow>`
    select at, about, from_state, to_state, note from order_history where order_id = ${orderId} order by id limit 500`);
}

export type OrderFilter = {
  readonly store: string;
  readonly owner: { readonly kind: string; readonly id: string } | undefined;
  readonly state: OrderState | undefined;
  readonly before: string | undefined;
  readonly limit: number;
};

/** Newest first. Without an owner: everybody's. */
export function listOrderRows(db: Queryable, filter: OrderFilter): Promise<OrderRow[]> {
  const before = filter.before ?? "ffffffff-ffff-ffff-ffff-ffffffffffff";
  if (filter.owner === undefined) {
    return db.rows(sql<OrderRow>`
      select * from orders
      where store = ${filter.store} and id < ${before} and (${filter.state ?? null}::text is null or state = ${filter.state ?? null})
      order by id desc limit ${filter.limit}`);
  }
  return db.rows(sql<OrderRow>`
    select * from orders
    where store = ${filter.store} and owner_kind = ${filter.owner.kind} and owner_id = ${filter.owner.id} and id < ${before}
      and (${filter.state ?? null}::text is null or state = ${filter.state ?? null})
    order by id desc limit ${filter.limit}`);
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : json(value);
}
