import type { Database } from "./database.ts";
import { sql } from "./sql.ts";

/** A lease held: word of it is believed only while `epoch` is the lease's. */
export type Lease = {
  readonly name: string;
  readonly epoch: number;
  /** Failed runs in a row, as `endLease` was told. */
  readonly failures: number;
};

export type TakeOptions = {
  readonly name: string;
  /** This replica. */
  readonly holder: string;
  readonly ttlMs: number;
  /** When somebody else holds it: tell them to look again before they end (`endLease` answers true). */
  readonly isUrgent?: boolean;
  /** Take it only when it is due by then. */
  readonly dueBy?: Date;
};

/** Takes a lease that nobody holds; undefined when somebody does or it is not due. Time is the database's, so that replicas'
 *  clocks do not matter. Safe to repeat. */
export async function takeLease(db: Database, options: TakeOptions): Promise<Lease | undefined> {
  const { name, holder, ttlMs, isUrgent = false, dueBy } = options;
  const due = dueBy ?? "infinity";
  await createLease(db, name);
  const row = await db.find(sql<{ epoch: number; failures: number; isTaken: boolean }>`
    with was as (
      select name, held_until < clock_timestamp() as is_free, due_at <= ${due}::timestamptz as is_due
      from lease where name = ${name} for update
    )
    update lease set
      holder = case when is_free then ${holder} else holder end,
      epoch = epoch + case when is_free then 1 else 0 end,
      held_until = case when is_free then clock_timestamp() + ${ttlMs} * interval '1 millisecond' else held_until end,
      is_wanted = not is_free and (is_wanted or ${isUrgent})
    from was
    where lease.name = was.name and is_due and (is_free or ${isUrgent})
    returning epoch, failures, is_free as "isTaken"`);
  return row?.isTaken ? { name, epoch: row.epoch, failures: row.failures } : undefined;
}

/** Holds on to a lease for another `ttlMs`; false when it was lost to another holder. */
export async function keepLease(db: Database, lease: Lease, ttlMs: number): Promise<boolean> {
  const kept = await db.run(sql`
    update lease set held_until = clock_timestamp() + ${ttlMs} * interval '1 millisecond'
    where name = ${lease.name} and epoch = ${lease.epoch}`);
  return kept === 1;
}

/** Gives a lease back; true when somebody wanted it urgently meanwhile. Does nothing when it was lost. */
export async function endLease(
  db: Database,
  lease: Lease,
  next: { dueAt?: Date; failures?: number } = {},
): Promise<boolean> {
  const was = await db.find(sql<{ isWanted: boolean }>`
    with was as (select name, is_wanted from lease where name = ${lease.name} and epoch = ${lease.epoch} for update)
    update lease set
      held_until = '-infinity',
      is_wanted = false,
      due_at = coalesce(${next.dueAt ?? null}::timestamptz, due_at),
      failures = ${next.failures ?? 0}
    from was
    where lease.name = was.name
    returning was.is_wanted as "isWanted"`);
  return was?.isWanted ?? false;
}

const created = new WeakMap<Database, Set<string>>();

async function createLease(db: Database, name: string): Promise<void> {
  const known = created.get(db) ?? new Set();
  if (known.has(name)) return;
  await db.run(sql`insert into lease (name) values (${name}) on conflict (name) do nothing`);
  created.set(db, known.add(name));
}
