import type { Input, Output } from "#kernel/contract";
import type { Ctx } from "#platform/ctx";
import { refuse, type payments } from "./contract.ts";
import { chosenProvider } from "./provider-choice.ts";

/** Hands card details to the provider and answers its token. They are kept nowhere, and no error tells them. */
export async function createPaymentToken(
  input: Input<typeof payments.createPaymentToken>,
  ctx: Ctx,
): Promise<Output<typeof payments.createPaymentToken>> {
  const answer = await chosenProvider(ctx).tokenise(input, ctx);
  if ("field" in answer) throw refuse.CARD_NOT_ACCEPTED({ field: answer.field, reason: answer.reason });
  return answer;
}
