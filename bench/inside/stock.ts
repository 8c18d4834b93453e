import { newId } from "#kernel/id";
import { newTraceparent } from "#platform/telemetry/traceparent";
import { Settings } from "#platform/config";
import { internalKey, makeInternalKey, openIdentity } from "#platform/internal-identity";
import { createLog } from "#platform/log";
import { openLogBus } from "#platform/log-bus";
import { createRuntime } from "#platform/runtime";
import { inventory, refuse } from "#inventory/contract";
import { loadService } from "../../load-service.ts";

/** `inventory.reserve` called in its process, without HTTP. `quantity` beyond what there is: the sold-out answer. */
export type StockTask = {
  readonly databaseUrl: string;
  readonly busUrl: string;
  readonly poolSize: number;
  readonly skus: readonly string[];
  readonly quantity: number;
  readonly callers: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
};

process.on("message", (task: StockTask) => {
  reservePerSecond(task).then(
    (perSecond) => process.send!({ perSecond }),
    (error: Error) => process.send!({ error: error.stack }),
  );
});

async function reservePerSecond(task: StockTask): Promise<number> {
  const log = createLog({ level: "error" });
  const key = makeInternalKey(["*"]);
  const runtime = createRuntime({
    services: [await loadService("inventory")],
    databaseUrls: new Map([["inventory", task.databaseUrl]]),
    bus: await openLogBus({ url: task.busUrl, log, retentionDays: 14 }),
    settings: new Settings({}),
    log,
    remoteUrls: () => [],
    identity: openIdentity({ key: internalKey.parse(key.key)! }),
    poolSize: () => task.poolSize,
    home: { store: "demo", market: "gb", locale: "en", currency: "GBP" },
  });
  const startedMs = performance.now();
  const fromMs = startedMs + task.warmUpMs;
  const endMs = fromMs + task.durationMs;
  let done = 0;
  const reserve = async (sku: string) => {
    const input = {
      reservationId: newId("reservation"),
      orderId: newId("order"),
      lines: [{ sku, quantity: task.quantity }],
      ttlSeconds: 600,
      country: "GB",
    };
    const call = {
      caller: "orders",
      actor: { kind: "service", name: "orders" },
      store: "demo",
      market: "gb",
      locale: "en",
      currency: "GBP",
      requestId: newId("request"),
      traceparent: newTraceparent(),
      deadlineAtMs: Date.now() + 10_000,
      idempotencyKey: undefined,
    } as const;
    await runtime.invoke(inventory.reserve, input, call).catch((error: unknown) => {
      if (!refuse.INSUFFICIENT_STOCK.is(error)) throw error;
    });
    const nowMs = performance.now();
    if (nowMs >= fromMs && nowMs < endMs) done += 1;
  };
  try {
    await Promise.all(
      Array.from({ length: task.callers }, async (_, caller) => {
        for (let turn = caller; performance.now() < endMs; turn += task.callers)
          await reserve(task.skus[turn % task.skus.length]!);
      }),
    );
    return done / (task.durationMs / 1_000);
  } finally {
    await runtime.stop();
  }
}
