import { addedUp, type Allocation, type WarehouseStock } from "./stock.ts";

/** What one order asks for. `country` leaves out warehouses that do not serve it. */
export type Wish = {
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly country?: string | undefined;
};

export type Shortage = { readonly sku: string; readonly requested: number; readonly available: number };
export type Decision =
  | { readonly kind: "held"; readonly allocations: readonly Allocation[] }
  | { readonly kind: "short"; readonly short: readonly [Shortage, ...Shortage[]] };

/** Decides for each wish in the order given whether it gets all it asks for, and from where. A wish that falls short takes
 *  nothing and leaves its goods to the next. Prefers one warehouse for the whole order, then one per SKU (one already
 *  used by the order first), then few; the lowest priority number first, then the code. */
export function decideReservations(wishes: readonly Wish[], stock: readonly WarehouseStock[]): readonly Decision[] {
  const shelves = shelvesBySku(stock);
  return wishes.map((wish) => decide(wish, shelves));
}

/** What is left in one warehouse of one SKU while the batch is being decided. */
type Shelf = {
  readonly warehouse: string;
  readonly priority: number;
  readonly countries: readonly string[] | null;
  left: number;
};

function shelvesBySku(stock: readonly WarehouseStock[]): Map<string, Shelf[]> {
  const shelves = new Map<string, Shelf[]>();
  for (const { sku, warehouse, onHand, allocated, priority, countries } of stock) {
    const shelf = { warehouse, priority, countries, left: onHand - allocated };
    const others = shelves.get(sku);
    if (others === undefined) shelves.set(sku, [shelf]);
    else others.push(shelf);
  }
  for (const row of shelves.values()) row.sort(byPriority);
  return shelves;
}

function byPriority(a: Shelf, b: Shelf): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  return a.warehouse < b.warehouse ? -1 : 1;
}

function decide(wish: Wish, shelves: ReadonlyMap<string, readonly Shelf[]>): Decision {
  const needs = [...addedUp(wish.lines)].map(([sku, quantity]) => needOf(wish, sku, quantity, shelves.get(sku) ?? []));
  const short = needs
    .map(({ sku, quantity, from }) => ({ sku, requested: quantity, available: sumLeft(from) }))
    .filter(({ requested, available }) => available < requested);
  const [first, ...others] = short;
  if (first !== undefined) return { kind: "short", short: [first, ...others] };
  return { kind: "held", allocations: allocate(needs) };
}

type Need = { readonly sku: string; readonly quantity: number; readonly from: readonly Shelf[] };

function needOf(wish: Wish, sku: string, quantity: number, shelves: readonly Shelf[]): Need {
  const from = shelves.filter(({ left, countries }) => left > 0 && serves(countries, wish.country));
  return { sku, quantity, from };
}

function serves(countries: readonly string[] | null, country: string | undefined): boolean {
  return countries === null || country === undefined || countries.includes(country);
}

function sumLeft(shelves: readonly Shelf[]): number {
  return shelves.reduce((sum, { left }) => sum + left, 0);
}

function allocate(needs: readonly Need[]): readonly Allocation[] {
  const used = new Set<string>();
  const whole = warehouseWithAll(needs);
  if (whole !== undefined) used.add(whole);
  return needs.flatMap((need) => take(need, used));
}

/** The first warehouse that can fill every need. */
function warehouseWithAll(needs: readonly Need[]): string | undefined {
  const [first, ...others] = needs;
  const hasEnough = ({ quantity, from }: Need, warehouse: string) =>
    from.some((shelf) => shelf.warehouse === warehouse && shelf.left >= quantity);
  const candidates = first?.from.filter(({ left }) => left >= first.quantity) ?? [];
  return candidates.find(({ warehouse }) => others.every((need) => hasEnough(need, warehouse)))?.warehouse;
}

function take({ sku, quantity, from }: Need, used: Set<string>): readonly Allocation[] {
  const preferred = [
    ...from.filter(({ warehouse }) => used.has(warehouse)),
    ...from.filter(({ warehouse }) => !used.has(warehouse)),
  ];
  const single = preferred.find(({ left }) => left >= quantity);
  const allocations: Allocation[] = [];
  let missing = quantity;
  for (const shelf of single === undefined ? preferred : [single]) {
    if (missing === 0) break;
    const taken = Math.min(missing, shelf.left);
    shelf.left -= taken;
    missing -= taken;
    used.add(shelf.warehouse);
    allocations.push({ sku, warehouse: shelf.warehouse, quantity: taken });
  }
  return allocations;
}
