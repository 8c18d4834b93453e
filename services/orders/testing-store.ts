import { sql } from "#platform/sql";
import type { TestShop } from "#platform/testing";

/** How many orders there are that nobody goes on with although it is time. */
export async function countOverdue(shop: TestShop): Promise<number> {
  const { db, now } = shop.context("orders");
  const { count } = await db.get(sql<{ count: number }>`
    select count(*) as count from orders where wake_at <= ${now} or (state not in ('confirmed', 'failed', 'cancelled') and wake_at is null)`);
  return count;
}
