import { defineGauge } from "#platform/gauges";
import { countWaitingPayments } from "./watch-store.ts";

export const paymentsWaiting = defineGauge({
  name: "tradepost_payments_waiting",
  help: "Payments with a step of ours ahead (an answer, a challenge, a capture, a void), by state; 10,000 at most.",
  labels: ["state"],
  read: async ({ db }) =>
    (await countWaitingPayments(db)).map(({ status, count }) => ({ labels: [status], value: count })),
});
