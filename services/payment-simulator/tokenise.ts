import { randomBytes } from "node:crypto";
import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { refuse, type paymentSimulator } from "./contract.ts";
import { digitsOf, findTestCard, hasLuhnChecksum } from "./model/card-number.ts";
import { insertToken } from "./store.ts";

const TOKEN_LIFETIME_MS = 30 * 60_000;

/** Makes a token of a test card. The number ends here: only brand, last four digits and behaviour are kept. */
export async function tokenise(
  input: Input<typeof paymentSimulator.tokenise>,
  ctx: Ctx,
): Promise<Output<typeof paymentSimulator.tokenise>> {
  const digits = digitsOf(input.number);
  if (digits.length < 13 || !hasLuhnChecksum(digits)) throw refuse.CARD_REFUSED({ field: "number", reason: "invalid" });
  const card = findTestCard(digits);
  if (card === undefined) throw refuse.CARD_REFUSED({ field: "number", reason: "test_cards_only" });
  if (!isInFuture(input, ctx.now)) throw refuse.CARD_REFUSED({ field: "expiry", reason: "expired" });
  if (input.cvc.length !== (card.brand === "amex" ? 4 : 3))
    throw refuse.CARD_REFUSED({ field: "cvc", reason: "invalid" });
  const token = {
    token: `tok_${randomBytes(18).toString("base64url")}`,
    brand: card.brand,
    last4: digits.slice(-4),
    behaviour: card.behaviour,
    expiresAt: new Date(ctx.now.getTime() + TOKEN_LIFETIME_MS),
  };
  await insertToken(ctx.db.groupCommit, token);
  return { token: token.token, brand: token.brand, last4: token.last4, expiresAt: token.expiresAt.toISOString() };
}

/** A card is good to the end of its month. */
function isInFuture(expiry: { expiryMonth: number; expiryYear: number }, now: Date): boolean {
  return Date.UTC(expiry.expiryYear, expiry.expiryMonth) > now.getTime();
}
