import { newId } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import type { Command } from "#platform/service";
import { publishCrossing } from "./change-stock.ts";
import { StockChanged } from "./events.ts";
import {
  differencesOfBooks,
  differencesOfItem,
  differencesOfLink,
  repairOf,
  type Difference,
} from "./model/explain-differences.ts";
import { availabilityOf } from "./model/stock.ts";
import {
  findBrokenLinks,
  findWrongBooks,
  findWrongItems,
  getItemByBooks,
  updateItem,
  writeRepair,
} from "./reconcile-store.ts";
import { lowStockThreshold } from "./settings.ts";
import { findStockByWarehouse, lockStock } from "./store.ts";

const SHOWN_AT_MOST = 1_000;
const STATEMENT_TIMEOUT_MS = 300_000;

/** Finds where stock, ledger and open reservations of some SKUs, or of all, disagree (of each kind the first 1,000, by SKU). Changes
 *  nothing and may run beside sales: whoever is in the middle of a change is seen wholly or not at all. */
export async function reconcile(ctx: Ctx, skus: readonly string[] | null = null): Promise<readonly Difference[]> {
  const defaultThreshold = ctx.setting(lowStockThreshold);
  const read = async (tx: Tx) => [
    ...(await findWrongBooks(tx, skus, SHOWN_AT_MOST)).flatMap(differencesOfBooks),
    ...(await findWrongItems(tx, { skus, defaultThreshold, limit: SHOWN_AT_MOST })).flatMap((item) =>
      differencesOfItem(item, defaultThreshold),
    ),
    ...(await findBrokenLinks(tx, skus, SHOWN_AT_MOST)).flatMap(differencesOfLink),
  ];
  return ctx.db.transaction(read, { statementTimeoutMs: STATEMENT_TIMEOUT_MS, isSnapshot: true });
}

/** Writes one movement of kind `repaired` for each warehouse of the SKU that differs, so that the ledger tells of it: on hand as
 *  the row has it, allocated as the open reservations have it. Resolves to how many it wrote. Safe to repeat. */
function repair(ctx: Ctx, sku: string): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const { items } = await lockStock(tx, [sku]);
    const [item] = items;
    if (item === undefined) return 0;
    const reference = newId("repair");
    const lines = await writeRepairs(tx, { sku, reference }, ctx.now);
    const threshold = item.lowThreshold ?? ctx.setting(lowStockThreshold);
    const after = await getItemByBooks(tx, sku);
    const availability = availabilityOf(after.available, threshold);
    await updateItem(tx, { sku, ...after, availability }, ctx.now);
    if (lines.length > 0) ctx.publish(tx, StockChanged, { changeId: reference, cause: "repaired", lines });
    const posted = { ...item, ...after, availability, previous: item.availability, versionBefore: item.version };
    const warehouses = await findStockByWarehouse(tx, sku);
    publishCrossing(tx, ctx, posted, () => warehouses);
    return lines.length;
  });
}

async function writeRepairs(tx: Tx, { sku, reference }: { sku: string; reference: string }, now: Date) {
  const lines: { sku: string; warehouse: string; deltaOnHand: number }[] = [];
  for (const books of await findWrongBooks(tx, [sku], SHOWN_AT_MOST)) {
    const change = repairOf(books);
    if (change === undefined) continue;
    const { warehouse, onHand, promised } = books;
    await writeRepair(tx, { sku, warehouse, reference, onHand, allocated: promised, ...change }, now);
    lines.push({ sku, warehouse, deltaOnHand: change.deltaOnHand });
  }
  return lines;
}

export const reconcileCommand: Command = {
  name: "reconcile",
  summary:
    "Compares stock, ledger and open reservations and explains each difference; --repair writes correcting movements.",
  run: async (ctx, args) => {
    const differences = await reconcile(ctx);
    if (differences.length === 0) return ["Stock, ledger and reservations agree."];
    const told = differences.map(lineOf);
    if (!args.includes("--repair")) return [...told, `${differences.length} differences; nothing was changed.`];
    const skus = [...new Set(differences.map(({ sku }) => sku))];
    let written = 0;
    for (const sku of skus) written += await repair(ctx, sku);
    const left = await reconcile(ctx);
    return [...told, `${written} repairs written; ${left.length} differences left.`, ...left.map(lineOf)];
  },
};

function lineOf({ sku, warehouse, what, expected, found, likelyCause }: Difference): string {
  const where = warehouse === null ? sku : `${sku} in ${warehouse}`;
  return `${where}: ${what} should be ${expected} and is ${found} (${likelyCause})`;
}
