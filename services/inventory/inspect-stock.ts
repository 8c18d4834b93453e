import type { Input, Output } from "#kernel/contract";
import { asId } from "#kernel/id";
import { badCursor, decodeCursor, encodeCursor } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import { refuse, type inventory } from "./contract.ts";
import { findReservations, findStandings } from "./reservation-store.ts";
import { lowStockThreshold } from "./settings.ts";
import { SKU_PATTERN } from "./stock-schema.ts";
import { findItems, findStockByWarehouse, listItems, listMovementsOf, listScarceItems } from "./store.ts";

/** Stock of a SKU per warehouse as it stands now (never from the cache). */
export async function getStockDetail(
  { sku }: Input<typeof inventory.getStockDetail>,
  ctx: Ctx,
): Promise<Output<typeof inventory.getStockDetail>> {
  const [item] = await findItems(ctx.db, [sku]);
  if (item === undefined) throw refuse.SKU_NOT_FOUND({ sku });
  const rows = await findStockByWarehouse(ctx.db, sku);
  return {
    sku,
    availability: item.availability,
    available: item.available,
    lowThreshold: item.lowThreshold ?? ctx.setting(lowStockThreshold),
    hasOwnThreshold: item.lowThreshold !== null,
    warehouses: rows.map((row) => ({ ...row, available: row.onHand - row.allocated })),
  };
}

/** The availability of every SKU, by SKU: where a new listener starts before it follows AvailabilityChanged. */
export async function exportAvailability(
  { limit = 1_000, cursor }: Input<typeof inventory.exportAvailability>,
  ctx: Ctx,
): Promise<Output<typeof inventory.exportAvailability>> {
  const items = await listItems(ctx.db, { after: skuAfter(cursor), limit: limit + 1 });
  const shown = items.slice(0, limit).map(({ sku, availability, version }) => ({ sku, availability, version }));
  return { items: shown, nextCursor: cursorAfter(items, limit) };
}

export async function listLowStock(
  { availability: wanted, limit = 20, cursor }: Input<typeof inventory.listLowStock>,
  ctx: Ctx,
): Promise<Output<typeof inventory.listLowStock>> {
  const defaultThreshold = ctx.setting(lowStockThreshold);
  const found = await listScarceItems(ctx.db, { availability: wanted, after: skuAfter(cursor), limit: limit + 1 });
  const items = found.slice(0, limit).map(({ sku, availability, available, lowThreshold, since }) => {
    const threshold = lowThreshold ?? defaultThreshold;
    return { sku, availability, available, lowThreshold: threshold, since: since.toISOString() };
  });
  return { items, nextCursor: cursorAfter(found, limit) };
}

export async function listMovements(
  { sku, limit = 20, cursor }: Input<typeof inventory.listMovements>,
  ctx: Ctx,
): Promise<Output<typeof inventory.listMovements>> {
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : cursorPart(cursor, isSequence);
  const found = await listMovementsOf(ctx.db, sku, { before, limit: limit + 1 });
  const items = found.slice(0, limit).map((movement) => ({ ...movement, at: movement.at.toISOString() }));
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? encodeCursor([last.seq]) : null };
}

export async function getReservation(
  { reservationId }: Input<typeof inventory.getReservation>,
  ctx: Ctx,
): Promise<Output<typeof inventory.getReservation>> {
  const [found] = await findReservations(ctx.db, [reservationId]);
  if (found === undefined) throw refuse.RESERVATION_NOT_FOUND({ reservationId });
  return {
    reservationId,
    orderId: found.orderId === null ? null : asId("order", found.orderId),
    state: found.state,
    allocations: [...found.allocations],
    open: [...found.open],
    expiresAt: found.expiresAt?.toISOString() ?? null,
    createdAt: found.createdAt.toISOString(),
  };
}

/** Where some reservations stand; unknown ones are left out. */
export async function getReservationStates(
  { reservationIds }: Input<typeof inventory.getReservationStates>,
  ctx: Ctx,
): Promise<Output<typeof inventory.getReservationStates>> {
  const found = await findStandings(ctx.db, reservationIds);
  return { reservations: found.map((standing) => ({ ...standing, updatedAt: standing.updatedAt.toISOString() })) };
}

function skuAfter(cursor: string | undefined): string {
  return cursor === undefined ? "" : cursorPart(cursor, isSku);
}

function cursorAfter(found: readonly { readonly sku: string }[], limit: number): string | null {
  return found.length > limit ? encodeCursor([found[limit - 1]!.sku]) : null;
}

function cursorPart<Part>(cursor: string, isOurs: (part: unknown) => part is Part): Part {
  const [part] = decodeCursor(cursor, 1) ?? [];
  if (isOurs(part)) return part;
  throw badCursor();
}

function isSequence(part: unknown): part is number {
  return Number.isSafeInteger(part);
}

const SKU = new RegExp(SKU_PATTERN);

function isSku(part: unknown): part is string {
  return typeof part === "string" && SKU.test(part);
}
