import { effectsHappenOnce } from "./invariants/effects.ts";
import { busKeepsOrder, changesAreTold, groupsHearAll, nothingIsStuck, outboxReachesBus } from "./invariants/events.ts";
import { moneyAddsUp, noChargeWithoutOrder, oneLiveCharge } from "./invariants/money.ts";
import { everyoneIsAnswered, noOrderLost, oneOrderPerKey, ordersAreFinalInTime } from "./invariants/promises.ts";
import { noOversell, reservationsFollowOrders, stockIsItsMovements } from "./invariants/stock.ts";
import type { Invariant } from "./invariant.ts";

/** All of them; each has a control that it must catch (`controls.ts`). */
export const invariants: readonly Invariant[] = [
  noOversell,
  stockIsItsMovements,
  reservationsFollowOrders,
  moneyAddsUp,
  oneLiveCharge,
  noChargeWithoutOrder,
  noOrderLost,
  oneOrderPerKey,
  everyoneIsAnswered,
  ordersAreFinalInTime,
  outboxReachesBus,
  changesAreTold,
  busKeepsOrder,
  groupsHearAll,
  nothingIsStuck,
  effectsHappenOnce,
];
