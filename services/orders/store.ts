import type { Id } from "#kernel/id";
import type { Queryable, Tx } from "#platform/database";
import { readTogether } from "#platform/read-together";
import { json, sql } from "#platform/sql";
import type { Quote } from "#pricing/contract";
import type { Address } from "#shipping/contract";
import type { Failure, NextAction, OrderState } from "./contract.ts";
import type { FulfilmentStatus, PaymentStatus } from "./model/progress.ts";
import { isFinal, mayBecome } from "./model/saga.ts";

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
  readonly payment_state: PaymentStatus;
  readonly fulfilment_state: FulfilmentStatus;
  readonly cart_id: string;
  readonly cart_version: number;
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
  readonly wake_at: Date | null;
  readonly lease_token: string | null;
  readonly lease_until: Date | null;
  readonly version: number;
  readonly placed_at: Date;
  readonly confirmed_at: Date | null;
  /** Of the checkout, when its trace is kept. */
  readonly traceparent: string | null;
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
  | "cart_version"
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
  | "traceparent"
>;

/** Writes an order with its contact and first line of history, leased to the one who placed it. */
export async function insertOrder(tx: Tx, order: NewOrder, contact: Contact, lease: Lease): Promise<OrderRow> {
  const itemCount = order.quote.lines.reduce((sum, line) => sum + line.quantity, 0);
  const made = await tx.get(sql<Pick<OrderRow, "number" | "version">>`
    with placed as (
      insert into orders (
        id, store, market, locale, currency, owner_kind, owner_id, state, cart_id, cart_version, quote, total_minor, item_count, country,
        shipping_method, payment_token, return_url, reservation_id, payment_id, shipment_id, refund_id, held_until, wake_at,
        lease_token, lease_until, placed_at, updated_at, traceparent)
      values (
        ${order.id}, ${order.store}, ${order.market}, ${order.locale}, ${order.currency}, ${order.owner_kind}, ${order.owner_id},
        'open', ${order.cart_id}, ${order.cart_version}, ${json(order.quote)}, ${order.quote.total.amountMinor}, ${itemCount}, ${order.country},
        ${order.shipping_method}, ${order.payment_token}, ${order.return_url}, ${order.reservation_id}, ${order.payment_id},
        ${order.shipment_id}, ${order.refund_id}, ${order.held_until}, ${order.placed_at}, ${lease.token}, ${lease.until},
        ${order.placed_at}, ${order.placed_at}, ${order.traceparent})
      returning id, number, version, placed_at
    ), reached as (
      insert into order_contact (order_id, email, shipping_address, billing_address)
      select id, ${contact.email}, ${json(contact.shippingAddress)}::jsonb, ${json(contact.billingAddress)}::jsonb from placed
    ), noted as (
      insert into order_history (order_id, at, about, to_state) select id, placed_at, 'order', 'open' from placed
    )
    select number, version from placed`);
  return {
    ...order,
    ...made,
    ...untouched,
    item_count: itemCount,
    total_minor: order.quote.total.amountMinor,
    wake_at: order.placed_at,
    lease_token: lease.token,
    lease_until: lease.until,
  };
}

/** How an order begins. */
const untouched = {
  state: "open",
  payment_state: "none",
  fulfilment_state: "none",
  allocations: null,
  failure: null,
  next_action: null,
  cancelled_by: null,
  cancel_reason: null,
  captured_minor: 0,
  refunded_minor: 0,
  tracking_codes: [],
  attempts: 0,
  nudges: 0,
  confirmed_at: null,
} as const;

// Columns by name throughout: a column added by the next version would break the prepared statements of the one still running.

/** The order that a cart, as it stands, was made into and that has not failed. */
export function findLiveOrderOfCart(
  db: Queryable,
  cart: { readonly cartId: string; readonly version: number },
): Promise<Pick<OrderRow, "id" | "state"> | undefined> {
  return db.find(sql<Pick<OrderRow, "id" | "state">>`
    select id, state from orders
    where cart_id = ${cart.cartId} and cart_version = ${cart.version} and state in ('open', 'awaiting_shopper', 'confirmed')`);
}

export const findOrder = readTogether<string, OrderRow>(
  (db, ids) =>
    db.rows(sql<OrderRow>`
    select id, number, store, market, locale, currency, owner_kind, owner_id, state, payment_state, fulfilment_state, cart_id, cart_version, quote,
      total_minor, item_count, country, shipping_method, payment_token, return_url, reservation_id, payment_id, shipment_id,
      refund_id, allocations, held_until, failure, next_action, cancelled_by, cancel_reason, captured_minor, refunded_minor,
      tracking_codes, attempts, nudges, wake_at, lease_token, lease_until, version, placed_at, confirmed_at, traceparent
    from orders where id = any((select ${ids}::uuid[])::uuid[])`),
  (order) => order.id,
);

