import { sql, json } from "#platform/sql";
import { quote, address, mail } from "./checkout-flow-values.ts";
import { event, type SqlFlow } from "./sql-flow.ts";

type Statement = ReturnType<typeof sql>;

/** One commit of a purchase: what it writes, and why no shop that keeps our promises can do without. */
export type Commit = {
  readonly name: string;
  readonly database: string;
  readonly why: string;
  /** Of its statements, in one transaction. */
  readonly statements: (flow: SqlFlow) => readonly Statement[];
};

const publish = (type: string, key: string, data: object): Statement => {
  const { id, envelope } = event(type, key, data);
  return sql`insert into outbox (event_id, type, key, envelope) values (${id}, ${type}, ${key}, ${envelope})`;
};

const addLine = (flow: SqlFlow, sku: string): Statement => sql`
  insert into cart as c (store, owner_kind, owner_id, cart_id, market, lines, line_count, item_count, changed_at, expires_at, changed_hour)
  values ('demo', 'guest', ${flow.guestId}, ${flow.cartId}, 'gb', jsonb_build_object(${sku}::text, '[1, 1]'::jsonb), 1, 1, ${flow.now},
    ${flow.inAWeek}, date_trunc('hour', ${flow.now}::timestamptz, 'UTC'))
  on conflict (store, owner_kind, owner_id) do update set lines = c.lines || excluded.lines, line_count = c.line_count + 1,
    item_count = c.item_count + 1, version = c.version + 1, changed_at = excluded.changed_at, expires_at = excluded.expires_at`;

const postLines = (
  flow: SqlFlow,
  posting: number,
  kind: string,
  [from, to]: readonly [string, string],
): Statement => sql`
  insert into ledger_entry (payment_id, posting, line, kind, account, amount_minor, balance_minor, currency, recorded_at)
  values (${flow.paymentId}, ${posting}, 1, ${kind}, ${from}, -1065, -1065, 'GBP', ${flow.now}),
    (${flow.paymentId}, ${posting}, 2, ${kind}, ${to}, 1065, 1065, 'GBP', ${flow.now})`;

const cartLines: readonly Commit[] = [0, 1].map((index) => ({
  name: `cart line ${index + 1}`,
  database: "cart",
  why: "What a shopper was told to be in the cart is there after a crash.",
  statements: (flow) => [addLine(flow, flow.skus[index]!)],
}));

/** Before the hold of the stock, which is batched: `hold-stock.ts`. */
export const beforeHold: readonly Commit[] = [
  ...cartLines,
  {
    name: "card token",
    database: "payment_simulator",
    why: "The provider gives a token out before it is used; its books are its own.",
    statements: (flow) => [
      sql`insert into card_token (token, brand, last4, behaviour, expires_at) values (${flow.token}, 'visa', '4242', 'succeeds', ${flow.inAWeek})`,
    ],
  },
  {
    name: "order placed",
    database: "orders",
    why: "Key and order in one commit before anything is promised, so that a repeat finds them and a crash is gone on from.",
    statements: (flow) => [
      sql`insert into idempotency_keys (principal, operation, key, body_hash, subject)
        values (${`demo/guest:${flow.guestId}`}, 'checkout', ${flow.key}, 'xd2fxhr6AbL8Y9yLTkikkkDR7pvE2XD6v8AqApo1vVk', ${flow.orderId})
        on conflict do nothing`,
      sql`with placed as (
          insert into orders (id, store, market, locale, currency, owner_kind, owner_id, state, cart_id, cart_version, quote, total_minor,
            item_count, country, shipping_method, payment_token, reservation_id, payment_id, shipment_id, refund_id, held_until, wake_at,
            lease_token, lease_until, placed_at, updated_at)
          values (${flow.orderId}, 'demo', 'gb', 'en-GB', 'GBP', 'guest', ${flow.guestId}, 'open', ${flow.cartId}, 2, ${json(quote)}, 1065, 2,
            'GB', 'standard', ${flow.token}, ${flow.reservationId}, ${flow.paymentId}, ${flow.shipmentId}, ${flow.refundId}, ${flow.inAWeek},
            ${flow.now}, ${flow.leaseId}, ${flow.inAWeek}, ${flow.now}, ${flow.now})
          returning id
        ), reached as (
          insert into order_contact (order_id, email, shipping_address, billing_address)
          select id, 'ada@example.com', ${json(address)}::jsonb, ${json(address)}::jsonb from placed
        )
        insert into order_history (order_id, at, about, to_state) select id, ${flow.now}::timestamptz, 'order', 'open' from placed`,
      publish("orders.OrderPlaced.v1", flow.orderId, {
        orderId: flow.orderId,
        lines: quote.lines.map(({ sku }) => ({ sku, ...flow.sold })),
      }),
    ],
  },
];

