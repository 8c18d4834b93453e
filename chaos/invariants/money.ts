import type { Charge, Evidence, Order, Payment } from "../evidence.ts";
import { differs, summed, violation, type Invariant } from "../invariant.ts";

/** Of a charge at the provider: what it has taken and not given back. */
function keptMinor({ capturedMinor, key }: Charge, refunded: ReadonlyMap<string, number>): number {
  return capturedMinor - (refunded.get(key) ?? 0);
}

function refundedAtProvider({ chargeRefunds }: Evidence): ReadonlyMap<string, number> {
  const succeeded = chargeRefunds.filter(({ status }) => status === "succeeded");
  return summed(
    succeeded,
    ({ chargeKey }) => chargeKey,
    ({ amountMinor }) => amountMinor,
  );
}

function refundedByPayments({ refunds }: Evidence): ReadonlyMap<string, number> {
  const succeeded = refunds.filter(({ status }) => status === "succeeded");
  return summed(
    succeeded,
    ({ paymentId }) => paymentId,
    ({ amountMinor }) => amountMinor,
  );
}

export const moneyAddsUp: Invariant = {
  name: "money-adds-up",
  sentence:
    "Orders, payments, their ledger and the provider's own books agree, order by order, on what was taken and given back.",
  check: (evidence) => {
    const { orders, payments, charges, ledger } = evidence;
    const paymentOf = new Map(payments.map((payment) => [payment.paymentId, payment]));
    const chargeOf = new Map(charges.map((charge) => [charge.key, charge]));
    const byProvider = refundedAtProvider(evidence);
    const byPayments = refundedByPayments(evidence);
    const merchant = summed(
      ledger.filter(({ account }) => account === "merchant"),
      ({ paymentId }) => paymentId,
      ({ amountMinor }) => amountMinor,
    );
    const postings = summed(
      ledger,
      ({ paymentId, posting }) => `${paymentId} ${posting}`,
      ({ amountMinor }) => amountMinor,
    );
    return [
      ...orders.flatMap((order) => {
        const { orderId, paymentId } = order;
        const payment = paymentOf.get(paymentId);
        const captured = chargeOf.get(paymentId)?.capturedMinor ?? 0;
        const refunded = byProvider.get(paymentId) ?? 0;
        return [
          ...differs("what payments took", { is: payment?.capturedMinor ?? 0, should: captured }, orderId),
          ...differs("what the order says was taken", { is: order.capturedMinor, should: captured }, orderId),
          ...differs("what payments gave back", { is: byPayments.get(paymentId) ?? 0, should: refunded }, orderId),
          ...differs("what the order says was given back", { is: order.refundedMinor, should: refunded }, orderId),
          ...differs(
            "the merchant's account",
            { is: merchant.get(paymentId) ?? 0, should: captured - refunded },
            orderId,
          ),
        ];
      }),
      ...[...postings]
        .filter(([, sum]) => sum !== 0)
        .map(([posting, sum]) =>
          violation(`ledger posting ${posting} sums to ${sum}`, orderOf(paymentOf, posting.split(" ")[0]!)),
        ),
    ];
  },
};

function orderOf(payments: ReadonlyMap<string, Payment>, paymentId: string): string | null | undefined {
  return payments.get(paymentId)?.orderId;
}

export const oneLiveCharge: Invariant = {
  name: "one-live-charge",
  sentence: "A confirmed order has exactly one charge that is not void, of exactly its total; it was taken once.",
  check: (evidence) => {
    const chargesOf = chargesByOrder(evidence);
    return evidence.orders
      .filter(({ state, totalMinor }) => state === "confirmed" && totalMinor > 0)
      .flatMap((order) => {
        const live = (chargesOf.get(order.orderId) ?? []).filter(isLive);
        const amounts = live.map(({ amountMinor }) => amountMinor).join(", ");
        return [
          ...differs("how many charges live", { is: live.length, should: 1 }, order.orderId),
          ...differs("what is charged", { is: amounts, should: String(order.totalMinor) }, order.orderId),
          ...differs("what was taken", { is: sumOf(live), should: order.totalMinor }, order.orderId),
        ];
      });
  },
};

function sumOf(charges: readonly Charge[]): number {
  return charges.reduce((sum, { capturedMinor }) => sum + capturedMinor, 0);
}

/** All charges about an order, also those under another key than its own. */
function chargesByOrder({ orders, payments, charges }: Evidence): ReadonlyMap<string, readonly Charge[]> {
  const orderOfKey = new Map<string, string>([
    ...payments.flatMap(({ paymentId, orderId }): [string, string][] =>
      orderId === null ? [] : [[paymentId, orderId]],
    ),
    ...orders.map((order): [string, string] => [order.paymentId, order.orderId]),
  ]);
  return Map.groupBy(charges, ({ key }) => orderOfKey.get(key) ?? "");
}

function isLive({ status }: Charge): boolean {
  return status !== "declined" && status !== "voided";
}

export const noChargeWithoutOrder: Invariant = {
  name: "no-charge-without-order",
  sentence:
    "Whatever the provider holds or has taken without a confirmed order is void or given back, and nothing is charged for nobody.",
  check: (evidence) => {
    const refunded = refundedAtProvider(evidence);
    const orders = new Map(evidence.orders.map((order) => [order.orderId, order]));
    return [...chargesByOrder(evidence)].flatMap(([orderId, charges]) => {
      const order = orders.get(orderId);
      if (order !== undefined && isOpen(order)) return [];
      return charges.filter(isLive).flatMap((charge) => {
        if (order === undefined) return [violation(`charge ${charge.key} is ${charge.status} for no order`)];
        const isGivenBack = charge.status === "captured" && keptMinor(charge, refunded) === 0;
        const told = `a charge of ${charge.amountMinor} is ${charge.status}, ${keptMinor(charge, refunded)} of it kept, and the order ${order.state}`;
        return isGivenBack ? [] : [violation(told, orderId)];
      });
    });
  },
};

/** It may hold money: confirmed, or not decided yet. */
function isOpen({ state }: Order): boolean {
  return state !== "failed" && state !== "cancelled";
}
