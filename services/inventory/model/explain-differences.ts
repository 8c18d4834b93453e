import { availabilityOf, type Availability } from "./stock.ts";

/** A SKU in one warehouse as its row, the sum of its movements and the open reservations have it; all 0 when there is none. */
export type Books = {
  readonly sku: string;
  readonly warehouse: string;
  readonly onHand: number;
  readonly allocated: number;
  readonly ledgerOnHand: number;
  readonly ledgerAllocated: number;
  /** Sum of what open reservations hold. */
  readonly promised: number;
};

/** A SKU as its row has it, and as its warehouses and movements do. */
export type ItemBooks = {
  readonly sku: string;
  readonly available: number;
  readonly availability: Availability;
  readonly lowThreshold: number | null;
  readonly version: number;
  readonly stockAvailable: number;
  readonly lastSeq: number;
};

/** A movement that does not follow from the one before it. */
export type BrokenLink = {
  readonly sku: string;
  readonly warehouse: string;
  readonly seq: number;
  readonly previousSeq: number;
  readonly balanceOnHand: number;
  readonly expectedOnHand: number;
  readonly balanceAllocated: number;
  readonly expectedAllocated: number;
};

export type Difference = {
  readonly sku: string;
  /** Null when it is about the SKU as a whole. */
  readonly warehouse: string | null;
  readonly what: string;
  readonly expected: number | string;
  readonly found: number | string;
  readonly likelyCause: string;
};

/** Where the row of a warehouse disagrees with its movements or with what is promised. */
export function differencesOfBooks(books: Books): readonly Difference[] {
  const { sku, warehouse, onHand, allocated, ledgerOnHand, ledgerAllocated, promised } = books;
  const differences: Difference[] = [];
  const tell = (what: string, expected: number, found: number, likelyCause: string) =>
    differences.push({ sku, warehouse, what, expected, found, likelyCause });
  if (onHand !== ledgerOnHand)
    tell("on hand", ledgerOnHand, onHand, "the row was changed past the ledger, or movements were lost");
  if (allocated !== ledgerAllocated)
    tell(
      "allocated by the ledger",
      ledgerAllocated,
      allocated,
      "the row was changed past the ledger, or movements were lost",
    );
  if (allocated > promised)
    tell("allocated for open reservations", promised, allocated, "a reservation ended without freeing its stock");
  if (allocated < promised)
    tell(
      "allocated for open reservations",
      promised,
      allocated,
      "stock was freed that a reservation still holds: it can be sold twice",
    );
  if (promised > onHand)
    tell(
      "promised, at most on hand",
      onHand,
      promised,
      "oversold: book goods in or cancel orders; a repair cannot help",
    );
  return differences;
}

export function differencesOfItem(item: ItemBooks, defaultThreshold: number): readonly Difference[] {
  const differences: Difference[] = [];
  const tell = (what: string, expected: number | string, found: number | string, likelyCause: string) =>
    differences.push({ sku: item.sku, warehouse: null, what, expected, found, likelyCause });
  if (item.available !== item.stockAvailable)
    tell("available", item.stockAvailable, item.available, "a row of item or stock was changed by hand");
  if (item.version !== item.lastSeq)
    tell("version", item.lastSeq, item.version, "the newest movements were lost, or the row was changed by hand");
  const availability = availabilityOf(item.stockAvailable, item.lowThreshold ?? defaultThreshold);
  if (item.availability !== availability)
    tell(
      "availability",
      availability,
      item.availability,
      "the default threshold changed, or a row was changed by hand",
    );
  return differences;
}

export function differencesOfLink(link: BrokenLink): readonly Difference[] {
  const { sku, warehouse, seq, previousSeq } = link;
  const differences: Difference[] = [];
  if (seq !== previousSeq + 1) {
    const likelyCause = `movements from ${previousSeq + 1} to ${seq - 1} were lost`;
    differences.push({ sku, warehouse, what: "movement number", expected: previousSeq + 1, found: seq, likelyCause });
  }
  const tell = (what: string, expected: number, found: number) => {
    const likelyCause = "before it, a movement was lost or the row was changed past the ledger";
    if (expected !== found)
      differences.push({ sku, warehouse, what: `${what} at movement ${seq}`, expected, found, likelyCause });
  };
  tell("balance on hand", link.expectedOnHand, link.balanceOnHand);
  tell("balance allocated", link.expectedAllocated, link.balanceAllocated);
  return differences;
}

/** The movement that brings ledger and row together: on hand as the row has it (it is what was sold from), allocated as the
 *  open reservations have it. Undefined when nothing differs, or when more is promised than there is. */
export function repairOf(books: Books): { deltaOnHand: number; deltaAllocated: number } | undefined {
  const { onHand, allocated, ledgerOnHand, ledgerAllocated, promised } = books;
  const isRight = onHand === ledgerOnHand && allocated === ledgerAllocated && allocated === promised;
  if (isRight || promised > onHand) return undefined;
  return { deltaOnHand: onHand - ledgerOnHand, deltaAllocated: promised - ledgerAllocated };
}
