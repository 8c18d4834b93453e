import { defineService, hear } from "#platform/service";
import { orders } from "#orders/contract";
import { OrderCancelled, OrderConfirmed, OrderFailed } from "#orders/events";
import { PaymentRefunded } from "#payments/events";
import { ShipmentDispatched } from "#shipping/events";
import { notifications } from "./contract.ts";
import { deliverMail } from "./deliver-mail.ts";
import { showInbox, showMail, showMailHtml } from "./inbox-page.ts";
import { mailCancellation, mailConfirmation, mailDispatch, mailFailure, mailRefund } from "./mail-order-news.ts";
import { listMessages, resendMessage } from "./read-messages.ts";
import { mailFrom, smtpUrl } from "./settings.ts";

export const service = defineService({
  name: "notifications",
  contract: notifications,
  operations: { listMessages, resendMessage },
  calls: [orders],
  hears: [
    hear(OrderConfirmed, mailConfirmation),
    hear(OrderFailed, mailFailure),
    hear(OrderCancelled, mailCancellation),
    hear(ShipmentDispatched, mailDispatch),
    hear(PaymentRefunded, mailRefund),
  ],
  jobs: [{ name: "deliver", everyMs: 5_000, leaseMs: 120_000, run: deliverMail }],
  pages: [
    { method: "GET", path: "/mail", port: "operators", summary: "Mail inbox", handle: showInbox },
    { method: "GET", path: "/mail/:messageId", port: "operators", summary: "One mail", handle: showMail },
    {
      method: "GET",
      path: "/mail/:messageId/html",
      port: "operators",
      summary: "HTML of one mail",
      handle: showMailHtml,
    },
  ],
  settings: [smtpUrl, mailFrom],
});
