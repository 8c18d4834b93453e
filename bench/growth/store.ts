import type pg from "pg";

/** What the generators ask of the shop's databases. They write as the server's owner, set by set, past the shop: the demo goods that the
 *  import brought are copied under new ids, so that every row has the shape that the shop itself writes. */

/** Copies' texts, slugs and SKUs end so. */
const END = "'-g' || copy";

/** Sessions that generate do not wait for the disk, and copy rows whose references were right. */
export async function prepareSession(client: pg.Client): Promise<void> {
  await client.query("set synchronous_commit = off");
  await client.query("set session_replication_role = replica");
}

/** Remembers the goods as the import left them. */
export async function keepOriginals(catalog: pg.Client, inventory: pg.Client): Promise<number> {
  await catalog.query("create unlogged table if not exists bench_product as select * from product");
  for (const table of ["item", "stock", "movement"])
    await inventory.query(`create unlogged table if not exists bench_${table} as select * from ${table}`);
  const { rows } = await catalog.query<{ count: number }>("select count(*)::int as count from bench_product");
  return rows[0]!.count;
}

/** Copies number `from` to `to` of every product, at most `limit` of them. Answers how many. Each copy of the whole is a day's
 *  delivery: what was made together lies together, as in a shop that was filled in the course of time. */
export async function copyProducts(
  catalog: pg.Client,
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
): Promise<number> {
  await catalog.query("begin");
  const { rowCount } = await catalog.query(`
    create temp table made on commit drop as
    select product_id as old_id, uuidv7() as new_id, copy, timestamptz '2000-01-01' + (copy + random()) * interval '1 day' as created_at
    from generate_series(${from}::int, ${to}::int) as copy, bench_product order by copy limit ${limit}::int`);
  await catalog.query(`
    insert into product (product_id, store, status, version, listed_version, attributes, custom_fields, options, images, created_at, updated_at)
    select new_id, store, status, 1, 1, attributes, custom_fields, options, images, date_trunc('milliseconds', made.created_at),
      date_trunc('milliseconds', made.created_at)
    from made join bench_product on product_id = old_id order by copy`);
  await catalog.query(`
    insert into product_text (product_id, locale, store, title, sort_title, description, slug)
    select new_id, locale, store, title || ' ' || copy, sort_title || ' ' || copy, description, slug || ${END}
    from made join product_text on product_id = old_id`);
  await catalog.query(`
    create temp table made_variant on commit drop as
    select variant_id as old_id, uuidv7() as new_id, made.new_id as product_id, copy
    from made join variant on variant.product_id = made.old_id`);
  await catalog.query(`
    insert into variant (variant_id, product_id, store, sku, position, options, weight_grams, custom_fields)
    select new_id, made_variant.product_id, store, sku || ${END}, position, options, weight_grams, custom_fields
    from made_variant join variant on variant_id = old_id`);
  await catalog.query(`
    insert into price (variant_id, market, currency, amount_minor)
    select new_id, market, currency, amount_minor + copy % 500 from made_variant join price on variant_id = old_id`);
  await catalog.query(`
    insert into product_price (product_id, store, market, lowest_minor)
    select new_id, store, market, lowest_minor + copy % 500 from made join product_price on product_id = old_id`);
  await catalog.query(`
    insert into product_category (product_id, category_id, position)
    select new_id, category_id, position from made join product_category on product_id = old_id`);
  await catalog.query("select list_in_categories(array(select new_id from made))");
  await catalog.query("commit");
  return rowCount!;
}

/** The stock of those copies. */
export async function copyStock(inventory: pg.Client, from: number, to: number): Promise<void> {
  const copies = `generate_series(${from}::int, ${to}::int) as copy`;
  await inventory.query(`
    insert into item (sku, available, availability, availability_since, low_threshold, version)
    select sku || ${END}, available, availability, availability_since, low_threshold, version from bench_item, ${copies}`);
  await inventory.query(`
    insert into stock (sku, warehouse, on_hand, allocated) select sku || ${END}, warehouse, on_hand, allocated from bench_stock, ${copies}`);
  await inventory.query(`
    insert into movement (sku, seq, warehouse, kind, delta_on_hand, delta_allocated, balance_on_hand, balance_allocated, reference, at)
    select sku || ${END}, seq, warehouse, kind, delta_on_hand, delta_allocated, balance_on_hand, balance_allocated, reference, at
    from bench_movement, ${copies}`);
}

