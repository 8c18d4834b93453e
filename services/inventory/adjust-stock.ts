import type { Input, Output } from "#kernel/contract";
import { refuse as refuseInput } from "#kernel/refusal";
import type { Actor, Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import { changeStock } from "./change-stock.ts";
import { refuse, type inventory } from "./contract.ts";
import { StockChanged } from "./events.ts";
import type { Entry } from "./model/post-entries.ts";
import type { Stock } from "./model/stock.ts";
import { ensureStock, lockStock } from "./store.ts";
import { findUnknownWarehouses, getAdjustment, insertAdjustment, saveAdjustmentAnswer } from "./warehouse-store.ts";

type Adjustment = Input<typeof inventory.adjustStock>;
type Line = Adjustment["lines"][number];
type Answer = Output<typeof inventory.adjustStock>;

/** Corrects what is on hand, all lines or none; makes SKUs that were never kept. Safe to repeat with the same adjustmentId.
 *  Refuses STOCK_BELOW_ALLOCATED: what is promised to orders must be there. */
export async function adjustStock(input: Adjustment, ctx: Ctx): Promise<Answer> {
  checkLines(input.lines);
  const [unknown] = await findUnknownWarehouses(ctx.db, [...new Set(input.lines.map(({ warehouse }) => warehouse))]);
  if (unknown !== undefined) throw refuse.WAREHOUSE_NOT_FOUND({ warehouse: unknown });
  return ctx.db.transaction(async (tx) => {
    const { adjustmentId, reason, lines } = input;
    const facts = { id: adjustmentId, reason, lines, byActor: nameOf(ctx.actor) };
    if (!(await insertAdjustment(tx, facts, ctx.now))) {
      const earlier = await getAdjustment(tx, facts);
      if (!earlier.isSame) throw refuse.ADJUSTMENT_REUSED({ adjustmentId });
      return earlier.answer as Answer;
    }
    const answer = await adjust(tx, ctx, input);
    await saveAdjustmentAnswer(tx, adjustmentId, answer);
    return answer;
  });
}

function checkLines(lines: readonly Line[]): void {
  const seen = new Set<string>();
  const errors = lines.flatMap(({ sku, warehouse, delta, onHand }, index) => {
    const key = `${sku} ${warehouse}`;
    const isRepeated = seen.has(key);
    seen.add(key);
    if (isRepeated) return [{ field: `lines.${index}`, message: "repeats a SKU and warehouse" }];
    if ((delta === undefined) === (onHand === undefined))
      return [{ field: `lines.${index}`, message: "needs exactly one of delta and onHand" }];
    return [];
  });
  if (errors.length > 0) throw refuseInput.INVALID_INPUT({ errors: errors.slice(0, 20) });
}

async function adjust(tx: Tx, ctx: Ctx, { adjustmentId, lines }: Adjustment): Promise<Answer> {
  await ensureStock(tx, lines, ctx.now);
  const stock = await lockStock(tx, [...new Set(lines.map(({ sku }) => sku))]);
  const { entries, after } = correctionsOf(adjustmentId, lines, stock);
  await changeStock(tx, ctx, stock, entries);
  const changed = entries.map(({ sku, warehouse, deltaOnHand }) => ({ sku, warehouse, deltaOnHand }));
  if (changed.length > 0) ctx.publish(tx, StockChanged, { changeId: adjustmentId, cause: "adjusted", lines: changed });
  return { adjustmentId, lines: after };
}

function correctionsOf(adjustmentId: string, lines: readonly Line[], stock: Stock) {
  const present = new Map(stock.warehouses.map((row) => [`${row.sku} ${row.warehouse}`, row]));
  const entries: Entry[] = [];
  const after = lines.map(({ sku, warehouse, delta, onHand }) => {
    const { onHand: before, allocated } = present.get(`${sku} ${warehouse}`)!;
    const wanted = onHand ?? before + delta!;
    if (wanted < allocated) throw refuse.STOCK_BELOW_ALLOCATED({ sku, warehouse, onHand: before, allocated });
    const change = {
      kind: "adjusted",
      deltaOnHand: wanted - before,
      deltaAllocated: 0,
      reference: adjustmentId,
    } as const;
    if (change.deltaOnHand !== 0) entries.push({ sku, warehouse, ...change });
    return { sku, warehouse, onHand: wanted, allocated, available: wanted - allocated };
  });
  return { entries, after };
}

function nameOf(actor: Actor): string {
  if (actor.kind === "anonymous") return actor.kind;
  return `${actor.kind}:${actor.kind === "service" ? actor.name : actor.id}`;
}
