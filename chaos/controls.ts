import { startProcessTarget } from "./process-target.ts";
import { planOf, type Kind, type Plan } from "./load/plans.ts";
import { runChaos, type Finding } from "./run-chaos.ts";
import { chaosSettings } from "./settings.ts";

/** A fault that is planted into the shop and the invariant that has to find it. */
export type Control = {
  /** The file in `chaos/plants/`. */
  readonly plant: string;
  readonly invariant: string;
  /** What a violation must say, so that it is this fault and no other that was found. */
  readonly says: RegExp;
  /** Who comes to the shop: what provokes the fault. */
  readonly shoppers: readonly (Kind | (Partial<Plan> & Pick<Plan, "kind">))[];
  readonly settings?: Readonly<Record<string, string>>;
};

export const controls: readonly Control[] = [
  { plant: "inflated-stock", invariant: "no-oversell", says: /are sold, 12 were there/, shoppers: times(16, "hot") },
  {
    plant: "unwritten-movement",
    invariant: "stock-is-its-movements",
    says: /its version is|is missing|does not follow/,
    shoppers: times(6, "buy"),
  },
  {
    plant: "skipped-pin",
    invariant: "reservations-follow-orders",
    says: /is held and should be pinned/,
    shoppers: times(3, "buy"),
  },
  {
    plant: "skipped-tombstone",
    invariant: "reservations-follow-orders",
    says: /failed order still has its goods held/,
    shoppers: times(3, "buy"),
  },
  {
    plant: "unwritten-refund",
    invariant: "money-adds-up",
    says: /gave back/,
    shoppers: [...times(3, "refund"), "cancel"],
  },
  { plant: "payment-id-per-try", invariant: "one-live-charge", says: /charges live is 2/, shoppers: times(3, "buy") },
  {
    plant: "skipped-void",
    invariant: "no-charge-without-order",
    says: /kept, and the order cancelled/,
    shoppers: times(3, "cancel"),
  },
  {
    plant: "late-charge",
    invariant: "no-charge-without-order",
    says: /is authorised.*the order failed/,
    shoppers: times(3, "buy"),
  },
  { plant: "lost-commit", invariant: "no-order-lost", says: /does not exist/, shoppers: times(6, "buy") },
  {
    plant: "forgotten-keys",
    invariant: "one-order-per-key",
    says: /was told 2 orders/,
    shoppers: Array.from({ length: 3 }, () => ({ kind: "declined", repeats: true })),
  },
  { plant: "broken-history", invariant: "everyone-is-answered", says: /500/, shoppers: times(3, "refund") },
  {
    plant: "sleeping-sweeper",
    invariant: "orders-are-final-in-time",
    says: /still open/,
    shoppers: times(2, "lost-answer"),
  },
  {
    plant: "stuck-relay",
    invariant: "outbox-reaches-bus",
    says: /left in the outbox of inventory/,
    shoppers: times(2, "buy"),
  },
  { plant: "lost-outbox-row", invariant: "changes-are-told", says: /is 0 and should be 1/, shoppers: times(6, "buy") },
  { plant: "second-append", invariant: "bus-keeps-order", says: /is on the bus 2 times/, shoppers: times(3, "buy") },
  { plant: "believed-heard", invariant: "groups-hear-all", says: /orders never heard/, shoppers: times(4, "buy") },
  { plant: "failing-listener", invariant: "nothing-is-stuck", says: /cart has parked/, shoppers: times(2, "buy") },
  {
    plant: "forgetful-listener",
    invariant: "effects-happen-once",
    says: /are in the cart afterwards/,
    shoppers: Array.from({ length: 3 }, () => ({ kind: "buy", addsMore: true })),
  },
];

function times(count: number, kind: Kind): readonly Kind[] {
  return Array.from({ length: count }, () => kind);
}

/** What a control found: the violations that it is there for, and everything else. */
export type ControlOutcome = {
  readonly isCaught: boolean;
  readonly told: readonly string[];
  readonly findings: readonly Finding[];
};

const LIMITS = { finalWithinMs: 6_000, quietWithinMs: 6_000 };

/** Starts a shop with the fault in it, lets the shoppers in who provoke it, and checks every invariant. */
export async function runControl(control: Control, seed: number): Promise<ControlOutcome> {
  const target = await startProcessTarget({
    settings: { ...chaosSettings, ...control.settings },
    nodeArguments: ["--import", `./chaos/plants/${control.plant}.ts`],
  });
  try {
    const { findings } = await runChaos({
      target,
      seed,
      kills: 0,
      shoppers: control.shoppers.length,
      ...LIMITS,
      planOf: (shopper, shelves) => {
        const wanted = control.shoppers[shopper];
        if (wanted === undefined) return undefined;
        const plan = typeof wanted === "string" ? { kind: wanted } : wanted;
        return { ...planOf(plan.kind, { seed, shopper, shelves }), ...plan };
      },
    });
    const found = findings.find(({ invariant }) => invariant === control.invariant)?.violations ?? [];
    const told = found.map((one) => one.told).filter((text) => control.says.test(text));
    return { isCaught: told.length > 0, told, findings };
  } finally {
    await target.stop();
  }
}
