/** Times of the payment side in a chaos run, short enough that the cards which lose answers are decided within its limits. */
export const chaosSettings: Readonly<Record<string, string>> = {
  PAYMENT_SIMULATOR_CHALLENGE_SECONDS: "10",
  PAYMENT_SIMULATOR_SILENCE_MS: "5000",
  PAYMENTS_UNHEARD_LIMIT_MS: "5000",
  PAYMENTS_AUTHORISE_LIMIT_SECONDS: "15",
};