export const afterHold: readonly Commit[] = [
  {
    name: "payment begun",
    database: "payments",
    why: "The row commits before the provider is asked: without it, a lost answer is money that nobody knows of.",
    statements: (flow) => [
      sql`insert into payment (payment_id, store, market, order_id, amount_minor, currency, provider, status, sent_until, answer_by,
          next_step_at, created_at, updated_at)
        values (${flow.paymentId}, 'demo', 'gb', ${flow.orderId}, 1065, 'GBP', 'simulator', 'authorising', ${flow.inAWeek}, ${flow.inAWeek},
          ${flow.inAWeek}, ${flow.now}, ${flow.now})
        on conflict (payment_id) do nothing`,
    ],
  },
  {
    name: "charge",
    database: "payment_simulator",
    why: "The provider takes the token once and tells of the charge, in its own books.",
    statements: (flow) => [
      sql`update card_token set used_by = ${flow.paymentId} where token = ${flow.token} and used_by is null`,
      sql`insert into charge (key, charge_id, store, market, status, amount_minor, currency, behaviour, brand, last4, was_authorised,
          captured_minor, due_at, version, created_at, updated_at)
        values (${flow.paymentId}, ${flow.chargeId}, 'demo', 'gb', 'authorised', 1065, 'GBP', 'succeeds', 'visa', '4242', true, 0,
          ${flow.inAWeek}, 1, ${flow.now}, ${flow.now})`,
      publish("payment-simulator.ProviderEventSent.v1", flow.paymentId, flow.charge),
    ],
  },
  {
    name: "payment authorised",
    database: "payments",
    why: "What the provider answered, its ledger lines and its event are true together.",
    statements: (flow) => [
      sql`update payment set status = 'authorised', is_authorised = true, authorisation_expires_at = ${flow.inAWeek}, card_brand = 'visa',
          card_last4 = '4242', version = version + 1, updated_at = ${flow.now}
        where payment_id = ${flow.paymentId} and version = 1`,
      postLines(flow, 2, "authorised", ["shopper", "held"]),
      publish("payments.PaymentAuthorised.v1", flow.paymentId, flow.money),
    ],
  },
  {
    name: "stock pinned",
    database: "inventory",
    why: "A confirmed order's goods no longer expire.",
    statements: (flow) => [
      sql`update reservation set state = 'pinned', updated_at = ${flow.now}
        where id = ${flow.reservationId} and state = 'held' and expires_at > ${flow.now}`,
    ],
  },
  {
    name: "order confirmed",
    database: "orders",
    why: "The decision, its history and its event, compared and set.",
    statements: (flow) => [
      sql`with changed as (
          update orders set state = 'confirmed', payment_state = 'authorised', payment_token = null, allocations = ${json(flow.allocations)}::jsonb,
            wake_at = null, lease_token = null, lease_until = null, confirmed_at = ${flow.now}, version = version + 1, updated_at = ${flow.now}
          where id = ${flow.orderId} and state = 'open' and lease_token = ${flow.leaseId}
          returning id
        )
        insert into order_history (order_id, at, about, from_state, to_state)
        select id, ${flow.now}::timestamptz, 'order', 'open', 'confirmed' from changed union all select id, ${flow.now}::timestamptz, 'payment', 'none', 'authorised' from changed`,
      publish("orders.OrderConfirmed.v1", flow.orderId, {
        ...flow.money,
        ...flow.sold,
        lines: flow.allocations,
        allocations: flow.allocations,
      }),
    ],
  },
];

const heard = (): Statement => sql`insert into heard_event (event_id) values (uuidv7())`;

