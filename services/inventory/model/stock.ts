/** Whether a SKU can be bought: plenty, not more than its low threshold, or nothing. */
export type Availability = "in" | "low" | "out";

/** So many of a SKU from one warehouse. */
export type Allocation = { readonly sku: string; readonly warehouse: string; readonly quantity: number };

/** A SKU over all warehouses. `version` is the seq of its last movement; a `lowThreshold` of null means the shop's default. */
export type Item = {
  readonly sku: string;
  readonly available: number;
  readonly availability: Availability;
  readonly lowThreshold: number | null;
  readonly version: number;
};

/** A SKU in one warehouse, with what decides whether an order is served from there (`countries` null: every country). */
export type WarehouseStock = {
  readonly sku: string;
  readonly warehouse: string;
  readonly onHand: number;
  readonly allocated: number;
  readonly priority: number;
  readonly countries: readonly string[] | null;
};

/** The rows that a change may touch: every item named, with ALL its warehouses. */
export type Stock = { readonly items: readonly Item[]; readonly warehouses: readonly WarehouseStock[] };

export function availabilityOf(available: number, lowThreshold: number): Availability {
  if (available <= 0) return "out";
  return available <= lowThreshold ? "low" : "in";
}

/** Adds up the quantities of each SKU, in the order in which the SKUs first appear. */
export function addedUp(lines: readonly { sku: string; quantity: number }[]): ReadonlyMap<string, number> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return quantities;
}
