import { newId } from "#kernel/id";
import type { Ctx } from "#platform/ctx";
import type { Tx } from "#platform/database";
import type { Charge } from "./contract.ts";
import { ProviderEventSent } from "./events.ts";
import { settleDue, snapshotsToSend, type ChargeRecord } from "./model/charge.ts";
import { snapshotOf } from "./model/snapshot.ts";
import { publicUrl } from "./settings.ts";
import { lockCharge, saveCharge } from "./store.ts";

/** Changes one charge under its lock, after what was due by then, and sends the events of it. Undefined when there is no such charge. */
export function changeCharge(
  ctx: Ctx,
  key: string,
  change: (charge: ChargeRecord) => ChargeRecord,
): Promise<ChargeRecord | undefined> {
  return ctx.db.groupCommit.transaction(async (tx) => {
    const before = await lockCharge(tx, key);
    if (before === undefined) return undefined;
    const after = change(settleDue(before, ctx.now));
    if (after === before) return before;
    await saveCharge(tx, before, after);
    tellOfChange(ctx, tx, before, after);
    return after;
  });
}

/** Sends the events of a change to where the charge belongs, as well or as badly as the card wants. */
export function tellOfChange(ctx: Ctx, tx: Tx, before: ChargeRecord | undefined, after: ChargeRecord): void {
  const { locale, currency } = ctx;
  const own = ctx.detached(1, { store: after.store, market: after.market, locale, currency });
  for (const charge of snapshotsToSend(before, after)) {
    own.publish(tx, ProviderEventSent, {
      key: charge.key,
      eventId: newId("provider-event"),
      charge: told(ctx, charge),
    });
  }
}

export function told(ctx: Ctx, charge: ChargeRecord): Charge {
  return snapshotOf(charge, ctx.setting(publicUrl));
}
