import type { Queryable, Tx } from "#platform/database";
import { json, sql } from "#platform/sql";

export type Warehouse = {
  readonly code: string;
  readonly name: string;
  readonly priority: number;
  readonly countries: string[] | null;
};

export async function upsertWarehouse(db: Queryable, { code, name, priority, countries }: Warehouse): Promise<void> {
  await db.run(sql`
    insert into warehouse (code, name, priority, countries) values (${code}, ${name}, ${priority}, ${countries})
    on conflict (code) do update set name = excluded.name, priority = excluded.priority, countries = excluded.countries`);
}

export function listAllWarehouses(db: Queryable): Promise<Warehouse[]> {
  return db.rows(sql<Warehouse>`
    select code, name, priority, countries from warehouse order by priority, code limit 1000`);
}

/** Those of the codes that name no warehouse. */
export async function findUnknownWarehouses(db: Queryable, codes: readonly string[]): Promise<readonly string[]> {
  const unknown = await db.rows(sql<{ code: string }>`
    select wanted.code from unnest(${codes}::text[]) as wanted (code)
    where not exists (select from warehouse where warehouse.code = wanted.code)
    order by wanted.code`);
  return unknown.map(({ code }) => code);
}

export type AdjustmentFacts = {
  readonly id: string;
  readonly reason: string;
  readonly lines: readonly object[];
  readonly byActor: string;
};

/** Claims to have recorded a new adjustment; false when its id was used before. */
export async function insertAdjustment(tx: Tx, facts: AdjustmentFacts, at: Date): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into adjustment (id, reason, lines, by_actor, at)
    values (${facts.id}, ${facts.reason}, ${json(facts.lines)}::jsonb, ${facts.byActor}, ${at})
    on conflict do nothing`);
  return inserted === 1;
}

export async function saveAdjustmentAnswer(tx: Tx, id: string, answer: unknown): Promise<void> {
  await tx.run(sql`update adjustment set answer = ${json(answer)}::jsonb where id = ${id}`);
}

/** What a repeat of an adjustment is told, and whether it asks for the same. */
export function getAdjustment(
  db: Queryable,
  { id, reason, lines }: Omit<AdjustmentFacts, "byActor">,
): Promise<{ answer: unknown; isSame: boolean }> {
  return db.get(sql<{ answer: unknown; isSame: boolean }>`
    select answer, (reason = ${reason} and lines = ${json(lines)}::jsonb) as "isSame" from adjustment where id = ${id}`);
}

export type WarehouseEventFacts = {
  readonly id: string;
  readonly kind: string;
  readonly warehouse: string;
  readonly lines: readonly object[];
  readonly occurredAt: string;
};

/** Claims to have recorded a new event of a warehouse; false when its id was used before. */
export async function insertWarehouseEvent(tx: Tx, event: WarehouseEventFacts, at: Date): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into warehouse_event (id, kind, warehouse, lines, occurred_at, recorded_at)
    values (${event.id}, ${event.kind}, ${event.warehouse}, ${json(event.lines)}::jsonb, ${event.occurredAt}, ${at})
    on conflict do nothing`);
  return inserted === 1;
}

/** How far a recorded event got, and whether a repeat tells the same. */
export function getWarehouseEvent(
  db: Queryable,
  { id, kind, warehouse, lines, occurredAt }: WarehouseEventFacts,
): Promise<{ isApplied: boolean; isSame: boolean }> {
  return db.get(sql<{ isApplied: boolean; isSame: boolean }>`
    select applied_at is not null as "isApplied",
      (kind = ${kind} and warehouse = ${warehouse} and lines = ${json(lines)}::jsonb and occurred_at = ${occurredAt}) as "isSame"
    from warehouse_event where id = ${id}`);
}

export async function markWarehouseEventApplied(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`update warehouse_event set applied_at = ${at} where id = ${id}`);
}
