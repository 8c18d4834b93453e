import type { Output } from "#kernel/contract";
import { asId } from "#kernel/id";
import type { Refusal } from "#kernel/refusal";
import { refuse, type inventory } from "./contract.ts";
import type { Shortage } from "./model/decide-reservations.ts";
import type { Reservation } from "./reservation-store.ts";
import type { NewReservation } from "./store.ts";

export type Answer = Output<typeof inventory.reserve>;
export type Outcome = Answer | Refusal;

/** What a repeat is told of a reservation that is there. */
export function answerAgain(reservation: Reservation, now: Date): Outcome {
  const { id, state, expiresAt, allocations } = reservation;
  const reservationId = asId("reservation", id);
  if (state === "released") return refuse.RESERVATION_RELEASED({ reservationId });
  if (state === "expired" || (state === "held" && expiresAt! <= now))
    return refuse.RESERVATION_EXPIRED({ reservationId });
  return answerOf({ id, allocations, expiresAt: expiresAt! }, state === "held" ? "held" : "pinned");
}

export function answerOf(
  hold: Pick<NewReservation, "id" | "allocations" | "expiresAt">,
  state: "held" | "pinned",
): Answer {
  const { id, allocations, expiresAt } = hold;
  return {
    reservationId: asId("reservation", id),
    state,
    expiresAt: expiresAt.toISOString(),
    // In one order of fields: jsonb gives them back in its own.
    allocations: allocations.map(({ sku, warehouse, quantity }) => ({ sku, warehouse, quantity })),
  };
}

export function insufficient(short: readonly Shortage[]): Refusal {
  const { sku, available } = short[0]!;
  return refuse.INSUFFICIENT_STOCK({ sku, available, short: [...short] });
}
