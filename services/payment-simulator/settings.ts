import { integerSetting, textSetting } from "#platform/config";

export const challengeSeconds = integerSetting("PAYMENT_SIMULATOR_CHALLENGE_SECONDS", {
  doc: "How long the shopper has for a 3-D Secure challenge.",
  unit: "seconds",
  defaultValue: 300,
  minimum: 1,
});

export const slowAnswerMs = integerSetting("PAYMENT_SIMULATOR_SLOW_ANSWER_MS", {
  doc: "How long the slow test card takes.",
  unit: "milliseconds",
  defaultValue: 5_000,
});

export const silenceMs = integerSetting("PAYMENT_SIMULATOR_SILENCE_MS", {
  doc: "How long the test cards that lose a request or an answer keep the caller waiting before the connection breaks.",
  unit: "milliseconds",
  defaultValue: 30_000,
});

export const publicUrl = textSetting("PAYMENT_SIMULATOR_PUBLIC_URL", {
  doc: "Where shoppers' browsers reach the challenge page, without a slash at the end. Empty: the shop's own address.",
  defaultValue: "",
});
