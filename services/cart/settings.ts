import { integerSetting } from "#platform/config";

export const timeToLive = integerSetting("CART_TTL_SECONDS", {
  defaultValue: 604_800,
  minimum: 60,
  maximum: 31_536_000,
  unit: "seconds",
  doc: "How long a cart is kept after its last change.",
});

export const abandonedAfter = integerSetting("CART_ABANDONED_AFTER_HOURS", {
  defaultValue: 4,
  minimum: 1,
  maximum: 8_760,
  unit: "hours",
  doc: "After how long without a change a cart with goods in it is told to be abandoned.",
});
