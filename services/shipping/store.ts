import { asId } from "#kernel/id";
import type { Queryable, Tx } from "#platform/database";
import { json, sql } from "#platform/sql";
import type { Address, RateTable, Shipment, ShipmentState } from "./contract.ts";

export type NewShipment = Omit<Shipment, "state" | "carrier" | "trackingCode" | "createdAt" | "history"> & {
  readonly address: Address;
};
/** A shipment as its row has it: without history and address. */
export type ShipmentRow = Omit<Shipment, "history" | "createdAt"> & {
  readonly market: string;
  readonly serial: number;
  readonly createdAt: Date;
};

type Row = {
  shipment_id: string;
  market: string;
  order_id: string;
  reservation_id: string;
  state: ShipmentState;
  method: string;
  country: string;
  lines: Shipment["lines"];
  carrier: string | null;
  tracking_code: string | null;
  serial: number;
  created_at: Date;
};

/** Locks the order's gate until the transaction ends, making it when it is not there. */
export async function lockOrderGate(tx: Tx, store: string, orderId: string): Promise<{ isCancelled: boolean }> {
  const gate = await tx.get(sql<{ cancelled_at: Date | null }>`
    insert into order_gate (store, order_id) values (${store}, ${orderId})
    on conflict (store, order_id) do update set order_id = excluded.order_id
    returning cancelled_at`);
  return { isCancelled: gate.cancelled_at !== null };
}

