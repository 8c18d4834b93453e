import { generateKeyPairSync } from "node:crypto";
import { eventType, type Event } from "#kernel/event";
import { newId } from "#kernel/id";
import { Settings } from "#platform/config";
import { openDatabase } from "#platform/database";
import { createLog } from "#platform/log";
import { openLogBus } from "#platform/log-bus";
import { hasOutboxRows } from "#platform/outbox-store";
import { newTraceparent } from "#platform/telemetry/traceparent";
import { everythingOn, freshDatabase } from "#platform/testing";
import { startShopFleet, type ShopFleet } from "../start-fleet.ts";
import { topology } from "../topology.ts";
import { eventually } from "./eventually.ts";
import type { Inside, Shop } from "./shop.ts";
import { staffHeaders } from "./shop-process.ts";

/** A shop whose services are processes of their own. */
export type FleetShop = Shop & { readonly fleet: ShopFleet };

/** Starts it on free ports and fresh databases; `replicas` by service, one of each unless told. */
export async function openFleetShop(
  told: Readonly<Record<string, string>>,
  replicas: Readonly<Record<string, number>> = {},
): Promise<FleetShop> {
  const names = [...topology.filter((row) => row.databaseConnections > 0).map((row) => row.name), "bus"];
  const databases = new Map(await Promise.all(names.map(async (name) => [name, await freshDatabase(name)] as const)));
  const drop = () => Promise.all([...databases.values()].map((database) => database.drop()));
  const logged: string[] = [];
  const ours = { ORDER_LINK_KEY: "test-order-link-key-test-order-link-key", FAULTS: "on", ...shopSettings(told) };
  const system = { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"] };
  const fleet = await startShopFleet({
    settings: new Settings({ ...system, ...ours }),
    databaseUrls: new Map([...databases].map(([name, { url }]) => [name, url])),
    replicas: new Map(Object.entries(replicas)),
    ports: "free",
    onLine: (member, line) => void logged.push(`${member} ${line}`),
  }).catch(async (error: unknown) => {
    await drop();
    throw error;
  });
  const url = (name: string) => databases.get(name)!.url;
  // The bus belongs to no service: every member can look into it.
  const desk = (service: string) => fleet.member(service === "bus" ? "orders" : service).operatorUrl;
  return {
    fleet,
    url: fleet.member("gateway").url,
    desk,
    staff: await staffHeaders(desk("gateway")),
    inside: insideOf(fleet, url, logged),
    stop: async () => {
      await fleet.stop();
      await drop();
    },
  };
}

/** Settings of a shop that is tested: keys of its own, and nobody is too fast. */
export function shopSettings(told: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  return {
    TOKEN_SIGNING_KEY: JSON.stringify(key),
    GATEWAY_RATE_LIMIT_PERCENT: "0",
    STOREFRONT_COOKIE_KEY: "test-cookie-key-test-cookie-key-test",
    PAYMENTS_WEBHOOK_SECRET: "whsec_dGVzdC10ZXN0LXRlc3QtdGVzdC10ZXN0",
    OTEL_TRACES_SAMPLER: "parentbased_always_off", // a story that wants a trace says so
    ...told,
  };
}

const PLACE = { store: "demo", market: "gb", locale: "en", currency: "GBP" } as const;

function insideOf(fleet: ShopFleet, url: (name: string) => string, logged: readonly string[]): Inside {
  return {
    logged,
    databaseUrl: url,
    call: (operation, input, as = {}) =>
      fleet.invoke(operation, input, {
        ...PLACE,
        caller: "demo",
        actor: as.as ?? { kind: "staff", id: "tester" },
        requestId: newId("request"),
        traceparent: newTraceparent(),
        deadlineAtMs: Date.now() + 10_000,
        idempotencyKey: as.idempotencyKey,
      }) as Promise<any>,
    runJob: async (service, job) => {
      await posted(`${fleet.member(service).operatorUrl}/jobs/${service}/${job}`);
    },
    advanceClock: async (ms) => {
      const body = { kind: "clock", ms };
      await Promise.all(fleet.members.map((member) => posted(`${member.operatorUrl}/faults`, body)));
    },
    settle: () => settle(fleet, url),
    heard: async (kind) => {
      const bus = openLogBus({ url: url("bus"), log: createLog({ level: "error" }) });
      const all = await everythingOn(bus, kind.service).finally(() => bus.close());
      return all.filter((envelope) => envelope.type === eventType(kind)) as Event<typeof kind>[];
    },
  };
}

async function posted(address: string, body?: unknown): Promise<void> {
  const sent = body === undefined ? {} : { headers: JSON_TYPE, body: JSON.stringify(body) };
  const answer = await fetch(address, { method: "POST", ...sent });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}: ${await answer.text()}`);
}

const JSON_TYPE = { "content-type": "application/json" };

/** Quiet is when nothing waits twice in a row: listening may publish again. */
async function settle(fleet: ShopFleet, url: (name: string) => string): Promise<void> {
  let quiet = 0;
  await eventually(
    async () => {
      quiet = (await isQuiet(fleet, url)) ? quiet + 1 : 0;
      return quiet;
    },
    (rounds) => rounds >= 2,
    30_000,
  );
}

async function isQuiet(fleet: ShopFleet, url: (name: string) => string): Promise<boolean> {
  const services = topology.filter((row) => row.databaseConnections > 0).map((row) => row.name);
  const waiting = await Promise.all(services.map((name) => outboxRows(url(name))));
  const lags = await Promise.all(services.map((name) => eventLag(fleet.member(name).operatorUrl)));
  return [...waiting, ...lags].every((count) => count === 0);
}

async function outboxRows(databaseUrl: string): Promise<number> {
  const db = openDatabase({ url: databaseUrl, applicationName: "scenario", poolSize: 1 });
  return Number(await hasOutboxRows(db).finally(() => db.close()));
}

/** Events that its group has not handled, over all replicas. */
async function eventLag(operatorUrl: string): Promise<number> {
  const text = await (await fetch(`${operatorUrl}/metrics`)).text();
  if (/^tradepost_scrape_unanswered\{[^}]*\} [1-9]/m.test(text)) return Infinity; // it does not know
  return Number(/^tradepost_event_lag\{[^}]*\} (\d+)$/m.exec(text)?.[1] ?? 0);
}
