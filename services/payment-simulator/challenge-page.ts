import type { Ctx } from "#platform/ctx";
import type { WebAnswer, WebRequest } from "#platform/service";
import { challengeHtml, outcomeHtml } from "./challenge-html.ts";
import { changeCharge } from "./change-charge.ts";
import { answerChallenge, type ChargeRecord } from "./model/charge.ts";
import { findKeyOfCharge } from "./store.ts";

/** The bank's page: asks the shopper to confirm the payment. Whoever knows the charge's id may look, as with a real bank's link. */
export async function showChallenge(request: WebRequest, ctx: Ctx): Promise<WebAnswer> {
  const charge = await change(request, ctx, (present) => present);
  if (charge === undefined) return page(outcomeHtml("unknown", undefined), 404);
  return answer(charge, ctx);
}

/** Takes the shopper's answer and sends the browser back to the shop. Repeats change nothing. */
export async function takeAnswer(request: WebRequest, ctx: Ctx): Promise<WebAnswer> {
  const { decision } = request.form;
  if (decision !== "accept" && decision !== "refuse") return page(outcomeHtml("unclear", undefined), 400);
  const charge = await change(request, ctx, (present) => answerChallenge(present, decision === "accept", ctx.now));
  if (charge === undefined) return page(outcomeHtml("unknown", undefined), 404);
  if (charge.returnUrl === null) return answer(charge, ctx);
  return { status: 303, headers: { location: charge.returnUrl }, body: "" };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function change(
  request: WebRequest,
  ctx: Ctx,
  how: (charge: ChargeRecord) => ChargeRecord,
): Promise<ChargeRecord | undefined> {
  const chargeId = request.parameters["chargeId"] ?? "";
  const key = UUID.test(chargeId) ? await findKeyOfCharge(ctx.db, chargeId) : undefined;
  return key === undefined ? undefined : changeCharge(ctx, key, how);
}

function answer(charge: ChargeRecord, ctx: Ctx): WebAnswer {
  const returnUrl = charge.returnUrl ?? undefined;
  if (charge.status === "challenge") return page(challengeHtml(charge, ctx), 200, returnUrl);
  if (charge.status === "declined") {
    return page(outcomeHtml(charge.declineCode === "challenge_expired" ? "expired" : "refused", returnUrl), 200);
  }
  return page(outcomeHtml(charge.wasAuthorised ? "confirmed" : "over", returnUrl), 200);
}

function page(body: string, status: number, returnUrl?: string): WebAnswer {
  const returns = returnUrl !== undefined && URL.canParse(returnUrl) ? ` ${new URL(returnUrl).origin}` : "";
  // Browsers hold a form's redirect to form-action too, so the shop's address has to be allowed.
  const policy = `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'${returns}; frame-ancestors 'none'; base-uri 'none'`;
  return { status, contentType: "text/html; charset=utf-8", headers: { "content-security-policy": policy }, body };
}
