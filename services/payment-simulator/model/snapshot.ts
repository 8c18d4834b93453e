import type { Charge } from "../contract.ts";
import type { ChargeRecord } from "./charge.ts";

/** A charge as the provider tells it. `publicUrl` is where browsers find the challenge page. */
export function snapshotOf(charge: ChargeRecord, publicUrl: string): Charge {
  const { card, dueAt, status } = charge;
  const hasDeadline = dueAt !== null && (status === "challenge" || status === "authorised");
  return {
    key: charge.key,
    chargeId: charge.chargeId,
    status,
    amount: charge.amount,
    wasAuthorised: charge.wasAuthorised,
    capturedMinor: charge.capturedMinor,
    refunds: charge.refunds.map(({ key, amountMinor, status: outcome, failureCode }) => ({
      key,
      amountMinor,
      status: outcome,
      ...(failureCode === null ? {} : { failureCode }),
    })),
    ...(charge.declineCode === null ? {} : { declineCode: charge.declineCode }),
    ...(status === "challenge" ? { challengeUrl: `${publicUrl}/pay/challenge/${charge.chargeId}` } : {}),
    ...(hasDeadline ? { expiresAt: dueAt.toISOString() } : {}),
    ...(card === null ? {} : { card }),
    version: charge.version,
    updatedAt: charge.updatedAt.toISOString(),
  };
}