/** What a confirmed order owes besides: nobody waits for it, but it is done for every order. */
export const afterwards: readonly Commit[] = [
  {
    name: "cart emptied",
    database: "cart",
    why: "What was bought leaves the cart, once.",
    statements: (flow) => [
      heard(),
      sql`update cart set lines = '{}', line_count = 0, item_count = 0, version = version + 1, changed_at = ${flow.now}
        where store = 'demo' and owner_kind = 'guest' and owner_id = ${flow.guestId}`,
    ],
  },
  {
    name: "charge captured",
    database: "payment_simulator",
    why: "The provider takes the money and tells so.",
    statements: (flow) => [
      sql`update charge set status = 'captured', captured_minor = 1065, due_at = null, version = 2, updated_at = ${flow.now}
        where key = ${flow.paymentId} and version = 1`,
      publish("payment-simulator.ProviderEventSent.v1", flow.paymentId, flow.charge),
    ],
  },
  {
    name: "payment captured",
    database: "payments",
    why: "The capture, its ledger lines and its event.",
    statements: (flow) => [
      sql`update payment set status = 'captured', captured_minor = 1065, capture_wanted_minor = 1065, next_step_at = null, version = version + 1,
          updated_at = ${flow.now}
        where payment_id = ${flow.paymentId} and version = 2`,
      postLines(flow, 3, "captured", ["held", "merchant"]),
      publish("payments.PaymentCaptured.v1", flow.paymentId, flow.money),
    ],
  },
  {
    name: "shipment",
    database: "shipping",
    why: "The order's gate, what is to be sent, and its event.",
    statements: (flow) => [
      sql`insert into order_gate (store, order_id) values ('demo', ${flow.orderId}) on conflict do nothing`,
      sql`with made as (
          insert into shipment (shipment_id, store, market, order_id, reservation_id, state, method, country, lines, address, created_at)
          values (${flow.shipmentId}, 'demo', 'gb', ${flow.orderId}, ${flow.reservationId}, 'pending', 'standard', 'GB',
            ${json(flow.allocations)}::jsonb, ${json(address)}::jsonb, ${flow.now})
          returning shipment_id
        )
        insert into shipment_history (shipment_id, seq, state, at) select shipment_id, 1, 'pending', ${flow.now}::timestamptz from made`,
      publish("shipping.ShipmentCreated.v1", flow.orderId, { ...flow.money, lines: flow.allocations }),
    ],
  },
  {
    name: "mail queued",
    database: "notifications",
    why: "One mail per event: the row is what makes it one.",
    statements: (flow) => [
      sql`insert into message (id, event_id, order_id, kind, recipient, subject, html, plain, state, next_attempt_at, created_at)
        values (${flow.messageId}, ${flow.mailEventId}, ${flow.orderId}, 'order_confirmed', 'ada@example.com', 'Your order is confirmed',
          ${mail.html}, ${mail.plain}, 'queued', ${flow.now}, ${flow.now})`,
    ],
  },
  {
    name: "mail sent",
    database: "notifications",
    why: "It went out, and goes out no more.",
    statements: (flow) => [
      sql`update message set state = 'sent', attempts = 1, sent_at = ${flow.now} where id = ${flow.messageId} and state = 'queued'`,
    ],
  },
  {
    name: "order: captured",
    database: "orders",
    why: "The shopper's order shows that it is paid.",
    statements: (flow) => [
      heard(),
      sql`with changed as (
          update orders set payment_state = 'captured', captured_minor = 1065, version = version + 1 where id = ${flow.orderId} returning id
        )
        insert into order_history (order_id, at, about, from_state, to_state)
        select id, ${flow.now}::timestamptz, 'payment', 'authorised', 'captured' from changed`,
    ],
  },
  {
    name: "order: in delivery",
    database: "orders",
    why: "The shopper's order shows that it is being packed.",
    statements: (flow) => [
      heard(),
      sql`with changed as (update orders set fulfilment_state = 'pending', version = version + 1 where id = ${flow.orderId} returning id)
        insert into order_history (order_id, at, about, from_state, to_state)
        select id, ${flow.now}::timestamptz, 'fulfilment', 'none', 'pending' from changed`,
    ],
  },
];
