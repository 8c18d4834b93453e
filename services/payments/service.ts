import { paymentSimulator } from "#payment-simulator/contract";
import { ProviderEventSent } from "#payment-simulator/events";
import { defineService, hear } from "#platform/service";
import { chargesAudit } from "./audit-charges.ts";
import { authorise } from "./authorise.ts";
import { capture } from "./capture.ts";
import { checkLedger, ledgerAudit } from "./check-ledger.ts";
import { payments } from "./contract.ts";
import { createPaymentToken } from "./create-payment-token.ts";
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentChallengeRequired,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentVoided,
} from "./events.ts";
import { hearProviderEvent } from "./follow-provider.ts";
import { getMoneyOfOrders } from "./get-money-of-orders.ts";
import { getPayment } from "./get-payment.ts";
import { applyProviderEvents, resolvePayments, sendPendingRefunds } from "./jobs.ts";
import { getTransaction, listTransactions } from "./read-transactions.ts";
import { receiveProviderEvent } from "./receive-provider-event.ts";
import { refund } from "./refund.ts";
import {
  authoriseLimitSeconds,
  paymentsProvider,
  providerEventSecret,
  providerTimeoutMs,
  unheardLimitMs,
} from "./settings.ts";
import { voidPayment } from "./void-payment.ts";
import { paymentsWaiting } from "./watch-payments.ts";

export const service = defineService({
  name: "payments",
  contract: payments,
  operations: {
    createPaymentToken,
    authorise,
    capture,
    void: voidPayment,
    refund,
    getPayment,
    getMoneyOfOrders,
    listTransactions,
    getTransaction,
    receiveProviderEvent,
  },
  calls: [paymentSimulator],
  publishes: [
    PaymentChallengeRequired,
    PaymentAuthorised,
    PaymentDeclined,
    PaymentCaptured,
    PaymentCaptureFailed,
    PaymentVoided,
    PaymentRefunded,
    PaymentRefundFailed,
  ],
  hears: [hear(ProviderEventSent, hearProviderEvent)],
  jobs: [
    { name: "resolve-payments", everyMs: 1_000, leaseMs: 60_000, run: resolvePayments },
    { name: "send-refunds", everyMs: 2_000, leaseMs: 60_000, run: sendPendingRefunds },
    { name: "apply-provider-events", everyMs: 2_000, run: applyProviderEvents },
  ],
  settings: [paymentsProvider, providerTimeoutMs, unheardLimitMs, authoriseLimitSeconds, providerEventSecret],
  audits: [chargesAudit, ledgerAudit],
  gauges: [paymentsWaiting],
  commands: [
    { name: "check-ledger", summary: "Compare the ledger with itself and with every payment", run: checkLedger },
  ],
});
