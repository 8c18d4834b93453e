/** What a client did, as the client remembers it: kept outside the shop, so that no kill can take it. */
export type Act = "arrive" | "fill" | "checkout" | "repeat" | "look" | "challenge" | "cancel" | "refund" | "dispatch" | "add" | "supply";

/** One request and what came of it. */
export type Entry = {
  readonly shopper: number;
  readonly act: Act;
  readonly sentAtMs: number;
  readonly endedAtMs: number;
  /** The Idempotency-Key, or the id made by the client. */
  readonly key?: string;
  readonly orderId?: string;
  /** Undefined: no answer came. */
  readonly httpStatus?: number;
  /** What was told: an order's status, a refusal's code, why no answer came. */
  readonly told: string;
  /** Goods that were put into a cart or on a shelf. */
  readonly goods?: { readonly sku: string; readonly quantity: number };
  readonly guestId?: string;
};

export type Journal = {
  readonly entries: readonly Entry[];
  note(entry: Entry): void;
  /** Checkouts whose answer arrived and that were sent after `sinceMs`. */
  acknowledgedSince(sinceMs: number): number;
};

export function openJournal(): Journal {
  const entries: Entry[] = [];
  const acknowledged: number[] = [];
  return {
    entries,
    note: (entry) => {
      entries.push(entry);
      if (entry.act === "checkout" && isAcknowledged(entry)) acknowledged.push(entry.sentAtMs);
    },
    acknowledgedSince: (sinceMs) => {
      let count = 0;
      // Answers come nearly in the order of their requests; those of long ago need no look.
      for (let at = acknowledged.length - 1; at >= 0 && count < 1_000 && acknowledged.length - at < 2_000; at--)
        if (acknowledged[at]! >= sinceMs) count += 1;
      return count;
    },
  };
}

/** Claims that the shop told the client what became of it, and stands by that. */
export function isAcknowledged(entry: Entry): boolean {
  return entry.httpStatus !== undefined && entry.httpStatus < 300 && entry.orderId !== undefined;
}
