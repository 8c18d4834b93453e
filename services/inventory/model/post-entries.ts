import { availabilityOf, type Allocation, type Availability, type Item, type Stock } from "./stock.ts";

export type MovementKind = "received" | "adjusted" | "reserved" | "released" | "expired" | "dispatched" | "repaired";

/** One change to be made. `reference` is the id of what caused it: a reservation, shipment, adjustment or warehouse event. */
export type Entry = {
  readonly sku: string;
  readonly warehouse: string;
  readonly kind: MovementKind;
  readonly deltaOnHand: number;
  readonly deltaAllocated: number;
  readonly reference: string;
};

/** One entry per allocation. `onHand` and `allocated` tell how a piece counts in each: up (1), not at all (0) or down (-1). */
export function entriesFor(
  allocations: readonly Allocation[],
  cause: Pick<Entry, "kind" | "reference"> & { readonly onHand: -1 | 0 | 1; readonly allocated: -1 | 0 | 1 },
): readonly Entry[] {
  const { kind, reference, onHand, allocated } = cause;
  return allocations.map(({ sku, warehouse, quantity }) => {
    return { sku, warehouse, kind, reference, deltaOnHand: onHand * quantity, deltaAllocated: allocated * quantity };
  });
}

/** An entry as the ledger keeps it: `seq` is dense per SKU, the balances are those of its warehouse after it. */
export type Movement = Entry & {
  readonly seq: number;
  readonly balanceOnHand: number;
  readonly balanceAllocated: number;
};

export type PostedItem = Item & {
  /** Version before: what the row must still have when it is written. */
  readonly versionBefore: number;
  readonly previous: Availability;
};
export type PostedStock = {
  readonly sku: string;
  readonly warehouse: string;
  readonly onHand: number;
  readonly allocated: number;
};

/** What has to be written: the movements in order, and the rows they end in. */
export type Posting = {
  readonly movements: readonly Movement[];
  readonly items: readonly PostedItem[];
  readonly warehouses: readonly PostedStock[];
};

/** Runs entries over the stock they name, in order. Throws when one would promise more than is on hand or names a row that
 *  is not there: the caller decided on other rows than these, which is a fault. */
export function postEntries(stock: Stock, entries: readonly Entry[], defaultThreshold: number): Posting {
  const balances = new Map(stock.warehouses.map((row) => [keyOf(row), row]));
  const items = new Map(stock.items.map((item) => [item.sku, item]));
  const touched = new Map<string, PostedStock>();
  const changed = new Map<string, { version: number; available: number }>();
  const movements = entries.map((entry): Movement => {
    const before = touched.get(keyOf(entry)) ?? balances.get(keyOf(entry));
    const item = changed.get(entry.sku) ?? items.get(entry.sku);
    if (before === undefined || item === undefined) throw new Error(`No stock of ${entry.sku} in ${entry.warehouse}.`);
    const onHand = before.onHand + entry.deltaOnHand;
    const allocated = before.allocated + entry.deltaAllocated;
    if (allocated < 0 || allocated > onHand) throw new Error(unsound(entry, onHand, allocated));
    const seq = item.version + 1;
    touched.set(keyOf(entry), { sku: entry.sku, warehouse: entry.warehouse, onHand, allocated });
    changed.set(entry.sku, { version: seq, available: item.available + entry.deltaOnHand - entry.deltaAllocated });
    return { ...entry, seq, balanceOnHand: onHand, balanceAllocated: allocated };
  });
  const posted = [...changed].map(([sku, after]) => itemAfter(items.get(sku)!, after, defaultThreshold));
  return { movements, items: posted, warehouses: [...touched.values()] };
}

function itemAfter(before: Item, after: { version: number; available: number }, defaultThreshold: number): PostedItem {
  const availability = availabilityOf(after.available, before.lowThreshold ?? defaultThreshold);
  return { ...before, ...after, availability, previous: before.availability, versionBefore: before.version };
}

function keyOf({ sku, warehouse }: { readonly sku: string; readonly warehouse: string }): string {
  return `${sku} ${warehouse}`;
}

function unsound(entry: Entry, onHand: number, allocated: number): string {
  return `${entry.kind} of ${entry.sku} in ${entry.warehouse} would leave ${onHand} on hand and ${allocated} allocated.`;
}
