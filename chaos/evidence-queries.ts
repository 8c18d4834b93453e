/** What the evidence is made of, by service and by its name in the evidence. */
export const evidenceQueries: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orders: {
    orders: `
      select id as "orderId", number, state, payment_state as "paymentState", fulfilment_state as "fulfilmentState",
        owner_id as "ownerId", cart_id as "cartId", total_minor as "totalMinor", captured_minor as "capturedMinor",
        refunded_minor as "refundedMinor", reservation_id as "reservationId", payment_id as "paymentId",
        shipment_id as "shipmentId", confirmed_at is not null as "isEverConfirmed", cancelled_by as "cancelledBy",
        failure ->> 'code' as failure, placed_at as "placedAt",
        (select jsonb_agg(jsonb_build_object('sku', line ->> 'sku', 'quantity', (line -> 'quantity')::bigint))
          from jsonb_array_elements(quote -> 'lines') line) as lines
      from orders order by number`,
    orderHistory: `
      select order_id as "orderId", at, about, from_state as "from", to_state as "to", note from order_history order by id`,
    keys: `select principal, key, subject as "orderId" from idempotency_keys where operation = 'checkout'`,
  },
  payments: {
    payments: `
      select payment_id as "paymentId", order_id as "orderId", status, amount_minor as "amountMinor",
        coalesce(captured_minor, 0) as "capturedMinor", is_authorised as "isAuthorised", created_at as "createdAt"
      from payment`,
    refunds: `
      select refund_id as "refundId", payment_id as "paymentId", amount_minor as "amountMinor", status,
        created_at as "createdAt" from refund`,
    ledger: `
      select payment_id as "paymentId", posting, line, kind, account, amount_minor as "amountMinor",
        balance_minor as "balanceMinor", recorded_at as at
      from ledger_entry order by payment_id, posting, line`,
  },
  "payment-simulator": {
    charges: `
      select key, status, amount_minor as "amountMinor", captured_minor as "capturedMinor", behaviour, version,
        created_at as "createdAt", updated_at as "updatedAt" from charge`,
    chargeRefunds: `
      select refund_key as "refundKey", charge_key as "chargeKey", amount_minor as "amountMinor", status,
        created_at as "createdAt" from charge_refund`,
  },
  inventory: {
    items: `select sku, available, version from item order by sku`,
    stock: `select sku, warehouse, on_hand as "onHand", allocated from stock order by sku, warehouse`,
    movements: `
      select sku, seq, warehouse, kind, delta_on_hand as "deltaOnHand", delta_allocated as "deltaAllocated",
        balance_on_hand as "balanceOnHand", balance_allocated as "balanceAllocated", reference, at
      from movement order by sku, seq`,
    reservations: `
      select id as "reservationId", order_id as "orderId", state, allocations, open, created_at as "createdAt",
        updated_at as "updatedAt" from reservation`,
  },
  shipping: {
    shipments: `
      select shipment_id as "shipmentId", order_id as "orderId", reservation_id as "reservationId", state, lines
      from shipment`,
    shipmentHistory: `
      select shipment_id as "shipmentId", seq, state, at from shipment_history order by shipment_id, seq`,
  },
  notifications: {
    messages: `
      select event_id as "eventId", order_id as "orderId", kind, state, created_at as at from message order by created_at`,
  },
  cart: {
    carts: `
      select owner_id as "ownerId", cart_id as "cartId",
        (select coalesce(jsonb_agg(jsonb_build_object('sku', line.key, 'quantity', line.value -> 0)), '[]')
          from jsonb_each(lines) line) as lines
      from cart`,
  },
  bus: {
    events: `
      select topic, partition, log_offset as "offset", event_id as "eventId", key, type, envelope, appended_at as at
      from log_entry order by topic, partition, log_offset`,
    ends: `select topic, partition, next_offset as "nextOffset" from topic_partition`,
    positions: `
      select group_name as "group", topic, partition, next_offset as "nextOffset" from group_position`,
  },
};
