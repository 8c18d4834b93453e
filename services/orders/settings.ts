import { choiceSetting, integerSetting, textSetting } from "#platform/config";

/** When the money is taken: at confirmation, or when the goods leave. */
export const captureAt = choiceSetting("ORDERS_CAPTURE", {
  doc: "When an authorised payment is captured.",
  choices: ["confirm", "dispatch"],
  defaultValue: "confirm",
});

export const answerWithinMs = integerSetting("ORDERS_ANSWER_WITHIN_MS", {
  doc: "Longest wait of a checkout before it answers 202.",
  unit: "milliseconds",
  defaultValue: 2_000,
});

export const reservationSeconds = integerSetting("ORDERS_RESERVATION_SECONDS", {
  doc: "How long stock is held for a checkout; the shopper's deadline is 60 s earlier.",
  unit: "seconds",
  defaultValue: 600,
  minimum: 90,
  maximum: 86_400,
});

export const linkKey = textSetting("ORDER_LINK_KEY", {
  doc: "Signs the links to guest orders. Made at the first start when not set.",
  defaultValue: "",
  isSecret: true,
});

export const linkDays = integerSetting("ORDER_LINK_DAYS", {
  doc: "How long a link to a guest order opens it.",
  unit: "days",
  defaultValue: 60,
  minimum: 1,
});
