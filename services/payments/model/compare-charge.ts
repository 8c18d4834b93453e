import type { Finding } from "#kernel/audit";
import { balancesOf } from "./ledger.ts";
import { isMoving } from "./next-step.ts";
import { nothingTold, refundedMinor, type Payment } from "./payment.ts";
import { applyProviderFact, type ProviderFact } from "./provider-fact.ts";

/** What moves for longer is stuck, and is judged as it stands. */
const STUCK_MS = 3_600_000;

/** Claims that nothing about the payment is on its way: it rests since `quietSince`, and no authorisation has just run out. */
export function isAtRest(payment: Payment, quietSince: Date): boolean {
  const { updatedAt, told } = payment;
  if (isMoving(payment)) return updatedAt.getTime() <= quietSince.getTime() - STUCK_MS;
  const endsAt = told.authorised?.expiresAt ?? null;
  const isRunningOut = balancesOf(payment).held > 0 && endsAt !== null && endsAt >= updatedAt && endsAt <= quietSince;
  return updatedAt <= quietSince && !isRunningOut;
}

/** Where our row of a payment is not what the provider tells of its charge; undefined: it never heard of the key. */
export function compareCharge(ours: Payment, facts: readonly ProviderFact[] | undefined): readonly Finding[] {
  const findings: Finding[] = [];
  const tell = (what: string, expected: number | string, found: number | string, likelyCause: string) =>
    findings.push({ subject: ours.paymentId, what, expected, found, likelyCause });
  const refunds = ours.refunds.map((refund) => ({ ...refund, status: "pending", failureCode: null }) as const);
  const theirs = (facts ?? []).reduce(applyProviderFact, { ...ours, told: nothingTold, refunds });
  const unit = `in minor units of ${ours.amount.currency}`;
  const lost = "an answer or an event of the provider was lost and nobody asked again";
  const compare = (what: string, figureOf: (payment: Payment) => number, likelyCause: string) => {
    const [expected, found] = [figureOf(theirs), figureOf(ours)];
    if (expected !== found)
      tell(
        `${what} by the provider, ${unit}`,
        expected,
        found,
        facts === undefined ? "the provider does not know the key" : likelyCause,
      );
  };
  compare("held", (payment) => balancesOf(payment).held, `${lost}, or a void was noted that was not made`);
  compare("captured", (payment) => payment.told.capturedMinor ?? 0, lost);
  compare("refunded", (payment) => refundedMinor(payment.refunds), lost);
  for (const fact of facts ?? [])
    if (fact.kind === "refunded" && !ours.refunds.some((refund) => refund.refundId === fact.refundId))
      tell("refund by the provider", "one of ours", fact.refundId, "it was given back past us");
  return findings;
}
