import { setTimeout as wait } from "node:timers/promises";
import type { Input, Output } from "#kernel/contract";
import { newId } from "#kernel/id";
import { refuse as platformRefuse } from "#kernel/refusal";
import type { Ctx } from "#platform/ctx";
import { changeCharge, tellOfChange, told } from "./change-charge.ts";
import { refuse, type paymentSimulator } from "./contract.ts";
import { openCharge, type ChargeRecord } from "./model/charge.ts";
import { challengeSeconds, silenceMs, slowAnswerMs } from "./settings.ts";
import { findChargeByKey, insertCharge, takeToken } from "./store.ts";

type Request = Input<typeof paymentSimulator.authorise>;

/** Opens a charge, once per key, and answers as the card wants: at once, late, or not at all. */
export async function authorise(input: Request, ctx: Ctx): Promise<Output<typeof paymentSimulator.authorise>> {
  const opened = await open(input, ctx);
  if (opened === "silent") return silence(ctx);
  if (opened.isNew && opened.charge.behaviour === "charges_without_answer") return silence(ctx);
  if (opened.isNew && opened.charge.status === "processing") return told(ctx, await finishSlowly(ctx, opened.charge));
  return told(ctx, opened.charge);
}

type Opened = { readonly charge: ChargeRecord; readonly isNew: boolean };

function open(input: Request, ctx: Ctx): Promise<Opened | "silent"> {
  return ctx.db.groupCommit.transaction(async (tx) => {
    const card = await takeToken(tx, { token: input.token, key: input.key, now: ctx.now });
    if (card?.behaviour === "silent") return "silent";
    const request = {
      key: input.key,
      chargeId: newId("charge"),
      store: ctx.store,
      market: ctx.market,
      amount: input.amount,
      returnUrl: input.returnUrl ?? null,
      challengeSeconds: ctx.setting(challengeSeconds),
      slowAnswerMs: ctx.setting(slowAnswerMs),
    };
    const charge = openCharge(request, card, ctx.now);
    if (await insertCharge(tx, charge)) {
      tellOfChange(ctx, tx, undefined, charge);
      return { charge, isNew: true };
    }
    return { charge: sameRequest((await findChargeByKey(tx, input.key))!, input), isNew: false };
  });
}

function sameRequest(charge: ChargeRecord, input: Request): ChargeRecord {
  const { amount } = charge;
  const isSame =
    amount === null || (amount.amountMinor === input.amount.amountMinor && amount.currency === input.amount.currency);
  if (!isSame) throw refuse.KEY_REUSED({ key: input.key });
  return charge;
}

/** Answers nothing until the caller has given up, or the connection breaks. */
async function silence(ctx: Ctx): Promise<never> {
  const waitMs = Math.min(ctx.setting(silenceMs), ctx.deadlineAtMs - Date.now());
  await wait(waitMs, undefined, { signal: ctx.signal }).catch(() => {});
  throw platformRefuse.DEADLINE_EXCEEDED();
}

/** Goes on after the caller has given up; should this process end before, the sweep finishes it. */
async function finishSlowly(ctx: Ctx, charge: ChargeRecord): Promise<ChargeRecord> {
  await wait(charge.dueAt!.getTime() - ctx.now.getTime() + 5, undefined, { ref: false });
  return (await changeCharge(ctx.detached(10_000), charge.key, (present) => present)) ?? charge;
}