export async function closeOrderGate(tx: Tx, store: string, orderId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update order_gate set cancelled_at = ${at} where store = ${store} and order_id = ${orderId} and cancelled_at is null`);
}

/** False when the id is taken. */
export async function insertShipment(
  tx: Tx,
  { store, market }: { readonly store: string; readonly market: string },
  shipment: NewShipment,
  at: Date,
): Promise<boolean> {
  const count = await tx.run(sql`
    with made as (
      insert into shipment
        (shipment_id, store, market, order_id, reservation_id, state, method, country, lines, address, created_at)
      values (${shipment.shipmentId}, ${store}, ${market}, ${shipment.orderId}, ${shipment.reservationId}, 'pending',
        ${shipment.method}, ${shipment.country}, ${json(shipment.lines)}::jsonb, ${json(shipment.address)}::jsonb, ${at})
      on conflict (shipment_id) do nothing
      returning shipment_id, state, created_at
    )
    insert into shipment_history (shipment_id, seq, state, at) select shipment_id, 1, state, created_at from made`);
  return count === 1;
}

export async function findShipment(db: Queryable, store: string, shipmentId: string): Promise<ShipmentRow | undefined> {
  const row = await db.find(sql<Row>`
    select shipment_id, market, order_id, reservation_id, state, method, country, lines, carrier, tracking_code, serial,
      created_at
    from shipment where shipment_id = ${shipmentId} and store = ${store}`);
  return row && asShipmentRow(row);
}

export async function lockShipment(tx: Tx, store: string, shipmentId: string): Promise<ShipmentRow | undefined> {
  const row = await tx.find(sql<Row>`
    select shipment_id, market, order_id, reservation_id, state, method, country, lines, carrier, tracking_code, serial,
      created_at
    from shipment where shipment_id = ${shipmentId} and store = ${store} for update`);
  return row && asShipmentRow(row);
}

/** In the order of their ids, so that two of these never wait for each other. */
export async function lockShipmentsOfOrder(tx: Tx, store: string, orderId: string): Promise<ShipmentRow[]> {
  const rows = await tx.rows(sql<Row>`
    select shipment_id, market, order_id, reservation_id, state, method, country, lines, carrier, tracking_code, serial,
      created_at
    from shipment where store = ${store} and order_id = ${orderId} order by shipment_id limit 1000 for update`);
  return rows.map(asShipmentRow);
}

export type ShipmentMove = {
  readonly shipmentId: string;
  readonly from: ShipmentState;
  readonly to: ShipmentState;
  readonly at: Date;
  readonly note?: string | undefined;
  readonly carrier?: string | undefined;
  readonly trackingCode?: string | undefined;
};

/** Moves a shipment and writes its history; false when it is no longer in `from`. */
export async function moveShipment(tx: Tx, move: ShipmentMove): Promise<boolean> {
  const count = await tx.run(sql`
    with moved as (
      update shipment set state = ${move.to}::text, carrier = coalesce(${move.carrier ?? null}::text, carrier),
        tracking_code = coalesce(${move.trackingCode ?? null}::text, tracking_code)
      where shipment_id = ${move.shipmentId}::uuid and state = ${move.from}::text
      returning shipment_id
    )
    insert into shipment_history (shipment_id, seq, state, at, note)
    select shipment_id, (select max(seq) + 1 from shipment_history h where h.shipment_id = moved.shipment_id),
      ${move.to}::text, ${move.at}::timestamptz, ${move.note ?? null}::text
    from moved`);
  return count === 1;
}

export type ShipmentPage = {
  readonly store: string;
  readonly orderId?: string | undefined;
  readonly state?: ShipmentState | undefined;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: { readonly createdAt: Date; readonly shipmentId: string } | undefined;
};

/** Newest first. */
export async function findShipments(db: Queryable, page: ShipmentPage): Promise<ShipmentRow[]> {
  const { store, limit } = page;
  const createdAt = page.after?.createdAt ?? new Date(8.64e15);
  const shipmentId = page.after?.shipmentId ?? "ffffffff-ffff-ffff-ffff-ffffffffffff";
  const [orderId, state] = [page.orderId ?? null, page.state ?? null];
  if (orderId !== null) {
    const ofOrder = await db.rows(sql<Row>`
      select shipment_id, market, order_id, reservation_id, state, method, country, lines, carrier, tracking_code, serial,
        created_at
      from shipment
      where store = ${store} and order_id = ${orderId} and (${state}::text is null or state = ${state}::text)
        and (created_at, shipment_id) < (${createdAt}::timestamptz, ${shipmentId}::uuid)
      order by created_at desc, shipment_id desc limit ${limit}`);
    return ofOrder.map(asShipmentRow);
  }
  const rows = await (state === null
    ? db.rows(sql<Row>`
        select shipment_id, market, order_id, reservation_id, state, method, country, lines, carrier, tracking_code, serial,
          created_at
        from shipment
        where store = ${store} and (created_at, shipment_id) < (${createdAt}::timestamptz, ${shipmentId}::uuid)
        order by created_at desc, shipment_id desc limit ${limit}`)
    : db.rows(sql<Row>`
        select shipment_id, market, order_id, reservation_id, state, method, country, lines, carrier, tracking_code, serial,
          created_at
        from shipment
        where store = ${store} and state = ${state} and (created_at, shipment_id) < (${createdAt}::timestamptz, ${shipmentId}::uuid)
        order by created_at desc, shipment_id desc limit ${limit}`));
  return rows.map(asShipmentRow);
}

/** Adds what happened to each, oldest first. */
export async function withHistory(db: Queryable, shipments: readonly ShipmentRow[]): Promise<Shipment[]> {
  type Entry = { shipment_id: string; state: ShipmentState; at: Date; note: string | null };
  const entries = await db.rows(sql<Entry>`
    select shipment_id, state, at, note from shipment_history
    where shipment_id = any(${shipments.map((one) => one.shipmentId)}::uuid[]) order by shipment_id, seq`);
  const byId = Map.groupBy(entries, (entry) => entry.shipment_id);
  return shipments.map(({ serial: _serial, market: _market, createdAt, ...shipment }) => ({
    ...shipment,
    createdAt: createdAt.toISOString(),
    history: (byId.get(shipment.shipmentId) ?? []).map(({ state, at, note }) => ({
      state,
      at: at.toISOString(),
      note,
    })),
  }));
}

export async function getAddress(db: Queryable, shipmentId: string): Promise<Address> {
  const row = await db.get(sql<{ address: Address }>`select address from shipment where shipment_id = ${shipmentId}`);
  return row.address;
}

export type StoredRates = RateTable & { readonly version: number };

export async function findRates(db: Queryable, store: string, currency: string): Promise<StoredRates | undefined> {
  return db.find(sql<StoredRates>`
    select currency, zones, version from rate where store = ${store} and currency = ${currency}`);
}

/** Inserts or replaces; undefined when nothing would change, or when the present version is not `expectedVersion`. */
export async function saveRates(
  tx: Tx,
  store: string,
  table: RateTable,
  expectedVersion: number | undefined,
): Promise<StoredRates | undefined> {
  const expected = expectedVersion ?? null;
  return tx.find(sql<StoredRates>`
    insert into rate as r (store, currency, zones)
    select ${store}::text, ${table.currency}::text, ${json(table.zones)}::jsonb
    where ${expected}::bigint is null or ${expected}::bigint = 0
      or exists (select from rate where store = ${store} and currency = ${table.currency})
    on conflict (store, currency) do update set zones = excluded.zones, version = r.version + 1
    where (${expected}::bigint is null or r.version = ${expected}::bigint) and r.zones is distinct from excluded.zones
    returning currency, zones, version`);
}

function asShipmentRow(row: Row): ShipmentRow {
  return {
    shipmentId: asId("shipment", row.shipment_id),
    market: row.market,
    orderId: asId("order", row.order_id),
    reservationId: asId("reservation", row.reservation_id),
    state: row.state,
    method: row.method,
    country: row.country,
    lines: row.lines,
    carrier: row.carrier,
    trackingCode: row.tracking_code,
    serial: row.serial,
    createdAt: row.created_at,
  };
}
