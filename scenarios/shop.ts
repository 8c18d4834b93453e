import { newId } from "#kernel/id";
import { createOperatorServer, createPublicServer } from "#platform/servers";
import { startTestShop, testIdentity, type TestShop } from "#platform/testing";
import { loadService } from "../load-service.ts";
import { topology } from "../topology.ts";
import { openFleetShop, shopSettings } from "./fleet-shop.ts";
import { staffHeaders } from "./shop-process.ts";

/** A whole shop as its users see it: an address of the API, and those of the operators. */
export type Shop = {
  readonly url: string;
  /** Where the operators of a service look. */
  readonly desk: (service: string) => string;
  /** What is behind it, for what no user can see. */
  readonly inside: Inside;
  /** Headers of the shop's staff. */
  readonly staff: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/** What a story may do to a shop from the inside, in one process or as a fleet. */
export type Inside = Pick<TestShop, "call" | "runJob" | "settle" | "heard" | "databaseUrl" | "logged"> & {
  advanceClock(ms: number): Promise<void>;
};

/** Starts every service of the topology, with an empty catalogue: in this process behind its real ports, or, when SCENARIOS_ON is
 *  `fleet`, each as a process of its own. */
export async function openShop(told: Readonly<Record<string, string>> = {}): Promise<Shop> {
  if (process.env["SCENARIOS_ON"] === "fleet") return openFleetShop(told);
  const opened = await openOneProcess(shopSettings(told));
  return { ...opened, staff: await staffHeaders(opened.desk("gateway")) };
}

async function openOneProcess(settings: Readonly<Record<string, string>>): Promise<Omit<Shop, "staff">> {
  const services = await Promise.all(topology.map(({ name }) => loadService(name)));
  const inside = await startTestShop({ services: services as never, settings });
  const options = {
    runtime: inside.runtime,
    services,
    contracts: services.map((service) => service.contract),
    log: inside.log,
    health: { isReady: true, isDraining: false },
    identity: testIdentity,
    servesInternally: false,
  };
  const servers = [createPublicServer(options), createOperatorServer(options)];
  const [url, operatorUrl] = await Promise.all(servers.map((server) => server.listen({ port: 0, host: "127.0.0.1" })));
  return {
    url: url!,
    desk: () => operatorUrl!,
    inside: { ...inside, advanceClock: async (ms) => inside.advanceClock(ms) },
    stop: async () => {
      await Promise.all(servers.map((server) => server.close()));
      await inside.stop();
    },
  };
}

export type Json = any;
export type Answer<Body = Json> = { readonly status: number; readonly body: Body; readonly headers: Headers };

/** One request to the public API. */
export async function request(
  shop: Pick<Shop, "url">,
  method: string,
  path: string,
  options: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const headers = { ...(options.body === undefined ? {} : { "content-type": "application/json" }), ...options.headers };
  const response = await fetch(`${shop.url}/api/v1${path}`, {
    method,
    headers,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
}

export type Goods = {
  readonly sku: string;
  readonly priceMinor?: number;
  readonly onHand: number;
  readonly weightGrams?: number;
};

/** Puts goods on the shelves, through the staff's API. */
export async function stockShop(shop: Pick<Shop, "url" | "staff">, goods: readonly Goods[]): Promise<void> {
  await mustBe(
    200,
    request(shop, "PUT", "/warehouses/leicester", { headers: shop.staff, body: { name: "Leicester", priority: 1 } }),
  );
  const drafts = goods.map(({ sku, priceMinor = 500, weightGrams = 200 }) => ({
    titles: { en: `Goods ${sku}` },
    slug: `goods-${sku.toLowerCase()}`,
    status: "active",
    variants: [{ sku, options: {}, weightGrams, prices: [{ market: "gb", currency: "GBP", amountMinor: priceMinor }] }],
  }));
  const body = drafts.map((draft) => `${JSON.stringify(draft)}\n`).join("");
  const headers = { ...shop.staff, "content-type": "application/x-ndjson" };
  const imported = (await (
    await fetch(`${shop.url}/api/v1/products/import`, { method: "POST", headers, body })
  ).json()) as { created: number };
  if (imported.created !== goods.length) throw new Error(`Not all goods were imported: ${JSON.stringify(imported)}`);
  for (let start = 0; start < goods.length; start += 1_000) {
    const lines = goods.slice(start, start + 1_000).map(({ sku, onHand }) => ({ sku, warehouse: "leicester", onHand }));
    await mustBe(
      200,
      request(shop, "POST", "/stock/adjustments", {
        headers: shop.staff,
        body: { adjustmentId: newId("adjustment"), reason: "test", lines },
      }),
    );
  }
}

/** The answer, if it has this status; else everything that is known of it. */
export async function mustBe(status: number, answer: Promise<Answer>): Promise<Answer> {
  const told = await answer;
  if (told.status !== status) throw new Error(`Expected ${status}, got ${told.status}: ${JSON.stringify(told.body)}`);
  return told;
}
