import { newId } from "#kernel/id";
import { inventory, refuse } from "#inventory/contract";
import { measure } from "../load/drive.ts";
import type { Sample } from "../sample.ts";
import type { Inside } from "./open-inside.ts";

const SKUS = Array.from({ length: 1_000 }, (_, index) => `BENCH-${index}`);
const SOLD_OUT = "BENCH-GONE";
/** At once: two whole batches, so that one gathers while the other is written. */
const CALLERS = 256;

/** Puts a million of each on the shelf. */
export async function fillShelves({ call }: Inside): Promise<void> {
  await call(inventory.putWarehouse, { code: "main", name: "Main", priority: 1 });
  const lines = SKUS.map((sku) => ({ sku, warehouse: "main", onHand: 1_000_000 }));
  const gone = [{ sku: SOLD_OUT, warehouse: "main", onHand: 0 }];
  for (const some of [lines, gone])
    await call(inventory.adjustStock, { adjustmentId: newId("adjustment"), reason: "bench", lines: some });
}

export type Shelf = "hot" | "spread" | "sold-out";

/** Reservations a second, and how long one takes. */
export async function reserve(inside: Inside, shelf: Shelf, seconds: number): Promise<Sample> {
  const load = { connections: CALLERS, warmUpMs: seconds * 200, durationMs: seconds * 1_000 };
  const { perSecond, roundMs } = await measure(load, (timed) => async () => {
    const sku =
      shelf === "spread" ? SKUS[Math.floor(Math.random() * SKUS.length)]! : shelf === "hot" ? SKUS[0]! : SOLD_OUT;
    const ids = { reservationId: newId("reservation"), orderId: newId("order") };
    const asked = inside.call(inventory.reserve, { ...ids, lines: [{ sku, quantity: 1 }], ttlSeconds: 86_400 });
    await timed("reserve", async () => void (await (shelf === "sold-out" ? mustFallShort(asked) : asked)));
    return undefined;
  });
  return { value: perSecond, p50: roundMs.p50, p99: roundMs.p99 };
}

async function mustFallShort(asked: Promise<unknown>): Promise<void> {
  const error = await asked.then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
  if (!refuse.INSUFFICIENT_STOCK.is(error)) throw new Error("Sold-out goods were reserved", { cause: error });
}
