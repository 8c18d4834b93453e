import type { Evidence } from "./evidence.ts";

/** One thing that is wrong, and the orders that it is about. */
export type Violation = { readonly orderIds: readonly string[]; readonly told: string };

/** What holds at the end of every run, whatever died. */
export type Invariant = {
  readonly name: string;
  readonly sentence: string;
  check(evidence: Evidence): readonly Violation[];
};

export function violation(told: string, ...orderIds: readonly (string | null | undefined)[]): Violation {
  return { told, orderIds: [...new Set(orderIds.filter((id) => id !== null && id !== undefined))] };
}

/** One violation when the two differ. */
export function differs(
  what: string,
  told: { readonly is: unknown; readonly should: unknown },
  orderId?: string,
): Violation[] {
  return told.is === told.should
    ? []
    : [violation(`${what} is ${String(told.is)} and should be ${String(told.should)}`, orderId)];
}

/** Adds amounts up by a name. */
export function summed<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  amountOf: (item: Item) => number,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) sums.set(nameOf(item), (sums.get(nameOf(item)) ?? 0) + amountOf(item));
  return sums;
}
