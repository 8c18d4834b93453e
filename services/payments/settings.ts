import { choiceSetting, integerSetting, optionalSetting } from "#platform/config";

export const paymentsProvider = choiceSetting("PAYMENTS_PROVIDER", {
  doc: "Who moves the money of new payments. A payment stays with the provider that it began with.",
  choices: ["simulator"],
  defaultValue: "simulator",
});

export const providerTimeoutMs = integerSetting("PAYMENTS_PROVIDER_TIMEOUT_MS", {
  doc: "How long an answer of the provider is awaited; after it the outcome is unknown and found out by asking.",
  unit: "milliseconds",
  defaultValue: 3_000,
  minimum: 50,
  maximum: 60_000,
});

export const unheardLimitMs = integerSetting("PAYMENTS_UNHEARD_LIMIT_MS", {
  doc: "How long after its last request a charge that the provider never heard of is given up (and barred at the provider).",
  unit: "milliseconds",
  defaultValue: 30_000,
  maximum: 3_600_000,
});

export const authoriseLimitSeconds = integerSetting("PAYMENTS_AUTHORISE_LIMIT_SECONDS", {
  doc: "How long the outcome of a new charge may stay unknown; then it is barred at the provider and has failed, however often the caller asks again.",
  unit: "seconds",
  defaultValue: 60,
  minimum: 5,
  maximum: 86_400,
});

export const providerEventSecret = optionalSetting("PAYMENTS_PROVIDER_EVENT_SECRET", {
  doc: "Key of the provider's signed events: `whsec_` and base64. Without it every posted event is refused.",
  isSecret: true,
});