/** Counts news about an order that is under way, makes it due, and leases it unless somebody works on it (its `lease_token`
 *  tells). Undefined when it is final. */
export function takeOrder(db: Queryable, id: string, lease: Lease, now: Date): Promise<OrderRow | undefined> {
  return db.find(sql<OrderRow>`
    update orders set nudges = nudges + 1, wake_at = least(coalesce(wake_at, ${now}), ${now}),
      lease_token = case when lease_until is null or lease_until < ${now} then ${lease.token} else lease_token end,
      lease_until = case when lease_until is null or lease_until < ${now} then ${lease.until} else lease_until end
    where id = ${id} and state in ('open', 'awaiting_shopper', 'undoing')
    returning id, number, store, market, locale, currency, owner_kind, owner_id, state, payment_state, fulfilment_state, cart_id, cart_version, quote,
      total_minor, item_count, country, shipping_method, payment_token, return_url, reservation_id, payment_id, shipment_id,
      refund_id, allocations, held_until, failure, next_action, cancelled_by, cancel_reason, captured_minor, refunded_minor,
      tracking_codes, attempts, nudges, wake_at, lease_token, lease_until, version, placed_at, confirmed_at, traceparent`);
}

/** Leases orders whose time has come and that nobody works on, the longest due first. */
export function leaseDueOrders(
  db: Queryable,
  { lease, now, limit }: { readonly lease: Lease; readonly now: Date; readonly limit: number },
): Promise<OrderRow[]> {
  return db.rows(sql<OrderRow>`
    update orders set lease_token = ${lease.token}, lease_until = ${lease.until}
    where id in (
      select id from orders where wake_at <= ${now} and (lease_until is null or lease_until < ${now})
      order by wake_at limit ${limit} for update skip locked)
    returning id, number, store, market, locale, currency, owner_kind, owner_id, state, payment_state, fulfilment_state, cart_id, cart_version, quote,
      total_minor, item_count, country, shipping_method, payment_token, return_url, reservation_id, payment_id, shipment_id,
      refund_id, allocations, held_until, failure, next_action, cancelled_by, cancel_reason, captured_minor, refunded_minor,
      tracking_codes, attempts, nudges, wake_at, lease_token, lease_until, version, placed_at, confirmed_at, traceparent`);
}

/** Renews our lease of an order; 0 when somebody else has taken it over. */
export function keepOrder(db: Queryable, order: OrderRow, until: Date): Promise<number> {
  return db.run(sql`
    update orders set lease_until = ${until} where id = ${order.id} and lease_token = ${order.lease_token}`);
}

/** Gives our lease back and waits until `wakeAt` for the next attempt; 0 when somebody else has taken it over. */
export function putOffOrder(db: Queryable, order: OrderRow, wakeAt: Date): Promise<number> {
  return db.run(sql`
    update orders set attempts = attempts + 1, wake_at = ${wakeAt}, lease_token = null, lease_until = null
    where id = ${order.id} and lease_token = ${order.lease_token}`);
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
  /** What was taken of the shopper's money, when it is known. */
  readonly capturedMinor?: number | undefined;
  readonly cancelled?: { readonly by: "shopper" | "staff"; readonly reason: string } | undefined;
  /** Who goes on with it; undefined frees the order. */
  readonly lease?: Lease | undefined;
  readonly now: Date;
};

/** Records one decision about an order, if it is still as `order` says and still ours (or nobody's); undefined when it is not. News
 *  that came meanwhile (`nudges`) makes it due at once instead of at `wakeAt`. */
