import type { Finding } from "#kernel/audit";
import type { OrderState } from "../contract.ts";
import { hasLeft, type FulfilmentStatus } from "./progress.ts";

/** An order that is over, as its own row has it. */
export type OrderBooks = {
  readonly orderId: string;
  readonly state: OrderState;
  readonly currency: string;
  readonly totalMinor: number;
  readonly paymentId: string;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly fulfilment: FulfilmentStatus;
};

/** A payment of it as payments has it. `isMoving`: something of it is still on its way. */
export type PaymentBooks = {
  readonly paymentId: string;
  readonly status: string;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly heldMinor: number;
  readonly isMoving: boolean;
  readonly updatedAt: Date;
};

/** Its reservation as inventory has it. */
export type ReservationBooks = { readonly state: string; readonly heldQuantity: number; readonly updatedAt: Date };

export type Books = {
  readonly order: OrderBooks;
  readonly payments: readonly PaymentBooks[];
  readonly reservation: ReservationBooks | undefined;
};

/** What moves for longer is stuck, and is judged as it stands. */
const STUCK_MS = 3_600_000;

/** Claims that nothing about the order is on its way: whatever changed, changed before `quietSince`. */
export function isQuiet({ payments, reservation }: Books, quietSince: Date): boolean {
  const stuckSince = new Date(quietSince.getTime() - STUCK_MS);
  const isStill = (payment: PaymentBooks) => payment.updatedAt <= (payment.isMoving ? stuckSince : quietSince);
  return payments.every(isStill) && (reservation === undefined || reservation.updatedAt <= quietSince);
}

/** Where the money and the goods of an order that is over are not as they must be: a confirmed one is paid once, its goods are its
 *  own until they leave; of a failed or cancelled one nothing is kept. */
export function compareBooks(books: Books): readonly Finding[] {
  const isConfirmed = books.order.state === "confirmed";
  return [...(isConfirmed ? ofConfirmed(books) : ofUndone(books)), ...ofOwnNotes(books)];
}

const NOT_LIVE = ["declined", "voided", "failed"];

function ofConfirmed({ order, payments, reservation }: Books): readonly Finding[] {
  const findings: Finding[] = [];
  const tell = teller(order, findings);
  const live = payments.filter(({ status }) => !NOT_LIVE.includes(status));
  const wanted = order.totalMinor > 0 ? 1 : 0;
  if (live.length !== wanted)
    tell(
      "live payments",
      wanted,
      live.length,
      live.length > wanted
        ? "the shopper was charged more than once"
        : "the payment was let go and the order was not told",
    );
  const foreign = live.find(({ paymentId }) => paymentId !== order.paymentId);
  if (foreign !== undefined)
    tell("its payment", order.paymentId, foreign.paymentId, "charged under another key than the order's");
  const captured = sum(payments, "capturedMinor");
  const held = sum(payments, "heldMinor");
  if (captured > 0 && captured !== order.totalMinor)
    tell(
      `taken, in minor units of ${order.currency}`,
      order.totalMinor,
      captured,
      "another amount than the order's was captured",
    );
  if (captured > 0 && held !== 0)
    tell(
      `held beside what was taken, in minor units of ${order.currency}`,
      0,
      held,
      "a second charge, or a rest that was not let go",
    );
  if (captured === 0 && hasLeft(order.fulfilment))
    tell(
      `taken, in minor units of ${order.currency}`,
      order.totalMinor,
      0,
      "the goods left and the capture failed or never came",
    );
  else if (captured === 0 && live.length === 1 && held !== order.totalMinor)
    tell(
      `held, in minor units of ${order.currency}`,
      order.totalMinor,
      held,
      "the authorisation is not the order's, or is gone",
    );
  const isKept = reservation?.state === "pinned" || reservation?.state === "dispatched";
  if (!hasLeft(order.fulfilment) && !isKept)
    tell(
      "its reservation",
      "pinned",
      reservation?.state ?? "unknown",
      "pinning was skipped, or the goods were freed under a confirmed order",
    );
  return findings;
}

function ofUndone({ order, payments, reservation }: Books): readonly Finding[] {
  const findings: Finding[] = [];
  const tell = teller(order, findings);
  const kept = sum(payments, "capturedMinor") - sum(payments, "refundedMinor");
  if (kept !== 0)
    tell(
      `kept, in minor units of ${order.currency}`,
      0,
      kept,
      "a refund failed or was never made: give the money back",
    );
  const held = sum(payments, "heldMinor");
  if (held !== 0) tell(`held, in minor units of ${order.currency}`, 0, held, "the payment was not voided");
  const pieces = reservation?.heldQuantity ?? 0;
  if (pieces !== 0)
    tell("pieces still reserved", 0, pieces, "the reservation was not released, or came after its release");
  else if (reservation === undefined)
    tell(
      "its reservation",
      "released",
      "unknown",
      "the release left no tombstone: a late reserve would take the goods",
    );
  return findings;
}

/** What the order itself says of its money. */
function ofOwnNotes({ order, payments }: Books): readonly Finding[] {
  const findings: Finding[] = [];
  const tell = teller(order, findings);
  const cause = "an event of the payment was lost, given up, or is not heard yet";
  const captured = sum(payments, "capturedMinor");
  const refunded = sum(payments, "refundedMinor");
  if (order.capturedMinor !== captured)
    tell(`taken by its own note, in minor units of ${order.currency}`, captured, order.capturedMinor, cause);
  if (order.refundedMinor !== refunded)
    tell(`given back by its own note, in minor units of ${order.currency}`, refunded, order.refundedMinor, cause);
  return findings;
}

function teller({ orderId }: OrderBooks, findings: Finding[]) {
  return (what: string, expected: number | string, found: number | string, likelyCause: string) =>
    void findings.push({ subject: orderId, what, expected, found, likelyCause });
}

function sum(payments: readonly PaymentBooks[], field: "capturedMinor" | "refundedMinor" | "heldMinor"): number {
  return payments.reduce((total, payment) => total + payment[field], 0);
}
