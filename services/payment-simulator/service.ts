import { defineService } from "#platform/service";
import { authorise } from "./authorise.ts";
import { capture } from "./capture.ts";
import { showChallenge, takeAnswer } from "./challenge-page.ts";
import { paymentSimulator } from "./contract.ts";
import { ProviderEventSent } from "./events.ts";
import { findCharge } from "./find-charge.ts";
import { refund } from "./refund.ts";
import { challengeSeconds, publicUrl, silenceMs, slowAnswerMs } from "./settings.ts";
import { settleDueCharges } from "./settle-due.ts";
import { tokenise } from "./tokenise.ts";
import { voidByKey } from "./void-charge.ts";

export const service = defineService({
  name: "payment-simulator",
  contract: paymentSimulator,
  operations: { tokenise, authorise, capture, void: voidByKey, refund, findCharge },
  publishes: [ProviderEventSent],
  jobs: [{ name: "settle-due", everyMs: 1_000, run: settleDueCharges }],
  settings: [challengeSeconds, slowAnswerMs, silenceMs, publicUrl],
  pages: [
    {
      method: "GET",
      path: "/pay/challenge/:chargeId",
      port: "public",
      summary: "The simulated bank asks the shopper to confirm a payment",
      handle: showChallenge,
    },
    {
      method: "POST",
      path: "/pay/challenge/:chargeId",
      port: "public",
      summary: "The shopper's answer to the simulated bank",
      handle: takeAnswer,
    },
  ],
});
