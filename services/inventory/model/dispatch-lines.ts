import type { Entry } from "./post-entries.ts";
import { addedUp, type Allocation, type WarehouseStock } from "./stock.ts";

export type Dispatch = {
  readonly entries: readonly Entry[];
  /** What of the reservation stays allocated. */
  readonly open: readonly Allocation[];
  /** Goods that left though the books had none free: somebody else's promise, or goods never booked in. */
  readonly unbooked: readonly Allocation[];
};

/** Takes goods that have left a warehouse off the books: on hand always, allocated as far as the reservation held them,
 *  there first, then in other warehouses (they left from elsewhere than planned). What other orders are promised is never taken;
 *  such goods come back in `unbooked`, for people to count. */
export function dispatchLines(
  told: { readonly lines: readonly Allocation[]; readonly reference: string },
  reservation: readonly Allocation[],
  stock: readonly WarehouseStock[],
): Dispatch {
  const open = reservation.map((allocation) => ({ ...allocation }));
  const free = new Map(stock.map((row) => [keyOf(row), row.onHand - row.allocated]));
  const entries: Entry[] = [];
  const unbooked: Allocation[] = [];
  const post = (sku: string, warehouse: string, deltaOnHand: number, deltaAllocated: number) => {
    if (deltaOnHand === 0 && deltaAllocated === 0) return;
    entries.push({ sku, warehouse, kind: "dispatched", deltaOnHand, deltaAllocated, reference: told.reference });
    const key = keyOf({ sku, warehouse });
    free.set(key, (free.get(key) ?? 0) + deltaOnHand - deltaAllocated);
  };
  for (const { sku, warehouse, quantity } of mergedLines(told.lines)) {
    const here = takeFrom(open, quantity, (one) => one.sku === sku && one.warehouse === warehouse);
    let rest = quantity - sum(here);
    post(sku, warehouse, -sum(here), -sum(here));
    const elsewhere = takeFrom(open, rest, (one) => one.sku === sku);
    for (const other of elsewhere) post(sku, other.warehouse, 0, -other.quantity);
    const unplanned = Math.min(rest, Math.max(0, free.get(keyOf({ sku, warehouse })) ?? 0));
    post(sku, warehouse, -unplanned, 0);
    rest -= unplanned;
    if (rest > 0) unbooked.push({ sku, warehouse, quantity: rest });
  }
  return { entries, open: open.filter(({ quantity }) => quantity > 0), unbooked };
}

function mergedLines(lines: readonly Allocation[]): readonly Allocation[] {
  const keys = new Map(lines.map((line) => [keyOf(line), line]));
  const quantities = addedUp(lines.map((line) => ({ sku: keyOf(line), quantity: line.quantity })));
  return [...quantities].map(([key, quantity]) => ({ ...keys.get(key)!, quantity }));
}

type Open = { readonly sku: string; readonly warehouse: string; quantity: number };

/** Takes up to `quantity` from the matching allocations (lowering them) and tells what was taken from each. */
function takeFrom(open: readonly Open[], quantity: number, isMeant: (one: Open) => boolean): readonly Allocation[] {
  let missing = quantity;
  return open.filter(isMeant).flatMap((one) => {
    const taken = Math.min(missing, one.quantity);
    missing -= taken;
    one.quantity -= taken;
    return taken === 0 ? [] : [{ sku: one.sku, warehouse: one.warehouse, quantity: taken }];
  });
}

function sum(allocations: readonly Allocation[]): number {
  return allocations.reduce((total, { quantity }) => total + quantity, 0);
}

function keyOf({ sku, warehouse }: { readonly sku: string; readonly warehouse: string }): string {
  return `${sku} ${warehouse}`;
}
