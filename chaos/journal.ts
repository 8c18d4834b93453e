/** What a client did, as the client remembers it: kept outside the shop, so that no kill can take it. */
export type Act =
  | "arrive"
  | "fill"
  | "checkout"
  | "repeat"
  | "look"
  | "challenge"
  | "cancel"
  | "refund"
  | "dispatch"
  | "add"
  | "supply";

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
};

export type Journal = {
  readonly entries: readonly Entry[];
  note(entry: Entry): void;
  /** How many checkouts were answered. */
  checkouts(): number;
  /** Claims that a checkout which was sent after `sinceMs` was answered. */
  hasAnsweredSince(sinceMs: number): boolean;
};

export function openJournal(): Journal {
  const entries: Entry[] = [];
  let checkouts = 0;
  let lastSentAtMs = 0;
  return {
    entries,
    note: (entry) => {
      entries.push(entry);
      if (entry.act !== "checkout" || !isAcknowledged(entry)) return;
      checkouts += 1;
      lastSentAtMs = Math.max(lastSentAtMs, entry.sentAtMs);
    },
    checkouts: () => checkouts,
    hasAnsweredSince: (sinceMs) => lastSentAtMs >= sinceMs,
  };
}

/** Claims that the shop told the client what became of it, and stands by that. */
export function isAcknowledged(entry: Entry): boolean {
  return entry.httpStatus !== undefined && entry.httpStatus < 300 && entry.orderId !== undefined;
}
