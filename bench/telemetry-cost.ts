import { Histogram as PromHistogram } from "prom-client";
import Type from "typebox";
import { defineContract, type Operation } from "#kernel/contract";
import type { Bus } from "#platform/bus";
import { Settings } from "#platform/config";
import { internalKey, makeInternalKey, openIdentity } from "#platform/internal-identity";
import { createLog } from "#platform/log";
import { createRuntime } from "#platform/runtime";
import { defineService, type AnyService } from "#platform/service";
import { Histogram, SECONDS } from "#platform/telemetry/histogram";
import { createSampler } from "#platform/telemetry/sampler";

// `node bench/telemetry-cost.ts`: nanoseconds that telemetry adds; the best of many rounds, because others use the machine too.
const ROUNDS = 25;
const input = Type.Object({ how: Type.String() });
const spec = { method: "POST", access: "anyone", summary: "", input, output: Type.Object({}) } as const;
const bell = defineContract("bell", { ring: { ...spec, path: "/ring" }, pull: { ...spec, path: "/pull" } });
const service = defineService({
  name: "bell",
  contract: bell,
  hasDatabase: false,
  operations: { ring: async () => ({}), pull: (asked, ctx) => ctx.call(bell.ring, asked) },
});
const key = internalKey.parse(makeInternalKey(["bell"]).key)!;
const runtime = createRuntime({
  services: [service as AnyService],
  databaseUrls: new Map(),
  bus: { close: async () => {} } as unknown as Bus, // nothing is published or heard
  settings: new Settings({}),
  log: createLog({ level: "error" }),
  remoteUrls: () => [],
  identity: openIdentity({ key }),
  poolSize: () => 1,
  home: { store: "demo", market: "gb", locale: "en", currency: "GBP" },
});

async function best(title: string, count: number, work: () => unknown): Promise<void> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    for (let index = 0; index < count; index++) await work();
    rounds.push(((performance.now() - startedMs) * 1e6) / count);
  }
  console.log(
    `${Math.min(...rounds)
      .toFixed(0)
      .padStart(7)} ns  ${title}`,
  );
}

function calling(operation: Operation, flags: "00" | "01"): () => Promise<unknown> {
  const call = {
    caller: "bench",
    actor: { kind: "anonymous" },
    store: "demo",
    market: "gb",
    locale: "en",
    currency: "GBP",
    requestId: "bench",
    traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-${flags}`,
    deadlineAtMs: Date.now() + 3_600_000,
    idempotencyKey: undefined,
  } as const;
  return () => runtime.invoke(operation, { how: "loud" }, call);
}

const own = new Histogram(SECONDS);
const theirs = new PromHistogram({ name: "bench", help: "-", labelNames: ["operation"], registers: [] });
const { decide } = createSampler(new Settings({}));
await best("nothing, awaited", 200_000, () => undefined);
await best("one record in a histogram of ours, awaited", 200_000, () => own.record(0.02));
await best("one record in a histogram of prom-client, awaited", 200_000, () =>
  theirs.observe({ operation: "ring" }, 0.02),
);
await best("a sampler's no, with a new trace id", 200_000, () => decide(undefined, true));
await best("an operation, not sampled", 100_000, calling(bell.ring, "00"));
await best("an operation that calls another, not sampled", 100_000, calling(bell.pull, "00"));
await best("an operation, sampled", 10_000, calling(bell.ring, "01"));
await best("an operation that calls another, sampled", 10_000, calling(bell.pull, "01"));
process.exit();