/** The ids of orders to be made: number `from` to `to`. Every `ownEvery`th is `owner`'s. */
export async function makeIds(
  orders: pg.Client,
  { from, to, owner, ownEvery }: { from: number; to: number; owner: string; ownEvery: number },
): Promise<readonly OrderIds[]> {
  const { rows } = await orders.query<OrderIds>(`
    select uuidv7(-age) as order_id, uuidv7(-age) as reservation_id, uuidv7(-age) as payment_id, uuidv7(-age) as shipment_id,
      case when one % ${Math.trunc(ownEvery)} = 0 then '${owner.replaceAll("'", "")}'::uuid else uuidv7(-age) end as owner_id,
      extract(epoch from age)::float8 as age
    from (select one, random() * interval '700 days' as age from generate_series(${Math.trunc(from)}::int, ${Math.trunc(to)}::int) as one) as made`);
  return rows;
}

export type OrderIds = {
  readonly order_id: string;
  readonly reservation_id: string;
  readonly payment_id: string;
  readonly shipment_id: string;
  readonly owner_id: string;
  readonly age: number;
};

const MADE = `jsonb_to_recordset($1::jsonb) as made
  (order_id uuid, reservation_id uuid, payment_id uuid, shipment_id uuid, owner_id uuid, age float8)`;
const SINCE = "now() - make_interval(secs => age)";

/** Statements by database, each makes the rows of these orders there; the first order that was really placed is the pattern. */
export const ORDER_STATEMENTS: Readonly<Record<string, readonly string[]>> = {
  orders: [
    `insert into orders (id, store, market, locale, currency, owner_kind, owner_id, state, payment_state, fulfilment_state, cart_id, cart_version,
      quote, total_minor, item_count, country, shipping_method, reservation_id, payment_id, shipment_id, refund_id, allocations, held_until,
      captured_minor, tracking_codes, version, placed_at, confirmed_at, updated_at)
    select order_id, store, market, locale, currency, owner_kind, made.owner_id::text, 'confirmed', 'captured', 'delivered', gen_random_uuid()::text, 2,
      quote, total_minor, item_count, country, shipping_method, made.reservation_id, made.payment_id, made.shipment_id, gen_random_uuid(),
      allocations, ${SINCE}, total_minor, '{TP0000000001}', 7, ${SINCE}, ${SINCE}, ${SINCE}
    from ${MADE}, (select * from orders order by number limit 1) as pattern`,
    `insert into order_contact (order_id, email, shipping_address, billing_address)
    select made.order_id, email, shipping_address, billing_address
    from ${MADE}, (select * from order_contact limit 1) as pattern`,
    `insert into order_history (order_id, at, about, from_state, to_state)
    select order_id, ${SINCE}, about, from_state, to_state
    from ${MADE}, (values ('order', null, 'open'), ('order', 'open', 'confirmed'), ('payment', 'none', 'authorised'),
      ('payment', 'authorised', 'captured'), ('fulfilment', 'none', 'pending'), ('fulfilment', 'pending', 'delivered')) as step (about, from_state, to_state)`,
  ],
  payments: [
    `insert into payment (payment_id, store, market, order_id, amount_minor, currency, provider, status, is_authorised, card_brand, card_last4,
      captured_minor, capture_wanted_minor, sent_until, answer_by, version, created_at, updated_at)
    select payment_id, 'demo', 'gb', order_id, 1065, 'GBP', 'simulator', 'captured', true, 'visa', '4242', 1065, 1065, ${SINCE}, ${SINCE}, 4,
      ${SINCE}, ${SINCE}
    from ${MADE}`,
    `insert into ledger_entry (payment_id, posting, line, kind, account, amount_minor, balance_minor, currency, recorded_at)
    select payment_id, posting, line, kind, account, amount, balance, 'GBP', ${SINCE}
    from ${MADE}, (values (2, 1, 'authorised', 'shopper', -1065, -1065), (2, 2, 'authorised', 'held', 1065, 1065),
      (4, 1, 'captured', 'held', -1065, 0), (4, 2, 'captured', 'merchant', 1065, 1065)) as entry (posting, line, kind, account, amount, balance)`,
  ],
  inventory: [
    `insert into reservation (id, store, market, order_id, state, allocations, open, expires_at, created_at, updated_at)
    select reservation_id, 'demo', 'gb', made.order_id, 'dispatched', allocations, '[]', ${SINCE}, ${SINCE}, ${SINCE}
    from ${MADE}, (select allocations from reservation where state = 'pinned' limit 1) as pattern`,
  ],
  shipping: [
    `insert into order_gate (store, order_id) select 'demo', order_id from ${MADE}`,
    `insert into shipment (shipment_id, store, market, order_id, reservation_id, state, method, country, lines, address, carrier, tracking_code, created_at)
    select made.shipment_id, store, market, made.order_id, made.reservation_id, 'delivered', method, country, lines, address, 'post', 'TP0000000001', ${SINCE}
    from ${MADE}, (select * from shipment limit 1) as pattern`,
    `insert into shipment_history (shipment_id, seq, state, at)
    select shipment_id, seq, state, ${SINCE} from ${MADE}, (values (1, 'pending'), (2, 'dispatched'), (3, 'delivered')) as step (seq, state)`,
  ],
};
