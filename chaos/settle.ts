import { setTimeout as pause } from "node:timers/promises";
import { topology } from "../topology.ts";
import { askDatabase } from "./ask-database.ts";
import type { Evidence } from "./evidence.ts";
import type { Target } from "./target.ts";

const LOOK_EVERY_MS = 100;

/** Waits until every order is final, at most `limitMs`; those that then are neither final nor wait for their shopper. */
export async function untilFinal(target: Target, limitMs: number): Promise<Evidence["unsettled"]> {
  const endMs = Date.now() + limitMs;
  for (;;) {
    const open = await askDatabase<{ orderId: string; state: string }>(
      target.databaseUrl("orders"),
      `select id as "orderId", state from orders where state not in ('confirmed', 'failed', 'cancelled') order by id`,
    );
    if (open.length === 0) return [];
    if (Date.now() > endMs) return open.filter(({ state }) => state !== "awaiting_shopper");
    await pause(LOOK_EVERY_MS);
  }
}

const BUSY = {
  orders: "select 1 from orders where state in ('open', 'undoing') limit 1",
  // What is asked of the provider, or given back; an authorisation that is held waits for its end, a week away.
  payments: `
    select 1 from payment where next_step_at < now() + interval '1 minute'
    union all select 1 from refund where status = 'pending' limit 1`,
  inventory: "select 1 from warehouse_event where applied_at is null limit 1",
  bus: `
    select 1 from group_position place join topic_partition log using (topic, partition)
    where place.next_offset < log.next_offset limit 1`,
} as const;

/** Waits until the events have gone everywhere and nothing is left to be done; what still is after `limitMs`, the
 *  invariants tell. */
export async function untilQuiet(target: Pick<Target, "databaseUrl">, limitMs: number): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!(await isQuiet(target)) && Date.now() < endMs) await pause(LOOK_EVERY_MS);
}

async function isQuiet(target: Pick<Target, "databaseUrl">): Promise<boolean> {
  const services = topology.filter((row) => row.databaseConnections > 0).map(({ name }) => name.replaceAll("-", "_"));
  const waiting = services.map((name) => [name, "select 1 from outbox union all select 1 from parked_event limit 1"]);
  for (const [database, text] of [...waiting, ...Object.entries(BUSY)])
    if ((await askDatabase(target.databaseUrl(database!), text!)).length > 0) return false;
  return true;
}