export async function recordDecision(tx: Tx, record: DecisionRecord): Promise<OrderRow | undefined> {
  const { order, to, now } = record;
  if (!mayBecome(order.state, to)) throw new Error(`An order that is ${order.state} never becomes ${to}`);
  const isOver = isFinal(to);
  const isConfirmed = to === "confirmed";
  const changed = await tx.find(sql<Changed>`
    with changed as (
      update orders set
        state = ${to}, next_action = ${jsonOrNull(record.nextAction)}::jsonb,
        failure = case when ${isConfirmed} then null else coalesce(${jsonOrNull(record.failure)}::jsonb, failure) end,
        cancelled_by = case when ${isConfirmed} then null else coalesce(${record.cancelled?.by ?? null}, cancelled_by) end,
        cancel_reason = case when ${isConfirmed} then null else coalesce(${record.cancelled?.reason ?? null}, cancel_reason) end,
        allocations = coalesce(${jsonOrNull(record.allocations)}::jsonb, allocations), held_until = coalesce(${record.heldUntil ?? null}, held_until),
        wake_at = case when ${isOver} then null when nudges <> ${order.nudges} then ${now} else ${record.wakeAt ?? null}::timestamptz end,
        lease_token = ${record.lease?.token ?? null}, lease_until = ${record.lease?.until ?? null}::timestamptz,
        payment_token = case when ${isOver} then null else payment_token end,
        payment_state = case when ${isConfirmed} and payment_state = 'none' and total_minor > 0 then 'authorised' else payment_state end,
        captured_minor = greatest(captured_minor, ${record.capturedMinor ?? 0}),
        confirmed_at = case when ${isConfirmed} then coalesce(confirmed_at, ${now}) else confirmed_at end,
        attempts = case when ${to} = state then attempts + 1 else 0 end,
        version = version + 1, updated_at = ${now}
      where id = ${order.id} and state = ${order.state}
        and (lease_token = ${order.lease_token}::uuid or (${order.lease_token}::uuid is null and (lease_until is null or lease_until < ${now})))
      returning id, state, payment_state, payment_token, allocations, held_until, failure, next_action, cancelled_by, cancel_reason,
        captured_minor, attempts, nudges, wake_at, lease_token, lease_until, version, confirmed_at
    ), noted as (
      insert into order_history (order_id, at, about, from_state, to_state, note)
      select id, ${now}::timestamptz, 'order', ${order.state}::text, state, ${record.note ?? null}::text
      from changed where state <> ${order.state}
      union all
      select id, ${now}::timestamptz, 'payment', 'none', 'authorised', null from changed
      where ${isConfirmed} and ${order.payment_state} = 'none' and payment_state = 'authorised'
    )
    select * from changed`);
  return changed && { ...order, ...changed };
}

/** What a decision may change. */
type Changed = Pick<
  OrderRow,
  | "id"
  | "state"
  | "payment_state"
  | "payment_token"
  | "allocations"
  | "held_until"
  | "failure"
  | "next_action"
  | "cancelled_by"
  | "cancel_reason"
  | "captured_minor"
  | "attempts"
  | "nudges"
  | "wake_at"
  | "lease_token"
  | "lease_until"
  | "version"
  | "confirmed_at"
>;

export type ContactRow = {
  readonly order_id: string;
  readonly email: string;
  readonly shipping_address: Address;
  readonly billing_address: Address;
};

export const findContact = readTogether<string, ContactRow>(
  (db, ids) =>
    db.rows(sql<ContactRow>`
    select order_id, email, shipping_address, billing_address from order_contact where order_id = any((select ${ids}::uuid[])::uuid[])`),
  (contact) => contact.order_id,
);

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

/** What a list shows of an order. */
export type SummaryRow = Pick<
  OrderRow,
  | "id"
  | "number"
  | "state"
  | "payment_state"
  | "fulfilment_state"
  | "currency"
  | "total_minor"
  | "item_count"
  | "placed_at"
>;

/** Newest first. Without an owner: everybody's. */
export function listOrderSummaries(db: Queryable, filter: OrderFilter): Promise<SummaryRow[]> {
  const { store, owner, state, limit, before = "ffffffff-ffff-ffff-ffff-ffffffffffff" } = filter;
  if (owner !== undefined)
    return db.rows(sql<SummaryRow>`
      select id, number, state, payment_state, fulfilment_state, currency, total_minor, item_count, placed_at
      from orders
      where store = ${store} and owner_kind = ${owner.kind} and owner_id = ${owner.id} and id < ${before}
        and (${state ?? null}::text is null or state = ${state ?? null})
      order by id desc limit ${limit}`);
  if (state !== undefined)
    return db.rows(sql<SummaryRow>`
      select id, number, state, payment_state, fulfilment_state, currency, total_minor, item_count, placed_at
      from orders where store = ${store} and state = ${state} and id < ${before} order by id desc limit ${limit}`);
  return db.rows(sql<SummaryRow>`
    select id, number, state, payment_state, fulfilment_state, currency, total_minor, item_count, placed_at
    from orders where store = ${store} and id < ${before} order by id desc limit ${limit}`);
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : json(value);
}
