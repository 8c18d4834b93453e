import type { Ctx } from "#platform/ctx";
import { answerWithinMs } from "./settings.ts";

/** What the work brought, or undefined at the end of the caller's patience (ORDERS_ANSWER_WITHIN_MS). The work goes on either way;
 *  it must not throw. */
export async function answerInTime<Result>(work: Promise<Result>, ctx: Ctx): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ctx.setting(answerWithinMs), undefined);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
